import Database
import StrictJSON
package import Vocabulary

/// That an application follows some types (đăng ký nhận sự kiện): how it gets them, and how far it is.
///
/// It gives nothing by itself: at every delivery the grants in force say what may pass.
package struct Subscription: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case active
        /// The endpoint has not yet said that it wants events from this node.
        case asked
        /// Somebody stopped it for a while; its events wait.
        case paused
        /// The endpoint answered 410: it will take no more.
        case gone
    }

    /// The HTTP form in which a webhook gets its events.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        case structured, binary, batch
    }

    package struct Target: Sendable, Hashable {
        package var url: String
        /// Of its TLS key, for an endpoint without a certificate that the machine knows.
        package var pin: String?
        /// Whether it may lie in a private network: an administrator's word.
        package var mayBePrivate: Bool
        package var mode: Mode
        /// Calls a minute that the endpoint allowed; nil for any number.
        package var rate: Int?
    }

    package let id: ID<Subscription>
    package let application: String
    /// The application as X-Road names it.
    package let name: String
    package let types: Set<String>
    /// Nil for one that pulls.
    package var target: Target?
    package var state: State
    /// Why it gets nothing, as `DeliveryFault` is kept; empty when nothing is wrong.
    package var reason: String
    /// The last event that was taken.
    package var position: Int64
    /// Events that were forgotten before they could be given.
    package var missed: Int64
    /// What was passed without being given.
    var gaps = Gaps()
    /// How often its state or its endpoint was changed: an earlier word that comes late undoes no later one.
    var revision: Int64 = 0
    /// How often its cursor was set elsewhere: what was taken before says nothing of where it stands now.
    var replays: Int64 = 0
    package let createdAt: Instant
}

/// An event that a webhook did not take (thư chết).
package struct DeadLetter: Sendable, Hashable {
    package let subscription: ID<Subscription>
    package let position: Int64
    package let type: String
    package let source: String
    package let event: String
    /// Empty in lists.
    package let bytes: [UInt8]
    /// As `DeliveryFault` is kept.
    package let reason: String
    package let tries: Int
    package let happenedAt: Instant
    package let diedAt: Instant
    /// It waits for being tried again.
    package let again: Bool
    /// How often that was asked for.
    let asks: Int64

    var stored: StoredEvent {
        StoredEvent(
            position: position, at: happenedAt, type: type, source: source, id: event, publisher: "", bytes: bytes)
    }
}

enum SubscriptionStore {
    static func all(in tx: any Transaction) throws -> [Subscription] {
        try tx.rows("SELECT \(columns) FROM events_subscription ORDER BY id").map(read)
    }

    /// Where the cursor stands that came furthest.
    static func furthest(in tx: any Transaction) throws -> Int64 {
        try tx.row("SELECT COALESCE(MAX(position), 0) AS last FROM events_subscription")?.get("last") ?? 0
    }

    static func find(_ id: ID<Subscription>, in tx: any Transaction) throws -> Subscription? {
        try tx.row("SELECT \(columns) FROM events_subscription WHERE id = \(id)").map(read)
    }

    static func count(of application: String, in tx: any Transaction) throws -> Int {
        try tx.row("SELECT COUNT(*) AS n FROM events_subscription WHERE application = \(application)")?.get("n") ?? 0
    }

