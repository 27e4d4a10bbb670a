import Database
import Gateway
package import Identity
package import Vocabulary

extension AccessGrant {
    /// The operation of a version, as policies name it.
    static func operation(_ operation: String, of version: String) -> String { "\(version) \(operation)" }

    /// Whether it lets its application call the operation now.
    func gives(_ operation: String, at now: Instant) -> Bool {
        (terms.operations?.contains(operation) ?? true) && periods.contains { $0.from <= now && now < $0.until }
    }
}

/// What policies say about a call, asked with the rows of the gateway: the same for a service of this node and for one
/// of another.
extension CallRules {
    func decide(
        _ consumer: Consumer, _ operation: String, of service: Service, kind: DataClass?, isGranted: Bool
    ) -> Decision {
        decide(
            ServiceCall(
                caller: consumer.id, of: ID(consumer.name.member),
                operation: AccessGrant.operation(operation, of: service.id), named: operation, service: service.code,
                of: ID(service.provider.member), kind: kind?.rawValue), isGranted: isGranted)
    }

    /// Which of the operations that are granted the policies let through; nil for all that the service has.
    ///
    /// - Parameter granted: nil for all.
    func operations(
        _ granted: Set<String>?, of service: Service, kind: DataClass?, for consumer: Consumer
    ) -> Set<String>? {
        let known = service.operations.map(\.id)
        let offered = granted.map { granted in known.filter(granted.contains) } ?? known
        let allowed =
            followGrants
            ? offered
            : offered.filter { decide(consumer, $0, of: service, kind: kind, isGranted: true).allowed }
        return granted == nil && allowed.count == known.count ? nil : Set(allowed)
    }
}

extension Exchange {
    /// Whether an application may call an operation now, and by which policy or why not: what the gateway does, said
    /// for a person.
    package func explainCall(
        by application: ID<Application>, to operation: String, of version: ID<ServiceVersion>
    ) async throws -> Decision {
        let at = now()
        return try await database.read { [self] tx in
            guard let caller = try ApplicationStore.application(application, in: tx),
                let offered = try ServiceStore.offered(version, in: tx)
            else { throw Problem.notFound }
            let service = try offer(offered, in: tx).service
            let isThere = caller.endedAt == nil && offered.isOpen && service.operations.contains { $0.id == operation }
            let grants = try GrantStore.held(by: application, in: tx).filter { $0.version == version }
            return try authorization.calls(at, tx).decide(
                self.caller(caller, [], needsProof: false).consumer, operation, of: service,
                kind: offered.service.dataClass, isGranted: isThere && grants.contains { $0.gives(operation, at: at) })
        }
    }

    /// The code with which the gateway refuses a call for want of a grant; nil when there is one.
    package func refusalCode(
        by application: ID<Application>, to operation: String, of version: ID<ServiceVersion>
    ) async throws -> String? {
        let at = now()
        let table = try await database.read { [self] in try gatewayTable(in: $0) }
        return try CompiledTable(table).refusalCode(
            consumer: application.text, service: version.text, operation: operation, at: at)
    }
}
