import Database
import House
import Jobs
import Logging
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity
@testable import Mail

/// Three years of a node's life in some seconds: every fourth day people come and go, err, ask for help and use
/// applications, and nobody clears up but the sweepers.
@Suite("Soak")
struct SoakTests {
    /// What grows with what happens and not with time: the record, and who had which right when, by which decisions of
    /// the past are made again.
    private static let kept: Set<String> = [
        "ledger_fact", "identity_fact", "identity_membership", "identity_revision",
    ]
    /// Turns of four days. Nothing is remembered longer than who looked at whose data: two years.
    private static let warm = 190
    /// A multiple of every period in what is done, so that both counts meet the same kind of turn.
    private static let more = 93

    /// Rows that come and go; each must have been there, or nothing was shown.
    private static let passing: Set<String> = [
        "identity_session", "identity_device", "identity_attempt", "identity_link", "identity_challenge",
        "identity_notice", "identity_reminder", "identity_reset", "identity_request", "identity_look",
        "identity_import", "identity_guest_visit", "identity_service_key", "identity_openid_grant",
        "identity_openid_code", "identity_openid_token", "identity_openid_key", "identity_openid_consent",
        "identity_role_use", "jobs_job", "jobs_dead", "mail_message",
    ]

    @Test("after a third year every table, and the file, is what it was after the second")
    func plateau() async throws {
        var review = ReviewSettings()
        // Reviews are kept, and what nobody reviews would end people's rights.
        review.everyDays = 100_000
        try await Town.open(on: .sqlite, hasMail: true, review: review) { town in
            var life = try await TownLife(town)
            for turn in 1...Self.warm { try await life.live(turn) }
            let before = try await life.sizes()
            for turn in 1...Self.more { try await life.live(Self.warm + turn) }
            let after = try await life.sizes()
            #expect(Self.passing.subtracting(life.seen) == [], "these never held a row")
            for (table, rows) in after.tables where !Self.kept.contains(table) {
                let old = before.tables[table] ?? 0
                #expect(rows <= old + max(3, old / 10), "\(table) went from \(old) to \(rows) rows")
            }
            #expect(after.pages <= before.pages + before.pages / 20, "\(before.pages) pages, then \(after.pages)")
        }
    }
}

/// The people of a town and what they do.
private struct TownLife {
    let town: Town
    let jobs: Jobs
    private(set) var app: Relying
    private(set) var service: Relying
    let account: ID<ServiceAccount>
    let administrator: Person
    let officer: Person
    /// Tables that held something before a sweep.
    private(set) var seen: Set<String> = []

    static let officers = ["mot", "hai", "ba"].map { "canbo.\($0)" }

    init(_ town: Town) async throws {
        self.town = town
        jobs = Jobs(
            database: town.database, now: town.clock.now, newID: SeededIDs(seed: 3).source,
            logger: Logger(label: "soak") { _ in SwiftLogNoOpLogHandler() })
        town.identity.accountJobs(jobs)
        // An application that is never there, and a mail server that takes everything.
        town.identity.handle(jobs) { _ in throw FetchError.cannotConnect(host: "app.example", reason: "gone") }
        jobs.handle(SendMail.self) { job in
            try await town.database.write { tx in
                try MailStore.end(job.message, .sent, code: nil, at: town.clock.now(), in: tx)
            }
        }
        for login in Self.officers {
            let id = try await town.identity.createPerson(
                login: login, name: "Cán bộ mẫu", email: "\(login)@vi-du.example", roles: [.officer],
                phc: Town.quickPHC)
            if login == "canbo.ba" { _ = try await town.add(town.authenticator(1), "Khóa", await town.visitor(login)) }
            if login == "canbo.hai" { _ = try await town.withAuthenticator(id) }
        }
        func person(_ login: String, _ role: Role) async throws -> Person {
            Person(
                id: try await town.person(login, role), name: login, organisation: ID("H40"), roles: [role])
        }
        administrator = try await person("quantri.mau", .nodeAdministrator)
        officer = try await person("canbo.bon", .officer)
        app = try await Relying.register(town) {
            $0.logoutURI = "https://app.example/out"
            $0.asksConsent = true
        }
        service = try await Relying.service(town)
        account = try await town.identity.createService(
            name: "Phần mềm mẫu", purpose: "Ví dụ", scopes: [.readPeople], by: nil
        ).service.id
        let (identity, clock, ids) = (town.identity, town.clock, SeededIDs(seed: 7))
        town.site.action("/arrive", allow: .everyone) { page, _ in
            try await identity.receive(
                Vouched(
                    organisation: ID("H23"), subject: "s-1", session: "home-1", login: "khach.mau", name: "Khách mẫu",
                    assurance: Assurance(level: 1, methods: ["pwd"], at: clock.now()), token: ids.source()), page,
                to: "/")
        }
    }

    /// Secrets of applications end, as keys do.
    private mutating func rotateSecrets() async throws {
        func rotated(_ client: Relying) async throws -> Relying {
            let made = try await town.identity.rotateClientSecret(ID(client.id), by: nil)
            return Relying(town: town, id: client.id, secret: made.secret)
        }
        app = try await rotated(app)
        service = try await rotated(service)
    }

