package import Vocabulary

/// What a text field takes. Sets the keyboard of a phone as well as the browser's own checks.
package enum InputType: String, Sendable, Hashable {
    case text, email, tel, password, search, url, date
    /// A day and a time, `2020-11-09T08:30`, as the browser's own picker gives it.
    case dateTime = "datetime-local"
    /// Digits that are no quantity: a one-time code.
    case code
    /// A quantity, which may have a fraction: with a comma or a point, as the reader writes it.
    case decimal

    var attributes: HTML {
        switch self {
        case .code: "type=\"text\" inputmode=\"numeric\" spellcheck=\"false\""
        case .decimal: "type=\"text\" inputmode=\"decimal\""
        case .email, .url, .password: "type=\"\(rawValue)\" spellcheck=\"false\" autocapitalize=\"none\""
        default: "type=\"\(rawValue)\""
        }
    }

    var isShort: Bool { [.date, .dateTime, .code, .decimal, .tel].contains(self) }
}

/// One line of text. `value` stands in a fresh form; what was sent stands there again when the form comes back.
/// `hintSaysWhen` is for what one answer of the form needs and another does not: the label then says nothing of being
/// optional. Give `autocomplete` whenever the field is about the person (WCAG 2.2, 1.3.5). A password is never filled
/// in again.
package func textField(
    _ page: Page, _ name: String, _ label: Phrase, hint: Phrase? = nil, type: InputType = .text,
    autocomplete: String? = nil,
    required: Bool = true, hintSaysWhen: Bool = false, value: String? = nil, maxLength: Int = 500
) -> HTML {
    let field = Field(
        page: page, name: name, label: label, hint: hint, isRequired: required,
        isBare: type == .search || hintSaysWhen)
    let text = type == .password ? "" : page.filled.verbatim(name) ?? value ?? ""
    return field.around(
        """
        <input \(type.attributes) id="\(field.id)" name="\(name)" value="\(text)" maxlength="\(maxLength)"\
        \(if: type.isShort, " class=\"short\"")\(ifLet: autocomplete, { " autocomplete=\"\($0)\"" })\(field.attributes)>
        """)
}

/// Several lines.
package func textArea(
    _ page: Page, _ name: String, _ label: Phrase, hint: Phrase? = nil, required: Bool = true,
    hintSaysWhen: Bool = false, rows: Int = 6, value: String? = nil, maxLength: Int = 20_000
) -> HTML {
    let field = Field(
        page: page, name: name, label: label, hint: hint, isRequired: required, isBare: hintSaysWhen)
    return field.around(
        """
        <textarea id="\(field.id)" name="\(name)" rows="\(rows)" maxlength="\(maxLength)"\(field.attributes)>
        \(page.filled.verbatim(name) ?? value ?? "")</textarea>
        """)
}

/// A file. The form around it needs `multipart: true`. `accept` is a hint for the picker: `.json,.txt`.
package func fileField(
    _ page: Page, _ name: String, _ label: Phrase, hint: Phrase? = nil, accept: String = "", required: Bool = true
) -> HTML {
    let field = Field(page: page, name: name, label: label, hint: hint, isRequired: required)
    return field.around(
        """
        <input type="file" id="\(field.id)" name="\(name)"\(if: !accept.isEmpty, " accept=\"\(accept)\"")\
        \(field.attributes)>
        """)
}
