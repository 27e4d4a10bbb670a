import Scim
import Vocabulary

/// Who calls over SCIM, from where and when, and how far they reach.
struct ScimCaller: Sendable {
    let service: ServiceAccount
    /// `https://node.example.vn/scim/v2`.
    let base: String
    let at: Instant

    var canWrite: Bool { service.scopes.contains(.writePeople) }
    /// Whether its grant covers personal data; for what it wants them stands in the grant.
    var seesContacts: Bool { canWrite || service.scopes.contains(.readContacts) }
    var purpose: String? { seesContacts && !service.purpose.isEmpty ? service.purpose : nil }
    var author: Person { service.author }

    func location(_ type: ScimResourceType, _ id: String) -> String { "\(base)/\(type.endpoint)/\(id)" }
}

/// What a SCIM client reaches in one transaction.
struct ScimReach: Sendable {
    let caller: ScimCaller
    let register: OrganisationRegister
    let organisations: Set<ID<Organisation>>
    /// Where new people come to work.
    let home: ID<Organisation>

    var day: Day { Day(caller.at) }

    init(_ caller: ScimCaller, _ register: OrganisationRegister) {
        self.caller = caller
        self.register = register
        let (own, day) = (caller.service.organisation, Day(caller.at))
        organisations = register.house(of: own, on: day)
        let heirs = register.current(of: own, on: day)
        home = heirs.count == 1 ? heirs.first?.id ?? own : own
    }

    /// The unit that somebody calls by its id or its name today; nil when it is none of the client's.
    func unit(called text: String) -> ID<Organisation>? {
        register.unit(called: text, among: organisations, on: day)
    }
}

/// A role in an organisation as a group of SCIM: `officer@H40`.
struct RoleGroup: Sendable, Hashable {
    let role: Role
    let organisation: ID<Organisation>

    var id: String { "\(role.rawValue)@\(organisation)" }

    init(role: Role, organisation: ID<Organisation>) {
        self.role = role
        self.organisation = organisation
    }

    init?(_ id: String) {
        guard let at = id.firstIndex(of: "@"), let role = Role(rawValue: String(id[..<at])) else { return nil }
        self.init(role: role, organisation: ID(String(id[id.index(after: at)...])))
    }

    func name(_ register: OrganisationRegister, on day: Day) -> String {
        "\(role.label.vi) – \(register.name(of: organisation, on: day).vi)"
    }

    /// Those of one client, in the order of their ids.
    static func all(_ reach: ScimReach) -> [RoleGroup] {
        reach.organisations.filter { reach.register[$0]?.exists(on: reach.day) ?? false }
            .flatMap { organisation in
                Role.ofPeople.filter { $0 != .citizen }.map { RoleGroup(role: $0, organisation: organisation) }
            }.sorted { $0.id < $1.id }
    }
}
