import Vocabulary

/// A way in for whoever lost the phone: ten codes of 80 random bits, shown once, each good once.
struct RecoveryCode: Sendable, Hashable {
    static let count = 10

    /// `ABCD-EFGH-IJKL-MNOP`.
    let text: String

    init() {
        text = Base32.grouped(Base32.encode(Randomness.bytes(10)), by: "-")
    }

    /// What somebody typed: in any case, with or without the hyphens. Nil when it cannot be such a code.
    init?(typed: String) {
        let letters = typed.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard letters.count == 16 else { return nil }
        text = Base32.grouped(letters, by: "-")
    }

    /// What the table keeps. Bound to the person, so that a stolen row says nothing about another's.
    func digest(of person: ID<Person>) -> String {
        Digest.hex("identity.recovery\n\(person)\n\(text)")
    }
}
