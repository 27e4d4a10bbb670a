package import Database
package import Ledger
package import Logging
package import Mail
import StrictJSON
package import Vocabulary
package import Web
import WebAuthn

/// Who somebody is, since when and for whom they act, and what that permits (định danh và phân quyền).
///
/// Organisations through time, accounts, memberships that begin and end, sign-in with password and authenticator,
/// sessions, and `decide`. Every sign-in, change of right and read of somebody's data is a fact of the ledger, written
/// in the transaction that it belongs to.
package struct Identity: Sendable {
    package typealias Organisations = OrganisationRegister

    let database: any Database
    let outbox: LedgerOutbox
    let mail: Mail?
    let now: Clock
    let authenticatorNow: Clock
    let newID: IDSource
    let logger: Logger
    package let settings: Settings
    let hasher: PasswordHasher
    let box: SecretBox
    let party: RelyingParty
    let current = CurrentRights()
    let shelf = PolicyShelf()
    let callShelf = CallRulesShelf()
    let records = RecordSources()
    let erasures = Erasures()
    let freeTexts = FreeTexts(Identity.ownFreeTexts)
    let neighbours = Neighbourhood()
    let hourly = Hourly()
    let uses = Uses()
    let keptRights = KeptRightsRegister()
    let openID: OpenID

    /// `authenticatorNow` is the time by which one-time codes are judged: the real one, also at a node whose `now` is
    /// shifted for a demonstration.
    package init(
        database: any Database, outbox: LedgerOutbox, mail: Mail? = nil, now: @escaping Clock,
        authenticatorNow: Clock? = nil, newID: @escaping IDSource, logger: Logger = Logger(label: "identity"),
        settings: Settings
    ) {
        self.database = database
        self.outbox = outbox
        self.mail = mail
        self.now = now
        self.authenticatorNow = authenticatorNow ?? now
        self.newID = newID
        self.logger = logger
        self.settings = settings
        hasher = PasswordHasher(
            atOnce: settings.hashesAtOnce, waiting: settings.hashesWaiting, cost: settings.passwordCost)
        box = SecretBox(key: settings.key)
        party = settings.relyingParty
        openID = OpenID(
            database: database, outbox: outbox, now: now, newID: newID, box: box, settings: settings.openID, uses: uses)
    }

    var throttle: Throttle { Throttle(box: box) }
    var cookies: Cookies { Cookies(prefix: settings.cookiePrefix) }

    package func doors(_ site: Site) {
        signInDoors(site)
        confirmDoors(site)
        passkeyDoors(site)
        noticeDoors(site)
        resetDoors(site)
        accountDoors(site)
        peopleDoors(site)
        organisationDoors(site)
        serviceDoors(site)
        scimDoors(site)
        importDoors(site)
        privacyDoors(site)
        explainDoors(site)
        policyDoors(site)
        requestDoors(site)
        deputyDoors(site)
        guestDoors(site)
        reviewDoors(site)
        openIDDoors(site)
    }

    /// Fills the tables of a new node with what is known about organisations. Does nothing where there are any.
    package func prepare() async throws {
        let at = now()
        _ = try Policies.engine()
        try await database.write { tx in
            try takeShippedPolicies(at: at, in: tx)
            for account in try AttributeStore.withoutAny(in: tx) {
                try AttributeStore.replace(account.attributes, of: account.id, in: tx)
            }
            guard try tx.row("SELECT id FROM identity_organisation LIMIT 1") == nil else { return }
            for record in OrganisationRegister.seed.all { try OrganisationStore.save(record, in: tx) }
            try outbox.record(
                "identity.organisations-seeded", ["count": .integer(Int64(OrganisationRegister.seed.all.count))],
                at: at, in: tx)
            try RelationshipStore.change("organisations-seeded", at: at, in: tx)
        }
        try await readRights()
    }

    package func organisations() async throws -> OrganisationRegister {
        try await database.read { try OrganisationStore.all(in: $0) }
    }

    /// Writes what is now known of an organisation in place of what was.
    package func save(_ record: OrganisationRecord, by person: Person?) async throws {
        let at = now()
        try await database.write { tx in
            try OrganisationStore.save(record, in: tx)
            try RelationshipStore.change("organisation", at: at, in: tx)
            try outbox.record(
                "identity.organisation-saved",
                ["organisation": "\(record.id)", "by": .string(orNull: person?.id.text)],
                subject: record.id.text, at: at, in: tx)
        }
    }
}

extension Identity {
    package struct Settings: Sendable {
        /// The organisation whose node this is; memberships in it give rights here.
        package var organisation: ID<Organisation>
        /// What an authenticator app shows beside the code.
        package var issuer: String
        /// 32 bytes that stay on this node: seals authenticator secrets. Lose it and people set theirs up again.
        package var key: [UInt8]
        /// The same as the site's.
        package var cookiePrefix: String
        /// Whether a link in somebody's mail signs them in, if they have no second step.
        package var allowsMailLinks = false
        /// How people get here, `https://attt.example.vn`: passkeys are bound to it for good.
        package var origin = "http://localhost"
        package var sessionIdleSeconds: Int64 = 30 * 60
        package var sessionSeconds: Int64 = 12 * 3600
        package var sessionRenewSeconds: Int64 = 15 * 60
        /// How long a replaced token is still good, for requests that were under way.
        package var sessionGraceSeconds: Int64 = 60
        package var halfSessionSeconds: Int64 = 10 * 60
        package var linkSeconds: Int64 = 24 * 3600
        /// How long a proof of who one is lasts for what is sealed.
        package var confirmedSeconds: Int64 = 30 * 60
        /// Whether what administrators do needs two factors (TCVN 11930:2017, level 3); a password alone otherwise.
        package var administratorsNeedTwoSteps = true
        /// How long somebody who no longer administers this node counts as the second person for privileged roles.
        package var administratorsRememberedDays: Int64 = 30
        package var sessionsPerPerson = 20
        /// How long the word of another node keeps its person signed in here.
        package var guestSessionSeconds: Int64 = 15 * 60
        package var openID = OpenIDSettings()
        package var review = ReviewSettings()
        package var hashesAtOnce = 2
        package var hashesWaiting = 32
        package var passwordCost = PasswordCost.standard

        package init(organisation: ID<Organisation>, issuer: String, key: [UInt8], cookiePrefix: String) {
            self.organisation = organisation
            self.issuer = issuer
            self.key = key
            self.cookiePrefix = cookiePrefix
        }
    }
}
