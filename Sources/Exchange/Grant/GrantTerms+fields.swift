import Contracts
import Vocabulary

/// Which fields of answers terms name, of those that there are.
extension GrantTerms {
    static let noSuchField = "exchange.no-such-field"

    /// Puts the operations into their whole names, and checks all of it.
    mutating func settle(by contract: Contract) throws(Problem) {
        let known = contract.plain.map(\.id)
        settleOperations(among: known)
        try check(against: known, answers: AnswerFields(operations, of: contract.document))
    }

    /// What is said of the first field that no answer has: it would let nothing pass, and every answer would be `{}`.
    func noSuchField(in answers: AnswerFields?) -> Phrase? {
        guard let answers else { return nil }
        for field in fields ?? [] {
            if let known = answers.missing(field) { return .noSuchField(field, among: known) }
        }
        return nil
    }
}

extension Phrase {
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
