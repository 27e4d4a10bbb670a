import Database
import House
import JOSE
import Jobs
import Ledger
import Logging
import Mail
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// One node's identity room, with a clock that stands still, its site, and people to sign in.
struct Town: Sendable {
    let identity: Identity
    let site: Site
    let database: any Database
    let clock: TestClock
    /// The time of authenticator apps, which no demonstration shifts.
    let phone: TestClock
    let keys = KeyRing()

    static let password = "Cánh đồng lúa chín 2020"
    /// Of `password`, computed by argon2-cffi 25.1 with the salt 00 01 … 0f.
    static let phc =
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$rUOYiH+DFlKLo3P+DhkqPYe7ouzLrDxWVDTCnvRvz3Y"

    /// As little as Argon2id does: what is tested here is not the hash.
    static let cost = PasswordCost(memoryKiB: 8, passes: 1)
    static let quickPHC = (try? PasswordHash.make(password, cost: cost)) ?? ""

    /// An RSA key takes a second to find in an unoptimised build: towns share one under different names.
    static func key(_ algorithm: SignatureAlgorithm, named kid: String) throws -> SigningKey {
        guard algorithm == .rs256 else { return try SigningKey(new: algorithm, kid: kid) }
        return try SigningKey(.rs256, kid: kid, secret: rsa.get().secret)
    }

    private static let rsa = Result { try SigningKey(new: .rs256, kid: "shared") }

    static func open(
        on engine: Engine, hashesWaiting: Int = 32, sessionsPerPerson: Int = 20, needsTwoSteps: Bool = false,
        hasMail: Bool = false, review: ReviewSettings = ReviewSettings(),
        _ body: @Sendable (Town) async throws -> Void
    ) async throws {
        try await engine.withDatabase { database in
            try await database.migrate(
                Jobs.migrations + Mail.migrations + LedgerOutbox.migrations + Identity.migrations)
            let (clock, phone) = (TestClock(), TestClock(Instant(milliseconds: 1_790_000_000_000)))
            var settings = Identity.Settings(
                organisation: ID("H40"), issuer: "Trục Nam Định", key: Array(0..<32), cookiePrefix: "h40")
            settings.hashesWaiting = hashesWaiting
            settings.sessionsPerPerson = sessionsPerPerson
            settings.passwordCost = Town.cost
            settings.origin = "http://truc.test"
            settings.openID.makeKey = { try Town.key($0, named: $1) }
            settings.administratorsNeedTwoSteps = needsTwoSteps
            settings.allowsMailLinks = hasMail
            settings.review = review
            let ids = SeededIDs()
            let post = try Town.mail(database, clock, ids)
            let identity = Identity(
                database: database, outbox: LedgerOutbox(newID: ids.source), mail: hasMail ? post : nil, now: clock.now,
                authenticatorNow: phone.now,
                newID: ids.source, settings: settings)
            try await identity.prepare()
            let site = Site(
                doorkeeper: identity.doorkeeper,
                settings: SiteSettings(name: Phrase(name: "Trục"), cookiePrefix: "h40"), now: clock.now,
                layout: PageFrame(organisation: Phrase(name: "Nam Định"), account: "/identity/account").layout)
            identity.doors(site)
            try await body(Town(identity: identity, site: site, database: database, clock: clock, phone: phone))
        }
    }

    /// A node's mail, of which nothing is ever sent here.
    private static func mail(_ database: any Database, _ clock: TestClock, _ ids: SeededIDs) throws -> Mail {
        let from = try #require(MailAddress("truc@namdinh.example"))
        return Mail(
            database: database, now: clock.now, newID: ids.source,
            settings: MailSettings(host: "127.0.0.1", port: 1, from: from), logger: Logger(label: "mail"))
    }

    @discardableResult
    func person(_ login: String, _ roles: Role..., name: String = "Cán bộ mẫu") async throws -> ID<Person> {
        try await identity.createPerson(login: login, name: name, roles: Set(roles), phc: Town.quickPHC)
    }

    /// Somebody with a browser who has signed in.
    func visitor(_ login: String) async -> House.Visitor {
        let visitor = House.Visitor(site)
        await visitor.post("/sign-in", ["login": login, "password": Town.password])
        return visitor
    }

    func stranger() -> House.Visitor { House.Visitor(site) }

    /// Kinds of the facts so far, in order, without those of the set-up.
    func facts() async throws -> [String] {
        try await database.read { tx in
            try tx.rows("SELECT kind FROM ledger_fact ORDER BY id").map { try $0.get("kind") }
        }
    }

    func contents(of kind: String) async throws -> [String] {
        try await database.read { tx in
            try tx.rows("SELECT content FROM ledger_fact WHERE kind = \(kind) ORDER BY id").map { row in
                String(decoding: try row.get("content", as: [UInt8].self), as: UTF8.self)
            }
        }
    }

    func count(_ table: SQL) async throws -> Int {
        try await database.read { try $0.row("SELECT COUNT(*) AS n FROM \(table)")?.get("n") ?? 0 }
    }

    /// The authenticator of a person, set up and confirmed; its secret and the recovery codes.
    func withAuthenticator(_ person: ID<Person>) async throws -> (secret: [UInt8], codes: [RecoveryCode]) {
        let secret = try await identity.proposedSecret(of: person) ?? []
        let codes = try await identity.confirmAuthenticator(code: code(secret), of: person) ?? []
        phone.advance(seconds: 60)
        return (secret, codes)
    }

    /// What the phone shows now.
    func code(_ secret: [UInt8]) -> String {
        TOTP.code(secret: secret, step: TOTP.step(at: phone.now()))
    }

    /// Successors in the order in which tables give them.
    static func sorted(_ record: OrganisationRecord) -> OrganisationRecord {
        OrganisationRecord(
            id: record.id, kind: record.kind, validFrom: record.validFrom, validUntil: record.validUntil,
            names: record.names, codes: record.codes.sorted { ($0.from, $0.value) < ($1.from, $1.value) },
            parents: record.parents, successors: record.successors.sorted { $0.text < $1.text })
    }
}
