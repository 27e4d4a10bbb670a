package import Vocabulary

/// Somebody whose data are being erased, as they were known until then.
package struct ErasedPerson: Sendable, Hashable {
    package let id: ID<Person>
    package let name: String
    package let email: String?
    /// With which they sign in, or signed in.
    package let logins: Set<String>
    /// Whether somebody else here is called the same.
    package let hasNamesake: Bool

    package init(
        id: ID<Person>, name: String, email: String?, logins: Set<String> = [], hasNamesake: Bool = false
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.logins = logins
        self.hasNamesake = hasNamesake
    }

    /// What stands in the place of what somebody was called, in any language.
    package static let mark = "[…]"

    /// What names them and nobody else: the mail address, the username unless it may be a word, and the full name
    /// unless somebody else here has it.
    private var ownWords: [String] {
        let names = logins.sorted().filter { !$0.allSatisfy(\.isLetter) }
        return ([email].compactMap { $0 } + names + (hasNamesake ? [] : [fullName].compactMap { $0 })).filter {
            !$0.isEmpty
        }
    }

    /// Of one word it could be anybody's, or the name of a thing.
    private var fullName: String? { name.contains(" ") ? name : nil }

    /// Whether a text says what they are called, whoever else is.
    package func isNamed(in text: String) -> Bool {
        (ownWords + (hasNamesake ? [fullName].compactMap { $0 } : [])).contains {
            Mentions.first(of: $0, in: text[...]) != nil
        }
    }

    /// The text with `mark` wherever it said what they, and nobody else, are called.
    package func takenOut(of text: String) -> String {
        ownWords.reduce(text) { Mentions.replace($1, in: $0) }
    }
}

/// Whole words of a text, in whatever case: `an.mau` is not in `an.mau@vi-du.vn` nor in `lan.mau`.
private enum Mentions {
    static func first(of word: String, in text: Substring) -> Range<String.Index>? {
        let wanted = Regex<Substring>(verbatim: word).ignoresCase()
        var rest = text
        while let found = rest.firstRange(of: wanted) {
            if isWhole(found, in: text.base) { return found }
            rest = rest[rest.index(after: found.lowerBound)...]
        }
        return nil
    }

    static func replace(_ word: String, in text: String) -> String {
        var (result, rest) = ("", text[...])
        while let found = first(of: word, in: rest) {
            result += rest[..<found.lowerBound] + ErasedPerson.mark
            rest = rest[found.upperBound...]
        }
        return result + rest
    }

    private static func isWhole(_ range: Range<String.Index>, in text: String) -> Bool {
        let before = text[..<range.lowerBound].last
        let after = text[range.upperBound...].prefix(2)
        // A point ends a sentence, or goes on with a name.
        let goesOn = after.first == "." && after.count == 2 && isPart(after.last)
        return !isPart(before) && before != "." && !isPart(after.first) && !goesOn
    }

    private static func isPart(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber || "@_-".contains($0) } ?? false
    }
}
