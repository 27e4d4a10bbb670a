package import Vocabulary

/// Somebody of another member who helps here (khách): known by name, vouched for by their own node each time they come,
/// with the roles and dates that an administrator of this node gave. Never staff, and with no way in of their own.
package struct Guest: Sendable, Hashable {
    package let person: ID<Person>
    /// The organisation that vouches for them.
    package let organisation: ID<Organisation>
    /// Their name to sign in with at home.
    package let login: String
    /// Their id at home, for ever the same; nil until they came the first time.
    package let subject: String?
    package let from: Instant
    package let until: Instant
    package let reason: String
    package let registeredBy: ID<Person>?
    package let registeredAt: Instant
    /// When their node vouched for them last.
    package let vouchedAt: Instant?
    /// When their node said that they are not in service any more; nil as soon as it vouches again.
    package let stoppedAt: Instant?
    package let endedAt: Instant?

    /// `canbo.mau@H23`.
    package var name: String { "\(login)@\(organisation)" }

    func holds(at now: Instant) -> Bool { endedAt == nil && from <= now && now < until }

    /// Work may be given to a guest; office and the keys of the house may not.
    package static let roles: Set<Role> = [.officer, .incidentHandler, .auditor]
    static let daysMax: Int64 = 366
}

/// What another node says of its person, once its word was checked against the roster.
package struct Vouched: Sendable, Hashable {
    package let organisation: ID<Organisation>
    /// The person's id at home.
    package let subject: String
    /// The session at home in which they are signed in.
    package let session: String
    package let login: String
    package let name: String
    package let assurance: Assurance
    /// Names this one word of that node; it is taken once.
    package let token: String

    package init(
        organisation: ID<Organisation>, subject: String, session: String, login: String, name: String,
        assurance: Assurance, token: String
    ) {
        self.organisation = organisation
        self.subject = subject
        self.session = session
        self.login = login
        self.name = name
        self.assurance = assurance
        self.token = token
    }
}

/// Why a guest is not let in though their node vouches for them. The raw value is the stable code.
package enum GuestRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// The same word of the node was taken before.
    case replayed = "identity.guest-replayed"
    /// Nobody here registered them.
    case unknown = "identity.guest-unknown"
    case early = "identity.guest-too-early"
    case over = "identity.guest-over"
    /// The name belonged to somebody else at home when it was registered.
    case otherPerson = "identity.guest-other-person"
    case suspended = "identity.guest-suspended"
}
