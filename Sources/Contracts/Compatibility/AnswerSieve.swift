/// What of answers reaches a consumer who is granted some fields of them: told by whoever cuts answers down, so that
/// what a change is judged by is what happens. What is kept back from him cannot break him.
package struct AnswerSieve: Sendable {
    /// What of one value passes.
    package enum Part: Sendable, Hashable {
        case whole
        /// The members that the sieve has under this number: of an object, and of the elements of a list. Of another
        /// value nothing but that there is one.
        case members(Int32)
        case nothing
    }

    /// Of the body of a response, by its status (`200`, `4XX`, `default`) and media type: each of the parts that may
    /// pass, or none.
    let parts: @Sendable (_ status: String, _ mediaType: String) -> [Part]
    let member: @Sendable (_ name: String, _ part: Part) -> Part
    /// The members that a part lets pass; empty where it is whole.
    let names: @Sendable (Part) -> [String]
    let passesHeader: @Sendable (String) -> Bool

    package init(
        parts: @escaping @Sendable (_ status: String, _ mediaType: String) -> [Part],
        member: @escaping @Sendable (_ name: String, _ part: Part) -> Part,
        names: @escaping @Sendable (Part) -> [String], passesHeader: @escaping @Sendable (String) -> Bool
    ) {
        self.parts = parts
        self.member = member
        self.names = names
        self.passesHeader = passesHeader
    }

    /// Lets everything pass.
    static let open = AnswerSieve(
        parts: { _, _ in [.whole] }, member: { _, _ in .whole }, names: { _ in [] }, passesHeader: { _ in true })

    func passes(_ name: String, of part: Part) -> Bool { part == .whole || member(name, part) != .nothing }

    func inside(_ name: String, of part: Part) -> Part { part == .whole ? .whole : member(name, part) }
}
