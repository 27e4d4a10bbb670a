import Crypto
import Identity
import TestKit
import Testing
import Vocabulary

@testable import Exchange

/// Deadlines, suspensions and ends are told to whom they concern.
@Suite("Who is told of grants")
struct GrantNoticeTests {
    private static let leads = "department-lead of"

    @Test(
        "a request is told to who decides, then that it is due, then that it is overdue, each once",
        arguments: Engine.all)
    func deadlines(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            // Monday, 9 November 2020: due by the end of Monday, 16 November.
            let (_, _, grant) = try await town.asked()
            let told = town.announced.all()
            #expect(told.map(\.kind) == ["exchange.grant-asked"])
            #expect(told.first?.to == .holders([.departmentLead], in: ID("T40")))
            #expect(told.first?.text.vi.contains("hết ngày 16/11/2020 (5 ngày làm việc") == true)
            #expect(told.first?.text.en.contains("by the end of 16/11/2020") == true)
            #expect(told.first?.path == "/exchange/grants/\(grant.id)")
            try await town.exchange.followGrantDates()
            #expect(town.announced.news() == [])
            town.clock.advance(seconds: 6 * 86_400)
            for _ in 0..<2 { try await town.exchange.followGrantDates() }
            #expect(town.announced.news() == ["reminded → \(Self.leads) T40"])
            town.clock.advance(seconds: 2 * 86_400)
            for _ in 0..<2 { try await town.exchange.followGrantDates() }
            #expect(
                town.announced.news() == [
                    "overdue → \(Self.leads) T40", "overdue → node-administrator of H40", "overdue → consumer",
                    "overdue → \(Self.leads) K40",
                ])
            #expect(
                try await town.leaves("exchange.grant-") == [
                    "exchange.grant-asked", "exchange.grant-reminded", "exchange.grant-overdue",
                ])
            try await town.exchange.refuseGrant(grant.id, because: "Thiếu căn cứ", by: town.provider)
            let refused = town.announced.all()
            #expect(refused.map(\.to) == [.people([ID("consumer")]), .holders([.departmentLead], in: ID("K40"))])
            #expect(refused.first?.text.vi.contains("Lý do: Thiếu căn cứ") == true)
        }
    }

    @Test(
        "a suspension is told when it is decided: 7 working days before when planned, at once otherwise",
        arguments: Engine.all)
    func suspensions(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (_, _, grant) = try await town.asked()
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            _ = town.announced.all()
            let day = try #require(Day("2020-11-18")).start
            try await town.exchange.suspendGrant(
                grant.id, .planned, from: day, until: day.adding(days: 1), because: "Bảo trì", by: town.provider)
            let planned = town.announced.all()
            #expect(planned.map(\.kind) == ["exchange.grant-suspension-planned", "exchange.grant-suspension-planned"])
            #expect(planned.map(\.to) == [.people([ID("consumer")]), .holders([.departmentLead], in: ID("K40"))])
            #expect(planned.first?.text.en.contains("From 18/11/2020 00:00") == true, "\(planned.first?.text.en ?? "")")
            let days = WorkingCalendar().days(from: Day(planned[0].at), to: Day(day))
            #expect(days >= AccessGrant.suspensionNoticeDays)
            try await town.exchange.resumeGrant(grant.id, by: town.provider)
            _ = town.announced.all()
            try await town.exchange.suspendGrant(grant.id, .security, because: "Lộ khóa", by: town.provider)
            let atOnce = town.announced.all()
            #expect(atOnce.map(\.kind) == ["exchange.grant-suspended", "exchange.grant-suspended"])
            #expect(atOnce.allSatisfy { $0.at == town.clock.now() && $0.text.vi.contains("Lộ khóa") })
        }
    }

    @Test(
        "both sides hear a month before a long grant ends, a week before a short one, and when it has",
        arguments: [100, 20] as [Int64])
    func endings(days: Int64) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked(days: days)
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            _ = town.announced.all()
            town.clock.advance(seconds: (days - (days > 60 ? 31 : 8)) * 86_400)
            try await town.exchange.followGrantDates()
            #expect(town.announced.news() == [])
            town.clock.advance(seconds: 2 * 86_400)
            for _ in 0..<2 { try await town.exchange.followGrantDates() }
            #expect(
                town.announced.news() == [
                    "expiring → \(Self.leads) T40", "expiring → consumer", "expiring → \(Self.leads) K40",
                ])
            town.clock.advance(seconds: 40 * 86_400)
            for _ in 0..<2 { try await town.exchange.followGrantDates() }
            #expect(
                town.announced.news() == [
                    "expired → \(Self.leads) T40", "expired → consumer", "expired → \(Self.leads) K40",
                ])
            #expect(try await town.state(grant.id) == .ended)
        }
    }

    @Test("when an application ends, its grants end and its requests are withdrawn", arguments: Engine.all)
    func applicationEnds(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, made, held) = try await town.asked()
            try await town.exchange.approveGrant(held.id, by: town.provider)
            let waiting = try await town.exchange.requestGrant(
                GrantDraft(application: made.application.id, version: offered.version.id, terms: town.terms()),
                by: town.consumer)
            _ = town.announced.all()
            try await town.exchange.endApplication(made.application.id, by: town.user)
            #expect(try await town.state(held.id) == .ended)
            #expect(try await town.state(waiting.id) == .withdrawn)
            let (named, signed, events) = try await town.exchange.grant(held.id)
            #expect(named.grant.reason == "truc:application-ended" && events.last?.by == town.user.id)
            #expect(signed.isValid(by: town.exchange.home.key.publicKey))
            #expect(String(decoding: signed.document, as: UTF8.self).contains(#""state":"ended""#))
            #expect(town.announced.news().contains("ended → \(Self.leads) T40"))
            #expect(try await town.allowed(made.application.id, "GET", "/units/v1/units") == nil)
        }
    }
}
