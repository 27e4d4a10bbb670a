import Crypto
import Database
import Gateway
import House
import Identity
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// The provider's node gives by itself; whoever uses it must see under what.
@Suite("Grants that another node gave by itself, at home")
struct HeldTests {
    /// Nam Định gives a grant to Ninh Bình's kiosk, which both know.
    func given(
        _ town: RegistryTown, _ home: TestNode, to code: String = "kiosk"
    ) async throws -> AccessGrant {
        if try await home.exchange.allApplications().isEmpty { _ = try await AskingTests().prepare(town, home) }
        let application: ID<Application>
        if let known = try? await town.exchange.application(named: "H42/\(code)") {
            application = known.id
        } else {
            application = try await town.exchange.addApplication(
                code, named: "Ki-ốt mẫu", of: ID("H42"), at: ID("H42"), by: nil
            ).application.id
        }
        var terms = town.terms(["list-units"])
        (terms.fields, terms.quota) = (["code"], Quota(calls: 1000, windowSeconds: 86_400))
        terms.rate = Rate(perSecond: 2.5, burst: 5)
        return try await town.exchange.issueGrant(
            GrantDraft(
                application: application,
                version: try await town.exchange.version(named: "units/v1").version.id, terms: terms))
    }

    private func state(_ id: ID<AccessGrant>, at home: TestNode) async throws -> AccessGrant.State? {
        try await home.exchange.heldGrants().first { $0.id == id }?.standing.state
    }

