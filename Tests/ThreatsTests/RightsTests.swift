import Database
import Exchange
import Identity
import TestKit
import Testing
import Vocabulary

@testable import Threats

@Suite("Lists of threats are the policies as SQL")
struct RightsTests {
    static let now = Instant(milliseconds: 1_604_883_600_000)
    static let people = (0..<8).map { "p\($0)" }

    @Test("what the lists show is what decide allows, in random worlds over the real tables", arguments: Engine.all)
    func rowsAreDecisions(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var random = SeededRandom(seed: 21)
            for _ in 0..<25 {
                let rights = try Self.rights(&random)
                let access = Access { rights }
                let rows = (0..<40).map { _ in
                    (
                        Self.pick(TLP.allCases, &random), Self.pick(["H40", "T40", "H23"], &random),
                        Self.pick([SignatureState.ours, .verified, .unsigned], &random),
                        Bool.random(using: &random) ? Self.pick(Self.people, &random) : nil
                    )
                }
                try await world.database.write { tx in
                    try tx.execute("DELETE FROM threats_object")
                    for (number, row) in rows.enumerated() {
                        try tx.execute(
                            """
                            INSERT INTO threats_object (key, id, version, sha256, type, name, value, label, origin,
                                signature, revoked, latest, stored_at, bytes, author)
                            VALUES (\("k\(100 + number)"), \("indicator--\(number)"), '1', \([UInt8(number)]),
                                'indicator', '', '', \(row.0), \(row.1), \(row.2), \(false), \(true), 0,
                                \([UInt8]()), \(row.3))
                            """)
                    }
                }
                for (number, id) in Self.people.enumerated() {
                    let person = Person(
                        id: ID(id), name: id, organisation: nil, roles: [],
                        assurance: Assurance(level: 1 + number % 2, methods: [], at: Self.now))
                    for permission in [Permission.viewThreats, .shareThreats, .importThreats] {
                        let (all, listed, filtered) = try await world.database.read { tx in
                            let store = ThreatStore(tx: tx)
                            let rows = try access.rows(
                                for: person, permission, in: ThreatRights.columns(home: ID("H40")))
                            let whole = RowRights(condition: rows.condition)
                            return (
                                try store.list(ThreatFilter(), .all, limit: 100),
                                try store.list(ThreatFilter(), rows, limit: 100).map(\.key),
                                try store.list(ThreatFilter(), whole, limit: 100).map(\.key)
                            )
                        }
                        let allowed = all.filter {
                            access.allows(person, permission, on: $0.resource(home: ID("H40")))
                        }
                        #expect(listed == allowed.map(\.key), "\(permission.name) by \(id)")
                        #expect(listed == filtered, "\(permission.name) by \(id)")
                    }
                }
            }
        }
    }

    private static func pick<T>(_ all: [T], _ random: inout SeededRandom) -> T {
        all[Int.random(in: 0..<all.count, using: &random)]
    }

    private static func rights(_ random: inout SeededRandom) throws -> Rights {
        let early = Day(daysSince1970: Day(now).daysSince1970 - 1000)
        let records = ["H40", "T40", "K40"].map { place in
            OrganisationRecord(
                id: ID(place), kind: .department, validFrom: early, names: [],
                parents: place == "H40" ? [] : [Dated(ID("H40"), from: early)])
        }
        var knowledge = Knowledge(
            organisations: OrganisationRegister(records), people: people.map { ID($0) }, home: ID("H40"))
        for person in people {
            for number in 0..<Int.random(in: 0...2, using: &random) {
                knowledge.memberships.append(
                    .init(
                        id: ID("\(person)-\(number)"), person: ID(person),
                        organisation: ID(pick(["H40", "T40", "K40"], &random)), role: pick(Role.ofPeople, &random),
                        from: now))
            }
        }
        let opened = (0..<3).map { number in
            Relationship(
                id: ID("f\(number)"), subject: pick(people, &random), relation: .opens,
                object: "threats/indicator--\(Int.random(in: 0..<40, using: &random))", from: now)
        }
        knowledge.facts = opened
        return try knowledge.rights(at: now, by: try Policies.engine())
    }
}
