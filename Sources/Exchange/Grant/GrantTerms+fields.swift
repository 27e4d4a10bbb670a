import Contracts
import Vocabulary

/// Which fields of answers terms name, of those that there are.
extension GrantTerms {
    static let noSuchField = "exchange.no-such-field"
    /// The document is so entangled that not all of them are looked up.
    static let fieldsTakeTooMuch = "exchange.fields-take-too-much"

    /// Puts the operations into their whole names, and checks all of it.
    mutating func settle(by contract: Contract) throws(Problem) {
        let known = contract.plain.map(\.id)
        settleOperations(among: known)
        try check(against: known, answers: AnswerFields(operations, of: contract.document))
    }

    /// What is said of the first field that no answer has: it would let nothing pass, and every answer would be `{}`.
    func fieldFault(in answers: AnswerFields?) -> (code: String, words: Phrase)? {
        guard let answers, let fields else { return nil }
        do throws(AnswerFields.TooMuch) {
            guard let missing = try answers.firstMissing(of: fields) else { return nil }
            return (GrantTerms.noSuchField, .noSuchField(missing.field, among: missing.known))
        } catch {
            return (GrantTerms.fieldsTakeTooMuch, .fieldsTakeTooMuch)
        }
    }
}

extension Phrase {
    static let fieldsTakeTooMuch = Phrase(
        vi: """
            Tài liệu của dịch vụ quá rối để tra hết các trường này. Hãy nêu ít trường hoặc ít thao tác hơn, hoặc các \
            trường ở lớp ngoài hơn.
            """,
        en: """
            The document is too entangled for all of these fields to be looked up. Name fewer of them, fewer \
            operations, or fields further out.
            """)

    /// - Parameter known: those that there are in its place.
    static func noSuchField(_ field: String, among known: [String]) -> Phrase {
        guard !known.isEmpty else {
            return Phrase(
                vi: "Trả lời không có trường “\(field)”, và ở chỗ đó không có trường nào.",
                en: "The answers have no field “\(field)”, and none in its place.")
        }
        let list = known.prefix(60).joined(separator: ", ") + (known.count > 60 ? ", …" : "")
        return Phrase(
            vi: "Trả lời không có trường “\(field)”. Các trường: \(list).",
            en: "The answers have no field “\(field)”. There are: \(list).")
    }
}
