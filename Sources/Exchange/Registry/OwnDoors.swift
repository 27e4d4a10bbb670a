import Contracts
import Synchronization
package import Web

/// Where a service is described further and called, when that is not at the gateway: event types are services of this
/// kind.
package struct OwnDoors: Sendable {
    let page: Link
    let address: String
    /// OpenAPI that says more than what was registered: the shape of things as it is now.
    let document: [UInt8]?

    package init(page: Link, address: String, document: [UInt8]? = nil) {
        self.page = page
        self.address = address
        self.document = document
    }

    /// A shape of things is as deep as a document may be, and stands three levels deep in its document.
    static let limits: ContractText.Limits = {
        var limits = ContractText.Limits()
        (limits.bytes, limits.depth, limits.nodes) = (1 << 20, limits.depth + 6, 30_000)
        return limits
    }()
}

/// Which services have doors of their own.
struct ServiceDoors: Sendable {
    let here: @Sendable (_ code: String) -> OwnDoors?
    let elsewhere: @Sendable (_ operations: [String]) -> String?
    let revision: @Sendable () -> Int64
}

extension Exchange {
    /// Says which services have doors of their own.
    ///
    /// - Parameters:
    ///   - here: of those registered at this node, by their code.
    ///   - elsewhere: of those at another member's node, by the names of their operations: the address at this node
    ///     where they are used.
    ///   - revision: another number whenever the documents of those here say something else.
    package func servicesWithDoors(
        here: @escaping @Sendable (_ code: String) -> OwnDoors?,
        elsewhere: @escaping @Sendable (_ operations: [String]) -> String?,
        revision: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        ownDoors.withLock { $0 = ServiceDoors(here: here, elsewhere: elsewhere, revision: revision) }
    }
}