    /// Four days. What is not done every time is done every third or every 31st.
    mutating func live(_ turn: Int) async throws {
        if turn % 31 == 0 { try await rotateSecrets() }
        try await signInAndOut(turn)
        try await err(turn)
        try await askForHelp(turn)
        try await administer(turn)
        _ = try await jobs.runDue()
        seen.formUnion(try await sizes().tables.filter { $0.value > 0 }.keys)
        town.clock.advance(days: 4)
        try await town.identity.sweep()
        try await jobs.sweep()
        try await town.identity.mail?.sweep()
        try await forget()
    }

    /// A new browser every time, so that there is always a device that nobody knows.
    private func signInAndOut(_ turn: Int) async throws {
        let visitor = await town.visitor("canbo.mot")
        if turn % 3 == 1 { try await agree(visitor) }
        let tokens = try await app.tokens(visitor)
        _ = try await app.refresh(tokens.requireString("refresh_token")).json(200)
        _ = try await app.code(visitor)
        _ = try await service.ownToken()
        await town.visitor("canbo.hai").get("/identity/second-step")
        switch turn % 3 {
        case 0:
            await visitor.post("/identity/account/applications/\(app.id)/withdraw")
            try await town.use(town.authenticator(1), town.stranger()).expect(redirectTo: "/")
        case 1: await visitor.post("/sign-out")
        default: if turn % 31 > 1, turn % 31 < 30 { await town.stranger().post("/arrive").expect(303) }
        }
    }

    private func agree(_ visitor: House.Visitor) async throws {
        var fields = Request(.get, app.authorize()).query
        fields.add("answer", "yes")
        #expect(Relying.answer(await visitor.post("/identity/oauth/consent", fields))?["code"] != nil)
    }

    /// Wrong passwords for people that there are and are not, each from elsewhere.
    private func err(_ turn: Int) async throws {
        let browser = Browser(address: "192.0.\(turn % 200).7")
        for login in ["canbo.mot", "nobody.\(turn)"] {
            _ = try await town.identity.signIn(login: login, password: "sai", from: browser)
        }
    }

    private func askForHelp(_ turn: Int) async throws {
        let browser = Browser(address: "198.51.\(turn % 200).7")
        try await town.identity.ask(.mailLink, login: "canbo.mot", browser)
        try await town.identity.ask(.reset, login: "nobody.\(turn)", browser)
        if turn % 3 == 0 { try await town.identity.ask(.reset, login: "canbo.hai", browser) }
        if turn % 3 == 1 { _ = try await town.identity.setPasswordLink(for: officer.id, by: nil) }
    }

    private func administer(_ turn: Int) async throws {
        if turn % 3 == 2 {
            await town.visitor("quantri.mau").get("/identity/people").expect(200)
            _ = try await town.identity.bring(Array(ImportTests.list.utf8), named: "ds.csv", by: administrator)
            let id = try await town.identity.ask(
                .elevation, for: officer.id, "incident-handler", hours: 2, reason: "Sự cố đang diễn ra ở một cửa",
                by: officer)
            // Every other one is never decided.
            if turn % 2 == 0 { try await town.identity.answer(id, .approved, by: administrator) }
        }
        let at = town.clock.now()
        let news = Announcement(
            kind: "identity.soak", title: Phrase(name: "Ví dụ"), text: Phrase(name: "Ví dụ\n"),
            path: "/identity/account")
        try await town.database.write { [town, officer] tx in
            try town.identity.announce(news, to: .people([officer.id]), at: at, in: tx)
        }
        guard turn % 31 == 1 else { return }
        _ = try await town.identity.rotateKey(of: account, days: 90, by: nil)
        try await town.identity.registerGuest(
            "khach.mau", of: ID("H23"), name: "Khách mẫu", roles: [.officer],
            until: town.clock.now().adding(days: 122), reason: "Giúp xử lý sự cố theo đề nghị của Cụm", by: nil)
    }

    /// What is kept for good is not what is measured: the file would grow by it.
    private func forget() async throws {
        let officer = officer.id
        try await town.database.write { tx in
            for table in ["ledger_fact", "identity_revision"] {
                try tx.execute("DELETE FROM \(SQL(name: table))")
            }
            try tx.execute("DELETE FROM identity_membership WHERE person = \(officer) AND role <> 'officer'")
        }
    }

    struct Sizes {
        var tables: [String: Int]
        var pages: Int
    }

    func sizes() async throws -> Sizes {
        let tables = try await town.database.columns().keys.sorted()
        return try await town.database.read { tx in
            var counts: [String: Int] = [:]
            for table in tables {
                counts[table] = try tx.row("SELECT COUNT(*) AS n FROM \(SQL(name: table))")?.get("n") ?? 0
            }
            let pages: Int = try tx.row("SELECT page_count AS n FROM pragma_page_count")?.get("n") ?? 0
            return Sizes(tables: counts, pages: pages)
        }
    }
}
