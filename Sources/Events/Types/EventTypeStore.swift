import Contracts
import Database
import Vocabulary

enum EventTypeStore {
    static func all(in tx: any Transaction) throws -> [EventType] {
        try tx.rows("SELECT \(columns) FROM events_type ORDER BY name").map(read)
    }

    static func type(_ code: String, in tx: any Transaction) throws -> EventType? {
        try tx.row("SELECT \(columns) FROM events_type WHERE code = \(code)").map(read)
    }

    static func named(_ name: String, in tx: any Transaction) throws -> EventType? {
        try tx.row("SELECT \(columns) FROM events_type WHERE name = \(name)").map(read)
    }

    static func schema(_ code: String, _ revision: Int, in tx: any Transaction) throws -> [UInt8]? {
        try tx.row("SELECT bytes FROM events_schema WHERE type = \(code) AND revision = \(revision)")?.get("bytes")
    }

    static func insert(_ type: EventType, by author: Person?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO events_type
                (code, name, organisation, title_vi, title_en, about, data_class, revision, created_by, created_at)
            VALUES (\(type.code), \(type.name), \(type.organisation), \(type.title.vi), \(type.title.en), \(type.about),
                \(type.dataClass), \(type.revision), \(author?.id), \(type.createdAt))
            """)
    }

    static func insert(
        _ schema: [UInt8], of code: String, _ revision: Int, by author: Person?, at: Instant, in tx: any Transaction
    ) throws {
        // First, so that of two at the same time one waits here and begins anew.
        try tx.execute("UPDATE events_type SET revision = \(revision) WHERE code = \(code)")
        try tx.execute(
            """
            INSERT INTO events_schema (type, revision, bytes, stored_by, stored_at)
            VALUES (\(code), \(revision), \(schema), \(author?.id), \(at))
            """)
        try EventStates.set(.types, (try EventStates.value(.types, in: tx) ?? 0) + 1, in: tx)
    }

    static func notOffered(in tx: any Transaction) throws -> [EventType] {
        try tx.rows("SELECT \(columns) FROM events_type WHERE offered_at IS NULL ORDER BY code").map(read)
    }

    static func setOffered(_ code: String, at: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE events_type SET offered_at = \(at) WHERE code = \(code)")
        try EventStates.set(.types, (try EventStates.value(.types, in: tx) ?? 0) + 1, in: tx)
    }

    /// One that was never offered; false when there is none such.
    static func remove(_ code: String, in tx: any Transaction) throws -> Bool {
        guard let type = try type(code, in: tx), type.offeredAt == nil else { return false }
        try tx.execute("DELETE FROM events_schema WHERE type = \(code)")
        try tx.execute("DELETE FROM events_type WHERE code = \(code)")
        try EventStates.set(.types, (try EventStates.value(.types, in: tx) ?? 0) + 1, in: tx)
        return true
    }

    private static let columns: SQL =
        "code, name, organisation, title_vi, title_en, about, data_class, revision, created_at, offered_at"

    private static func read(_ row: Row) throws -> EventType {
        EventType(
            code: try row.get("code"), name: try row.get("name"), organisation: try row.get("organisation"),
            title: Phrase(vi: try row.get("title_vi"), en: try row.get("title_en")), about: try row.get("about"),
            dataClass: try row.get("data_class"), revision: try row.get("revision"),
            createdAt: try row.get("created_at"), offeredAt: try row.get("offered_at"))
    }
}

extension TypeShelf {
    func load(in tx: any Transaction) throws {
        let count = try EventStates.value(.types, in: tx) ?? 0
        var ready: [ReadyType] = []
        for type in try EventTypeStore.all(in: tx) {
            guard let bytes = try EventTypeStore.schema(type.code, type.revision, in: tx) else { continue }
            ready.append(try ReadyType(type, bytes))
        }
        put(ready, count)
    }

    func loadIfChanged(in tx: any Transaction) throws {
        if try EventStates.value(.types, in: tx) ?? 0 != count { try load(in: tx) }
    }
}
