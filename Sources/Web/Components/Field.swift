import Vocabulary

/// What surrounds every control: label, hint, error, and the ids that tie them together.
struct Field {
    let page: Page
    let name: String
    let label: Phrase
    let hint: Phrase?
    let isRequired: Bool
    /// Says nothing of being optional: a search box needs no excuse for being empty, and some hints say when a field
    /// is needed.
    var isBare = false

    var id: String { Field.id(name) }
    var error: Phrase? { page.errors[name] }
    var value: String { page.filled.verbatim(name) ?? "" }

    /// Where the error summary leads.
    static func id(_ name: String) -> String { "field-\(name)" }

    /// The label's words; what may be left out says so, what is required says nothing.
    var words: HTML {
        isRequired
            || isBare ? HTML(page[label]) : "\(page[label]) <span class=\"muted\">\(page[.optionalField])</span>"
    }

    /// `required`, `aria-describedby`, `aria-invalid`: what the control tells a screen reader.
    var attributes: HTML {
        let described = [hint == nil ? nil : "\(id)-hint", error == nil ? nil : "\(id)-error"].compactMap(\.self)
        return """
            \(if: isRequired, " required")\(if: error != nil, " aria-invalid=\"true\"")\
            \(if: !described.isEmpty, " aria-describedby=\"\(described.joined(separator: " "))\"")
            """
    }

    var hintAndError: HTML {
        """
        \(ifLet: hint, { "<p class=\"hint\" id=\"\(id)-hint\">\(page[$0])</p>" })\
        \(ifLet: error, { fieldError(page, $0, id: "\(id)-error") })
        """
    }

    /// One control with its label.
    func around(_ control: HTML) -> HTML {
        """
        <div class="field\(if: error != nil, " wrong")"><label for="\(id)">\(words)</label>\(hintAndError)\(control)\
        </div>

        """
    }

    /// Several controls under one legend.
    func group(_ controls: HTML) -> HTML {
        let described = [hint == nil ? nil : "\(id)-hint", error == nil ? nil : "\(id)-error"].compactMap(\.self)
        return """
            <div class="field\(if: error != nil, " wrong")"><fieldset\
            \(if: !described.isEmpty, " aria-describedby=\"\(described.joined(separator: " "))\"")>\
            <legend>\(words)</legend>\(hintAndError)\(controls)</fieldset></div>

            """
    }
}

func fieldError(_ page: Page, _ words: Phrase, id: String) -> HTML {
    """
    <p class="error" id="\(id)">\(icon(.warning))<span><span class="hidden">\(page[.errorPrefix]) </span>\
    \(page[words])\(ifLet: page.errorCode, { " <code>\($0)</code>" })</span></p>
    """
}

extension Page {
    /// Whether the form on it was not sent yet, so that first values stand in it.
    var isFresh: Bool { filled.list.isEmpty && errors.isEmpty }
}
