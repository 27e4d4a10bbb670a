package import Cedar
package import Vocabulary

/// Facts and policies at one moment, ready to decide: what `decide` decides by. Never changes; the next revision is
/// another one.
package final class Rights: Sendable {
    package let world: World
    /// Counts every change of a fact or a policy at this node.
    package let revision: Int64
    /// The number of the policies among this node's revisions of them.
    package let policies: Int64
    /// The first moment at which a fact begins or ends; until then nothing changes by itself.
    package let goodUntil: Instant
    let names: Names
    private let actions: [String: Handle]
    private let node: Handle
    private let stranger: Handle
    private let moments: [ContextTerm]
    private let obligations: [(Decision.Obligation, Handle?)]

    /// The words of the schema as numbers.
    struct Names: Sendable {
        let organisation, person, peer, service, operation, record, request: Name
        let assurance, suspended: Name
    }

    static let recordOrder = ["author", "handlers", "id", "kinds", "label", "named", "owner", "recipients"]
    static let personOrder = [
        "administrator", "auditor", "handler", "lead", "officer", "opened", "unit", "units",
    ]

    /// Throws when the world is not one of our schema.
    package init(
        _ world: World, revision: Int64, policies: Int64 = 0, goodUntil: Instant = Instant(milliseconds: .max)
    ) throws {
        self.world = world
        self.revision = revision
        self.policies = policies
        self.goodUntil = goodUntil
        func name(_ text: String) throws -> Name {
            guard let name = world.name(text) else { throw WorldFault(uid: nil, what: "the schema has no \(text)") }
            return name
        }
        guard world.order(of: "Record") == Rights.recordOrder, world.order(of: "Person") == Rights.personOrder else {
            throw WorldFault(uid: nil, what: "the schema is not ours")
        }
        names = Names(
            organisation: try name("Organisation"), person: try name("Person"), peer: try name("Peer"),
            service: try name("Service"), operation: try name("Operation"), record: try name("Record"),
            request: try name("Request"), assurance: try name("assurance"), suspended: try name("suspended"))
        var actions: [String: Handle] = [:]
        for action in world.engine.schema.actions.keys { actions[action.id] = world.handle(of: action) }
        self.actions = actions
        guard let node = world.handle(of: Rights.nodeUID), let stranger = world.handle(of: Rights.strangerUID) else {
            throw WorldFault(uid: nil, what: "the world lacks the node")
        }
        self.node = node
        self.stranger = stranger
        let names = names
        moments = (0..<8).map { index in
            ContextTerm([
                (names.assurance, .long(Int64(index >> 1))), (names.suspended, index & 1 == 1 ? .yes : .no),
            ])
        }
        obligations = Decision.Obligation.allCases.map { ($0, actions["oblige.\($0.rawValue)"]) }
    }

    static let nodeUID = EntityUID("Node", "this")
    static let strangerUID = EntityUID("Stranger", "anybody")

    func action(_ permission: Permission) -> Handle? { actions[permission.name] }

    func decide(
        _ principal: Person?, _ permission: Permission, on resource: Resource, in context: DecisionContext
    ) -> Decision {
        guard let action = actions[permission.name] else {
            return Decision(allowed: false, PolicyMask(), .unknownAction, self)
        }
        var asking = Asking(world)
        let who = self.principal(principal, in: &asking)
        let isDoor = resource == .none
        let what = isDoor ? node : record(resource, in: &asking)
        let query = asking.query(who, action, what, self.context(context, of: principal))
        let answer = world.decide(query)
        guard answer.allowed, !answer.isUnsure else {
            let why: Decision.Fallback =
                answer.isUnsure
                ? .unsure : !answer.determining.isEmpty ? .byPolicies : principal == nil ? .nobodySignedIn : .noPolicy
            return Decision(allowed: false, answer.isUnsure ? PolicyMask() : answer.determining, why, self)
        }
        return Decision(allowed: true, answer.determining, of: isDoor ? nil : query, self)
    }

    func obligations(_ query: Query) -> Set<Decision.Obligation> {
        Set(
            obligations.compactMap { obligation, action in
                action.map { world.decide(query.about($0)).allowed } == true ? obligation : nil
            })
    }

    /// The question itself, for explaining it; nil for an action that nobody declared.
    func query(
        _ principal: Person?, _ permission: Permission, on resource: Resource, in context: DecisionContext
    ) -> Query? {
        guard let action = actions[permission.name] else { return nil }
        var asking = Asking(world)
        let who = self.principal(principal, in: &asking)
        let what = resource == .none ? node : record(resource, in: &asking)
        return asking.query(who, action, what, self.context(context, of: principal))
    }

    // MARK: Who, what and when, in numbers

    func principal(_ person: Person?, in asking: inout Asking) -> Handle {
        guard let person else { return stranger }
        if person.roles.contains(.peerNode) { return asking.entity(names.peer, person.id.text) }
        let handle = asking.entity(names.person, person.id.text)
        guard asking.isOwn(handle) else { return handle }
        describe(person, as: handle, in: &asking)
        return handle
    }

    /// Somebody of whom the facts know nothing, as they are described.
    private func describe(_ person: Person, as handle: Handle, in asking: inout Asking) {
        let unit = person.organisation.map { asking.entity(names.organisation, $0.text) }
        func seats(_ role: Role) -> Term {
            guard person.roles.contains(role), let unit = person.organisation else { return .nothing }
            return asking.entities(names.organisation, [unit.text])
        }
        let units = asking.entities(names.organisation, person.organisation.map { [$0.text] } ?? [])
        asking.describe(
            handle,
            [
                seats(.nodeAdministrator), seats(.auditor), seats(.incidentHandler), seats(.departmentLead),
                seats(.officer), .noElements, seats(.unitAdministrator), units,
            ], parents: unit.map { [$0] } ?? [])
    }

    private func record(_ resource: Resource, in asking: inout Asking) -> Handle {
        let handle = asking.entity(names.record, World.unknown)
        let author = resource.author.map { asking.entity(names.person, $0.text) }
        let owner = resource.owner.map { asking.entity(names.organisation, $0.text) }
        asking.describe(
            handle,
            [
                author.map { asking.term($0) } ?? .nothing,
                asking.entities(names.person, resource.handlers.map(\.text)), asking.text(resource.id),
                asking.texts(resource.kinds),
                asking.text(resource.label?.uppercased() ?? "TLP:AMBER"),
                asking.entities(names.person, resource.named.map(\.text)), owner.map { asking.term($0) } ?? .nothing,
                asking.entities(names.organisation, resource.recipients.map(\.text)),
            ])
        return handle
    }

    func context(_ context: DecisionContext, of person: Person?) -> ContextTerm {
        let assurance = min(max(context.assurance ?? person?.assurance.level ?? 0, 0), 3)
        return moments[assurance << 1 | (context.isSuspended ? 1 : 0)]
    }
}
