import Database
import House
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("What a review looks at")
struct ReviewedRightsTests {
    private static func items(_ town: Town) async throws -> [ReviewItem] {
        let review = try await town.identity.openReview(of: ID("H40"), by: nil)
        return try await town.identity.items(of: review)
    }

    @Test("a role was used when its holder opened what no lesser role of theirs opens", arguments: Engine.all)
    func roles(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer, .departmentLead, .auditor)
            let visitor = await town.visitor("canbo.mau")
            await visitor.get("/identity/requests").expect(200)
            // The menu asks what may be opened; that is no use.
            await visitor.get("/identity/account").expect(200)
            town.clock.advance(days: 2)
            let later = await town.visitor("canbo.mau")
            await later.get("/identity/people").expect(200)
            await later.get("/identity/people").expect(200)
            await later.get("/identity/people/new").expect(403)
            try await town.identity.sweep()
            let used = Dictionary(
                uniqueKeysWithValues: try await Self.items(town).filter { $0.person == person }.compactMap { item in
                    item.role.map { ($0, item.usedAt) }
                })
            let today = Day(town.clock.now())
            #expect(used[.officer] == Day(town.clock.now().adding(days: -2)).start, "requests are for officers")
            #expect(used[.auditor] == today.start, "people are for auditors too, and that is the lesser role")
            #expect(used[.departmentLead] == .some(nil))
            #expect(try await town.count("identity_role_use") == 2)
        }
    }

    @Test("what is noted waits in memory for the next sweep, once a day, and is given back when it was not written")
    func noted() {
        let (uses, now) = (Uses(), Instant(milliseconds: 1_604_883_600_000))
        let right = Uses.Right.role(ID("a"), .officer)
        for _ in 0..<3 { uses.note(right, at: now) }
        let taken = uses.take()
        #expect(taken == [right: Day(now)] && uses.take().isEmpty)
        uses.note(right, at: now.adding(seconds: 60))
        #expect(uses.take().isEmpty, "once a day")
        uses.giveBack(taken)
        #expect(uses.take() == taken)
        uses.note(right, at: now.adding(days: 1))
        uses.giveBack(taken)
        #expect(uses.take() == [right: Day(now.adding(days: 1))])
    }

    @Test(
        "a client of OAuth is looked at, with the day of its last token, and ends by the review", arguments: Engine.all)
    func clients(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("lanhdao.mau", .departmentLead)
            let (busy, idle) = (try await Relying.service(town), try await Relying.service(town))
            let token = try await busy.ownToken()
            try await town.identity.sweep()
            let items = try await Self.items(town).filter { $0.kind == .client }
            #expect(Set(items.map(\.right)) == [busy.id, idle.id])
            #expect(items.first { $0.right == busy.id }?.usedAt == Day(town.clock.now()).start)
            #expect(items.first { $0.right == idle.id }?.usedAt == .some(nil))
            let lead = await town.visitor("lanhdao.mau")
            let item = try #require(items.first { $0.right == busy.id })
            let page = "/identity/reviews/\(item.review)"
            await lead.get(page).expect(200, shows: "Ứng dụng kết nối (OAuth)", "Chưa ghi nhận", "Dùng gần nhất")
            await lead.post("\(page)/items/\(item.id)/end").expect(redirectTo: page)
            #expect(try await town.identity.introspect(token, certificateThumbprint: nil) == nil)
            #expect(try await town.contents(of: "identity.client-revoked").count == 1)
            let refused = await busy.post("/identity/oauth/token", ["grant_type": "client_credentials"])
            #expect(refused.status == 401)
            try await town.identity.revokeClient(ID(idle.id), by: nil)
            town.clock.advance(seconds: 3600)
            try await town.identity.sweep()
            let after = try await town.identity.items(of: item.review)
            #expect(after.first { $0.right == idle.id }?.decision == .gone)
        }
    }

    @Test(
        "rights that another room keeps are looked at with the others, also where they are all", arguments: Engine.all)
    func keptElsewhere(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-CNTT", "Phòng Công nghệ thông tin")
            let shared = Kept()
            let began = town.clock.now()
            town.identity.reviewsGrants(shared.rights(of: ID("H40-CNTT"), from: began))
            town.clock.advance(days: 90)
            try await town.identity.sweep()
            let review = try #require(try await town.identity.reviews(by: nil).first).review
            #expect(review.organisation == ID("H40-CNTT"))
            let items = try await town.identity.items(of: review.id)
            #expect(items.map(\.kind) == [.grant, .grant] && items.map(\.what) == ["a → units/v1", "b → units/v1"])
            try await town.identity.decide(items[0].id, keep: false, by: nil)
            #expect(shared.isEnded(items[0].right) && shared.rang)
            shared.end(items[1].right)
            town.clock.advance(seconds: 3600)
            try await town.identity.sweep()
            #expect(try await town.identity.items(of: review.id).map(\.decision).contains(.gone))
        }
    }

    /// Two grants of a room that is not there.
    private final class Kept: Sendable {
        private let ended = Mutex<Set<String>>([])
        private let rings = Mutex(0)

        var rang: Bool { rings.withLock { $0 > 0 } }

        func isEnded(_ id: String) -> Bool { ended.withLock { $0.contains(id) } }

        func end(_ id: String) { ended.withLock { _ = $0.insert(id) } }

        func rights(of unit: ID<Organisation>, from: Instant) -> KeptRights {
            KeptRights(
                holding: { [self] house, _, _ in
                    guard house.contains(unit) else { return [] }
                    return ["a", "b"].filter { !isEnded($0) }.map {
                        KeptRights.Right(
                            id: $0, organisation: unit, what: "\($0) → units/v1", from: from, until: nil,
                            grantedBy: nil, approvedBy: nil, usedOn: nil)
                    }
                }, holds: { [self] id, _, _ in !isEnded(id) }, end: { [self] id, _, _, _ in end(id) },
                changed: { [self] in rings.withLock { $0 += 1 } })
        }
    }
}
