import Database
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("a list is the policies as SQL")
struct ListTests {
    static let migration = Migration(
        "identity.test.records",
        """
        CREATE TABLE identity_test_record (
            id TEXT PRIMARY KEY, owner TEXT, label TEXT NOT NULL, author TEXT) \(.strict)
        """,
        """
        CREATE TABLE identity_test_link (
            record TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, value, record)) \(.strict)
        """)

    static func linked(_ kind: String) -> @Sendable ([String]) -> SQL {
        { values in
            """
            r.id IN (SELECT l.record FROM identity_test_link l WHERE l.kind = \(kind) AND l.value IN (\(list: values)))
            """
        }
    }

    static let columns = RecordColumns(
        id: { "r.id IN (\(list: $0))" }, owner: "r.owner", label: "r.label", author: "r.author",
        recipients: linked("recipient"),
        recipientLines: RecordColumns.Lines(
            source: "identity_test_link l JOIN identity_test_record r ON r.id = l.record AND l.kind = 'recipient'",
            recipient: "l.value", label: "r.label", order: "l.record DESC"),
        handlers: linked("handler"), named: linked("named"), kinds: linked("kind"))

    @Test("the rows of a list are those to which decide says yes, in random worlds", arguments: Engine.all)
    func rowsAreDecisions(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.migrate([Self.migration])
            var random = SeededRandom(seed: 40)
            for number in 0..<200 {
                let world = try RandomWorld(&random)
                try await database.write { tx in
                    try tx.execute("DELETE FROM identity_test_record")
                    try tx.execute("DELETE FROM identity_test_link")
                    for record in world.records { try Self.save(record, in: tx) }
                }
                let asked = world.people.flatMap { person in
                    ["incidents.view", "incidents.share", "threats.import", "identity.people", "everyone"].map {
                        (person, Permission($0))
                    }
                }
                let listed = try await database.read { tx in
                    try asked.map { person, permission in
                        let rows = try world.rights.rows(for: person, permission, in: Self.columns)
                        let newest = rows.newest(
                            100, id: "r.id", from: "identity_test_record r", also: "1 = 1", order: "r.id DESC")
                        // The branches say the same in many more words: now and then.
                        let ways = number % 10 == 0 ? [rows.condition, "r.id IN (\(newest))"] : [rows.condition]
                        return try ways.map { condition in
                            try tx.rows(
                                "SELECT r.id AS id FROM identity_test_record r WHERE \(condition) ORDER BY r.id"
                            ).map { try $0.get("id", as: String.self) }
                        }
                    }
                }
                for ((person, permission), ids) in zip(asked, listed) {
                    let decided = world.records.filter {
                        decide(person, permission, on: $0, with: world.rights).allowed
                    }.map(\.id).sorted()
                    #expect(ids.allSatisfy { $0 == decided }, "\(permission.name) by \(person?.id.text ?? "stranger")")
                }
            }
        }
    }

    private static func save(_ record: Resource, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_test_record (id, owner, label, author)
            VALUES (\(record.id), \(record.owner), \(record.label ?? ""), \(record.author))
            """)
        let links =
            record.recipients.map { ("recipient", $0.text) } + record.handlers.map { ("handler", $0.text) }
            + record.named.map { ("named", $0.text) } + record.kinds.map { ("kind", $0) }
        for (kind, value) in links {
            try tx.execute(
                "INSERT INTO identity_test_link (record, kind, value) VALUES (\(record.id), \(kind), \(value))")
        }
    }

    @Test("adding a recipient hides nothing from anybody, and a milder label neither")
    func monotone() throws {
        var random = SeededRandom(seed: 23)
        let labels = ["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]
        for _ in 0..<6 {
            let world = try RandomWorld(&random)
            for person in world.people.compactMap({ $0 }) {
                for record in world.records where record.kinds.isEmpty {
                    var wider = record
                    wider.recipients.insert(ID(["T40", "K40", "H23"].randomElement(using: &random) ?? "T40"))
                    let view = Permission("incidents.view")
                    let before = decide(person, view, on: record, with: world.rights).allowed
                    #expect(!before || decide(person, view, on: wider, with: world.rights).allowed)
                    guard let place = labels.firstIndex(of: record.label ?? ""), place + 1 < labels.count else {
                        continue
                    }
                    wider.label = labels[place + 1]
                    // An author sees their own RED; as AMBER it is their unit that counts.
                    guard record.author == nil || record.author != person.id else { continue }
                    #expect(!before || decide(person, view, on: wider, with: world.rights).allowed, "\(record)")
                }
            }
        }
    }
}

/// People with roles, delegations and opened records; records of all kinds.
struct RandomWorld {
    let rights: Rights
    let people: [Person?]
    let records: [Resource]

    init(_ random: inout SeededRandom) throws {
        let ids = (0..<8).map { "p\($0)" }
        let places = ["H40", "T40", "K40", "P40", "H23"]
        let roles = Role.ofPeople
        func pick<T>(_ all: [T], _ random: inout SeededRandom) -> T {
            all[Int.random(in: 0..<all.count, using: &random)]
        }
        func some(_ all: [String], _ random: inout SeededRandom) -> [String] {
            all.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
        }
        var memberships: [Membership] = []
        for id in ids {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                memberships.append(Rightful.role(pick(roles, &random), id, at: pick(places, &random)))
            }
        }
        var facts: [Relationship] = []
        for _ in 0..<3 { facts.append(Rightful.fact(pick(ids, &random), .delegate, pick(ids, &random))) }
        for _ in 0..<3 {
            facts.append(Rightful.fact(pick(ids, &random), .opens, "r\(Int.random(in: 0..<40, using: &random))"))
        }
        var records: [Resource] = []
        let labels = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED", "TLP:PINK"]
        for number in 0..<40 {
            records.append(
                Resource(
                    "r\(number)", owner: Bool.random(using: &random) ? ID(pick(places + ["NEW"], &random)) : nil,
                    label: pick(labels, &random), author: Bool.random(using: &random) ? ID(pick(ids, &random)) : nil,
                    handlers: Set(some(ids, &random).map { ID($0) }), named: Set(some(ids, &random).map { ID($0) }),
                    recipients: Set(some(places, &random).map { ID($0) }),
                    kinds: Set(some(["personal", "meeting"], &random))))
        }
        var knowledge = Rightful.knowledge(memberships, facts)
        knowledge.people = ids.map { ID($0) }
        rights = try knowledge.rights(at: Rightful.now, by: try Policies.engine())
        people =
            ids.map { Rightful.named($0, level: 1 + (Int($0.dropFirst()) ?? 0) % 2) } + [
                nil, Rightful.person([.officer]), Rightful.person([.peerNode]),
            ]
        self.records = records
    }
}
