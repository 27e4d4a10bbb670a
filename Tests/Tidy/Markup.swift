/// What the HTML literal cannot check: where in the markup an interpolation stands.
///
/// A value is safe between tags and inside a quoted attribute. It is not safe as a bare attribute (`value=\(x)`), in a
/// script, in a style, or in an event handler. Attributes `style` and `on…` are refused by our content-security-policy.
enum Markup {
    static func findings(in source: SourceText) -> [Finding] {
        guard !source.isTest else { return [] }
        return source.literals.flatMap { literal in
            objections(literal).map { Finding(path: source.path, line: literal.line, what: $0) }
        }
    }

    static func objections(_ literal: Literal) -> [String] {
        var reader = Reader()
        return literal.parts.compactMap { reader.read($0) }
    }

    private struct Reader {
        enum Place { case text, tagName, tag, quoted(Character) }
        var place = Place.text
        var before: Character = " "
        var tag = ""
        var attribute = ""
        /// `script` or `style` while inside one.
        var raw = ""

        mutating func read(_ part: Literal.Part) -> String? {
            switch part {
            case .interpolation: return objection()
            case .text(let character):
                step(character)
                before = character
                return nil
            }
        }

        private func objection() -> String? {
            switch place {
            case .text: raw.isEmpty ? nil : "a value inside <\(raw)>"
            case .tagName: nil
            case .tag: before == "=" ? "an attribute without quotes: \(attribute)=" : nil
            case .quoted:
                attribute.hasPrefix("on") || attribute == "style" ? "a value inside \(attribute)=\"…\"" : nil
            }
        }

        private mutating func step(_ character: Character) {
            switch place {
            case .text: stepText(character)
            case .tagName: stepName(character)
            case .tag: stepTag(character)
            case .quoted(let quote): if character == quote { place = .tag }
            }
        }

        private mutating func stepText(_ character: Character) {
            guard before == "<", character.isLetter || character == "/" else { return }
            place = .tagName
            tag = String(character)
        }

        private mutating func stepName(_ character: Character) {
            if character == ">" { return endTag() }
            if character.isWhitespace {
                place = .tag
                attribute = ""
            } else {
                tag.append(character)
            }
        }

        private mutating func stepTag(_ character: Character) {
            switch character {
            case ">": endTag()
            case "\"", "'": place = .quoted(character)
            case "=": break
            case _ where character.isWhitespace: attribute = ""
            default: attribute.append(character)
            }
        }

        private mutating func endTag() {
            place = .text
            let name = tag.lowercased()
            if ["script", "style"].contains(name) { raw = name }
            if name == "/" + raw { raw = "" }
        }
    }
}
