import Contracts
import Crypto
import Gateway
import Synchronization
package import Vocabulary

/// The contract of a version, read: its document, and its operations as the gateway wants them.
struct Contract: Sendable {
    let document: OpenAPIDocument
    /// Without and with the check of requests.
    let plain: [Operation]
    let checked: [Operation]?

    /// - Parameter isChecking: whether requests are to be checked; then what cannot be checked is refused here.
    /// - Throws: `Flaws`, each with line and pointer.
    init(
        _ bytes: [UInt8], isChecking: Bool, limits: ContractText.Limits = ContractText.Limits()
    ) throws(Flaws) {
        let document = try OpenAPIDocument(bytes, limits: limits)
        self.document = document
        plain = document.operations.map { Operation(id: $0.id, method: $0.method, template: $0.path.text) }
        guard !plain.isEmpty else { throw Flaws([document.text.flaw("openapi.empty", at: document.text.root, .empty)]) }
        let service = Service(
            id: "new", provider: SubsystemName(instance: "VN", memberClass: "GOV", member: "H", subsystem: "new"),
            code: "new", path: "/new", operations: plain, upstreams: [])
        do {
            _ = try CompiledTable(Table(services: [service]))
        } catch {
            throw Flaws([document.text.flaw("openapi.route", at: document.text.root, .route(error.reason))])
        }
        if isChecking {
            var checked: [Operation] = []
            var flaws: [Flaw] = []
            for operation in document.operations {
                do {
                    let check = try RequestCheck(operation, of: document)
                    checked.append(
                        Operation(
                            id: operation.id, method: operation.method, template: operation.path.text,
                            validator: { check.finding($0) }))
                } catch {
                    flaws += error.all
                }
            }
            guard flaws.isEmpty else { throw Flaws(flaws) }
            self.checked = checked
        } else {
            checked = nil
        }
    }

    /// What it says of bodies that nobody could check.
    var uncheckable: [Flaw] { document.operations.flatMap { RequestCheck.uncheckable($0, of: document) } }

    /// What another document would break, of every operation.
    static func breakages(from older: Contract, to newer: Contract) -> [Breakage] {
        Compatibility.breakages(from: older.document, to: newer.document)
    }
}

/// Contracts that were read already, by the digest of their bytes: a change of the table reads none again.
final class ContractShelf: Sendable {
    private struct Key: Hashable {
        let sha256: String
        let isChecking: Bool
    }

    private let known = Mutex<[Key: Contract]>([:])
    static let limit = 500

    func contract(
        _ sha256: String, isChecking: Bool, limits: ContractText.Limits = ContractText.Limits(),
        read: () throws -> [UInt8]
    ) throws -> Contract {
        let key = Key(sha256: sha256, isChecking: isChecking)
        if let contract = known.withLock({ $0[key] }) { return contract }
        let contract = try Contract(try read(), isChecking: isChecking, limits: limits)
        known.withLock { known in
            if known.count >= ContractShelf.limit { known.removeAll() }
            known[key] = contract
        }
        return contract
    }

    static func digest(_ bytes: [UInt8]) -> String { Hex.encode(SHA256.hash(data: bytes)) }
}

extension Phrase {
    fileprivate static let empty = Phrase(
        vi: "Tài liệu không có thao tác nào", en: "The document has no operations")

    fileprivate static func route(_ reason: String) -> Phrase {
        Phrase(vi: "Cổng không phân biệt được các đường dẫn: \(reason)", en: "The paths cannot be routed: \(reason)")
    }
}
