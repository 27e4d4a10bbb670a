import Database
import Exchange
import Identity
import TestKit
import Testing
import Vocabulary

@testable import Incidents

@Suite("Lists are the policies as SQL")
struct RightsTests {
    static let now = Instant(milliseconds: 1_604_883_600_000)
    static let places = ["H40", "T40", "K40", "H23"]
    static let people = (0..<8).map { "p\($0)" }

    @Test("what the lists show is what decide allows, in random worlds over the real tables", arguments: Engine.all)
    func rowsAreDecisions(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var random = SeededRandom(seed: 7)
            for round in 0..<25 {
                let rights = try Self.rights(&random)
                let access = Access { rights }
                let (incidents, arrived) = (Self.incidents(round, &random), Self.arrived(round, &random))
                let named = Self.named(incidents, &random)
                try await world.database.write { tx in
                    for table in ["recipient", "person", "standing", "incident", "arrived"] {
                        try tx.execute("DELETE FROM \(SQL(name: "incidents_\(table)"))")
                    }
                    for incident in incidents { try IncidentStore.save(incident, withContacts: false, in: tx) }
                    for one in arrived { try ArrivedStore.save(one, for: ID("H40"), in: tx) }
                    for (incident, person, relation) in named {
                        _ = try IncidentPersonStore.add(
                            ID(person), relation, to: incident, by: ID("p0"), at: Self.now, in: tx)
                    }
                }
                for (number, id) in Self.people.enumerated() {
                    let person = Person(
                        id: ID(id), name: id, organisation: nil, roles: [],
                        assurance: Assurance(level: 1 + number % 2, methods: [], at: Self.now))
                    for permission in [Permission.viewIncidents, .reportIncidents, .shareIncidents] {
                        try await Self.compare(world, access, person, permission, named)
                    }
                }
            }
        }
    }

    private static func compare(
        _ world: World, _ access: Access, _ person: Person, _ permission: Permission,
        _ named: [(ID<Incident>, String, IncidentPerson.Relation)]
    ) async throws {
        let found = try await world.database.read { tx in
            let ours = try access.rows(for: person, permission, in: IncidentRights.columns)
            let theirs = try access.rows(for: person, permission, in: IncidentRights.arrivedColumns)
            let all = try IncidentStore.list(.all, matching: nil, before: nil, limit: 1000, in: tx)
            let allArrived = try ArrivedStore.list(.all, matching: nil, before: nil, limit: 1000, in: tx)
            let condition = RowRights(condition: ours.condition)
            return (
                all, try IncidentStore.list(ours, matching: nil, before: nil, limit: 1000, in: tx).map(\.id),
                try IncidentStore.list(condition, matching: nil, before: nil, limit: 1000, in: tx).map(\.id),
                try all.map { try IncidentPersonStore.people(of: $0.id, at: nil, in: tx) }, allArrived,
                try ArrivedStore.list(theirs, matching: nil, before: nil, limit: 1000, in: tx).map(\.id)
            )
        }
        let (all, listed, filtered, people, allArrived, arrived) = found
        let allowed = zip(all, people).filter { access.allows(person, permission, on: $0.resource(people: $1)) }
        #expect(listed == allowed.map(\.0.id), "\(permission.name) by \(person.id)")
        #expect(listed == filtered, "\(permission.name) by \(person.id)")
        let allowedArrived = allArrived.filter { access.allows(person, permission, on: $0.resource(for: ID("H40"))) }
        #expect(arrived == allowedArrived.map(\.id), "arrived: \(permission.name) by \(person.id)")
    }

    @Test("the newest page of a long list reads a few hundred rows by an index, whoever asks", arguments: Engine.all)
    func plans(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var random = SeededRandom(seed: 11)
            let rights = try Self.rights(&random)
            for id in Self.people {
                let person = Person(
                    id: ID(id), name: id, organisation: nil, roles: [],
                    assurance: Assurance(level: 2, methods: [], at: Self.now))
                for plan in try await world.database.read({ try Self.plans(rights, person, in: $0) }) {
                    // SQLite says SCAN for reading a whole table; PostgreSQL reads one in order only by an index.
                    let whole = plan.filter {
                        $0.contains("SCAN i") && !$0.contains("INDEX") || $0.contains("Seq Scan on incidents_incident")
                    }
                    #expect(whole.isEmpty, "\(plan.joined(separator: "\n"))")
                    // Of what few have, an index of its own: not all of a label until enough of it is found.
                    let isOfFew = plan.contains {
                        $0.contains("incidents_person") || $0.contains("incidents_recipient")
                    }
                    let walks = plan.contains { $0.contains("incidents_incident_label") }
                    #expect(engine == .postgres || !(isOfFew && walks), "\(plan.joined(separator: "\n"))")
                }
            }
        }
    }

    /// How the engine finds the newest of each branch.
    private static func plans(_ rights: Rights, _ person: Person, in tx: any Transaction) throws -> [[String]] {
        let rows = try rights.rows(for: person, .viewIncidents, in: IncidentRights.columns)
        if tx.dialect == .postgres { _ = try tx.rows("SELECT set_config('enable_seqscan', 'off', true)") }
        return try rows.branches.map { branch in
            let query = RowRights(condition: rows.condition, branches: [branch]).newest(
                51, id: "i.id", from: "incidents_incident i", also: RecordColumns.yes,
                order: "i.opened_at DESC, i.id DESC")
            let explain: SQL = tx.dialect == .sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN "
            let column = tx.dialect == .sqlite ? "detail" : "QUERY PLAN"
            return try tx.rows(explain + query).map { try $0.get(column, as: String.self) }
        }
    }

    // MARK: Random worlds

    private static func pick<T>(_ all: [T], _ random: inout SeededRandom) -> T {
        all[Int.random(in: 0..<all.count, using: &random)]
    }

    static func rights(_ random: inout SeededRandom) throws -> Rights {
        let early = Day(daysSince1970: Day(now).daysSince1970 - 1000)
        let records = places.map { place in
            OrganisationRecord(
                id: ID(place), kind: .department, validFrom: early, names: [],
                parents: place.hasSuffix("40") && place != "H40" ? [Dated(ID("H40"), from: early)] : [])
        }
        var knowledge = Knowledge(
            organisations: OrganisationRegister(records), people: people.map { ID($0) }, home: ID("H40"))
        for person in people {
            for number in 0..<Int.random(in: 0...2, using: &random) {
                knowledge.memberships.append(
                    .init(
                        id: ID("\(person)-\(number)"), person: ID(person),
                        organisation: ID(pick(places, &random)), role: pick(Role.ofPeople, &random),
                        from: now))
            }
        }
        var facts: [Relationship] = []
        for number in 0..<4 {
            let opens = number % 2 == 0
            facts.append(
                Relationship(
                    id: ID("f\(number)"), subject: pick(people, &random), relation: opens ? .opens : .delegate,
                    object: opens ? "incidents/i\(Int.random(in: 0..<40, using: &random))" : pick(people, &random),
                    from: now))
        }
        knowledge.facts = facts
        return try knowledge.rights(at: now, by: try Policies.engine())
    }

    private static func incidents(_ round: Int, _ random: inout SeededRandom) -> [Incident] {
        (0..<40).map { number in
            var report = InitialReport()
            report.title = "\(round)"
            report.tlp = pick(TLP.allCases, &random)
            report.recipients = Bool.random(using: &random) ? .named([ID(pick(places, &random))]) : .cluster
            let at = now.adding(seconds: Int64(number / 2))
            return Incident(
                id: ID("i\(number)"), owner: ID(pick(places, &random)), author: ID(pick(people, &random)),
                state: pick(Incident.State.allCases, &random), report: report, openedAt: at, changedAt: at)
        }
    }

    private static func arrived(_ round: Int, _ random: inout SeededRandom) -> [ArrivedIncident] {
        (0..<15).map { number in
            ArrivedIncident(
                id: "incident--\(number)", origin: ID(pick(["H23", "H28"], &random)), version: "\(round)", title: "",
                text: "", kind: nil, state: nil, detectedAt: nil, operatorName: "",
                contact: Bool.random(using: &random) ? "x" : "", tlp: pick(TLP.allCases, &random), isWithdrawn: false,
                sha256: [], arrivedAt: now.adding(seconds: Int64(number / 2)))
        }
    }

    private static func named(
        _ incidents: [Incident], _ random: inout SeededRandom
    ) -> [(ID<Incident>, String, IncidentPerson.Relation)] {
        incidents.filter { _ in Bool.random(using: &random) }.map {
            ($0.id, pick(people, &random), pick(IncidentPerson.Relation.allCases, &random))
        }
    }
}
