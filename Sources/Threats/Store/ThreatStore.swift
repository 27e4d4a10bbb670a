import Database
import Exchange
import Identity
import StrictJSON
import Vocabulary

/// The table `threats_object`: one row for each version of each object, never changed but for what we know about it
/// (whether it is the latest, whether we shared it and how strictly).
struct ThreatStore {
    let tx: any Transaction

    /// How an object came to us.
    struct Arrival {
        let origin: ID<Organisation>
        let signature: SignatureState
        let at: Instant
        var sharedAt: Instant?
        /// Who typed it or brought it in. Only what is new is theirs: what was here already has the author it had.
        var author: ID<Person>?
        /// The label of the envelope: never weakens the object's own.
        var label: TLP = .clear
        /// The envelope withdraws the object, whatever the object says.
        var isWithdrawal = false
    }

    /// What is here of one id.
    struct Known {
        var key: String
        var origin: ID<Organisation>
        var version: String
        var sha256: [UInt8]
        var modifiedAt: Instant?
        var isLatest: Bool
        var label: TLP
    }

    /// What became of objects that were to be stored.
    struct Inserted {
        var added = 0
        /// Those of which nothing else is here under the same version, no other bytes and none that another member
        /// shared: only these can be signed.
        var unambiguous: [StixObject] = []
        /// Versions that say another label than the one before.
        var relabelled: [Relabelling] = []
    }

    /// Stores what is new; what was here already stays as it is. Versions follow each other within one origin: nobody
    /// replaces, renames or withdraws the object of another.
    func insert(_ objects: [StixObject], _ arrival: Arrival, newID: IDSource) throws -> Inserted {
        try insert(objects.map { ($0, arrival) }, newID: newID)
    }

    /// The same for objects that came in different ways.
    func insert(_ arrived: [(object: StixObject, arrival: Arrival)], newID: IDSource) throws -> Inserted {
        var known = try versions(of: arrived.map(\.object.id))
        var inserted = Inserted()
        var rows = ThreatRows()
        for (object, arrival) in arrived {
            let others = known[object.id] ?? []
            let same = others.filter { $0.version == object.version }
            if same.allSatisfy({ $0.sha256 == object.sha256 && $0.origin == arrival.origin }) {
                inserted.unambiguous.append(object)
            }
            if same.contains(where: { $0.sha256 == object.sha256 }) { continue }
            let before = others.first { $0.isLatest && $0.origin == arrival.origin }
            let isLatest = before.map { ($0.modifiedAt ?? arrival.at) <= (object.modifiedAt ?? arrival.at) } ?? true
            if isLatest, let before {
                try rows.write(in: tx)
                try retire(before.key)
            }
            let (key, label) = (newID(), max(object.label, arrival.label))
            if isLatest, let before, before.label != label {
                inserted.relabelled.append(
                    Relabelling(key: key, id: object.id, was: before.label, label: label, cause: .version))
            }
            rows.add(object, arrival, key: key, isLatest: isLatest)
            if object.type == "marking-definition" { try remember(object, from: arrival.origin, at: arrival.at) }
            known[object.id, default: []] =
                others.map { isLatest && $0.key == before?.key ? $0.outdated : $0 }
                + [
                    Known(
                        key: key, origin: arrival.origin, version: object.version, sha256: object.sha256,
                        modifiedAt: object.modifiedAt, isLatest: isLatest, label: label)
                ]
            inserted.added += 1
        }
        try rows.write(in: tx)
        return inserted
    }

    private func versions(of ids: [String]) throws -> [String: [Known]] {
        var known: [String: [Known]] = [:]
        let distinct = Array(Set(ids))
        for start in stride(from: 0, to: distinct.count, by: 500) {
            let some = distinct[start..<min(start + 500, distinct.count)]
            for row in try tx.rows(
                """
                SELECT key, id, origin, version, sha256, modified_at, latest, label FROM threats_object
                WHERE id IN (\(list: some))
                """)
            {
                known[try row.get("id"), default: []].append(
                    Known(
                        key: try row.get("key"), origin: try row.get("origin"),
                        version: try row.get("version"), sha256: try row.get("sha256"),
                        modifiedAt: try row.get("modified_at"), isLatest: try row.get("latest"),
                        label: try row.get("label")))
            }
        }
        return known
    }

    /// A newer version of the same origin has come: this one is found no more, but stays to be read.
    private func retire(_ key: String) throws {
        try tx.execute("UPDATE threats_object SET latest = FALSE WHERE key = \(key)")
        try tx.execute("DELETE FROM threats_reference WHERE source = \(key)")
        try ThreatTables.search.remove(key, in: tx)
    }
}

extension ThreatStore.Known {
    /// The same version once a newer one has come.
    fileprivate var outdated: Self {
        var copy = self
        copy.isLatest = false
        return copy
    }
}

extension ThreatStore {
    func list(_ filter: ThreatFilter, _ rights: RowRights, limit: Int) throws -> [ThreatLine] {
        let found: SQL =
            filter.words.isEmpty
            ? rights.newest(limit, id: "o.key", from: "threats_object o", also: filter.condition, order: "o.key DESC")
            : """
            SELECT o.key FROM threats_object o WHERE o.key IN (\(ThreatTables.search.matching(filter.words)))
            AND \(filter.condition) AND \(rights.condition)
            """
        return try tx.rows(
            """
            SELECT \(ThreatLine.columns) FROM threats_object o WHERE o.key IN (\(found))
            ORDER BY o.key DESC LIMIT \(limit)
            """
        ).map(ThreatLine.init)
    }

