package import Vocabulary

/// A program with a name of its own (tài khoản dịch vụ): what it may ask for, in which organisation, with which keys.
package struct ServiceAccount: Sendable, Hashable {
    /// What a key opens. The raw value stands in tables and in tokens of OAuth.
    package enum Scope: String, Sendable, Hashable, CaseIterable {
        /// Reads people and groups over SCIM.
        case readPeople = "scim.read"
        /// Reads how they are reached as well, and their employee numbers; without it these are left out.
        case readContacts = "scim.contacts"
        /// Writes them too, and so reads all that it writes.
        case writePeople = "scim"
        case readAxis = "axis.read"
        case keepServices = "axis.services"
        case askForGrants = "axis.ask"
        case issueKeys = "axis.keys"

        /// On the doors of the axis; nil for what is of others.
        var onAxis: AxisScope? { AxisScope(rawValue: rawValue) }
    }

    package let id: ID<ServiceAccount>
    /// It reaches this organisation and what is below it, nothing else.
    package let organisation: ID<Organisation>
    package let name: String
    package let purpose: String
    package let scopes: Set<Scope>
    /// Roles that it may hand out in its reach; never a privileged one.
    package let roles: Set<Role>
    package let createdAt: Instant
    package let endedAt: Instant?

    /// Roles that no program may hand out: they need a person, and where the policy says so a second one.
    package static let privileged = Set(Role.allCases.filter { $0.isPrivileged || [.peerNode, .citizen].contains($0) })

    /// Who is told that a key of it ends.
    static let keepers: Set<Role> = [.unitAdministrator, .nodeAdministrator]

    /// As the author of what it does, in the ledger.
    package var author: Person {
        Person(id: ID(id.text), name: name, organisation: organisation, roles: [])
    }
}

/// A secret by which a program is known (khóa truy cập). 256 random bits; the table has their SHA-256.
package struct ServiceKey: Sendable, Hashable {
    package let id: ID<ServiceKey>
    package let service: ID<ServiceAccount>
    /// The last four characters, to tell keys apart.
    package let hint: String
    package let createdAt: Instant
    package let expiresAt: Instant
    package let usedAt: Instant?

    /// Begins every key, so that scanners of leaked secrets find it.
    package static let prefix = "truc-key-"
    package static let daysDefault: Int64 = 90
    package static let daysMax: Int64 = 366
    /// Days before the end at which somebody is told, the first of them first.
    package static let warningDays = [30, 7, 1]
    /// Two at a time: the old one works on while the new one is put in place.
    package static let livingMax = 2

    package func lives(at now: Instant) -> Bool { now < expiresAt }

    /// The warning that is due now: 30, 7 or 1 days before the end; nil when the end is far.
    package func warning(at now: Instant) -> Int? {
        ServiceKey.warningDays.last { expiresAt <= now.adding(days: Int64($0)) }
    }
}
