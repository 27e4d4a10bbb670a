/// Who asks: a person, a program with a key or token of its own, or another node that signed its call. Made by
/// `Identity` (people, programs) and `Exchange` (nodes).
package struct Person: Sendable, Hashable {
    package let id: ID<Person>
    package let name: String
    /// The organisation in which the person acts now; nil for a citizen without a membership.
    package let organisation: ID<Organisation>?
    package let roles: Set<Role>
    /// How surely this is the person, in the session that asks.
    package let assurance: Assurance
    /// The organisation that vouches for them, of somebody who is a guest here (khách); nil of everybody else.
    package let guestOf: ID<Organisation>?
    /// What a program may that calls in its own name (tài khoản dịch vụ); nil of people and nodes.
    package let scopes: Set<AxisScope>?

    package init(
        id: ID<Person>, name: String, organisation: ID<Organisation>?, roles: Set<Role>, assurance: Assurance = .none,
        guestOf: ID<Organisation>? = nil, scopes: Set<AxisScope>? = nil
    ) {
        self.id = id
        self.name = name
        self.organisation = organisation
        self.roles = roles
        self.assurance = assurance
        self.guestOf = guestOf
        self.scopes = scopes
    }

    /// Whether nobody answers for the moment: it is a program's.
    package var isProgram: Bool { scopes != nil }
}

/// The kind of an organisation's id. The thing itself lives in `Identity`.
package enum Organisation {}

/// What somebody is in an organisation. Which actions it opens is for `decide` to say.
package enum Role: String, Sendable, Hashable, CaseIterable {
    /// Công dân.
    case citizen
    /// Cán bộ.
    case officer
    /// Lãnh đạo Sở, phòng.
    case departmentLead = "department-lead"
    /// Người xử lý sự cố.
    case incidentHandler = "incident-handler"
    /// Quản trị nút.
    case nodeAdministrator = "node-administrator"
    /// Quản trị đơn vị: people of a unit and of what is below it.
    case unitAdministrator = "unit-administrator"
    /// Kiểm toán viên.
    case auditor
    /// Another member's node; never held by a person.
    case peerNode = "peer-node"
}
