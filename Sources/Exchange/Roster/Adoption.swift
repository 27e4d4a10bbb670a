import Database
import Ledger
import Logging
import StrictJSON
import Vocabulary
import Web

extension Exchange {
    /// Fetches from a peer what is newer than our roster, or what it holds under the same number, and judges it.
    func syncRoster(with peer: PeerPlace, named organisation: ID<Organisation>, seen mark: RosterMark) async throws {
        guard let known = try await roster(), mark != known.mark, mark.version >= known.roster.version else { return }
        let answer = try await call(
            .get, "/exchange/roster?after=\(min(known.roster.version, mark.version) - 1)", at: peer, maxBytes: 16 << 20)
        do {
            for version in try RosterChain.decode(answer.body) where version.hash != known.hash {
                try await adopt(version, from: organisation)
            }
        } catch let refusal as RosterRefusal {
            try await alarm(refusal.rawValue, organisation, "version \(mark.version)")
        }
    }

    /// Takes the next version when it is what it must be. Throws `RosterRefusal`.
    func adopt(_ version: SignedRoster, from peer: ID<Organisation>?) async throws {
        let now = now()
        try await database.write { [self] tx in
            guard let known = try rosters.current(in: tx) else { return }
            if version.roster.version <= known.roster.version, try isHeld(version, in: tx) { return }
            try version.check(after: known)
            try enter(version, after: known, from: peer, in: tx, at: now)
        }
        _ = try await roster()
        bells.roster.ring()
        logger.info("roster taken", metadata: ["exchange.version": "\(version.roster.version)"])
    }

    private func isHeld(_ version: SignedRoster, in tx: any Transaction) throws -> Bool {
        try tx.row("SELECT version FROM exchange_roster WHERE hash = \(version.hash)") != nil
    }

    /// Writes a checked version, gives history to those who are owed it, and records both.
    func enter(
        _ version: SignedRoster, after known: SignedRoster?, from peer: ID<Organisation>?, in tx: any Transaction,
        at now: Instant
    ) throws {
        try rosters.insert(version, at: now, in: tx)
        try outbox.record(
            "exchange.roster",
            [
                "version": .integer(version.roster.version), "sha256": .string(Hex.encode(version.hash)),
                "from": .string(orNull: peer?.text),
            ], at: now, in: tx)
        try Events.add("roster", ["version": .integer(version.roster.version)], at: now, in: tx)
        // Another key is another node: its numbers begin at 1 again.
        for member in version.roster.members {
            guard let before = known?.roster.member(member.organisation), before.keyID != member.keyID else { continue }
            try tx.execute("UPDATE exchange_peer SET taken_seq = 0 WHERE code = \(member.organisation)")
        }
        let newcomers = version.roster.members.filter { member in
            member.receivesHistory && member.organisation != home.organisation
                && known?.roster.member(member.organisation) == nil
        }
        for newcomer in newcomers { try giveHistory(to: newcomer.organisation, under: version.roster, in: tx, at: now) }
    }

    /// Lets out what this node published before the newcomer came, through the gate.
    private func giveHistory(
        to peer: ID<Organisation>, under roster: Roster, in tx: any Transaction, at now: Instant
    ) throws {
        let gate = gate(under: roster, at: now)
        var last: Int64 = 0
        while true {
            let rows = try tx.rows(
                """
                SELECT \(FactStore.columns) FROM exchange_fact f
                WHERE f.origin = \(home.organisation) AND f.seq > \(last)
                    AND f.came_from IS NULL AND f.quarantined = \(false)
                    AND NOT EXISTS (SELECT 1 FROM exchange_delivery d WHERE d.fact = f.seq AND d.peer = \(peer))
                ORDER BY f.seq LIMIT 500
                """)
            let stored = try rows.map(FactStore.read)
            guard let end = stored.last else { return }
            last = end.seq
            let released = stored.compactMap { item in
                gate.release(item.fact, to: peer, by: .history).map { (seq: item.seq, released: $0) }
            }
            try deliver(released, under: roster, in: tx, at: now)
        }
    }
}
