import Cedar
package import Database
import Synchronization
package import Vocabulary

/// An application that calls and what it calls, as policies see the two.
package struct ServiceCall: Sendable, Hashable {
    /// The application (ứng dụng khai thác), and whose it is.
    package let caller: String
    package let callerOwner: ID<Organisation>
    /// Unique to a version and an operation of it.
    package let operation: String
    /// As the contract names it.
    package let name: String
    /// The version as X-Road names it: `units-v1`.
    package let service: String
    package let serviceOwner: ID<Organisation>
    /// `open`, `internal` or `personal`; nil for a service of another node, which does not say.
    package let kind: String?

    package init(
        caller: String, of callerOwner: ID<Organisation>, operation: String, named name: String, service: String,
        of serviceOwner: ID<Organisation>, kind: String?
    ) {
        (self.caller, self.callerOwner) = (caller, callerOwner)
        (self.operation, self.name) = (operation, name)
        (self.service, self.serviceOwner, self.kind) = (service, serviceOwner, kind)
    }
}

/// What the policies in force say about calls between services. Who holds a grant says whoever keeps grants; the answer
/// is of the same policies as every other. A call has no session, so all that policies ask is known beforehand: the
/// gateway's table is made of the answers.
package struct CallRules: Sendable {
    /// Whether a grant is all that a call needs: the policies about calls are those that the program ships.
    package let followGrants: Bool
    private let rights: Rights
    private let mark: Mark
    /// The attributes of an operation in the order in which a question tells them.
    private let order: [String]
    private let doesCallerHaveOwner: Bool

    /// All on which answers hang.
    private struct Mark: Sendable, Hashable {
        let rules: Set<CedarPolicy.Rule>
        let organisations: Set<Entity>
    }

    init(_ knowledge: Knowledge, at now: Instant, by engine: Engine, number: Int64) throws {
        rights = try knowledge.rights(at: now, by: engine, policies: number)
        mark = Mark(
            rules: Set(engine.policies.filter(\.isAboutCalls).map(\.rule)),
            organisations: Set(knowledge.entities(at: now)))
        followGrants = mark.rules == CallRules.shipped
        order = rights.world.order(of: "Operation")
        // By the words of an older release it has none.
        doesCallerHaveOwner = !rights.world.order(of: "Service").isEmpty
    }

    /// By the policies that the program ships.
    package init(organisations: OrganisationRegister, home: ID<Organisation>, at now: Instant) throws {
        try self.init(organisations: organisations, home: home, at: now, by: Policies.text)
    }

    /// By a text of policies.
    package init(
        organisations: OrganisationRegister, home: ID<Organisation>, at now: Instant, by text: String
    ) throws {
        try self.init(
            Knowledge(organisations: organisations, home: home), at: now, by: try Policies.engine(of: text), number: 0)
    }

    /// Whether no call is answered in another way than by `other`.
    package func say(theSameAs other: CallRules) -> Bool { mark == other.mark }

    /// - Parameter isGranted: whether a grant of the caller's is in force for the operation.
    package func decide(_ call: ServiceCall, isGranted: Bool) -> Decision {
        guard let action = rights.action(Permission("exchange.call")) else {
            return Decision(allowed: false, .init(), .unknownAction, rights)
        }
        let names = rights.names
        var asking = Asking(rights.world)
        let who = asking.entity(names.service, call.caller)
        let what = asking.entity(names.operation, call.operation)
        let (from, to) = (
            asking.term(asking.entity(names.organisation, call.callerOwner.text)),
            asking.term(asking.entity(names.organisation, call.serviceOwner.text))
        )
        var callers = Term.noElements
        if isGranted {
            let start = asking.startOfSet(of: 1)
            asking.add(asking.term(who))
            callers = asking.set(from: start)
        }
        if asking.isOwn(who) { asking.describe(who, doesCallerHaveOwner ? [from] : []) }
        var kind = Term.nothing
        if let said = call.kind { kind = asking.text(said) }
        let (service, name) = (asking.text(call.service), asking.text(call.name))
        let said = ["callers": callers, "owner": to, "service": service, "name": name, "kind": kind]
        asking.describe(what, order.map { said[$0] ?? .nothing })
        let answer = rights.world.decide(asking.query(who, action, what, rights.context(DecisionContext(), of: nil)))
        return Decision(
            allowed: answer.allowed && !answer.isUnsure, answer.isUnsure ? .init() : answer.determining,
            answer.isUnsure ? .unsure : answer.determining.isEmpty ? .noPolicy : .byPolicies, rights)
    }
}

extension CallRules {
    /// What the program ships about calls.
    static let shipped = Set(((try? Policies.engine().policies) ?? []).filter(\.isAboutCalls).map(\.rule))
}

extension CedarPolicy {
    private static let call = EntityUID("Action", "exchange.call")

    /// Whether its scope lets a call of a service through.
    var isAboutCalls: Bool {
        let isAction =
            switch scope.action {
            case .equals(let action), .within(let action): action == CedarPolicy.call
            case .withinAny(let actions): actions.contains(CedarPolicy.call)
            case .any, .ofType, .ofTypeWithin: true
            }
        return isAction && scope.principal.may(be: "Service") && scope.resource.may(be: "Operation")
    }

    /// What it says, however it is written and annotated.
    struct Rule: Sendable, Hashable {
        let effect: Effect
        let scope: Scope
        let conditions: [Expression]
    }

    var rule: Rule { Rule(effect: effect, scope: scope, conditions: conditions) }
}

extension CedarPolicy.Target {
    /// Services and operations stand below nothing, so what is within something of another type is none of them.
    fileprivate func may(be type: TypeName) -> Bool {
        switch self {
        case .any: true
        case .equals(let uid), .within(let uid): uid.type == type
        case .withinAny(let uids): uids.contains { $0.type == type }
        case .ofType(let name), .ofTypeWithin(let name, _): name == type
        }
    }
}

/// What was worked out last, for as long as facts, policies and the day are those.
final class CallRulesShelf: Sendable {
    private let last = Mutex<(revision: Int64, day: Day, rules: CallRules)?>(nil)

    func rules(_ revision: Int64, _ day: Day, _ make: () throws -> CallRules) rethrows -> CallRules {
        if let last = last.withLock({ $0 }), last.revision == revision, last.day == day { return last.rules }
        let rules = try make()
        last.withLock { $0 = (revision, day, rules) }
        return rules
    }
}

extension Identity {
    /// What the policies in force say about calls. Read it in the transaction in which grants are read.
    package func callRules(at now: Instant, in tx: any Transaction) throws -> CallRules {
        try callShelf.rules(try RelationshipStore.revision(in: tx), Day(now)) {
            let (engine, number) = try shelf.engine(in: tx)
            let knowledge = Knowledge(organisations: try OrganisationStore.all(in: tx), home: settings.organisation)
            return try CallRules(knowledge, at: now, by: engine, number: number)
        }
    }
}
