package import Database
import Synchronization
import Vocabulary

/// A room that wants the facts of some media types.
struct ArrivalRoom: Sendable {
    typealias Item = (seq: Int64, fact: Fact, prepared: any Sendable)

    let prefix: String
    let prepare: @Sendable (Fact) -> any Sendable
    let store: @Sendable ([Item], any Transaction) throws -> Void
}

/// A room would not have a fact. Thrown through the transaction, so that what the room wrote is undone.
struct RoomRefusal: Error {
    /// Nil when the room does not say which fact of the page it is.
    let seq: Int64?
    let reason: String

    /// Runs `body` and makes a refusal of what it throws; an error of the database stays what it is.
    static func around(_ seq: Int64?, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as SQLError {
            throw error
        } catch {
            throw RoomRefusal(seq: seq, reason: String("\(error)".prefix(500)))
        }
    }
}

extension Exchange {
    /// Gives verified facts whose media type begins with `prefix` to `store`, in the transaction that stores them.
    ///
    /// What `store` throws puts the fact into quarantine with that reason; the others of its page are stored. It may be
    /// called more than once for the same fact, when the transaction runs again.
    package func onArrival(
        mediaType prefix: String, _ store: @escaping @Sendable (Fact, any Transaction) throws -> Void
    ) {
        let room = ArrivalRoom(prefix: prefix, prepare: { _ in () }) { items, tx in
            for item in items { try RoomRefusal.around(item.seq) { try store(item.fact, tx) } }
        }
        rooms.withLock { $0.append(room) }
    }

    /// The same for a room that takes a page at once and has work to do before: `prepare` is pure, runs for several
    /// facts at a time and outside the transaction; `store` gets what it made. When `store` throws, the facts of the
    /// page are tried one by one.
    package func onArrival<Prepared: Sendable>(
        mediaType prefix: String, prepare: @escaping @Sendable (Fact) -> Prepared,
        store: @escaping @Sendable ([(fact: Fact, prepared: Prepared)], any Transaction) throws -> Void
    ) {
        let room = ArrivalRoom(prefix: prefix, prepare: prepare) { items, tx in
            let page = items.map { item in
                (fact: item.fact, prepared: item.prepared as? Prepared ?? prepare(item.fact))
            }
            try RoomRefusal.around(items.count == 1 ? items[0].seq : nil) { try store(page, tx) }
        }
        rooms.withLock { $0.append(room) }
    }
}
