import Crypto
import Database
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A version that is used closes with notice, or at once for a reason that is told; never behind its consumers' backs.
@Suite("Closing a version")
struct ClosingTests {
    /// Monday, 9 November 2020: 7 working days later is Wednesday, 18 November.
    private static let earliest = Day("2020-11-18")

    private func used(
        _ town: RegistryTown
    ) async throws -> (offered: OfferedVersion, application: MadeApplication, grant: AccessGrant) {
        let made = try await town.asked()
        try await town.exchange.approveGrant(made.grant.id, by: town.provider)
        _ = town.announced.all()
        return made
    }

    @Test(
        "one that is used closes on a day 7 working days away, told by letter at once; then its grants end",
        arguments: Engine.all)
    func planned(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, made, grant) = try await used(town)
            let (id, exchange) = (offered.version.id, town.exchange)
            let waiting = try await exchange.requestGrant(
                GrantDraft(application: made.application.id, version: id, terms: town.terms()), by: town.consumer)
            _ = town.announced.all()
            let (day, earliest) = (try #require(Day("2020-11-17")), try #require(Self.earliest))
            #expect(
                await problem { try await exchange.closeVersion(id, by: town.provider) }
                    == .invalid(["reason": .versionIsUsed(["K40 Cổng thông tin mẫu"], earliest)]))
            #expect(
                await problem {
                    try await exchange.closeVersion(id, on: day.start, because: "Thay bằng v2", by: town.provider)
                } == .invalid(["on": .noticeIsShort(earliest)]))
            #expect(
                await problem { try await exchange.closeVersion(id, because: "Thay bằng v2", by: town.provider) }
                    == .invalid(["on": .noticeIsShort(earliest)]), "no day is now")
            #expect(try await exchange.version(named: id.text).isOpen)
            try await exchange.closeVersion(id, on: earliest.start, because: "Thay bằng v2", by: town.provider)
            let told = town.announced.all()
            #expect(told.map(\.kind).filter { $0.hasSuffix("closing-planned") }.count == 2)
            #expect(
                told.map(\.to).prefix(2) == [.people([ID("consumer")]), .holders([.departmentLead], in: ID("K40"))])
            #expect(told.first?.text.vi.contains("đóng từ ngày 18/11/2020. Thay bằng v2") == true)
            #expect(told.first?.text.en.contains("closes on 18/11/2020. Thay bằng v2") == true)
            #expect(try await town.state(waiting.id) == .refused, "what waits has no future")
            #expect(try await town.state(grant.id) == .active)
            #expect(try await town.allowed(made.application.id, "GET", "/units/v1/units") != nil)
            #expect(
                await problem {
                    _ = try await exchange.requestGrant(
                        GrantDraft(application: made.application.id, version: id, terms: town.terms()),
                        by: town.consumer)
                } == .conflict(.versionCloses(earliest)))
            town.clock.advance(seconds: 8 * 86_400)
            try await exchange.followGrantDates()
            #expect(try await exchange.version(named: id.text).isOpen)
            town.clock.advance(seconds: 86_400)
            for _ in 0..<2 { try await exchange.followGrantDates() }
            #expect(try await !exchange.version(named: id.text).isOpen)
            let (named, signed, events) = try await exchange.grant(grant.id)
            #expect(named.grant.state == .ended && named.grant.reason == "Thay bằng v2")
            #expect(signed.isValid(by: exchange.home.key.publicKey))
            #expect(events.map(\.what) == [.asked, .approved, .closingPlanned, .ended])
            #expect(town.announced.news().contains("ended → consumer"))
            #expect(try await town.allowed(made.application.id, "GET", "/units/v1/units") == nil)
            #expect(
                try await town.leaves("exchange.version-clos") == [
                    "exchange.version-closing", "exchange.version-closed",
                ])
        }
    }

    @Test("one version that cannot be closed on its day keeps no other open", arguments: Engine.all)
    func apart(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, _, grant) = try await used(town)
            let exchange = town.exchange
            let other = try await exchange.openVersion(
                of: offered.service.id, RegistryTown.draft().first, by: town.provider)
            let ids = [offered.version.id, other.version.id]
            let day = try #require(Self.earliest).start
            for id in ids { try await exchange.closeVersion(id, on: day, because: "Thay", by: town.provider) }
            func set(_ operations: String?) async throws {
                try await town.node.database.write { tx in
                    try tx.execute("UPDATE exchange_grant SET operations = \(operations) WHERE id = \(grant.id)")
                }
            }
            // A row that nobody can read.
            try await set("no list")
            town.clock.advance(seconds: 10 * 86_400)
            _ = try? await exchange.followGrantDates()
            func open() async throws -> [Bool] {
                var open: [Bool] = []
                for id in ids { open.append(try await exchange.version(named: id.text).isOpen) }
                return open
            }
            #expect(try await open() == [true, false])
            try await set(nil)
            try await exchange.followGrantDates()
            #expect(try await open() == [false, false])
            #expect(try await town.state(grant.id) == .ended)
        }
    }

    @Test("reasons of the node's own are kept as codes, and everybody reads them in their own language")
    func reasons() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, made, grant) = try await town.asked()
            let other = try await town.exchange.requestGrant(
                GrantDraft(
                    application: made.application.id, version: offered.version.id, terms: town.terms(days: 50)),
                by: town.consumer)
            try await town.exchange.refuseGrant(other.id, because: "truc:access-review", by: town.provider)
            try await town.exchange.closeVersion(offered.version.id, by: town.provider)
            let (named, _, events) = try await town.exchange.grant(grant.id)
            #expect(named.grant.reason == "truc:version-closed" && events.last?.reason == "truc:version-closed")
            let page = "/exchange/grants/\(grant.id)"
            await town.visitor(town.consumer).get("\(page)?lang=vi").expect(
                200, shows: "Phiên bản này đã đóng.", hides: ["truc:"])
            await town.visitor(town.consumer).get("\(page)?lang=en").expect(
                200, shows: "This version is closed.", hides: ["truc:"])
            // What somebody writes is no reason of the node's.
            await town.visitor(town.consumer).get("/exchange/grants/\(other.id)?lang=en").expect(
                200, shows: "truc:access-review", hides: ["Ended by an access review"])
        }
    }

    @Test("a reason is read as it was kept")
    func codes() throws {
        let day = try #require(Self.earliest)
        let changes = [
            GrantReason.Change(name: "data-class", before: "open", after: "personal"),
            GrantReason.Change(name: "evidence-across", before: "", after: "within-1s"),
            GrantReason.Change(name: "request-bytes", before: "1048576", after: "524288"),
            GrantReason.Change(name: "answer-seconds", before: "1e300", after: "nan"),
        ]
        for reason in [
            .versionClosed, .versionCloses(day, "Thay bằng v2, từ 1"), .versionCloses(day, ""), .applicationEnded,
            .accessReview, .serviceChanged(changes), .written("Thay"), .written(""),
        ] as [GrantReason] {
            #expect(GrantReason(reason.text) == reason, "\(reason.text)")
        }
        #expect(GrantReason.serviceChanged(changes).phrase.en.contains("Largest request (MiB): 1 → 0.5"))
        #expect(GrantReason.serviceChanged(changes).phrase.en.contains("1e300 → nan"))
        for unknown in ["truc:of-tomorrow", "truc:", "truc:version-closes someday"] {
            #expect(GrantReason(unknown).phrase.en == unknown)
        }
    }

    @Test("for a violation or for security it closes at once, and the letter leaves in the same moment")
    func atOnce() async throws {
        for kind in [Suspension.Kind.violation, .security] {
            try await RegistryTown.with(.sqlite) { town async throws in
                let (offered, made, grant) = try await used(town)
                let id = offered.version.id
                #expect(
                    await problem { try await town.exchange.closeVersion(id, kind, by: town.provider) } != nil,
                    "nobody is told nothing")
                try await town.exchange.closeVersion(id, kind, because: "Lộ khóa", by: town.provider)
                #expect(try await town.state(grant.id) == .ended)
                #expect(try await town.allowed(made.application.id, "GET", "/units/v1/units") == nil)
                let told = town.announced.all().filter { $0.to == .people([ID("consumer")]) }
                #expect(told.map(\.kind) == ["exchange.grant-ended"])
                #expect(told.first?.at == town.clock.now() && told.first?.text.vi.contains("Lộ khóa") == true)
            }
        }
    }

    @Test("one that nobody uses closes with one word, and refuses what waits for it")
    func unused() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, _, grant) = try await town.asked()
            try await town.exchange.closeVersion(offered.version.id, by: town.provider)
            #expect(try await town.state(grant.id) == .refused)
            #expect(town.announced.news().contains("refused → consumer"))
            #expect(try await !town.exchange.version(named: "units/v1").isOpen)
        }
    }

    @Test("a planned closing is given up, and its consumers hear of that", arguments: Engine.all)
    func keep(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, _, grant) = try await used(town)
            let (id, day) = (offered.version.id, try #require(Self.earliest))
            #expect(
                await problem { try await town.exchange.keepVersion(id, by: town.provider) }
                    == .conflict(.noClosingIsPlanned))
            try await town.exchange.closeVersion(id, on: day.start, because: "Thay bằng v2", by: town.provider)
            _ = town.announced.all()
            try await town.exchange.keepVersion(id, by: town.provider)
            #expect(town.announced.news().first == "closing-given-up → consumer")
            town.clock.advance(seconds: 20 * 86_400)
            try await town.exchange.followGrantDates()
            #expect(try await town.state(grant.id) == .active)
            #expect(try await town.exchange.version(named: id.text).isOpen)
        }
    }

    @Test("who may register but not decide about grants ends none by closing a version")
    func rights() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, _, grant) = try await used(town)
            let found = await problem {
                try await town.exchange.closeVersion(
                    offered.version.id, .security, because: "Lộ khóa", by: town.administrator)
            }
            #expect(found == .forbidden)
            #expect(try await town.state(grant.id) == .active)
            try await town.exchange.endGrant(grant.id, because: "Xong", by: town.provider)
            try await town.exchange.closeVersion(offered.version.id, by: town.administrator)
            #expect(try await !town.exchange.version(named: "units/v1").isOpen)
        }
    }

    @Test("the last instance of a version that is used does not go; one of two does, and the last one moves")
    func lastInstance() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, _, grant) = try await used(town)
            let (id, exchange) = (offered.version.id, town.exchange)
            let last = try #require(offered.instances.first).id
            #expect(
                await problem { try await exchange.removeInstance(last, from: id, by: town.provider) }
                    == .conflict(.lastInstanceIsUsed(["K40 Cổng thông tin mẫu"])))
            try await exchange.addInstance(
                .init("https://two.example.vn"), to: id, mayBePrivate: false, by: town.provider)
            try await exchange.removeInstance(last, from: id, by: town.provider)
            let other = try #require(try await exchange.version(named: id.text).instances.first).id
            try await exchange.moveInstance(
                other, of: id, to: .init("https://three.example.vn"), mayBePrivate: false, by: town.provider)
            try await exchange.endGrant(grant.id, because: "Xong", by: town.provider)
            let moved = try #require(try await exchange.version(named: id.text).instances.first).id
            try await exchange.removeInstance(moved, from: id, by: town.provider)
            #expect(try await exchange.version(named: id.text).instances.isEmpty)
        }
    }

    @Test("the page says whom it concerns and from which day on", arguments: ["vi", "en"])
    func pages(language: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, _, grant) = try await used(town)
            let lead = town.visitor(town.provider)
            let (lang, path) = ("lang=\(language)", "/exchange/versions/\(offered.version.id)")
            let service = "/exchange/services/\(offered.service.id)"
            await lead.get("\(path)/close?\(lang)").expect(200, shows: "2020-11-18", "Cổng thông tin mẫu", "security")
            await town.visitor(town.user).get("\(path)/close").expect(403)
            await lead.post("\(path)/close?\(lang)", ["kind": "planned", "on": "2020-11-18", "reason": ""]).expect(
                422, shows: "Cổng thông tin mẫu")
            await lead.post("\(path)/close", ["kind": "planned", "on": "2020-11-17", "reason": "x"]).expect(
                422, shows: "18/11/2020")
            await lead.post("\(path)/close", ["kind": "planned", "on": "2020-11-18", "reason": "Thay"]).expect(
                redirectTo: service)
            await lead.get("\(service)?\(lang)").expect(
                200, shows: language == "vi" ? "Đóng ngày 18/11/2020" : "Closes on 18/11/2020")
            await town.visitor(town.consumer).get("/exchange/grants/\(grant.id)?lang=vi").expect(
                200, shows: "Phiên bản đóng từ ngày 18/11/2020. Thay")
            await lead.post("\(path)/keep", [:]).expect(redirectTo: service)
            let last = try #require(offered.instances.first).id
            await lead.post("\(path)/instances/\(last)/remove", [:]).expect(409, shows: "Cổng thông tin mẫu")
            await lead.post("\(path)/close", ["kind": "violation", "reason": "Sai mục đích"]).expect(
                redirectTo: service)
            #expect(try await town.state(grant.id) == .ended)
            await lead.get("\(path)/close").expect(404)
        }
    }

    @Test("programs close with notice and give it up, under the same guards")
    func programs() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, _, grant) = try await used(town)
            let path = "/exchange/versions/\(offered.version.id)"
            func send(_ person: Person, _ method: Web.Method, _ path: String, _ body: JSON = [:]) async -> Answered {
                await town.visitor(person, isProgram: true).send(
                    method, path, headers: ["content-type": "application/json"], body: body.encoded())
            }
            await send(town.provider, .delete, path).expect(422, shows: "K40")
            await send(town.user, .put, "\(path)/closing", ["kind": "security", "reason": "x"]).expect(403)
            await send(town.provider, .put, "\(path)/closing", ["kind": "later", "reason": "x"]).expect(422)
            await send(
                town.provider, .put, "\(path)/closing", ["kind": "planned", "on": "2020-11-18", "reason": "Thay"]
            ).expect(200, shows: #""closes":"2020-11-1"#, #""open":true"#)
            await send(town.provider, .delete, "\(path)/closing").expect(200, shows: #""closes":null"#)
            await send(town.provider, .delete, "\(path)/closing").expect(409)
            await send(town.provider, .put, "\(path)/closing", ["kind": "security", "reason": "Lộ khóa"]).expect(
                200, shows: #""open":false"#)
            #expect(try await town.state(grant.id) == .ended)
        }
    }

    @Test("at the consumer's node, too, people hear before it closes")
    func across() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, told in
            let walk = AskingTests()
            let application = try await walk.prepare(town, home)
            _ = try await walk.ask(town, home, application)
            try await walk.follow(home)
            let grant = try #require(try await town.exchange.grants([.waiting]).first)
            try await town.exchange.approveGrant(grant.grant.id, by: town.provider)
            try await walk.follow(home)
            _ = told.all()
            let day = try #require(Self.earliest)
            try await town.exchange.closeVersion(
                grant.offered.version.id, on: day.start, because: "Thay bằng v2", by: town.provider)
            try await walk.follow(home)
            let letters = told.all().filter { $0.kind == "exchange.grant-closing-planned" }
            #expect(!letters.isEmpty && letters.allSatisfy { $0.text.vi.contains("18/11/2020. Thay bằng v2") })
        }
    }
}
