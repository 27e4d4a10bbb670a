import Cedar
import Database
package import Vocabulary

/// Calls between services: the facts are what the grants say, the answer is of the same policies as every other.
extension Rights {
    /// Rights in which nothing is known but who may call what, by the policies that the program ships.
    package static func ofCalls(
        _ facts: [Relationship], home: ID<Organisation>, at now: Instant
    ) throws -> Rights {
        try ofCalls(facts, home: home, at: now, by: (try Policies.engine(), 0))
    }

    fileprivate static func ofCalls(
        _ facts: [Relationship], home: ID<Organisation>, at now: Instant, by policies: (engine: Engine, number: Int64)
    ) throws -> Rights {
        let knowledge = Knowledge(organisations: OrganisationRegister([]), facts: facts, home: home)
        return try knowledge.rights(at: now, by: policies.engine, policies: policies.number)
    }

    /// Whether a service may call an operation, by the facts that hold at the moment of these rights.
    package func mayCall(
        _ service: String, _ operation: String, in context: DecisionContext = DecisionContext()
    ) -> Decision {
        guard let action = action(Permission("exchange.call")) else {
            return Decision(allowed: false, .init(), .unknownAction, self)
        }
        var asking = Asking(world)
        let who = asking.entity(names.service, service)
        let what = asking.entity(names.operation, operation)
        if asking.isOwn(what) { asking.describe(what, [.noElements]) }
        let answer = world.decide(asking.query(who, action, what, self.context(context, of: nil)))
        return Decision(
            allowed: answer.allowed && !answer.isUnsure, answer.determining,
            answer.isUnsure ? .unsure : answer.determining.isEmpty ? .noPolicy : .byPolicies, self)
    }
}

extension Identity {
    /// Rights about calls alone, by the policies in force here.
    package func rightsOfCalls(_ facts: [Relationship], at now: Instant) async throws -> Rights {
        let policies = try await database.read { [shelf] in try shelf.engine(in: $0) }
        return try Rights.ofCalls(facts, home: settings.organisation, at: now, by: policies)
    }
}
