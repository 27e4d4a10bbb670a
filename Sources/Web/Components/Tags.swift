package import Vocabulary

/// What a state means for the reader. Each kind has its own sign and its own outline, so that nothing rests on hue.
package enum StatusKind: String, Sendable, Hashable, CaseIterable {
    /// Nothing to do: a draft, an old version.
    case neutral
    /// Somebody must act, or something is on its way.
    case waiting
    /// Somebody is at it.
    case working
    case done
    /// Broken, refused, overdue.
    case bad

    var icon: Icon {
        switch self {
        case .neutral: .dot
        case .waiting: .clock
        case .working: .half
        case .done: .tick
        case .bad: .cross
        }
    }
}

/// A state: word, sign and shape.
package func statusTag(_ words: String, kind: StatusKind) -> HTML {
    "<span class=\"tag \(kind.rawValue)\">\(icon(kind.icon))\(words)</span>"
}

/// A label of TLP 2.0 (FIRST): the label's own colour on black, as the standard prints it, with four lamps that say how
/// strict it is. The red is a little lighter than FIRST's, for 6:1 instead of 5:1. Unknown words are shown as RED.
package func tlpTag(_ page: Page, _ label: String) -> HTML {
    let (name, strictness) = tlpLook(label)
    let lamps: HTML =
        "\(each: Array(0..<4), { lamp($0, isOn: $0 < strictness) })"
    return """
        <span class="tlp \(name)"><svg viewBox="0 0 40 10" aria-hidden="true" focusable="false">\(lamps)</svg>\
        \(label)<span class="hidden">: \(page[tlpMeaning(label)])</span></span>
        """
}

private func lamp(_ place: Int, isOn: Bool) -> HTML {
    "<circle cx=\"\(5 + place * 10)\" cy=\"5\" r=\"4\"\(if: !isOn, " class=\"off\"")/>"
}

/// Who may see a thing with this label, in one sentence.
package func tlpMeaning(_ label: String) -> Phrase {
    switch label {
    case "TLP:CLEAR": .tlpClear
    case "TLP:GREEN": .tlpGreen
    case "TLP:AMBER": .tlpAmber
    case "TLP:AMBER+STRICT": .tlpAmberStrict
    default: .tlpRed
    }
}

private func tlpLook(_ label: String) -> (name: String, strictness: Int) {
    switch label {
    case "TLP:CLEAR": ("clear", 0)
    case "TLP:GREEN": ("green", 1)
    case "TLP:AMBER": ("amber", 2)
    case "TLP:AMBER+STRICT": ("amber-strict", 3)
    default: ("red", 4)
    }
}
