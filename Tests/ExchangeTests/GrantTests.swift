import Crypto
import Database
import Gateway
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Grants: from request to end")
struct GrantTests {
    @Test(
        "asked, approved by the provider, in force, ended; each step a signed document and a leaf",
        arguments: Engine.all)
    func life(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, application, grant) = try await town.asked(["get-unit"])
            let portal = application.application.id
            #expect(grant.state == .waiting)
            #expect(try await town.allowed(portal, "GET", "/units/v1/units/1") == nil)
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            #expect(try await town.allowed(portal, "GET", "/units/v1/units/1") == grant.id.text)
            #expect(try await town.allowed(portal, "GET", "/units/v1/units") == nil)
            let (named, signed, _) = try await town.exchange.grant(grant.id)
            #expect(named.grant.decidedBy == town.provider.id)
            #expect(signed.isValid(by: town.exchange.home.key.publicKey))
            var forged = signed.document
            forged[forged.count / 2] ^= 1
            #expect(
                !SignedGrant(document: forged, signature: signed.signature).isValid(
                    by: town.exchange.home.key.publicKey))
            #expect(String(decoding: signed.document, as: UTF8.self).contains(#""state":"active""#))
            try await town.exchange.endGrant(grant.id, because: "Không còn nhu cầu", by: town.consumer)
            #expect(try await town.allowed(portal, "GET", "/units/v1/units/1") == nil)
            #expect(
                try await town.leaves("exchange.grant-").sorted() == [
                    "exchange.grant-approved", "exchange.grant-asked", "exchange.grant-ended",
                ])
            let (_, _, events) = try await town.exchange.grant(grant.id)
            #expect(events.map(\.what) == [.asked, .approved, .ended])
            #expect(
                await problem {
                    try await town.exchange.endGrant(grant.id, because: "Lần nữa", by: town.consumer)
                } == .conflict(.notActive))
            _ = offered
        }
    }

    @Test("the same asked a second time, while it waits, is one request", arguments: Engine.all)
    func twice(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, application, grant) = try await town.asked(["get-unit"])
            var draft = GrantDraft(
                application: application.application.id, version: offered.version.id, terms: grant.terms)
            town.clock.advance(seconds: 60)
            draft.terms.from = town.clock.now()
            let again = draft
            #expect(
                await problem { _ = try await town.exchange.requestGrant(again, by: town.consumer) }
                    == .conflict(.sameIsAsked))
            #expect(try await town.exchange.grants([.waiting]).count == 1)
            // Something else may wait beside it, and the same once that was decided.
            draft.terms.purpose = "Việc khác"
            _ = try await town.exchange.requestGrant(draft, by: town.consumer)
            try await town.exchange.refuseGrant(grant.id, because: "Chưa đủ", by: town.provider)
            _ = try await town.exchange.requestGrant(again, by: town.consumer)
        }
    }

    @Test(
        "a whole number is read however its groups are set apart",
        arguments: [
            ("1000", 1000), ("1.000", 1000), ("1,000", 1000), ("1 000 000", 1_000_000), ("7", 7), ("1.5", nil),
            ("12.34", nil), ("", nil), (".000", nil), ("mười", nil), ("1000.000", nil),
        ] as [(String, Int64?)])
    func wholeNumbers(text: String, number: Int64?) {
        #expect(GrantTerms.wholeNumber(text) == number)
    }

    @Test("who decides belongs to the provider and did not ask")
    func separation() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, application, grant) = try await town.asked()
            for person in [town.consumer, town.user, town.administrator] {
                #expect(await problem { try await town.exchange.approveGrant(grant.id, by: person) } == .forbidden)
                #expect(
                    await problem { try await town.exchange.refuseGrant(grant.id, because: "x", by: person) }
                        == .forbidden)
            }
            // The provider's lead asks for an application of her own department.
            let own = try await town.exchange.addApplication("own", named: "Của mình", of: ID("T40"), by: town.provider)
            let asked = try await town.exchange.requestGrant(
                GrantDraft(application: own.application.id, version: offered.version.id, terms: town.terms()),
                by: town.provider)
            #expect(await problem { try await town.exchange.approveGrant(asked.id, by: town.provider) } == .forbidden)
            try await town.exchange.approveGrant(asked.id, by: town.colleague)
            #expect(try await town.state(asked.id) == .active)
            // Nobody asks for the application of somebody else.
            #expect(
                await problem {
                    _ = try await town.exchange.requestGrant(
                        GrantDraft(
                            application: application.application.id, version: offered.version.id, terms: town.terms()),
                        by: town.provider)
                } == .forbidden)
        }
    }

    @Test("a refusal needs a reason; a decision is made once")
    func refusal() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked()
            #expect(
                await problem { try await town.exchange.refuseGrant(grant.id, because: "", by: town.provider) }
                    == .invalid(["reason": .reasonIsMissing]))
            try await town.exchange.refuseGrant(grant.id, because: "Không đúng thẩm quyền", by: town.provider)
            #expect(try await town.state(grant.id) == .refused)
            #expect(
                await problem { try await town.exchange.approveGrant(grant.id, by: town.provider) }
                    == .conflict(.alreadyDecided))
        }
    }

    @Test("5 working days, with holidays; a reminder the day before; overdue is said", arguments: Engine.all)
    func clock(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            // Monday 9 November 2020; Wednesday is free that year, Saturday is worked.
            try await town.node.database.write { tx in
                try HolidayStore.save(try #require(Day("2020-11-11")), works: false, name: "Nghỉ bù", in: tx)
                try HolidayStore.save(try #require(Day("2020-11-14")), works: true, name: "Làm bù", in: tx)
            }
            let (_, _, grant) = try await town.asked()
            #expect(Day(Instant(milliseconds: grant.dueAt.milliseconds - 1)) == Day("2020-11-16"))
            try await town.exchange.followGrantDates()
            #expect(try await town.exchange.grant(grant.id).0.grant.remindedAt == nil)
            town.clock.set(try #require(Day("2020-11-14")).start.adding(seconds: 3600))
            try await town.exchange.followGrantDates()
            try await town.exchange.followGrantDates()
            let (_, _, events) = try await town.exchange.grant(grant.id)
            #expect(events.map(\.what) == [.asked, .reminded])
            #expect(try await !town.exchange.grant(grant.id).0.grant.isOverdue(at: town.clock.now()))
            town.clock.set(try #require(Day("2020-11-17")).start)
            #expect(try await town.exchange.grant(grant.id).0.grant.isOverdue(at: town.clock.now()))
        }
    }

    @Test("working days around the New Year and the weekends")
    func workingDays() throws {
        let calendar = WorkingCalendar()
        func day(_ text: String) throws -> Day { try #require(Day(text)) }
        let (friday, monday, year, after) = (
            try day("2020-11-13"), try day("2020-11-16"), try day("2020-12-28"), try day("2021-01-05")
        )
        #expect(calendar.day(1, after: friday) == monday)
        #expect(calendar.day(5, after: year) == after)
        #expect(calendar.days(from: year, to: after) == 5)
        let (liberation, saturday) = (try day("2026-04-30"), try day("2026-05-02"))
        #expect(!calendar.isWorked(liberation) && !calendar.isWorked(saturday))
    }

    @Test("a planned suspension is told 7 working days before, begins and ends by itself", arguments: Engine.all)
    func planned(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (_, application, grant) = try await town.asked()
            let portal = application.application.id
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let (soon, later, end) = (
                try #require(Day("2020-11-17")), try #require(Day("2020-11-18")), try #require(Day("2020-11-20"))
            )
            #expect(
                await problem {
                    try await town.exchange.suspendGrant(
                        grant.id, .planned, from: soon.start, because: "Bảo trì", by: town.provider)
                } == .invalid(["from": .noticeIsShort(later)]))
            try await town.exchange.suspendGrant(
                grant.id, .planned, from: later.start, until: end.start, because: "Bảo trì", by: town.provider)
            let path = "/units/v1/units/1"
            #expect(try await town.allowed(portal, "GET", path) == grant.id.text)
            town.clock.set(later.start)
            #expect(try await town.allowed(portal, "GET", path) == nil)
            try await town.exchange.followGrantDates()
            #expect(try await town.state(grant.id) == .suspended)
            town.clock.set(end.start)
            #expect(try await town.allowed(portal, "GET", path) == grant.id.text)
            try await town.exchange.followGrantDates()
            #expect(try await town.state(grant.id) == .active)
            town.clock.advance(days: 200)
            #expect(try await town.allowed(portal, "GET", path) == nil)
            try await town.exchange.followGrantDates()
            #expect(try await town.state(grant.id) == .ended)
            let (_, _, events) = try await town.exchange.grant(grant.id)
            #expect(events.map(\.what) == [.asked, .approved, .suspensionPlanned, .suspended, .resumed, .expired])
        }
    }

    @Test("a violation suspends at once, and only the provider resumes")
    func violation() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, application, grant) = try await town.asked()
            let portal = application.application.id
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            try await town.exchange.suspendGrant(grant.id, .violation, because: "Sai mục đích", by: town.provider)
            #expect(try await town.allowed(portal, "GET", "/units/v1/units/1") == nil)
            #expect(await problem { try await town.exchange.resumeGrant(grant.id, by: town.consumer) } == .forbidden)
            try await town.exchange.resumeGrant(grant.id, by: town.colleague)
            #expect(try await town.allowed(portal, "GET", "/units/v1/units/1") == grant.id.text)
        }
    }

    @Test("reasons fit into the evidence of a call as JSON spells them, or are not taken")
    func reasons() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, application, grant) = try await town.asked()
            var terms = town.terms()
            terms.purpose = String(repeating: "ệ", count: 600)
            terms.legalBasis = String(repeating: "a", count: 201)
            let long = terms
            let asked = await problem {
                _ = try await town.exchange.requestGrant(
                    GrantDraft(application: application.application.id, version: grant.version, terms: long),
                    by: town.consumer)
            }
            #expect(asked == .invalid(["purpose": .reasonsAreLong, "basis": .reasonsAreLong]))
        }
    }

    @Test("nobody is given more than was asked, or for other reasons")
    func more() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked(["get-unit"])
            func refusal(_ field: String, _ widen: (inout GrantTerms) -> Void) async {
                var terms = grant.terms
                widen(&terms)
                let wider = terms
                let found = await problem {
                    try await town.exchange.approveGrant(grant.id, terms: wider, by: town.provider)
                }
                #expect(found == .invalid([field: .moreThanAsked]))
            }
            await refusal("operation") { $0.operations = nil }
            await refusal("operation") { $0.operations = ["list-units"] }
            await refusal("until") { $0.until = $0.until.adding(seconds: 1) }
            await refusal("purpose") { $0.purpose = "Khác" }
            var asked = grant.terms
            asked.fields = ["units"]
            asked.rate = Rate(perSecond: 5, burst: 5)
            asked.quota = Quota(calls: 10, windowSeconds: 86_400)
            var given = asked
            given.fields = ["units/name"]
            #expect(given.wider(than: asked).isEmpty)
            (given.fields, given.rate, given.quota) = (["unit"], nil, Quota(calls: 10, windowSeconds: 60))
            #expect(given.wider(than: asked) == ["fields", "rate", "quota"])
        }
    }

    @Test("a decision by form keeps the reasons that were given, and operations that it does not show")
    func decided() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked(["get-unit"])
            let form: Fields = [
                "purpose": "Khác", "basis": "x", "items": "y", "frequency": "z",
                "until": "\(Day(grant.terms.until.adding(seconds: -1)))",
            ]
            let terms = try town.exchange.decided(form, grant.terms)
            #expect(terms == grant.terms)
        }
    }

    @Test("a table that was not taken is handed over again")
    func again() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (tables, heard) = AsyncStream.makeStream(of: Int.self)
            let exchange = town.exchange
            let tries = Mutex(0)
            struct NotTaken: Error {}
            let watching = Task {
                await exchange.eachTable { _ in
                    let number = tries.withLock { tries in
                        tries += 1
                        return tries
                    }
                    heard.yield(number)
                    if number == 1 { throw NotTaken() }
                }
            }
            defer { watching.cancel() }
            var iterator = tables.makeAsyncIterator()
            #expect(await iterator.next() == 1)
            #expect(await iterator.next() == 2)
        }
    }

    @Test("the provider may grant less than was asked")
    func less() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, application, grant) = try await town.asked()
            var terms = grant.terms
            terms.operations = ["list-units"]
            terms.fields = ["code"]
            terms.rate = Rate(perSecond: 5, burst: 10)
            let given = terms
            try await town.exchange.approveGrant(grant.id, terms: given, by: town.provider)
            let table = try await town.node.database.read { [exchange = town.exchange] in
                try exchange.gatewayTable(in: $0)
            }
            let compiled = try #require(table.grants.first)
            #expect(compiled.fields == ["code"])
            #expect(compiled.rate == Rate(perSecond: 5, burst: 10))
            #expect(try await town.allowed(application.application.id, "GET", "/units/v1/units/1") == nil)
        }
    }

    @Test(
        "the gateway hears of a revocation, of what another process changed, and of a day that ends a grant",
        arguments: Engine.all)
    func revocation(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (_, application, grant) = try await town.asked()
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let (tables, heard) = AsyncStream.makeStream(of: Table.self)
            let exchange = town.exchange
            let rows = Mutex(TableRows())
            let watching = Task {
                await exchange.eachTable { change in
                    let table = rows.withLock { rows in
                        rows.take(change)
                        return rows.table
                    }
                    heard.yield(table)
                }
            }
            defer { watching.cancel() }
            var iterator = tables.makeAsyncIterator()
            let first = try #require(await iterator.next())
            #expect(first.grants.map(\.id) == [grant.id.text])
            try await town.exchange.endGrant(grant.id, because: "Thu hồi", by: town.provider)
            let second = try #require(await iterator.next())
            #expect(second.grants.isEmpty)
            let again = try await exchange.requestGrant(
                GrantDraft(
                    application: application.application.id, version: grant.version, terms: town.terms(days: 1)),
                by: town.consumer)
            _ = await iterator.next()
            try await exchange.approveGrant(again.id, by: town.provider)
            #expect(await iterator.next()?.grants.count == 1)
            try await town.node.database.write { tx in
                try tx.execute("DELETE FROM exchange_application_credential")
                try RegistryRevision.bump(in: tx)
            }
            #expect(await iterator.next()?.consumers.first?.credentials.isEmpty == true)
            town.clock.advance(days: 2)
            #expect(await iterator.next()?.grants.isEmpty == true)
        }
    }
}
