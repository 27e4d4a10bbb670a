import Database
import House
import Ledger
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Access reviews")
struct ReviewTests {
    /// A lead, an administrator and an officer with the role of a handler.
    private static func open(
        on engine: Engine, policy: ReviewSettings = ReviewSettings(),
        _ body: @Sendable (Town, _ lead: Person, _ boss: Person, _ officer: ID<Person>) async throws -> Void
    ) async throws {
        try await Town.open(on: engine, hasMail: true, review: policy) { town in
            func person(_ login: String, _ roles: Set<Role>) async throws -> Person {
                let id = try await town.identity.createPerson(
                    login: login, name: login, email: "\(login)@namdinh.example", roles: roles, phc: Town.quickPHC)
                return Person(id: id, name: login, organisation: ID("H40"), roles: roles)
            }
            let lead = try await person("lanhdao.mau", [.departmentLead])
            let boss = try await person("quantri.mau", [.nodeAdministrator])
            let officer = try await person("canbo.mau", [.officer, .incidentHandler])
            try await body(town, lead, boss, officer.id)
        }
    }

    private static func items(_ town: Town) async throws -> [ReviewItem] {
        let review = try #require(try await town.identity.reviews(by: nil).first)
        return try await town.identity.items(of: review.review.id)
    }

    private static func item(_ town: Town, _ role: Role) async throws -> ReviewItem {
        try #require(try await items(town).first { $0.role == role })
    }

    private static func letters(_ town: Town) async throws -> Int { try await town.count("mail_message") }

    @Test("opens after ninety days, once, with every right, its dates and its last use", arguments: Engine.all)
    func opening(engine: Engine) async throws {
        try await Self.open(on: engine) { town, _, _, officer in
            _ = await town.visitor("canbo.mau")
            let signedIn = town.clock.now()
            _ = try await town.identity.createService(
                name: "Thư mục mẫu", purpose: "Ví dụ", scopes: [.readPeople], days: 366, by: nil)
            town.clock.advance(days: 89)
            try await town.identity.sweep()
            #expect(try await town.identity.reviews(by: nil).isEmpty)
            town.clock.advance(days: 1)
            try await town.identity.sweep()
            try await town.identity.sweep()
            let all = try await town.identity.reviews(by: nil)
            #expect(all.count == 1 && all[0].all == 5 && all[0].decided == 0)
            #expect(all[0].review.dueAt == town.clock.now().adding(days: 14))
            let items = try await Self.items(town)
            #expect(items.filter { $0.kind == .service }.count == 1)
            #expect(items.filter { $0.person == officer }.allSatisfy { $0.signedInAt == signedIn && $0.usedAt == nil })
            #expect(items.first { $0.role == .departmentLead }?.signedInAt == nil)
            // Whoever leads and whoever administers are told, by letter too.
            #expect(try await Self.letters(town) == 2)
            #expect(try await town.count("identity_reminder WHERE kind = 'identity.review-opened'") == 2)
        }
    }

