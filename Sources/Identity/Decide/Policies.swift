package import Vocabulary

/// One line of the table: who may do it, and to whose things.
package struct Policy: Sendable, Hashable {
    package enum Who: Sendable, Hashable {
        case everyone
        case signedIn
        /// Whoever holds one of these roles in the organisation of this node.
        case holders(Set<Role>)
        /// Other members' nodes and nobody else.
        case nodes
    }

    package enum Reach: Sendable, Hashable {
        /// Whatever this node holds, also what other members shared with it.
        case held
        /// Only what belongs to the organisation in which the person acts.
        case own
    }

    package let action: Permission
    package let who: Who
    package let reach: Reach
    /// A peer node passes no door of people, except the few that are marked so.
    package let alsoForNodes: Bool

    init(_ action: String, _ who: Who, _ reach: Reach = .held, alsoForNodes: Bool = false) {
        self.action = Permission(action)
        self.who = who
        self.reach = reach
        self.alsoForNodes = alsoForNodes
    }
}

/// Who has which permission: every permission of every room, in one table. What is not here is denied to all.
package enum Policies {
    package static let all: [Policy] = [
        Policy("everyone", .everyone, alsoForNodes: true),
        Policy("signedIn", .signedIn),
        Policy("design.view", .everyone),

        Policy("incidents.view", .holders([.officer, .departmentLead, .incidentHandler, .auditor])),
        Policy("incidents.report", .holders([.officer, .departmentLead, .incidentHandler]), .own),
        Policy("incidents.share", .holders([.departmentLead, .incidentHandler]), .own),

        Policy("threats.view", .holders([.officer, .departmentLead, .incidentHandler, .auditor])),
        Policy("threats.add", .holders([.officer, .departmentLead, .incidentHandler]), .own),
        Policy("threats.import", .holders([.incidentHandler]), .own),
        Policy("threats.share", .holders([.departmentLead, .incidentHandler]), .own),

        Policy(
            "exchange.view",
            .holders([.officer, .departmentLead, .incidentHandler, .nodeAdministrator, .auditor])),
        Policy("exchange.deliveries", .holders([.departmentLead, .incidentHandler, .auditor])),
        Policy("exchange.administer", .holders([.nodeAdministrator])),
        Policy("exchange.peer", .nodes),

        Policy("ledger.read", .holders([.departmentLead, .nodeAdministrator, .auditor])),
        Policy("ledger.checkpoint", .everyone, alsoForNodes: true),

        Policy("identity.people", .holders([.departmentLead, .nodeAdministrator, .auditor])),
        Policy("identity.administer", .holders([.nodeAdministrator]), .own),
        Policy("identity.account", .signedIn),
    ]

    package static let table = Dictionary(all.map { ($0.action.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// TLP:RED is for the eyes of named people (FIRST TLP 2.0 §4). Until recipients can be named one by one, these
    /// roles stand for them, and whoever wrote the thing.
    static let readersOfRed: Set<Role> = [.departmentLead, .incidentHandler]

    /// A label that nobody recognises restricts like the strictest.
    static func isForNamedEyes(_ label: String?) -> Bool {
        guard let label else { return false }
        return !["TLP:CLEAR", "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT"].contains(label.uppercased())
    }
}