    static func insert(_ new: Subscription, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO events_subscription (id, application, name, types, url, pin, may_be_private, mode, rate, state,
                reason, position, missed, created_at)
            VALUES (\(new.id), \(new.application), \(new.name), \(new.types.sorted().joined(separator: " ")),
                \(new.target?.url), \(new.target?.pin), \(new.target?.mayBePrivate ?? false),
                \((new.target?.mode ?? .batch).rawValue), \(new.target?.rate), \(new.state.rawValue), \(new.reason),
                \(new.position), \(new.missed), \(new.createdAt))
            """)
    }

    /// State, reason and rate; nothing else of it.
    static func set(_ new: inout Subscription, in tx: any Transaction) throws {
        new.revision += 1
        try tx.execute(
            """
            UPDATE events_subscription
            SET state = \(new.state.rawValue), reason = \(new.reason), rate = \(new.target?.rate),
                revision = \(new.revision)
            WHERE id = \(new.id)
            """)
    }

    static func allowPrivate(_ id: ID<Subscription>, _ isAllowed: Bool, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE events_subscription SET may_be_private = \(isAllowed), revision = revision + 1 WHERE id = \(id)
            """) == 1
    }

    /// Its cursor as it is now, and what was passed on the way there. False when it was set elsewhere since, or ended.
    @discardableResult
    static func move(_ moved: Subscription, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE events_subscription
            SET position = \(moved.position), missed = \(moved.missed), gaps = \(moved.gaps.text)
            WHERE id = \(moved.id) AND replays = \(moved.replays)
            """) == 1
    }

    /// Sets its cursor elsewhere, whatever is on its way to be written of where it stood.
    static func replay(_ found: inout Subscription, from position: Int64, in tx: any Transaction) throws {
        found.gaps.forget(behind: position)
        found.position = position
        found.replays += 1
        try tx.execute(
            """
            UPDATE events_subscription
            SET position = \(position), gaps = \(found.gaps.text), replays = \(found.replays) WHERE id = \(found.id)
            """)
    }

    static func delete(_ id: ID<Subscription>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM events_dead WHERE subscription = \(id)")
        try ConsentStore.remove(id, in: tx)
        try tx.execute("DELETE FROM events_subscription WHERE id = \(id)")
    }

    private static let columns: SQL =
        """
        id, application, name, types, url, pin, may_be_private, mode, rate, state, reason, position, missed, gaps,
        revision, replays, created_at
        """

    private static func read(_ row: Row) throws -> Subscription {
        let url: String? = try row.get("url")
        let target = try url.map { url in
            Subscription.Target(
                url: url, pin: try row.get("pin"), mayBePrivate: try row.get("may_be_private"),
                mode: Subscription.Mode(rawValue: try row.get("mode")) ?? .structured, rate: try row.get("rate"))
        }
        let types: String = try row.get("types")
        return Subscription(
            id: try row.get("id"), application: try row.get("application"), name: try row.get("name"),
            types: Set(types.split(separator: " ").map(String.init)), target: target,
            state: Subscription.State(rawValue: try row.get("state")) ?? .paused, reason: try row.get("reason"),
            position: try row.get("position"), missed: try row.get("missed"),
            gaps: Gaps(try row.get("gaps")), revision: try row.get("revision"), replays: try row.get("replays"),
            createdAt: try row.get("created_at"))
    }
}

enum DeadLetterStore {
    /// One that is there already stays marked to be tried again.
    static func insert(
        _ event: StoredEvent, of subscription: ID<Subscription>, because fault: DeliveryFault, tries: Int, at: Instant,
        in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO events_dead (subscription, position, type, source, event, bytes, reason, tries, happened_at,
                died_at, again)
            VALUES (\(subscription), \(event.position), \(event.type), \(event.source), \(event.id), \(event.bytes),
                \(fault.text), \(tries), \(event.at), \(at), \(false))
            ON CONFLICT (subscription, position) DO UPDATE SET
                reason = excluded.reason, tries = events_dead.tries + excluded.tries, died_at = excluded.died_at
            """)
    }

    /// A try that was asked for was made, and failed. Who asked meanwhile gets another.
    static func keep(
        _ letter: DeadLetter, because fault: DeliveryFault, tries: Int, at: Instant, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE events_dead
            SET reason = \(fault.text), tries = tries + \(tries), died_at = \(at), again = (asks <> \(letter.asks))
            WHERE subscription = \(letter.subscription) AND position = \(letter.position)
            """)
    }

    static func letters(
        of subscription: ID<Subscription>, before position: Int64? = nil, limit: Int, in tx: any Transaction
    ) throws -> [DeadLetter] {
        try tx.rows(
            """
            SELECT \(columns) FROM events_dead
            WHERE subscription = \(subscription) AND position < \(position ?? Int64.max)
            ORDER BY position DESC LIMIT \(limit)
            """
        ).map { try read($0, []) }
    }

    /// Of all subscriptions, without their bytes. Several may have died of one event: who is behind whom says both
    /// position and subscription.
    static func letters(
        behind last: (position: Int64, subscription: ID<Subscription>)?, limit: Int, in tx: any Transaction
    ) throws -> [DeadLetter] {
        var sql: SQL = "SELECT \(columns) FROM events_dead"
        if let last {
            sql =
                sql + """
                     WHERE position < \(last.position)
                    OR (position = \(last.position) AND subscription > \(last.subscription))
                    """
        }
        return try tx.rows(sql + " ORDER BY position DESC, subscription LIMIT \(limit)").map { try read($0, []) }
    }

    /// The next one that is to be tried again, the oldest first.
    static func next(of subscription: ID<Subscription>, in tx: any Transaction) throws -> DeadLetter? {
        try tx.row(
            """
            SELECT * FROM events_dead WHERE subscription = \(subscription) AND again = \(true) ORDER BY position LIMIT 1
            """
        ).map { try read($0, try $0.get("bytes")) }
    }

    /// Nil for all of the subscription's. Returns how many will be tried again.
    static func tryAgain(
        _ subscription: ID<Subscription>, _ position: Int64?, in tx: any Transaction
    ) throws -> Int {
        var sql: SQL =
            "UPDATE events_dead SET again = \(true), asks = asks + 1 WHERE subscription = \(subscription)"
        if let position { sql = sql + " AND position = \(position)" }
        return try tx.execute(sql)
    }

    static func remove(_ letter: DeadLetter, in tx: any Transaction) throws {
        try tx.execute(
            "DELETE FROM events_dead WHERE subscription = \(letter.subscription) AND position = \(letter.position)")
    }

    static func count(of subscription: ID<Subscription>, in tx: any Transaction) throws -> Int {
        try tx.row("SELECT COUNT(*) AS n FROM events_dead WHERE subscription = \(subscription)")?.get("n") ?? 0
    }

    static func forget(before limit: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM events_dead WHERE died_at < \(limit)")
    }

    static func counts(in tx: any Transaction) throws -> [String: Int] {
        let rows = try tx.rows("SELECT subscription, COUNT(*) AS n FROM events_dead GROUP BY subscription")
        return Dictionary(
            try rows.map { (try $0.get("subscription"), try $0.get("n")) }, uniquingKeysWith: { first, _ in first })
    }

    private static let columns: SQL =
        "subscription, position, type, source, event, reason, tries, happened_at, died_at, again, asks"

    private static func read(_ row: Row, _ bytes: [UInt8]) throws -> DeadLetter {
        DeadLetter(
            subscription: try row.get("subscription"), position: try row.get("position"), type: try row.get("type"),
            source: try row.get("source"), event: try row.get("event"), bytes: bytes,
            reason: try row.get("reason"), tries: try row.get("tries"), happenedAt: try row.get("happened_at"),
            diedAt: try row.get("died_at"), again: try row.get("again"),
            asks: try row.get("asks"))
    }
}
