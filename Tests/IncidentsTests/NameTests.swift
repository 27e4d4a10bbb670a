import Database
import House
import Identity
@testable import Incidents
import Ledger
import Synchronization
import TestKit
import Testing
import Vocabulary

@Suite("Names of people in reports, on both engines")
struct NameTests {
    private static let names = [Cast.handler.name, Cast.lead.name, Cast.colleague.name]

    @Test(
        "people stand there by id, are named on the page, and are nobody once they were erased", arguments: Engine.all)
    func byID(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            world.clock.advance(seconds: 1)
            try await world.incidents.move(id, to: .handling, by: Cast.handler)
            try await world.incidents.name("lead", as: .named, of: id, by: Cast.handler)
            try await world.incidents.unname(Cast.lead.id, as: .named, of: id, by: Cast.handler)
            world.clock.advance(seconds: 1)
            try await world.incidents.name("colleague", as: .handler, of: id, by: Cast.handler)
            #expect(try await world.database.places(saying: Self.names) == [])
            let reader = world.visitor(Cast.handler)
            await reader.get("/incidents/\(id)").expect(
                200, shows: "Cán bộ mẫu, Đồng nghiệp mẫu", "Lãnh đạo mẫu", hides: ["Người đã xóa dữ liệu"])
            world.erased.people.withLock { $0 = [Cast.lead.id, Cast.colleague.id] }
            await reader.get("/incidents/\(id)").expect(
                200, shows: "Cán bộ mẫu, Người đã xóa dữ liệu", hides: ["Lãnh đạo mẫu", "Đồng nghiệp mẫu"])
            await reader.get("/incidents/\(id)/people").expect(
                200, shows: "Người đã xóa dữ liệu", hides: ["Đồng nghiệp mẫu"])
        }
    }

    @Test("who is erased is no reporter and no contact any more, and others still are", arguments: Engine.all)
    func contacts(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var report = InitialReport.sample
            report.reporter.name = Cast.handler.name
            let own = try await world.incidents.report(report, by: Cast.handler)
            report.contact.email = "Can.Bo@mau.gov.vn"
            let foreign = try await world.incidents.report(report, by: Cast.colleague)
            try await world.database.write { tx in
                try world.incidents.forget(
                    ErasedPerson(id: Cast.handler.id, name: Cast.handler.name, email: "can.bo@mau.gov.vn"), in: tx)
            }
            let (ofOwn, ofForeign) = try await world.database.read { tx in
                (try IncidentStore.contacts(of: own, in: tx), try IncidentStore.contacts(of: foreign, in: tx))
            }
            #expect(ofOwn.reporter == Contact() && ofOwn.contact == InitialReport.sample.contact)
            #expect(ofForeign.contact == Contact(), "the address is theirs, whoever wrote it")
            #expect(ofForeign.reporter.name == Cast.handler.name, "a namesake in a report of somebody else")
        }
    }

    @Test(
        "names from before ids are shown, become ids where the report knows whose, and are forgotten",
        arguments: Engine.all)
    func fromBefore(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let all = LedgerOutbox.migrations + Identity.migrations + Incidents.migrations
            try await database.migrate(all.filter { $0.name != "incidents.5.names" })
            let id = ID<Incident>("before")
            try await database.write { try Self.fillAsBefore(id, in: $0) }
            try await database.migrate(all)
            let world = World(database)
            #expect(try await database.places(saying: Self.names) == ["incidents_event.who: Lãnh đạo mẫu"])
            let reader = world.visitor(Cast.handler)
            await reader.get("/incidents/\(id)").expect(
                200, shows: "Lãnh đạo mẫu", " · Cán bộ mẫu", "Đồng nghiệp mẫu", hides: ["Người đã xóa dữ liệu"])
            try await database.write { tx in
                try world.incidents.forget(
                    ErasedPerson(id: Cast.lead.id, name: Cast.lead.name, email: nil), in: tx)
            }
            #expect(try await database.places(saying: Self.names) == [])
            await reader.get("/incidents/\(id)").expect(
                200, shows: "Người đã xóa dữ liệu", "Đồng nghiệp mẫu", hides: ["Lãnh đạo mẫu"])
        }
    }

    /// Reported by the lead, taken in hand by the handler, who named the colleague and thought better of it.
    private static func fillAsBefore(_ id: ID<Incident>, in tx: any Transaction) throws {
        let at = Instant(milliseconds: 1_604_883_600_000)
        var incident = Incident(
            id: id, owner: ID("H40"), author: Cast.lead.id, report: .sample, openedAt: at, changedAt: at)
        try incident.submit(at: at)
        try IncidentStore.save(incident, withContacts: true, in: tx)
        try tx.execute(
            """
            INSERT INTO incidents_person (incident, person, name, relation, since, until, named_by) VALUES
                (\(id), 'handler', 'Cán bộ mẫu', 'handler', \(at), NULL, 'handler'),
                (\(id), 'colleague', 'Đồng nghiệp mẫu', 'named', \(at), \(at), 'handler')
            """)
        let lines = [
            ("reported", "Lãnh đạo mẫu", ""), ("handling", "Cán bộ mẫu", ""),
            ("named-added", "Cán bộ mẫu", "Đồng nghiệp mẫu"), ("named-ended", "Cán bộ mẫu", "Đồng nghiệp mẫu"),
        ]
        for (number, (kind, who, note)) in lines.enumerated() {
            let line = "line \(number)"
            try tx.execute(
                """
                INSERT INTO incidents_event (id, incident, kind, at, who, note)
                VALUES (\(line), \(id), \(kind), \(at), \(who), \(note))
                """)
        }
    }
}