    @Test("each right is kept or ended, never one's own; each decision is a leaf", arguments: Engine.all)
    func deciding(engine: Engine) async throws {
        try await Self.open(on: engine) { town, lead, boss, officer in
            town.clock.advance(days: 90)
            try await town.identity.sweep()
            let (handler, own, admin) = (
                try await Self.item(town, .incidentHandler), try await Self.item(town, .departmentLead),
                try await Self.item(town, .nodeAdministrator)
            )
            await #expect(throws: Problem.conflict(.notOwnRights)) {
                try await town.identity.decide(own.id, keep: true, by: lead)
            }
            await #expect(throws: Problem.conflict(.notOwnRights)) {
                try await town.identity.decide(admin.id, keep: true, by: boss)
            }
            let stranger = Person(id: officer, name: "", organisation: ID("H40"), roles: [.officer])
            await #expect(throws: Problem.forbidden) {
                try await town.identity.decide(own.id, keep: true, by: stranger)
            }
            try await town.identity.decide(handler.id, keep: false, by: lead)
            let held = try await town.database.read { try PeopleStore.memberships(of: officer, in: $0) }
            #expect(held.filter { $0.holds(at: town.clock.now()) }.map(\.role) == [.officer])
            await #expect(throws: Problem.conflict(.alreadyReviewed)) {
                try await town.identity.decide(handler.id, keep: true, by: boss)
            }
            try await town.identity.decide(try await Self.item(town, .officer).id, keep: true, by: boss)
            try await town.identity.decide(own.id, keep: true, by: boss)
            #expect(try await town.identity.reviews(by: nil).first?.review.closedAt == nil)
            try await town.identity.decide(admin.id, keep: true, by: lead)
            #expect(try await town.identity.reviews(by: nil).first?.review.closedAt != nil)
            let kinds = try await town.facts()
            #expect(kinds.filter { $0 == "identity.review-decided" }.count == 4)
            #expect(kinds.contains("identity.role-ended") && kinds.last == "identity.review-closed")
            let first = try await town.contents(of: "identity.review-decided").first
            #expect(first?.contains("\"decision\":\"end\"") == true)
            town.clock.advance(days: 90)
            try await town.identity.sweep()
            #expect(try await town.identity.reviews(by: nil).count == 2, "and ninety days later again")
        }
    }

    @Test("late: told once by letter, shown as overdue, and ended only where that is the policy", arguments: Engine.all)
    func late(engine: Engine) async throws {
        for ends in [false, true] {
            var policy = ReviewSettings()
            (policy.everyDays, policy.dueDays, policy.graceDays, policy.endsUndecided) = (30, 5, 2, ends)
            try await Self.open(on: engine, policy: policy) { town, lead, _, officer in
                town.clock.advance(days: 30)
                try await town.identity.sweep()
                let before = try await Self.letters(town)
                town.clock.advance(days: 4)
                try await town.identity.sweep()
                #expect(try await Self.letters(town) == before)
                town.clock.advance(days: 1)
                try await town.identity.sweep()
                town.clock.advance(seconds: 7200)
                try await town.identity.sweep()
                #expect(try await Self.letters(town) == before + 2)
                let visitor = await town.visitor("lanhdao.mau")
                await visitor.get("/identity/reviews").expect(200, shows: "Quá hạn", "0/4")
                town.clock.advance(days: 2)
                try await town.identity.sweep()
                let held = try await town.database.read { try PeopleStore.memberships(of: officer, in: $0) }
                #expect(held.contains { $0.holds(at: town.clock.now()) } == !ends)
                let items = try await Self.items(town)
                // Nobody looked at the only administrator: the node keeps one.
                #expect(items.filter { $0.decision == .lapsed }.count == (ends ? 3 : 0))
                #expect(items.contains { $0.role == .nodeAdministrator && $0.decision == nil })
            }
        }
    }

    @Test(
        "of two administrators at whom nobody looked the last one stays, and the sweep goes on", arguments: Engine.all)
    func lastOfTwo(engine: Engine) async throws {
        var policy = ReviewSettings()
        (policy.everyDays, policy.dueDays, policy.graceDays, policy.endsUndecided) = (30, 5, 2, true)
        try await Self.open(on: engine, policy: policy) { town, _, _, _ in
            try await town.person("quantri.hai", .nodeAdministrator)
            town.clock.advance(days: 30)
            try await town.identity.sweep()
            town.clock.advance(days: 7)
            try await town.identity.sweep()
            let items = try await Self.items(town).filter { $0.role == .nodeAdministrator }
            #expect(items.filter { $0.decision == .lapsed }.count == 1)
            #expect(items.filter { $0.decision == nil }.count == 1)
            let now = town.clock.now()
            #expect(try await town.database.read { try town.identity.administrators(at: now, in: $0) }.count == 1)
        }
    }

    @Test("what failed in an hour is tried again with the next sweep")
    func hourly() {
        let (hourly, now) = (Hourly(), Instant(milliseconds: 1_604_883_600_000))
        #expect(hourly.isDue(at: now) && hourly.isDue(at: now))
        hourly.isDone(at: now)
        #expect(!hourly.isDue(at: now.adding(seconds: 3599)) && hourly.isDue(at: now.adding(seconds: 3600)))
        #expect(hourly.isDue(at: now.adding(seconds: -1)))
    }

    @Test("a unit with nothing but a program, or people whose rights are lent, is looked at", arguments: Engine.all)
    func unitsWithoutRoles(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            for unit in ["H40-CNTT", "H40-VP"] { try await town.addUnit(unit, "Phòng mẫu") }
            _ = try await town.identity.createService(
                name: "Thư mục mẫu", purpose: "Ví dụ", organisation: ID("H40-CNTT"), scopes: [.readPeople], days: 366,
                by: nil)
            let lender = try await town.identity.createPerson(
                login: "canbo.mot", name: "Cán bộ mẫu", phc: Town.quickPHC, organisation: ID("H40-VP"))
            let other = try await town.person("canbo.hai", .officer)
            try await town.database.write { tx in
                try RelationshipStore.insert(
                    Relationship(
                        id: ID("lent"), subject: other.text, relation: .delegate, object: lender.text,
                        from: town.clock.now()), at: town.clock.now(), in: tx)
            }
            town.clock.advance(days: 90)
            try await town.identity.sweep()
            let reviewed = try await town.identity.reviews(by: nil)
            #expect(Set(reviewed.map(\.review.organisation.text)) == ["H40", "H40-CNTT", "H40-VP"])
            #expect(reviewed.allSatisfy { $0.all == 1 })
        }
    }

    @Test("a delegation that a review ends is over, that one alone, and the ledger says so", arguments: Engine.all)
    func lentRights(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("lanhdao.mau", .departmentLead)
            let lead = Person(id: id, name: "Lãnh đạo mẫu", organisation: ID("H40"), roles: [.departmentLead])
            try await town.person("canbo.mau", .officer)
            let day = Day(town.clock.now()).start
            var named: [ID<Relationship>] = []
            for (from, until) in [(nil, day.adding(days: 5)), (day.adding(days: 30), day.adding(days: 40))] {
                let form = DeputyForm(
                    login: "canbo.mau", from: from, until: until, reason: "Đi công tác theo quyết định mẫu")
                named.append(try await town.identity.nameDeputy(form, for: id, by: lead))
            }
            let review = try await town.identity.openReview(of: ID("H40"), by: nil)
            let items = try await town.identity.items(of: review).filter { $0.kind == .delegation }
            let item = try #require(items.first)
            #expect(items.map(\.right) == [named[0].text])
            try await town.identity.decide(item.id, keep: false, by: nil)
            let (now, left) = (town.clock.now(), try await town.identity.deputies(seenBy: nil))
            #expect(left.filter { !$0.isOver(at: now) }.map(\.id) == [named[1]])
            let ended = try await town.contents(of: "identity.deputy-ended")
            #expect(ended.count == 1 && ended.first?.contains(named[0].text) == true)
        }
    }

    @Test("of what is lent to a deputy, the roles are shown, and stand in the leaf", arguments: Engine.all)
    func lentRoles(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("lanhdao.mau", .departmentLead, .officer, name: "Lãnh đạo mẫu")
            let lead = Person(id: id, name: "Lãnh đạo mẫu", organisation: ID("H40"), roles: [.departmentLead])
            for (login, roles) in [("canbo.mau", [.officer] as Set<Role>?), ("canbo.hai", nil)] {
                try await town.person(login, .officer, name: login)
                let form = DeputyForm(
                    login: login, roles: roles, until: Day(town.clock.now()).start.adding(days: 5),
                    reason: "Đi công tác theo quyết định mẫu")
                try await town.identity.nameDeputy(form, for: id, by: lead)
            }
            try await town.person("quantri.mau", .nodeAdministrator)
            let review = try await town.identity.openReview(of: ID("H40"), by: nil)
            let visitor = await town.visitor("quantri.mau")
            await visitor.get("/identity/reviews/\(review)").expect(
                200, shows: "Được ủy quyền của Lãnh đạo mẫu: Cán bộ<",
                "Được ủy quyền của Lãnh đạo mẫu: mọi vai trò ủy quyền được")
            await visitor.get("/identity/reviews/\(review)?lang=en").expect(
                200, shows: "Acts for Lãnh đạo mẫu: Officer<", "Acts for Lãnh đạo mẫu: every role that may be lent")
            let (items, names) = try await town.identity.reviewed(review)
            let lent = items.filter { $0.kind == .delegation }
            #expect(Set(lent.map(\.roles)) == [[.officer], nil] && lent.allSatisfy { names[$0.what] == lead.name })
            let reads = try await town.facts().filter { $0 == "identity.people-read" }
            #expect(reads.count == 3, "two pages, and whoever owns the folder")
            for item in lent { try await town.identity.decide(item.id, keep: true, by: nil) }
            let leaves = try await town.contents(of: "identity.review-decided")
            #expect(leaves.contains { $0.contains("\"roles\":[\"officer\"]") })
            await #expect(throws: Problem.notFound) { try await town.identity.reviewed(ID("nowhere")) }
        }
    }

    @Test("the last sign-in is found behind however much happened since", arguments: Engine.all)
    func lastUse(engine: Engine) async throws {
        try await Self.open(on: engine) { town, _, _, officer in
            _ = await town.visitor("canbo.mau")
            let signedIn = town.clock.now()
            try await town.database.write { tx in
                for _ in 0..<250 {
                    try town.identity.outbox.record("identity.looked", [:], subject: officer.text, at: signedIn, in: tx)
                }
            }
            town.clock.advance(days: 90)
            try await town.identity.sweep()
            #expect(try await Self.items(town).filter { $0.person == officer }.allSatisfy { $0.signedInAt == signedIn })
        }
    }

    @Test("a right that ended by itself needs no decision", arguments: Engine.all)
    func gone(engine: Engine) async throws {
        try await Self.open(on: engine) { town, _, _, _ in
            town.clock.advance(days: 90)
            try await town.identity.sweep()
            let handler = try await Self.item(town, .incidentHandler)
            try await town.identity.endRole(ID(handler.right), by: nil)
            town.clock.advance(days: 1)
            try await town.identity.sweep()
            #expect(try await Self.item(town, .incidentHandler).decision == .gone)
        }
    }

    @Test("who administers a unit reviews its people, and no right that they could not give", arguments: Engine.all)
    func units(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-CNTT", "Phòng Công nghệ thông tin")
            let unit = ID<Organisation>("H40-CNTT")
            let head = try await town.identity.createPerson(
                login: "truongphong.mau", name: "Trưởng phòng mẫu", roles: [.unitAdministrator, .officer],
                phc: Town.quickPHC, organisation: unit)
            try await town.identity.createPerson(
                login: "canbo.mau", name: "Cán bộ mẫu", roles: [.officer, .auditor], phc: Town.quickPHC,
                organisation: unit)
            let review = try await town.identity.openReview(of: unit, by: nil)
            let person = Person(id: head, name: "", organisation: ID("H40"), roles: [.unitAdministrator, .officer])
            let items = try await town.identity.items(of: review)
            let officer = try #require(items.first { $0.role == .officer && $0.person != head })
            let auditor = try #require(items.first { $0.role == .auditor })
            try await town.identity.decide(officer.id, keep: true, by: person)
            await #expect(throws: Problem.forbidden) {
                try await town.identity.decide(auditor.id, keep: false, by: person)
            }
            await #expect(throws: Problem.conflict(.reviewIsOpen)) {
                try await town.identity.openReview(of: unit, by: nil)
            }
        }
    }

    @Test("on the page, each line says who, what, since when and by whom, with its two buttons", arguments: Engine.all)
    func page(engine: Engine) async throws {
        try await Self.open(on: engine) { town, _, _, _ in
            town.clock.advance(days: 90)
            try await town.identity.sweep()
            let lead = await town.visitor("lanhdao.mau")
            let review = try #require(try await town.identity.reviews(by: nil).first).review
            let place = "/identity/reviews/\(review.id)"
            await lead.get("/identity/reviews").expect(200, shows: "Chờ quyết định", "0/4")
            await lead.get(place).expect(
                200, shows: "canbo.mau", "Người xử lý sự cố", "/keep", "Người khác quyết định")
            let item = try await Self.item(town, .incidentHandler)
            await lead.post("\(place)/items/\(item.id)/end").expect(redirectTo: place)
            await lead.get(place + "?lang=en").expect(200, shows: "Ended", "1/4")
            let officer = await town.visitor("canbo.mau")
            await officer.get(place).expect(403)
        }
    }
}
