/// A word of the text.
struct Token: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case name(String)
        /// What stands between the quotes, with its escapes.
        case string([Unicode.Scalar])
        /// Digits only: a sign is an operator, and the largest magnitude is 2^63.
        case number(UInt64)
        case symbol(String)
        case end
    }

    let kind: Kind
    let at: Position

    /// As it is quoted in an error.
    var shown: String {
        switch kind {
        case .name(let name): name
        case .string: "\"…\""
        case .number(let number): String(number)
        case .symbol(let symbol): symbol
        case .end: "∎"
        }
    }
}
