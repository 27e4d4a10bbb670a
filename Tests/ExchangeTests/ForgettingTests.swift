import Crypto
import Database
import Identity
import TestKit
import Testing
import Vocabulary

@testable import Exchange

/// The officer of Ninh Bình who asked at Nam Định has their data erased.
@Suite("Erasure of who asked at another node")
struct ForgettingTests {
    private static let name = AskingTests.asker.name
    private static let gone = ErasedPerson(id: AskingTests.asker.id, name: name, email: nil)
    private let walk = AskingTests()

    private func erase(at home: TestNode) async throws {
        try await home.database.write { [exchange = home.exchange] in try exchange.forget(Self.gone, in: $0) }
    }

    private func leaves(at database: any Database) async throws -> [String] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT kind FROM ledger_fact WHERE kind LIKE 'exchange.request-%' AND content IS NOT NULL
                ORDER BY at, id
                """
            ).map { try $0.get("kind") }
        }
    }

    @Test("both nodes forget the name, and the request is still proved by a signature", arguments: Engine.all)
    func both(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let far = try await walk.ask(town, home, try await walk.prepare(town, home))
            try await walk.follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first)
            for database in [home.database, town.node.database] {
                #expect(try await !database.places(saying: [Self.name]).isEmpty, "what this test is about")
            }
            town.clock.advance(seconds: 1)
            try await erase(at: home)
            #expect(try await home.database.places(saying: [Self.name]) == [])
            #expect(try await home.exchange.farRequest(far.id).0.wish == .forget)
            // A provider's node that is down is told when it is back.
            town.network.wire.kill("H40")
            await #expect(throws: (any Error).self) { try await walk.follow(home) }
            town.network.wire.revive("H40")
            try await walk.follow(home)
            #expect(try await town.node.database.places(saying: [Self.name]) == [])
            let (known, _) = try await home.exchange.farRequest(far.id)
            #expect(known.wish == nil && known.state == .waiting && known.request.askedBy == "")
            #expect(known.signed.isValid(by: home.exchange.home.key.publicKey))
            let kept = try await town.node.database.read { try AskedStore.grant(far.id, from: ID("H42"), in: $0) }
            #expect(kept?.grant == there.grant.id && kept?.document == known.signed.document)
            #expect(
                try await leaves(at: home.database) == [
                    "exchange.request-answered", "exchange.request-without-name",
                ])
            #expect(try await leaves(at: town.node.database) == ["exchange.request-without-name"])
            #expect(try await town.exchange.grants([.waiting]).count == 1)
            // Decided and ended as any other.
            try await town.exchange.approveGrant(there.grant.id, by: town.provider)
            try await walk.follow(home)
            #expect(try await home.exchange.farRequest(far.id).0.state == .active)
        }
    }

    @Test("the contact of an application loses the name at both nodes", arguments: Engine.all)
    func contact(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let application = try await walk.prepare(town, home)
            try await home.exchange.setContact("Hỏi \(Self.name), phòng mẫu", of: application, by: nil)
            let far = try await walk.ask(town, home, application)
            try await walk.follow(home)
            #expect(try await !town.node.database.places(saying: ["Hỏi \(Self.name)"]).isEmpty)
            try await erase(at: home)
            try await walk.follow(home)
            #expect(try await town.node.database.places(saying: [Self.name]) == [])
            let kept = try await home.exchange.farRequest(far.id).0
            #expect(kept.request.contact == "Hỏi […], phòng mẫu" && kept.wish == nil)
            let there = try await town.node.database.read { tx in
                try ApplicationStore.all(in: tx).filter { $0.node != nil }.map(\.contact)
            }
            #expect(there.contains("Hỏi […], phòng mẫu"))
        }
    }

    @Test("also of a request that is over, or on its way, or being taken back", arguments: Engine.all)
    func atAnyTime(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let application = try await walk.prepare(town, home)
            let over = try await walk.ask(town, home, application)
            try await walk.follow(home)
            let refused = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await town.exchange.refuseGrant(refused, because: "Chưa đủ căn cứ", by: town.provider)
            try await walk.follow(home)
            let back = try await walk.ask(town, home, application)
            try await walk.follow(home)
            try await home.exchange.giveUpFar(back.id, because: "", by: AskingTests.asker)
            let onItsWay = try await walk.ask(town, home, application)
            try await erase(at: home)
            #expect(try await home.database.places(saying: [Self.name]) == [])
            try await walk.follow(home)
            #expect(try await town.node.database.places(saying: [Self.name]) == [])
            for (far, state) in [(over, AccessGrant.State.refused), (back, .withdrawn), (onItsWay, .waiting)] {
                let (known, _) = try await home.exchange.farRequest(far.id)
                #expect(known.state == state && known.wish == nil)
            }
            let open = try await home.database.read { try FarRequestStore.open(at: ID("H40"), in: $0) }
            #expect(open.map(\.id) == [onItsWay.id])
        }
    }

    @Test("a request that is another in more than the name takes no place, and a colleague's keeps its name")
    func others() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let application = try await walk.prepare(town, home)
            let far = try await walk.ask(town, home, application)
            try await walk.follow(home)
            try await home.database.write { [exchange = home.exchange] tx in
                try exchange.forget(ErasedPerson(id: ID("somebody"), name: Self.name, email: nil), in: tx)
            }
            #expect(try await home.exchange.farRequest(far.id).0.request.askedBy == Self.name)
            var (other, _) = try await home.exchange.farRequest(far.id)
            other.request = GrantRequest(
                id: far.id, node: other.request.node, provider: other.request.provider,
                organisation: other.request.organisation, applicationCode: other.request.applicationCode,
                applicationName: other.request.applicationName, contact: other.request.contact,
                service: other.request.service, terms: other.request.terms, askedBy: "",
                askedAt: other.request.askedAt.adding(seconds: 1))
            (other.signed, other.wish) = (try SignedDocument(other.request.json, by: home.exchange.home.key), .forget)
            try await home.database.write { [other] in try FarRequestStore.save(other, in: $0) }
            try await walk.follow(home)
            #expect(try await !town.node.database.places(saying: [Self.name]).isEmpty, "it was not taken")
            #expect(try await leaves(at: home.database).contains("exchange.request-not-taken"))
        }
    }
}
