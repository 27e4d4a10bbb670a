package import Vocabulary

/// A form with the hidden field that every form carries. The browser's own checks are off: ours speak the page's
/// language and come back with a summary.
package func form(
    _ page: Page, action: Link, multipart: Bool = false, id: String? = nil, _ body: HTML
) -> HTML {
    """
    <form method="post" action="\(link: action)" novalidate\(if: multipart, " enctype=\"multipart/form-data\"")\
    \(ifLet: id, { " id=\"\($0)\"" })>\(page.csrfField)
    \(body)</form>

    """
}

/// A form that only asks: its fields land in the address (GET).
package func searchForm(_ page: Page, action: Link, _ body: HTML) -> HTML {
    "<form method=\"get\" action=\"\(link: action)\" class=\"search\" role=\"search\">\(body)</form>\n"
}

/// A part of a longer form: one idea, with its title as the legend.
package func formSection(_ page: Page, _ title: Phrase, hint: Phrase? = nil, _ body: HTML) -> HTML {
    """
    <fieldset class="section"><legend>\(page[title])</legend>\(ifLet: hint, { "<p class=\"hint\">\(page[$0])</p>" })
    \(body)</fieldset>

    """
}

/// How much a button asks to be pressed.
package enum ButtonKind: String, Sendable, Hashable {
    case main = "", quiet, danger

    var names: String { self == .main ? "btn" : "btn \(rawValue)" }
}

/// The button that sends the form around it. With `name` and `value` one form can have several.
package func submit(
    _ page: Page, _ label: Phrase, kind: ButtonKind = .main, name: String? = nil, value: String = "1"
) -> HTML {
    """
    <button type="submit" class="\(kind.names)"\(ifLet: name, { " name=\"\($0)\" value=\"\(value)\"" })>\(page[label])\
    </button>
    """
}

/// A row of buttons.
package func buttons(_ row: HTML...) -> HTML {
    "<div class=\"buttons\">\(each: row, { $0 })</div>\n"
}

/// A link that looks like a button: for going on, never for doing.
package func buttonLink(_ page: Page, _ label: Phrase, _ link: Link, kind: ButtonKind = .main) -> HTML {
    "<a class=\"\(kind.names)\" href=\"\(link: link)\">\(page[label])</a>"
}

/// A button that does one thing at once (POST to a `site.action`). `about` tells equal buttons of a list apart for
/// screen readers: "Thu hồi" + "phiên trên máy A".
package func actionButton(
    _ page: Page, _ label: Phrase, _ action: Link, kind: ButtonKind = .quiet, about: String? = nil, fields: Fields = [:]
) -> HTML {
    """
    <form method="post" action="\(link: action)">\(page.csrfField)\
    \(each: fields.list, { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" })\
    <button type="submit" class="\(kind.names)">\(page[label])\
    \(ifLet: about, { "<span class=\"hidden\"> \($0)</span>" })</button></form>
    """
}

/// A button for what cannot be taken back: pressed, it says what comes of it and shows the button that does it. No
/// script is needed.
package func askingButton(
    _ page: Page, _ label: Phrase, _ consequence: Phrase, _ action: Link, about: String? = nil, fields: Fields = [:]
) -> HTML {
    """
    <details class="ask"><summary class="btn danger">\(page[label])…\
    \(ifLet: about, { "<span class=\"hidden\"> \($0)</span>" })</summary>\
    <div><p>\(page[consequence])</p>\
    \(actionButton(page, label, action, kind: .danger, about: about, fields: fields))</div></details>
    """
}

/// What went wrong, at the top of the page: focused when it loads, each line leads to its field. The layout puts it
/// there; `body` is searched for the fields, so that the lines come in their order.
func errorSummary(_ page: Page, above body: HTML) -> HTML {
    guard !page.errors.isEmpty else { return "" }
    let text = body.text
    func place(_ name: String) -> String.Index {
        text.firstRange(of: "id=\"\(Field.id(name))\"")?.lowerBound ?? text.endIndex
    }
    let lines = page.errors.map { (name: $0.key, words: $0.value, place: place($0.key)) }
        .sorted { ($0.place, $0.name) < ($1.place, $1.name) }
    return """
        <div class="errors" role="alert" aria-labelledby="errors-title" tabindex="-1" autofocus>
        <h2 id="errors-title">\(page[.errorsTitle])</h2>
        <ul>\(each: lines, { line in
            line.place == text.endIndex
                ? "<li>\(page[line.words])</li>"
                : "<li><a href=\"#\(Field.id(line.name))\">\(page[line.words])</a></li>"
        })</ul></div>

        """
}
