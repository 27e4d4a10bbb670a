/// An address that can be mailed to: `local@domain` of RFC 5321 with dots and letters, also of other scripts
/// (RFC 6532).
///
/// Quoted local parts, comments and address literals are not taken: nobody's mailbox needs them, and each has been a
/// way to smuggle headers or commands.
package struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, MailAddress.isDotAtom(halves[0], longest: 64),
            MailAddress.isDotAtom(halves[1], longest: 253), halves[1].contains("."),
            halves[1].split(separator: ".").allSatisfy(MailAddress.isLabel)
        else { return nil }
        self.text = text
    }

    package var description: String { text }

    package var domain: String { text.split(separator: "@").last.map(String.init) ?? "" }

    /// Whether the server must know SMTPUTF8 (RFC 6531).
    var needsUTF8: Bool { !text.utf8.allSatisfy { $0 < 0x80 } }

    private static func isDotAtom(_ text: Substring, longest: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= longest && !text.hasPrefix(".") && !text.hasSuffix(".")
            && !text.contains("..") && text.unicodeScalars.allSatisfy(isAtomLetter)
    }

    private static func isAtomLetter(_ letter: Unicode.Scalar) -> Bool {
        if letter.isASCII {
            return letter.properties.isAlphabetic || ("0"..."9").contains(letter)
                || ".!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains(letter)
        }
        return letter.properties.isAlphabetic || letter.properties.generalCategory == .nonspacingMark
    }

    private static func isLabel(_ label: Substring) -> Bool {
        label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.unicodeScalars.allSatisfy {
                !$0.isASCII || $0.properties.isAlphabetic || "0123456789-".unicodeScalars.contains($0)
            }
    }
}
