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
    private let node: Handle
    private let stranger: Handle
    private let moments: [ContextTerm]
    private let obligations: [(Decision.Obligation, Handle?)]

    /// The words of the schema as numbers.
    struct Names: Sendable {
        let organisation, person, peer, service, operation, record, request: Name
        let assurance, suspended: Name
        /// Nil in the words of an older release: programs were strangers to it.
        let program: Name?
    }

    static let recordOrder = ["author", "handlers", "id", "kinds", "label", "named", "owner", "recipients"]
    static let personOrder = [
        "administrator", "auditor", "handler", "lead", "lenders", "officer", "opened", "unit", "units",
    ]
    static let programOrder = ["home", "scopes"]

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
            request: try name("Request"), assurance: try name("assurance"), suspended: try name("suspended"),
            program: world.order(of: "Program") == Rights.programOrder ? world.name("Program") : nil)
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
        obligations = Decision.Obligation.allCases.map { ($0, world.action("oblige.\($0.rawValue)")) }
    }

    static let nodeUID = EntityUID("Node", "this")
    static let strangerUID = EntityUID("Stranger", "anybody")

    func action(_ permission: Permission) -> Handle? { world.action(permission.name) }

    func decide(
        _ principal: Person?, _ permission: Permission, on resource: Resource, in context: DecisionContext
    ) -> Decision {
        guard let action = action(permission) else {
            return Decision(allowed: false, PolicyMask(), .unknownAction, self)
        }
        var asking = Asking(world)
        let who = self.principal(principal, in: &asking)
        let moment = self.context(context, of: principal)
        if resource.isNothing {
            var evaluation = Evaluation(asking.query(who, action, node, moment))
            return decision(evaluation.shortAnswer(), [], principal)
        }
        var evaluation = Evaluation(asking.query(who, action, .told, moment), told: names.record)
        let answer = evaluation.shortAnswer { self.tell(resource, $0, &$1) }
        var obliged: Set<Decision.Obligation> = []
        if answer.allowed {
            for (obligation, action) in obligations {
                guard let action else { continue }
                if evaluation.allows(action, { self.tell(resource, $0, &$1) }) { obliged.insert(obligation) }
            }
        }
        return decision(answer, obliged, principal)
    }

    private func decision(_ answer: Answer, _ obliged: Set<Decision.Obligation>, _ principal: Person?) -> Decision {
        guard answer.allowed, !answer.isUnsure else {
            let why: Decision.Fallback =
                answer.isUnsure
                ? .unsure : !answer.determining.isEmpty ? .byPolicies : principal == nil ? .nobodySignedIn : .noPolicy
            return Decision(allowed: false, answer.isUnsure ? PolicyMask() : answer.determining, why, self)
        }
        return Decision(allowed: true, answer.determining, obliging: obliged, self)
    }

    /// The question itself, for explaining it; nil for an action that nobody declared.
    func query(
        _ principal: Person?, _ permission: Permission, on resource: Resource, in context: DecisionContext
    ) -> Query? {
        guard let action = action(permission) else { return nil }
        var asking = Asking(world)
        let who = self.principal(principal, in: &asking)
        let what = resource.isNothing ? node : record(resource, in: &asking)
        return asking.query(who, action, what, self.context(context, of: principal))
    }

    // MARK: Who, what and when, in numbers

    func principal(_ person: Person?, in asking: inout Asking) -> Handle {
        guard let id = person?.id.text, let roles = person?.roles else { return stranger }
        if let person, let scopes = person.scopes { return program(person, scopes, in: &asking) }
        // Few roles are looked through faster than one is looked up.
        if roles.contains(where: { $0 == .peerNode }) { return asking.entity(names.peer, id) }
        let handle = asking.entity(names.person, id)
        if asking.isOwn(handle), let person { describe(person, as: handle, in: &asking) }
        return handle
    }

    /// A program as its key or token describes it. It has no roles, and is none of the people of its organisation.
    private func program(_ program: Person, _ scopes: Set<AxisScope>, in asking: inout Asking) -> Handle {
        guard let type = names.program, let home = program.organisation else { return stranger }
        let handle = asking.entity(type, program.id.text)
        let words = scopes.map(\.rawValue).sorted().map { asking.text($0) }
        let start = asking.startOfSet(of: words.count)
        for word in words { asking.add(word) }
        let set = words.isEmpty ? Term.noElements : asking.set(from: start)
        let place = asking.entity(names.organisation, home.text)
        asking.describe(handle, [asking.term(place), set], parents: [place])
        return handle
    }

    /// Somebody of whom the facts know nothing, as they are described.
    private func describe(_ person: Person, as handle: Handle, in asking: inout Asking) {
        let unit = person.organisation.map { asking.entity(names.organisation, $0.text) }
        func seats(_ role: Role) -> Term {
            guard person.roles.contains(role), let unit = person.organisation else { return .nothing }
            return set(of: names.organisation, [unit], &asking)
        }
        let units = set(of: names.organisation, Set(person.organisation.map { [$0] } ?? []), &asking)
        asking.describe(
            handle,
            [
                seats(.nodeAdministrator), seats(.auditor), seats(.incidentHandler), seats(.departmentLead),
                .noElements, seats(.officer), .noElements, seats(.unitAdministrator), units,
            ], parents: unit.map { [$0] } ?? [])
    }

    private func record(_ resource: Resource, in asking: inout Asking) -> Handle {
        let handle = asking.entity(names.record, World.unknown)
        var terms: [Term] = []
        for place in Rights.recordOrder.indices { terms.append(tell(resource, place, &asking)) }
        asking.describe(handle, terms)
        return handle
    }

    /// One attribute of a record, by its place in `recordOrder`.
    private func tell(_ resource: Resource, _ place: Int, _ asking: inout Asking) -> Term {
        switch place {
        case 0: resource.author.map { asking.term(asking.entity(names.person, $0.text)) } ?? .nothing
        case 1: set(of: names.person, resource.handlers, &asking)
        case 2: asking.text(resource.id)
        case 3: kinds(resource.kinds, &asking)
        case 4: asking.text(Rights.capitals(resource.label ?? "TLP:AMBER"))
        case 5: set(of: names.person, resource.named, &asking)
        case 6: resource.owner.map { asking.term(asking.entity(names.organisation, $0.text)) } ?? .nothing
        default: set(of: names.organisation, resource.recipients, &asking)
        }
    }

    private func set<Kind>(of type: Name, _ ids: Set<ID<Kind>>, _ asking: inout Asking) -> Term {
        if ids.isEmpty { return .noElements }
        let start = asking.startOfSet(of: ids.count)
        for id in ids { asking.add(asking.term(asking.entity(type, id.text))) }
        return asking.set(from: start)
    }

    private func kinds(_ kinds: Set<String>, _ asking: inout Asking) -> Term {
        if kinds.isEmpty { return .noElements }
        let start = asking.startOfSet(of: kinds.count)
        for kind in kinds { asking.add(asking.text(kind)) }
        return asking.set(from: start)
    }

    /// As labels are compared; most are written so, and are not written anew.
    private static func capitals(_ label: String) -> String {
        let bytes = label.utf8.span
        for place in bytes.indices where bytes[place] > UInt8(ascii: "Z") { return label.uppercased() }
        return label
    }

    func context(_ context: DecisionContext, of person: Person?) -> ContextTerm {
        let assurance = min(max(context.assurance ?? person?.assurance.level ?? 0, 0), 3)
        return moments[assurance << 1 | (context.isSuspended ? 1 : 0)]
    }
}
