package import Database
import Ledger
import StrictJSON
import Vocabulary

extension Exchange {
    /// Signs, stores and gates what this node publishes, in the caller's transaction: when it commits, the facts, the
    /// delivery rows and the ledger facts are there together. Ring after the commit.
    ///
    /// Publishing the same id, version and bytes again changes nothing; other bytes under a version already published
    /// throw `FactError.alreadyPublished`.
    @discardableResult
    package func publish(_ drafts: [FactDraft], in tx: any Transaction) throws -> [Fact] {
        var published: [Fact] = []
        for chunk in drafts.chunks(of: 1000) { published += try publishChunk(Array(chunk), in: tx) }
        return published
    }

    private func publishChunk(_ drafts: [FactDraft], in tx: any Transaction) throws -> [Fact] {
        let now = now()
        let known = try FactStore(tx: tx).known(drafts.map(\.id))
        var fresh: [Fact] = []
        var seen = Set<FactKey>()
        let facts = try drafts.map { draft -> Fact in
            guard draft.bytes.count <= settings.factBytesLimit else { throw FactError.tooLarge(draft.id) }
            let fact = try draft.signed(by: home.key, of: home.organisation, at: now)
            let hashes = known[fact.versionKey] ?? []
            guard hashes.allSatisfy({ $0 == fact.sha256 }) else { throw FactError.alreadyPublished(draft.id) }
            if hashes.isEmpty, seen.insert(fact.versionKey).inserted { fresh.append(fact) }
            return fact
        }
        let stored = try FactStore(tx: tx).insert(fresh, from: nil, at: now)
        try letOut(stored, in: tx, at: now)
        return facts
    }

    private func letOut(_ stored: [StoredFact], in tx: any Transaction, at now: Instant) throws {
        guard let roster = try rosters.current(in: tx)?.roster else { return }
        let gate = gate(under: roster, at: now)
        let revoked = stored.filter(\.fact.isRevocation).map(\.fact.id)
        let holders = revoked.isEmpty ? [:] : try DeliveryStore(tx: tx).holders(of: revoked)
        let released = stored.flatMap { item in
            gate.release(item.fact, holders: holders[item.fact.id] ?? []).map { (seq: item.seq, released: $0) }
        }
        try deliver(released, under: roster, in: tx, at: now)
    }

    /// Writes delivery rows, one release and one ledger fact for each rule and audience.
    func deliver(
        _ released: [(seq: Int64, released: Released)], under roster: Roster, in tx: any Transaction, at now: Instant
    ) throws {
        guard !released.isEmpty else { return }
        for rule in ReleaseRule.allCases {
            let ruled = released.filter { $0.released.rule == rule }
            guard !ruled.isEmpty else { continue }
            let release = try tx.nextNumber("id", of: "exchange_release")
            let ranges = try DeliveryStore(tx: tx).deliver(ruled, release: release)
            let leaf = try outbox.record(
                "exchange.released", releaseRecord(ruled, ranges, rule, roster.version), at: now, in: tx)
            try tx.execute(
                """
                INSERT INTO exchange_release (id, roster_version, rule, released_at, recorded_as)
                VALUES (\(release), \(roster.version), \(rule), \(now), \(leaf))
                """)
        }
        try Events.add("released", ["facts": .integer(Int64(Set(released.map(\.seq)).count))], at: now, in: tx)
    }

    /// Whom, under which numbers, and the hashes, each fact once with the peers it went to as bits of the list `to`.
    private func releaseRecord(
        _ released: [(seq: Int64, released: Released)], _ ranges: [(peer: ID<Organisation>, first: Int64, last: Int64)],
        _ rule: ReleaseRule, _ version: Int64
    ) -> JSON {
        var facts: [Int64: (hash: [UInt8], peers: [Int64])] = [:]
        let places = Dictionary(uniqueKeysWithValues: ranges.enumerated().map { ($1.peer, Int64($0)) })
        for item in released {
            facts[item.seq, default: (item.released.fact.sha256, [])].peers.append(places[item.released.peer] ?? -1)
        }
        let groups = Dictionary(grouping: facts.sorted { $0.key < $1.key }, by: { $0.value.peers.sorted() })
        return [
            "rule": .string(rule.rawValue), "rosterVersion": .integer(version),
            "to": .array(
                ranges.map { ["peer": .string($0.peer.text), "first": .integer($0.first), "last": .integer($0.last)] }),
            "facts": .array(
                groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { peers, items in
                    [
                        "to": .array(peers.map { .integer($0) }),
                        "sha256": .array(items.map { .string(Hex.encode($0.value.hash)) }),
                    ]
                }),
        ]
    }

    func gate(under roster: Roster, at now: Instant) -> Gate {
        Gate(home: home.organisation, membership: roster.membership(on: Day(now)))
    }
}