    /// The versions of one object that `rights` open: those of `origin` first, then the latest of each.
    func versions(of id: String, first origin: ID<Organisation>, _ rights: RowRights) throws -> [ThreatLine] {
        try tx.rows(
            """
            SELECT \(ThreatLine.columns) FROM threats_object o WHERE o.id = \(id) AND \(rights.condition)
            ORDER BY CASE WHEN o.origin = \(origin) THEN 0 ELSE 1 END, o.latest DESC, o.key DESC LIMIT 50
            """
        ).map(ThreatLine.init)
    }

    func bytes(of key: String) throws -> [UInt8] {
        guard let row = try tx.row("SELECT bytes FROM threats_object WHERE key = \(key)") else {
            throw Problem.notFound
        }
        return try row.get("bytes")
    }

    /// What a version points to and what points to its object, both ways, as far as `rights` open it.
    func relations(of line: ThreatLine, _ rights: RowRights, limit: Int = 100) throws -> [ThreatRelation] {
        let rows = try tx.rows(
            """
            SELECT r.property AS property, TRUE AS outward, \(ThreatLine.columns) FROM threats_reference r
            JOIN threats_object o ON o.id = r.target AND o.latest = TRUE
            WHERE r.source = \(line.key) AND \(rights.condition)
            UNION ALL
            SELECT r.property AS property, FALSE AS outward, \(ThreatLine.columns) FROM threats_reference r
            JOIN threats_object o ON o.key = r.source AND o.latest = TRUE
            WHERE r.target = \(line.id) AND \(rights.condition)
            LIMIT \(limit)
            """)
        return try rows.map { row in
            ThreatRelation(
                property: try row.get("property"), isOutward: try row.get("outward"), other: try ThreatLine(row))
        }
    }

    /// The other ends of relationship objects, by the relationship's key.
    func ends(of relationships: [String], besides id: String, _ rights: RowRights) throws -> [String: ThreatLine] {
        var ends: [String: ThreatLine] = [:]
        for row in try tx.rows(
            """
            SELECT r.source AS relationship, \(ThreatLine.columns) FROM threats_reference r
            JOIN threats_object o ON o.id = r.target AND o.latest = TRUE
            WHERE r.source IN (\(list: relationships)) AND r.target <> \(id)
                AND r.property IN ('source_ref', 'target_ref')
                AND \(rights.condition)
            """)
        {
            ends[try row.get("relationship")] = try ThreatLine(row)
        }
        return ends
    }

    /// The types of which `rights` open something, for the filter. Steps from type to type through the index.
    func types(_ rights: RowRights) throws -> [String] {
        try tx.rows(
            """
            WITH RECURSIVE step(type) AS (
                SELECT MIN(type) FROM threats_object WHERE latest = TRUE
                UNION ALL
                SELECT (SELECT MIN(n.type) FROM threats_object n WHERE n.latest = TRUE AND n.type > step.type)
                FROM step WHERE step.type IS NOT NULL
            )
            SELECT step.type AS type FROM step WHERE step.type IS NOT NULL AND EXISTS (
                SELECT 1 FROM threats_object o
                WHERE o.type = step.type AND o.latest = TRUE AND \(rights.condition))
            ORDER BY step.type
            """
        ).map { try $0.get("type") }
    }

    /// Says of these versions that we signed and shared them, and how strictly: never less than was said before. Those
    /// that got a stricter label thereby.
    func markShared(_ drafts: [FactDraft], label: TLP, at now: Instant) throws -> [Relabelling] {
        let versions = Dictionary(grouping: drafts, by: \.version)
        let weaker = TLP.allCases.filter { $0 < label }
        let relabelled = try stricter(drafts, than: weaker, label)
        for (version, drafts) in versions {
            try tx.execute(
                """
                UPDATE threats_object SET shared_at = COALESCE(shared_at, \(now)), signature = \(SignatureState.ours),
                    label = CASE WHEN label IN (\(list: weaker)) THEN \(label) ELSE label END
                WHERE id IN (\(list: drafts.map(\.id))) AND version = \(version)
                    AND signature <> \(SignatureState.verified)
                """)
        }
        return relabelled
    }

    private func stricter(_ drafts: [FactDraft], than weaker: [TLP], _ label: TLP) throws -> [Relabelling] {
        let versions = Dictionary(drafts.map { ($0.id, $0.version) }, uniquingKeysWith: { first, _ in first })
        return try versions.keys.sorted().chunks(of: 500).flatMap { ids in
            try tx.rows(
                """
                SELECT key, id, version, label FROM threats_object WHERE id IN (\(list: Array(ids)))
                AND label IN (\(list: weaker)) AND signature <> \(SignatureState.verified)
                """
            ).compactMap { row in
                let id: String = try row.get("id")
                guard try versions[id] == row.get("version", as: String.self) else { return nil }
                return Relabelling(
                    key: try row.get("key"), id: id, was: try row.get("label"), label: label, cause: .shared)
            }
        }
    }

    func refuse(_ fact: Fact, _ fault: StixFault, key: String, at now: Instant) throws {
        try tx.execute(
            """
            INSERT INTO threats_refused (key, id, version, origin, code, pointer, at)
            VALUES (\(key), \(fact.id), \(fact.version), \(fact.origin), \(fault.code), \(fault.pointer), \(now))
            """)
    }
}

/// One reference between two objects, seen from one of them.
struct ThreatRelation: Sendable {
    let property: String
    /// True when our object names the other.
    let isOutward: Bool
    let other: ThreatLine
}
