import Database
import Ledger
import StrictJSON
import Vocabulary

/// What happened in the room, numbered, for live pages: written in the transaction in which it happened.
enum Events {
    static let kept: Int64 = 10_000

    static func add(_ name: String, _ data: JSON, at now: Instant, in tx: any Transaction) throws {
        let seq = try tx.nextNumber("seq", of: "exchange_event")
        try tx.execute(
            "INSERT INTO exchange_event (seq, name, data, at) VALUES (\(seq), \(name), \(data.text), \(now))")
        if seq % 100 == 0 { try tx.execute("DELETE FROM exchange_event WHERE seq <= \(seq - kept)") }
    }

    struct Event: Sendable {
        let seq: Int64
        let name: String
        let data: String
    }

    static func after(_ seq: Int64, limit: Int, in tx: any Transaction) throws -> [Event] {
        try tx.rows("SELECT seq, name, data FROM exchange_event WHERE seq > \(seq) ORDER BY seq LIMIT \(limit)").map {
            row in
            Event(seq: try row.get("seq"), name: try row.get("name"), data: try row.get("data"))
        }
    }

    static func last(in tx: any Transaction) throws -> Int64 {
        try tx.nextNumber("seq", of: "exchange_event") - 1
    }
}

/// What somebody should look at (cảnh báo): refused calls, equivocation, quarantine. Also a leaf of the ledger.
enum Alarms {
    static let kept: Int64 = 10_000

    static func add(
        _ code: String, peer: ID<Organisation>?, _ detail: String, at now: Instant, outbox: Exchange.Outbox,
        in tx: any Transaction
    ) throws {
        let seq = try tx.nextNumber("seq", of: "exchange_alarm")
        try tx.execute(
            """
            INSERT INTO exchange_alarm (seq, code, peer, detail, at)
            VALUES (\(seq), \(code), \(peer), \(detail), \(now))
            """
        )
        if seq % 100 == 0 { try tx.execute("DELETE FROM exchange_alarm WHERE seq <= \(seq - kept)") }
        try outbox.record(
            "exchange.alarm", ["code": .string(code), "peer": .string(orNull: peer?.text), "detail": .string(detail)],
            at: now, in: tx)
        try Events.add("alarm", ["code": .string(code)], at: now, in: tx)
    }
}
