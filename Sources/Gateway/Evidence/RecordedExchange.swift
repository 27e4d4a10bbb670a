package import Ledger
import StrictJSON
package import Vocabulary

/// One exchange as its leaf tells of it (`EvidenceText`): for lists, and for counting again what was used of a quota.
package struct RecordedExchange: Sendable, Hashable {
    /// Of the leaf.
    package let index: Int64
    package let call: String
    package let part: String
    package let began: Instant
    package let ended: Instant
    /// The X-Road name of the application that asked.
    package let client: String
    package let consumer: String
    package let grant: String
    package let purpose: String
    package let legalBasis: String
    package let operation: String
    /// Provider, code and id: `VN/GOV/H36/registry/units/units-v1`.
    package let service: String
    package let status: Int
    /// The leaf of the other node's log that stands for the same exchange.
    package let peer: Int64?

    /// The registry's id of the service.
    package var serviceID: String {
        service.split(separator: "/").last.map(String.init) ?? service
    }

    /// Who provides the service: the member of its X-Road name.
    package var provider: String {
        let parts = service.split(separator: "/")
        return parts.count > 2 ? String(parts[2]) : ""
    }

    /// Nil for a leaf of another kind.
    package init?(_ leaf: Leaf, index: Int64) {
        guard leaf.kind == String(decoding: EvidenceText.kind, as: UTF8.self), let record = leaf.record else {
            return nil
        }
        self.init(record, index: index)
    }

    init?(_ record: [UInt8], index: Int64) {
        do {
            let json = try JSONDocument(record).root
            self.index = index
            call = try json.requireString("call")
            part = try json.requireString("part")
            began = Instant(milliseconds: try json.requireInteger("began"))
            ended = Instant(milliseconds: try json.requireInteger("ended"))
            client = try json.requireString("client")
            consumer = try json.requireString("consumer")
            grant = try json.requireString("grant")
            purpose = try json.requireString("purpose")
            legalBasis = try json.requireString("legalBasis")
            operation = try json.requireString("operation")
            service = try json.requireString("service")
            status = Int(try json.requireInteger("status"))
            peer = try json.optionalString("peer").flatMap { Int64($0) }
        } catch {
            return nil
        }
    }
}
