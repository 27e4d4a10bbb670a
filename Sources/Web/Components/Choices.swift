package import Vocabulary

/// One thing to choose: what is sent, what is read, and a line of explanation.
package struct Choice: Sendable {
    package let value: String
    package let label: HTML
    package let hint: String?

    package init(_ value: String, _ label: String, hint: String? = nil) {
        self.init(value, HTML(label), hint: hint)
    }

    /// With a tag or another piece of markup for label.
    package init(_ value: String, _ label: HTML, hint: String? = nil) {
        self.value = value
        self.label = label
        self.hint = hint
    }
}

/// Radio buttons as tiles, each as large as a thumb. For two to ten choices; `chosen` is set in a fresh form.
package func radioTiles(
    _ page: Page, _ name: String, _ label: Phrase, _ choices: [Choice], hint: Phrase? = nil, required: Bool = true,
    chosen: String? = nil, columns: Int = 1
) -> HTML {
    let field = Field(page: page, name: name, label: label, hint: hint, isRequired: required)
    let chosen = page.isFresh ? chosen : page.filled[name]
    return field.group(
        tiles(choices, columns) { index, choice in
            """
            <input type="radio" id="\(tileID(field, index))" name="\(name)" value="\(choice.value)"\
            \(if: choice.value == chosen, " checked")\(if: required, " required")>
            """
        })
}

/// Boxes to tick as tiles; several may be ticked, and each sends `name` once.
package func checkTiles(
    _ page: Page, _ name: String, _ label: Phrase, _ choices: [Choice], hint: Phrase? = nil, required: Bool = true,
    chosen: Set<String> = [], columns: Int = 1
) -> HTML {
    let field = Field(page: page, name: name, label: label, hint: hint, isRequired: required)
    let chosen = page.isFresh ? chosen : Set(page.filled.all(name))
    return field.group(
        tiles(choices, columns) { index, choice in
            """
            <input type="checkbox" id="\(tileID(field, index))" name="\(name)" value="\(choice.value)"\
            \(if: chosen.contains(choice.value), " checked")>
            """
        })
}

/// One box that stands alone. Sends `name=1` when it is ticked.
package func checkbox(
    _ page: Page, _ name: String, _ label: Phrase, hint: Phrase? = nil, isOn: Bool = false
) -> HTML {
    let field = Field(page: page, name: name, label: label, hint: hint, isRequired: false)
    let isOn = page.isFresh ? isOn : page.filled.isOn(name)
    return """
        <div class="field\(if: field.error != nil, " wrong")">\
        \(ifLet: field.error, { fieldError(page, $0, id: "\(field.id)-error") })\
        <label class="check" for="\(field.id)"><input type="checkbox" id="\(field.id)" name="\(name)" value="1"\
        \(if: isOn, " checked")\(field.attributes)><span>\(page[label])</span></label>\
        \(ifLet: hint, { "<p class=\"hint\" id=\"\(field.id)-hint\">\(page[$0])</p>" })</div>

        """
}

/// A list that opens: for more choices than fit as tiles. The first, empty entry asks to choose.
package func selectField(
    _ page: Page, _ name: String, _ label: Phrase, options: [Choice], hint: Phrase? = nil, required: Bool = true,
    hintSaysWhen: Bool = false, chosen: String? = nil
) -> HTML {
    let field = Field(
        page: page, name: name, label: label, hint: hint, isRequired: required, isBare: hintSaysWhen)
    let chosen = page.isFresh ? chosen : page.filled[name]
    return field.around(
        """
        <select id="\(field.id)" name="\(name)"\(field.attributes)><option value="">\(page[.choose])</option>\
        \(each: options, { option($0, isChosen: $0.value == chosen) })</select>
        """)
}

private func option(_ choice: Choice, isChosen: Bool) -> HTML {
    "<option value=\"\(choice.value)\"\(if: isChosen, " selected")>\(choice.label)</option>"
}

private func tileID(_ field: Field, _ index: Int) -> String {
    index == 0 ? field.id : "\(field.id)-\(index)"
}

private func tiles(_ choices: [Choice], _ columns: Int, _ input: (Int, Choice) -> HTML) -> HTML {
    """
    <div class="tiles\(if: columns == 2, " two")">\
    \(each: Array(choices.enumerated()), { tile(input($0.offset, $0.element), $0.element) })</div>
    """
}

private func tile(_ input: HTML, _ choice: Choice) -> HTML {
    """
    <label class="tile">\(input)<span>\(choice.label)\(ifLet: choice.hint, { "<small>\($0)</small>" })</span></label>
    """
}