    @Test("whoever leads the department hears that it was given, and of each step that concerns them, once")
    func letters() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, told in
            let grant = try await given(town, home)
            try await AskingTests().follow(home)
            let first = told.all()
            #expect(first.map(\.title.en) == ["Another node gave a grant: Administrative units"])
            #expect(first.map(\.to) == [.holders([.departmentLead], in: ID("H42"))])
            #expect(first.map(\.path) == ["/exchange/held/H40/\(grant.id)"])
            try await AskingTests().follow(home)
            #expect(told.all().isEmpty)
            try await town.exchange.suspendGrant(grant.id, .security, because: "Lộ khóa", by: town.provider)
            try await town.exchange.resumeGrant(grant.id, by: town.provider)
            try await AskingTests().follow(home)
            #expect(told.news() == ["suspended → department-lead of H42", "resumed → department-lead of H42"])
            try await town.exchange.endGrant(grant.id, because: "Vi phạm", by: town.provider)
            try await AskingTests().follow(home)
            let last = told.all()
            #expect(last.count == 1 && last[0].text.vi.contains("Lý do: Vi phạm"))
        }
    }

    @Test("of one that is told of late there is one letter, of how it stands")
    func late() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, told in
            let grant = try await given(town, home)
            try await town.exchange.suspendGrant(grant.id, .security, because: "Lộ khóa", by: town.provider)
            try await AskingTests().follow(home)
            #expect(told.news() == ["suspended → department-lead of H42"])
        }
    }

    @Test("it is told of with its terms and each state, signed, until it is over and after", arguments: Engine.all)
    func life(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let grant = try await given(town, home)
            #expect(town.exchange.standings.touched() == [], "the other node was rung")
            try await AskingTests().follow(home)
            let held = try #require(try await home.exchange.heldGrants().first)
            #expect(held.id == grant.id && held.standing.state == .active && held.service == "units/v1")
            #expect(held.standing.terms == grant.terms)
            #expect(held.standing.signed.isValid(by: town.exchange.home.key.publicKey))
            #expect(try await home.exchange.application(named: "H42/kiosk").id == held.application)

            let from = try #require(Day("2020-12-01"))
            try await town.exchange.suspendGrant(
                grant.id, .planned, from: from.start, because: "Bảo trì", by: town.provider)
            try await AskingTests().follow(home)
            #expect(try await home.exchange.heldGrants().first?.standing.suspension?.from == from.start)
            try await town.exchange.suspendGrant(grant.id, .security, because: "Lộ khóa", by: town.provider)
            try await AskingTests().follow(home)
            #expect(try await state(grant.id, at: home) == .suspended)
            try await town.exchange.endGrant(grant.id, because: "Vi phạm", by: town.provider)
            try await AskingTests().follow(home)
            #expect(try await state(grant.id, at: home) == .ended)
            // That node forgets it after a while; this one does not.
            town.clock.set(town.clock.now().adding(days: 100))
            try await AskingTests().follow(home)
            #expect(try await state(grant.id, at: home) == .ended)
        }
    }

    @Test("what was asked for from here is a request, and no second time a grant")
    func asked() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let asking = AskingTests()
            let application = try await asking.prepare(town, home)
            _ = try await asking.ask(town, home, application)
            try await asking.follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await town.exchange.approveGrant(there, by: town.provider)
            try await asking.follow(home)
            #expect(try await home.exchange.heldGrants().isEmpty)
        }
    }

    @Test("nobody is told of what is another node's or unknown here; what is not signed as it is says nothing")
    func untold() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            _ = try await given(town, home, to: "nobody-knows-it")
            try await AskingTests().follow(home)
            #expect(try await home.exchange.heldGrants().isEmpty)
            let answer = town.network.wire.record.last { $0.request.path == "/exchange/requests" }?.response
            let told = String(decoding: answer?.bytes ?? [], as: UTF8.self)
            #expect(told.contains("nobody-knows-it"))
            let member = try #require(try await home.exchange.roster()?.roster.member(ID("H40")))
            let json = try JSONDocument(
                Array(told.replacing(#""state":"active""#, with: #""state":"ended""#).utf8)
            ).root
            try await home.exchange.take(given: json, from: member)
            // One that an older program says nothing of, too.
            try await home.exchange.take(given: try JSONDocument(Array(#"{"requests":[]}"#.utf8)).root, from: member)
            #expect(try await home.exchange.heldGrants().isEmpty)
        }
    }

    @Test("what a node tells of no more while it was open is gone")
    func gone() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            _ = try await given(town, home)
            try await AskingTests().follow(home)
            #expect(try await home.exchange.heldGrants().count == 1)
            let member = try #require(try await home.exchange.roster()?.roster.member(ID("H40")))
            let nothing = try JSONDocument(Array(#"{"requests":[],"grants":[]}"#.utf8)).root
            try await home.exchange.take(given: nothing, from: member)
            #expect(try await home.exchange.heldGrants().isEmpty)
        }
    }

    @Test("the list, the application's page, its own page and the doors for programs show it", arguments: ["vi", "en"])
    func shown(language: String) async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let grant = try await given(town, home)
            try await AskingTests().follow(home)
            let (officer, lang) = (town.visitor(AskingTests.asker, at: home), "lang=\(language)")
            let path = "/exchange/held/H40/\(grant.id)"
            let title = language == "vi" ? "Quyền do nút khác cấp" : "Given by other nodes"
            await officer.get("/exchange/grants?\(lang)").expect(200, shows: title, path, "Hiển thị địa chỉ")
            let application = try await home.exchange.application(named: "H42/kiosk").id
            await officer.get("/exchange/applications/\(application)?\(lang)").expect(200, shows: title, path)
            await officer.get("\(path)?\(lang)").expect(
                200, shows: "units/v1", "list-units", "NĐ 47/2020/NĐ-CP",
                language == "vi" ? "2,5 lượt mỗi giây" : "2.5 calls a second",
                language == "vi" ? "1.000 lượt mỗi ngày" : "1,000 calls a day",
                language == "vi" ? "Đúng, theo khóa" : "Holds, by the key")
            await officer.get("\(path)/signed").expect(200, shows: #""state":"active""#)
            await officer.get("/exchange/held/H23/\(grant.id)").expect(404)
            await officer.get("/exchange/held.json").expect(
                200, shows: grant.id.text, #""legal-basis":"NĐ 47/2020/NĐ-CP""#, #""fields":["code"]"#)
            let lines = try await home.exchange.grantsElsewhere(all: false)
            #expect(lines.map { $0.text.contains("H40:units/v1") } == [true])
            #expect(try await home.exchange.signedElsewhere(grant.id.text).text.contains(grant.id.text))
        }
    }

    @Test("a list of many is read in one go, for programs and for commands")
    func oneRead() async throws {
        try await RegistryTown.withNeighbour(.sqlite, counted: true) { town, home, _ in
            _ = try await given(town, home)
            try await AskingTests().follow(home)
            let database = try #require(home.database as? CountedDatabase)
            let visitor = town.visitor(AskingTests.asker, at: home)
            func reads() async throws -> [Int] {
                let before = database.reads
                await visitor.get("/exchange/held.json").expect(200, shows: #""application":"H42/kiosk""#)
                let between = database.reads
                _ = try await home.exchange.grantsElsewhere(all: true)
                return [between - before, database.reads - between]
            }
            let ofOne = try await reads()
            let held = try #require(try await home.exchange.heldGrants().first)
            try await home.database.write { tx in
                for node in (0..<20).map({ "N\($0)" }) {
                    try HeldStore.save(
                        HeldGrant(
                            node: ID(node), application: held.application, service: held.service,
                            serviceName: held.serviceName, standing: held.standing), in: tx)
                }
            }
            #expect(try await home.exchange.heldGrants().count == 21)
            #expect(try await reads() == ofOne)
        }
    }
}

/// Counts how often something is read.
final class CountedDatabase: Database {
    private let base: any Database
    private let count = Mutex(0)

    init(_ base: any Database) { self.base = base }

    var reads: Int { count.withLock { $0 } }
    var dialect: Dialect { base.dialect }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        count.withLock { $0 += 1 }
        return try await base.read(body)
    }

    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await base.write(body)
    }

    func close() async throws { try await base.close() }
    func rest() { base.rest() }
}
