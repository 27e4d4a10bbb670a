import Database
package import Identity
package import Vocabulary

/// Grants as facts, for `decide`: the gateway's table is the other form of the same, and a test holds them equal.
extension AccessGrant {
    /// The operation of a version, as facts name it.
    package static func operation(_ operation: String, of version: ID<ServiceVersion>) -> String {
        "\(version) \(operation)"
    }

    /// - Parameter offered: the operations of the version.
    func facts(offered: [String]) -> [Relationship] {
        let wanted = terms.operations.map { named in offered.filter { named.contains($0) } } ?? offered
        return wanted.flatMap { operation in
            periods.map { period in
                Relationship(
                    id: ID("\(id) \(operation) \(period.from.milliseconds)"), subject: application.text,
                    relation: .calls, object: AccessGrant.operation(operation, of: version), from: period.from,
                    until: period.until, grantedBy: askedBy, approvedBy: decidedBy, reason: terms.purpose)
            }
        }
    }
}

extension Exchange {
    /// Whether an application may call an operation now, and by which policy or why not: what the gateway does, said
    /// for a person.
    package func explainCall(
        by application: ID<Application>, to operation: String, of version: ID<ServiceVersion>
    ) async throws -> Decision {
        let at = now()
        let facts = try await database.read { [self] tx -> [Relationship] in
            guard let caller = try ApplicationStore.application(application, in: tx),
                let offered = try ServiceStore.offered(version, in: tx)
            else { throw Problem.notFound }
            guard caller.endedAt == nil, offered.isOpen else { return [] }
            let operations = try contract(of: offered.version, in: tx).plain.map(\.id)
            return try GrantStore.held(by: application, in: tx).filter { $0.version == version }.flatMap {
                $0.facts(offered: operations)
            }
        }
        return try await authorization.callers(facts, at).mayCall(
            application.text, AccessGrant.operation(operation, of: version))
    }
}
