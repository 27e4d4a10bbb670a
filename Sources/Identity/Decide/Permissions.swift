package import Vocabulary

/// One line of the table: what may be begun, by whom, and to whose things.
package struct PermissionLine: Sendable, Hashable {
    package enum Who: Sendable, Hashable {
        case everyone
        case signedIn
        /// Whoever holds one of these roles at this node.
        case holders(Set<Role>)
        /// Other members' nodes and nobody else.
        case nodes
    }

    package enum Reach: String, Sendable, Hashable {
        /// Whatever this node holds, also what other members shared with it.
        case held
        /// Only what belongs to the organisations for which the person holds the role, and to those below them.
        case own
    }

    package let action: Permission
    package let who: Who
    package let reach: Reach
    /// A peer node passes no door of people, except the few that are marked so.
    package let alsoForNodes: Bool
    /// Whether it carries things out of the node: RED stays.
    package let isExport: Bool
    /// Whether programs with a scope of the axis may begin it too.
    private let alsoForPrograms: Bool

    init(
        _ action: String, _ who: Who, _ reach: Reach = .held, alsoForNodes: Bool = false, isExport: Bool = false,
        alsoForPrograms: Bool = false
    ) {
        self.action = Permission(action)
        self.who = who
        self.reach = reach
        self.alsoForNodes = alsoForNodes
        self.isExport = isExport
        self.alsoForPrograms = alsoForPrograms
    }

    /// Whether a program may ever be whom policies are asked about.
    var isForPrograms: Bool { alsoForPrograms || who == .everyone }

    /// The groups of actions by which policies speak of it.
    var groups: [String] {
        var groups: [String] =
            switch who {
            case .everyone: ["open"]
            case .signedIn: ["signed-in"]
            case .nodes: ["peer"]
            case .holders(let roles): roles.compactMap(\.group).sorted() + [reach.rawValue]
            }
        if alsoForNodes { groups.append("peer") }
        if isExport { groups.append("export") }
        return groups
    }
}

/// Every permission of every room, in one table. What is not here is denied to all; why and when a line holds is said
/// by the policies in `policies.cedar`.
package enum Permissions {
    private static let staff: Set<Role> = [.officer, .departmentLead, .incidentHandler]

    package static let all: [PermissionLine] = [
        PermissionLine("everyone", .everyone, alsoForNodes: true),
        PermissionLine("signedIn", .signedIn),
        PermissionLine("design.view", .everyone),

        PermissionLine("incidents.view", .holders(staff.union([.auditor]))),
        PermissionLine("incidents.report", .holders(staff), .own),
        PermissionLine("incidents.share", .holders([.departmentLead, .incidentHandler]), .own, isExport: true),

        PermissionLine("threats.view", .holders(staff.union([.auditor]))),
        PermissionLine("threats.add", .holders(staff), .own),
        PermissionLine("threats.import", .holders([.incidentHandler]), .own),
        PermissionLine("threats.share", .holders([.departmentLead, .incidentHandler]), .own, isExport: true),

        PermissionLine("exchange.view", .holders(staff.union([.nodeAdministrator, .auditor]))),
        PermissionLine("exchange.deliveries", .holders([.departmentLead, .incidentHandler, .auditor])),
        PermissionLine("exchange.administer", .holders([.nodeAdministrator])),
        PermissionLine("exchange.peer", .nodes),
        PermissionLine(
            "exchange.catalogue", .holders(staff.union([.nodeAdministrator, .unitAdministrator, .auditor])),
            alsoForPrograms: true),
        PermissionLine(
            "exchange.register", .holders([.departmentLead, .nodeAdministrator, .unitAdministrator]), .own,
            alsoForPrograms: true),
        PermissionLine(
            "exchange.request", .holders(staff.union([.nodeAdministrator, .unitAdministrator])), .own,
            alsoForPrograms: true),
        PermissionLine("exchange.decide", .holders([.departmentLead]), .own),

        PermissionLine("gateway.view", .holders([.departmentLead, .nodeAdministrator, .auditor])),
        PermissionLine("gateway.evidence", .holders([.departmentLead, .nodeAdministrator, .auditor])),

        PermissionLine("events.view", .holders(staff.union([.nodeAdministrator, .auditor]))),
        PermissionLine("events.register", .holders([.departmentLead, .nodeAdministrator]), .own),
        PermissionLine("events.administer", .holders([.nodeAdministrator])),
        PermissionLine("events.connect", .everyone),

        PermissionLine("ledger.read", .holders([.departmentLead, .nodeAdministrator, .auditor])),
        PermissionLine(
            "ledger.checkpoint", .holders([.departmentLead, .nodeAdministrator, .auditor]), alsoForNodes: true),

        PermissionLine(
            "identity.people", .holders([.departmentLead, .nodeAdministrator, .unitAdministrator, .auditor])),
        PermissionLine("identity.administer", .holders([.nodeAdministrator]), .own),
        PermissionLine("identity.policies", .holders([.nodeAdministrator, .auditor])),
        PermissionLine("identity.clients", .holders([.nodeAdministrator, .auditor])),
        PermissionLine("identity.delegate", .holders([.nodeAdministrator, .unitAdministrator]), .own),
        PermissionLine("identity.provision", .everyone),
        PermissionLine("identity.requests", .holders(staff.union([.nodeAdministrator, .auditor]))),
        PermissionLine(
            "identity.deputies", .holders(staff.union([.nodeAdministrator, .unitAdministrator, .auditor]))),
        PermissionLine("identity.explain", .holders([.departmentLead, .nodeAdministrator, .auditor])),
        PermissionLine(
            "identity.review", .holders([.departmentLead, .nodeAdministrator, .unitAdministrator, .auditor])),
        PermissionLine("identity.account", .signedIn),
    ]

    /// Those that somebody asks about by name: not what is open to all, or to all who signed in.
    package static let explained = all.filter { $0.action.name.contains(".") }

    package static let table = Dictionary(all.map { ($0.action.name, $0) }, uniquingKeysWith: { first, _ in first })
}

extension Role {
    /// The word by which policies call it: an attribute of a person and a group of actions.
    var group: String? {
        switch self {
        case .officer: "officer"
        case .departmentLead: "lead"
        case .incidentHandler: "handler"
        case .nodeAdministrator: "administrator"
        case .unitAdministrator: "unit"
        case .auditor: "auditor"
        case .citizen, .peerNode: nil
        }
    }

    static let withGroup: [Role] = [
        .officer, .departmentLead, .incidentHandler, .nodeAdministrator, .unitAdministrator, .auditor,
    ]
}
