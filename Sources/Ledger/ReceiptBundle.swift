package import StrictJSON
import Vocabulary

/// The receipts of one fact that has more than one leaf, in one file: of a call, its opening and its closing leaf.
///
/// `{"format": "truc-receipts-1", "receipts": […]}`, each as `ProvenReceipt` spells it, in the order of their leaves.
package enum ReceiptBundle {
    static let format = "truc-receipts-1"
    static let receiptsLimit = 64

    package static func json(_ receipts: [ProvenReceipt]) -> JSON {
        ["format": .string(format), "receipts": .array(receipts.map(\.json))]
    }

    /// Reads and checks all of them; a single receipt is a bundle of itself.
    static func read(_ json: JSONValue, by key: VerifierKey) throws -> [ProvenReceipt] {
        guard try json.requireString("format") == format else { return [try ProvenReceipt(json, by: key)] }
        guard try json.requireMembers().map(\.key).sorted() == ["format", "receipts"] else {
            throw LedgerError.invalid("a file of receipts has other members")
        }
        let members = try json.requireElements("receipts")
        guard (1...receiptsLimit).contains(members.count) else {
            throw LedgerError.invalid("a file has 1 to \(receiptsLimit) receipts, not \(members.count)")
        }
        let receipts = try members.map { try ProvenReceipt($0, by: key) }
        for (one, next) in zip(receipts, receipts.dropFirst()) {
            guard one.receipt.leaf.fact == next.receipt.leaf.fact, one.receipt.leaf.kind == next.receipt.leaf.kind,
                one.receipt.index < next.receipt.index
            else { throw LedgerError.invalid("the receipts are not those of one fact, in the order of its leaves") }
        }
        return receipts
    }
}
