package import Vocabulary

/// What somebody is in an organisation, from a moment on and until another.
package struct Membership: Sendable, Hashable {
    package let id: ID<Membership>
    package let person: ID<Person>
    package let organisation: ID<Organisation>
    package let role: Role
    package let from: Instant
    /// The first moment at which it gives nothing more; nil while no end is known.
    package let until: Instant?

    package init(
        id: ID<Membership>, person: ID<Person>, organisation: ID<Organisation>, role: Role, from: Instant,
        until: Instant? = nil
    ) {
        self.id = id
        self.person = person
        self.organisation = organisation
        self.role = role
        self.from = from
        self.until = until
    }

    /// Whether it lasts no longer than what is asked for by the hour.
    var isForHours: Bool {
        until.map { $0 <= from.adding(seconds: Int64(AccessRequest.elevationHours.upperBound) * 3600) } ?? false
    }

    package func holds(at instant: Instant) -> Bool {
        from <= instant && (until.map { instant < $0 } ?? true)
    }
}

extension Person {
    /// The person as `decide` sees them at the node of `organisation`: with the roles that they hold there now. A
    /// membership that ended, has not begun or is in another organisation gives nothing.
    package init(
        id: ID<Person>, name: String, memberships: [Membership], actingIn organisation: ID<Organisation>,
        at now: Instant, assurance: Assurance = .none, guestOf home: ID<Organisation>? = nil
    ) {
        let roles = memberships.filter { $0.person == id && $0.organisation == organisation && $0.holds(at: now) }.map(
            \.role)
        let isOfTheHouse = roles.contains { $0 != .citizen }
        self.init(
            id: id, name: name, organisation: isOfTheHouse ? organisation : nil,
            roles: Set(roles).subtracting([.peerNode]), assurance: assurance, guestOf: home)
    }
}

/// An account (tài khoản người dùng) as the pages of people show it.
package struct Account: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case active, suspended
    }

    package let id: ID<Person>
    /// Tên đăng nhập.
    package let login: String
    package let name: String
    package let email: String?
    package let state: State
    package let createdAt: Instant
    /// Where somebody is staff, or was last; nil of citizens.
    package var home: ID<Organisation>?

    /// Whether their data were erased: the row, to which others refer, has its own id in place of a login.
    var isErased: Bool { login == id.text }

    /// Of a guest, whose name to sign in with is `canbo.mau@H23`: H23. Names of our own people hold no `@`.
    package var guestOf: ID<Organisation>? {
        login.lastIndex(of: "@").map { ID(String(login[login.index(after: $0)...])) }
    }
}

extension Role {
    /// Roles that people can hold, in the order in which pages list them.
    package static let ofPeople: [Role] = [
        .officer, .departmentLead, .incidentHandler, .unitAdministrator, .nodeAdministrator, .auditor, .citizen,
    ]

    package var label: Phrase {
        switch self {
        case .citizen: Phrase(vi: "Công dân", en: "Citizen")
        case .officer: Phrase(vi: "Cán bộ", en: "Officer")
        case .departmentLead: Phrase(vi: "Lãnh đạo đơn vị", en: "Department lead")
        case .incidentHandler: Phrase(vi: "Người xử lý sự cố", en: "Incident handler")
        case .nodeAdministrator: Phrase(vi: "Quản trị nút", en: "Node administrator")
        case .unitAdministrator: Phrase(vi: "Quản trị đơn vị", en: "Unit administrator")
        case .auditor: Phrase(vi: "Kiểm toán viên", en: "Auditor")
        case .peerNode: Phrase(vi: "Nút thành viên", en: "Member node")
        }
    }
}
