import Crypto
import Database
import Events
import Ledger
import Logging
import StrictJSON
import Testing
import Vocabulary

/// The events of a node that is not running: its log and what of it is in the ledger, read past the program.
struct EventInventory: Sendable {
    struct Leaf: Sendable {
        let first: Int64
        let last: Int64
        let count: Int64
        let sha256: String
    }

    let code: String
    let events: [StoredEvent]
    let leaves: [Leaf]
    /// Of the operator's words in the ledger, in order.
    let pauses: [String]
    /// Where the cursor of each subscription stands.
    let cursors: [String: Int64]

    init(of node: NodeProcess) async throws {
        code = node.code
        let log = try await EventLog.open(
            folder: node.folder + "/events", now: { Instant(milliseconds: 0) }, logger: Logger(label: "crash"))
        var (found, after): ([StoredEvent], Int64) = ([], log.bounds.oldest - 1)
        while after < log.bounds.last {
            let page = try await log.events(after: after, types: nil, limit: 5000, bytes: 64 << 20)
            found += page.events
            after = page.next
        }
        try await log.close()
        events = found
        let database = try await DatabaseAddress.sqlite(path: node.folder + "/truc.sqlite").open()
        (leaves, pauses, cursors) = try await database.read { tx -> ([Leaf], [String], [String: Int64]) in
            let leaves = try tx.rows(
                "SELECT content FROM ledger_fact WHERE kind = 'events.published' ORDER BY leaf_index"
            ).map { row -> Leaf in
                let content = try JSONDocument(try row.get("content", as: [UInt8].self)).root
                return Leaf(
                    first: try content.requireInteger("first"), last: try content.requireInteger("last"),
                    count: try content.requireInteger("count"), sha256: try content.requireString("sha256"))
            }
            let pauses = try tx.rows(
                "SELECT kind FROM ledger_fact WHERE kind IN ('events.paused', 'events.resumed') ORDER BY leaf_index"
            ).map { try $0.get("kind", as: String.self) }
            let cursors = try tx.rows("SELECT id, position FROM events_subscription").map {
                (try $0.get("id", as: String.self), try $0.get("position", as: Int64.self))
            }
            return (leaves, pauses, Dictionary(cursors, uniquingKeysWith: { first, _ in first }))
        }
        try await database.close()
    }

    /// Each event once, in its place; each in exactly one leaf, whose digest is that of the log.
    func check(_ acknowledged: [String: Int64] = [:]) {
        #expect(events.map(\.position) == Array(1..<Int64(events.count) + 1), "\(code): gaps")
        let names = events.map { "\($0.publisher) \($0.source) \($0.id)" }
        #expect(Set(names).count == names.count, "\(code): an event is there twice")
        let places = Dictionary(events.map { ($0.id, $0.position) }, uniquingKeysWith: { first, _ in first })
        for (id, position) in acknowledged {
            #expect(places[id] == position, "\(code): \(id) was acknowledged at \(position)")
        }
        var next: Int64 = 1
        for leaf in leaves {
            #expect(leaf.first == next, "\(code): a leaf begins at \(leaf.first) and should at \(next)")
            guard leaf.first >= 1, leaf.last <= Int64(events.count), leaf.first <= leaf.last else {
                Issue.record("\(code): a leaf names events \(leaf.first) to \(leaf.last) of \(events.count)")
                return
            }
            let part = events[Int(leaf.first - 1)..<Int(leaf.last)]
            #expect(leaf.count == Int64(part.count))
            var hasher = SHA256()
            for event in part { hasher.update(data: Array(SHA256.hash(data: event.bytes))) }
            #expect(leaf.sha256 == Hex.encode(hasher.finalize()), "\(code): leaf and log differ at \(leaf.first)")
            next = leaf.last + 1
        }
        #expect(next == Int64(events.count) + 1, "\(code): events from \(next) on are in no leaf")
        for (id, position) in cursors { #expect(position <= Int64(events.count), "\(code): cursor of \(id)") }
    }
}
