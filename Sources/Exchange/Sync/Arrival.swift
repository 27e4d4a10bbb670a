import Database
import Ledger
import StrictJSON
import Synchronization
import Vocabulary
import Web

extension Exchange {
    /// Stores what a peer gave us and moves the cursor, in one transaction. Nothing is lost and nothing blocks: what
    /// cannot be stored is in quarantine. Returns where the cursor is: elsewhere than at `next` when it was not at
    /// `after`, and then nothing was stored.
    @discardableResult
    func store(_ inspected: [Inspected], from peer: ID<Organisation>, after: Int64, next: Int64) async throws -> Int64 {
        var refused: [Int64: String] = [:]
        while true {
            do {
                return try await storeOnce(inspected, from: peer, after: after, next: next, refused: refused)
            } catch let refusal as RoomRefusal {
                guard let seq = refusal.seq else { break }
                refused[seq] = refusal.reason
                guard refused.count < 4 || inspected.count == 1 else { break }
            }
        }
        // A page with many that a room refuses goes one by one, so that the work stays in proportion.
        var cursor = after
        for item in inspected {
            let reached = try await store([item], from: peer, after: cursor, next: item.frame.seq)
            guard reached == item.frame.seq else { return reached }
            cursor = reached
        }
        return try await store([], from: peer, after: cursor, next: next)
    }

    private func storeOnce(
        _ inspected: [Inspected], from peer: ID<Organisation>, after: Int64, next: Int64, refused: [Int64: String]
    ) async throws -> Int64 {
        let now = now()
        let rooms = rooms.withLock { $0 }
        let reached = try await database.write { [self] tx in
            let deliveries = DeliveryStore(tx: tx)
            let taken = try deliveries.counters(of: peer).taken
            guard taken == after else { return taken }
            var arrival = Arrival(tx: tx, peer: peer, now: now, outbox: outbox, rooms: rooms)
            try arrival.take(inspected, refused: refused)
            try deliveries.take(peer, upTo: next, at: now)
            return next
        }
        if !inspected.isEmpty { bells.events.ring() }
        return reached
    }
}

/// One page being stored.
private struct Arrival {
    let tx: any Transaction
    let peer: ID<Organisation>
    let now: Instant
    let outbox: Exchange.Outbox
    let rooms: [ArrivalRoom]

    mutating func take(_ inspected: [Inspected], refused: [Int64: String]) throws {
        guard !inspected.isEmpty else { return }
        var fresh: [(item: Inspected, fact: Fact)] = []
        var known = try FactStore(tx: tx).known(inspected.compactMap { try? $0.result.get().id })
        for item in inspected {
            switch item.result {
            case .failure(let refusal):
                try quarantine(item.frame, refusal.rawValue, "")
            case .success(let fact):
                let hashes = known[fact.versionKey] ?? []
                if hashes.contains(fact.sha256) { continue }
                if let reason = refused[item.frame.seq] {
                    try quarantine(item.frame, FactRefusal.refusedByRoom.rawValue, reason)
                } else if !hashes.isEmpty {
                    try equivocation(fact, item.frame)
                } else if try !item.isAddressedToUs && !isHeld(fact) {
                    try quarantine(item.frame, FactRefusal.notForUs.rawValue, "")
                } else {
                    fresh.append((item, fact))
                }
                known[fact.versionKey, default: []].append(fact.sha256)
            }
        }
        _ = try FactStore(tx: tx).insert(fresh.map(\.fact), from: peer, at: now)
        for (place, room) in rooms.enumerated() { try hand(fresh, to: room, place) }
        try record(fresh.map(\.fact))
    }

    /// A revocation that is not addressed to us is for us when we have something to revoke.
    private func isHeld(_ fact: Fact) throws -> Bool {
        try tx.row("SELECT id FROM exchange_fact WHERE id = \(fact.id) AND origin = \(fact.origin) LIMIT 1") != nil
    }

    private func hand(_ fresh: [(item: Inspected, fact: Fact)], to room: ArrivalRoom, _ place: Int) throws {
        let wanted = fresh.filter { $0.fact.mediaType.hasPrefix(room.prefix) }
        guard !wanted.isEmpty else { return }
        try room.store(
            wanted.map { item, fact in
                (seq: item.frame.seq, fact: fact, prepared: item.prepared(for: place) ?? room.prepare(fact))
            }, tx)
    }

    /// Two different contents under one version: neither is to be believed.
    private func equivocation(_ fact: Fact, _ frame: FactPage.Frame) throws {
        _ = try FactStore(tx: tx).insert([fact], from: peer, at: now, quarantined: true)
        try tx.execute(
            """
            UPDATE exchange_fact SET quarantined = \(true)
            WHERE id = \(fact.id) AND version = \(fact.version) AND origin = \(fact.origin)
            """)
        try quarantine(frame, FactRefusal.equivocation.rawValue, "")
    }

    private func quarantine(_ frame: FactPage.Frame, _ reason: String, _ detail: String) throws {
        let envelope = Envelope(frame.envelope)
        let seq = try tx.nextNumber("seq", of: "exchange_quarantine")
        try tx.execute(
            """
            INSERT INTO exchange_quarantine (seq, peer, fact, version, origin, reason, frame, at)
            VALUES (\(seq), \(peer), \(envelope?.id ?? ""), \(envelope?.version ?? ""), \(envelope?.origin.text ?? ""),
                \(detail.isEmpty ? reason : "\(reason): \(detail)"), \(Array(frame.raw)), \(now))
            """)
        try Alarms.add(reason, peer: peer, "\(envelope?.id ?? "") \(detail)", at: now, outbox: outbox, in: tx)
    }

    private func record(_ facts: [Fact]) throws {
        guard !facts.isEmpty else { return }
        try outbox.record(
            "exchange.received",
            ["from": .string(peer.text), "sha256": .array(facts.map { .string(Hex.encode($0.sha256)) })], at: now,
            in: tx)
        try Events.add(
            "received", ["from": .string(peer.text), "facts": .integer(Int64(facts.count))], at: now, in: tx)
    }
}
