import Crypto
import Database
import House
import Identity
import JOSE
import Jobs
import Ledger
import Logging
import Mail
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// Two nodes with people, pages and jobs, on the wire of one network: who is signed in at one goes over to the other.
struct Bridge: Sendable {
    let network: Network
    let sides: [String: Side]

    struct Side: Sendable {
        let node: TestNode
        let identity: Identity
        let across: Across
        let site: Site
        let pages: String

        func kinds() async throws -> [String] {
            try await node.database.read { tx in
                try tx.rows("SELECT kind FROM ledger_fact ORDER BY id").map { try $0.get("kind") }
            }
        }

        func contents(of kind: String) async throws -> [String] {
            try await node.database.read { tx in
                try tx.rows("SELECT content FROM ledger_fact WHERE kind = \(kind) ORDER BY id").map { row in
                    String(decoding: try row.get("content", as: [UInt8].self), as: UTF8.self)
                }
            }
        }
    }

    static let password = "Cánh đồng lúa chín 2020"
    private static let phc = try? PasswordHash.make(password, cost: PasswordCost(memoryKiB: 8, passes: 1))
    static let reason = "Giúp xử lý sự cố theo đề nghị của Cụm"

    subscript(code: String) -> Side {
        get throws { try #require(sides[code]) }
    }

    static func open(on engine: Engine, _ body: @Sendable (Bridge) async throws -> Void) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            var sides: [String: Side] = [:]
            for code in ["H40", "H23"] { sides[code] = try await side(try network[code], network) }
            let bridge = Bridge(network: network, sides: sides)
            try await network.found("H40", "H23")
            try await body(bridge)
        }
    }

    private static func side(_ node: TestNode, _ network: Network) async throws -> Side {
        try await node.database.migrate(Jobs.migrations + Mail.migrations + Identity.migrations)
        let prefix = node.code.lowercased()
        let pages = "https://\(prefix).pages.test"
        var settings = Identity.Settings(
            organisation: ID(node.code), issuer: "Trục \(node.code)", key: Array(0..<32), cookiePrefix: prefix)
        settings.passwordCost = PasswordCost(memoryKiB: 8, passes: 1)
        settings.origin = pages
        settings.administratorsNeedTwoSteps = false
        let ids = SeededIDs(seed: node.code == "H40" ? 4001 : 2301)
        let identity = Identity(
            database: node.database, outbox: LedgerOutbox(newID: ids.source), now: network.clock.now, newID: ids.source,
            settings: settings)
        try await identity.prepare()
        node.exchange.showsPages(at: pages)
        let across = Across(exchange: node.exchange, identity: identity, cookiePrefix: prefix)
        across.peerDoors(node.site)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let site = Site(
            doorkeeper: identity.doorkeeper, settings: SiteSettings(name: Phrase(name: "Trục"), cookiePrefix: prefix),
            now: network.clock.now, layout: PageFrame(organisation: Phrase(name: node.code)).layout, logger: logger)
        identity.doors(site)
        across.doors(site)
        return Side(node: node, identity: identity, across: across, site: site, pages: pages)
    }

    // MARK: People

    /// An officer of H23, signed in there.
    @discardableResult
    func person(
        _ login: String = "canbo.mau", at code: String = "H23", _ roles: Set<Role> = [.officer]
    ) async throws
        -> ID<Person>
    {
        try await self[code].identity.createPerson(login: login, name: "Cán bộ mẫu", roles: roles, phc: Bridge.phc)
    }

    /// One browser: a jar of cookies for each of the two sites.
    func browser(_ login: String? = "canbo.mau") async throws -> Traveller {
        let traveller = Traveller(home: Visitor(try self["H23"].site), away: Visitor(try self["H40"].site))
        if let login {
            await traveller.home.post("/sign-in", ["login": login, "password": Bridge.password])
                .expect(redirectTo: "/")
        }
        return traveller
    }

    @discardableResult
    func register(
        _ login: String = "canbo.mau", roles: Set<Role> = [.incidentHandler], days: Int64 = 30
    ) async throws -> ID<Person> {
        try await self["H40"].identity.registerGuest(
            login, of: ID("H23"), name: "Cán bộ mẫu", roles: roles, until: network.clock.now().adding(days: days),
            reason: Bridge.reason, by: nil)
    }

    /// Runs the jobs that wait at H23, as its process would.
    func tellEnds(alsoLeavers: Bool = false) async throws {
        let side = try self["H23"]
        try await side.across.sweep(alsoLeavers: alsoLeavers)
        let waiting: [String] = try await side.node.database.read { tx in
            try tx.rows("SELECT payload FROM jobs_job WHERE name = 'exchange.end-visit' ORDER BY id").map {
                try $0.get("payload")
            }
        }
        for payload in waiting {
            let job: EndVisit = try JSONDocument(payload).root.decode()
            try await side.across.tell(job)
        }
        try await side.node.database.write { try $0.execute("DELETE FROM jobs_job WHERE name = 'exchange.end-visit'") }
    }
}

/// Somebody with a browser that goes from their own node to the other.
struct Traveller: Sendable {
    let home: Visitor
    let away: Visitor

    /// Follows the links up to the word of the node at home; the path at the other node that carries it.
    func word(next: String? = nil) async throws -> String {
        let start = await away.get("/exchange/visit/H23" + (next.map { "?next=\($0)" } ?? ""))
        #expect(start.status == 303, "\(start.text.prefix(300))")
        let there = try #require(start.location?.split(separator: "https://h23.pages.test").first.map(String.init))
        let answer = await home.get(there)
        #expect(answer.status == 303, "\(answer.text.prefix(300))")
        return try #require(answer.location?.split(separator: "https://h40.pages.test").first.map(String.init))
    }

    /// Goes over; what the other node answers in the end.
    func cross(next: String? = nil) async throws -> Answered {
        await away.get(try await word(next: next))
    }

    func isIn() async -> Bool { await away.get("/identity/account").status == 200 }
}
