import Web
import Crypto
import Database
import Ledger
import StrictJSON
import Vocabulary

/// Events in the ledger: one fact for all that came within a second, with the digest of their digests.
extension Events {
    static let leafEvents = 5000

    func makeLeaves() async throws {
        var position = try await database.read { try EventStates.value(.leaves, in: $0) } ?? store.bounds.oldest - 1
        while !Task.isCancelled {
            let (heard, last) = (store.bell.count, store.bounds.last)
            // All that is there, however many leaves that makes: one a second would fall behind a busy log.
            while position < last, !Task.isCancelled { position = try await makeLeaf(after: position) }
            if position >= store.bounds.last { await store.bell.next(after: heard) }
            try await Task.sleep(for: .milliseconds(settings.leafMilliseconds))
        }
    }

    /// - Returns: up to where events are in the ledger now.
    func makeLeaf(after position: Int64) async throws -> Int64 {
        let page = try await store.events(
            after: position, types: nil, limit: Events.leafEvents, bytes: 64 << 20)
        let at = now()
        let content = Events.leaf(page.events)
        try await database.write { [outbox] tx in
            if let content { try outbox.record("events.published", content, at: at, in: tx) }
            try EventStates.set(.leaves, page.next, in: tx)
        }
        return page.next
    }

    /// `sha256` is that of the SHA-256 of each event's structured form, one after the other.
    static func leaf(_ events: [StoredEvent]) -> JSON? {
        guard let first = events.first, let last = events.last else { return nil }
        var hasher = SHA256()
        for event in events { SHA256.hash(data: event.bytes).withUnsafeBytes { hasher.update(bufferPointer: $0) } }
        return [
            "first": .integer(first.position), "last": .integer(last.position), "count": .integer(Int64(events.count)),
            "sha256": .string(Hex.encode(hasher.finalize())),
        ]
    }
}
