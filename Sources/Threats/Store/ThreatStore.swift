import Database
import Exchange
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
        /// The label of the envelope: never weakens the object's own.
        var label: TLP = .clear
    }

    /// What is here of one id.
    struct Known {
        var version: String
        var sha256: [UInt8]
        var modifiedAt: Instant?
        var isLatest: Bool
    }

    /// What became of objects that were to be stored.
    struct Inserted {
        var added = 0
        /// Those of which no other bytes were here under the same version: only these can be signed.
        var unambiguous: [StixObject] = []
    }

    /// Stores what is new; what was here already stays as it is.
    func insert(_ objects: [StixObject], _ arrival: Arrival, newID: IDSource) throws -> Inserted {
        var known = try versions(of: objects.map(\.id))
        var inserted = Inserted()
        for object in objects {
            let others = known[object.id] ?? []
            if others.allSatisfy({ $0.version != object.version || $0.sha256 == object.sha256 }) {
                inserted.unambiguous.append(object)
            }
            if others.contains(where: { $0.version == object.version && $0.sha256 == object.sha256 }) { continue }
            let isLatest = others.allSatisfy {
                !$0.isLatest || ($0.modifiedAt ?? arrival.at) <= (object.modifiedAt ?? arrival.at)
            }
            if isLatest, !others.isEmpty {
                try tx.execute("UPDATE threats_object SET latest = FALSE WHERE id = \(object.id) AND latest = TRUE")
            }
            try insert(object, arrival, key: newID(), isLatest: isLatest)
            known[object.id, default: []] =
                others.map { isLatest ? $0.outdated : $0 }
                + [
                    Known(
                        version: object.version, sha256: object.sha256, modifiedAt: object.modifiedAt,
                        isLatest: isLatest)
                ]
            inserted.added += 1
        }
        return inserted
    }

    private func versions(of ids: [String]) throws -> [String: [Known]] {
        var known: [String: [Known]] = [:]
        let distinct = Array(Set(ids))
        for start in stride(from: 0, to: distinct.count, by: 500) {
            let some = distinct[start..<min(start + 500, distinct.count)]
            for row in try tx.rows(
                "SELECT id, version, sha256, modified_at, latest FROM threats_object WHERE id IN (\(list: some))")
            {
                known[try row.get("id"), default: []].append(
                    Known(
                        version: try row.get("version"), sha256: try row.get("sha256"),
                        modifiedAt: try row.get("modified_at"), isLatest: try row.get("latest")))
            }
        }
        return known
    }

    private func insert(_ object: StixObject, _ arrival: Arrival, key: String, isLatest: Bool) throws {
        let label = max(object.label, arrival.label)
        try tx.execute(
            """
            INSERT INTO threats_object (key, id, version, sha256, type, name, value, label, origin, signature,
                modified_at,
                valid_until, revoked, latest, stored_at, shared_at, bytes)
            VALUES (\(key), \(object.id), \(object.version), \(object.sha256), \(object.type), \(object.name),
                \(object.value), \(label), \(arrival.origin), \(arrival.signature), \(object.modifiedAt),
                \(object.validUntil), \(object.isRevoked), \(isLatest), \(arrival.at),
                \(arrival.sharedAt), \(object.bytes))
            """)
        guard isLatest else { return }
        try ThreatTables.search.put(object.id, object.words, in: tx)
        try replaceReferences(of: object)
        if object.type == "marking-definition" { try remember(object) }
    }

    private func replaceReferences(of object: StixObject) throws {
        try tx.execute("DELETE FROM threats_reference WHERE source = \(object.id)")
        for reference in Set(object.references) {
            try tx.execute(
                """
                INSERT INTO threats_reference (source, property, target)
                VALUES (\(object.id), \(reference.property), \(reference.target))
                """)
        }
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
    /// What markings mean that other objects refer to. The first definition of an id stays: nobody weakens it later.
    private func remember(_ definition: StixObject) throws {
        guard let document = try? JSONDocument(definition.bytes) else { return }
        let meaning = Markings.meaning(of: document.root)
        try tx.execute(
            """
            INSERT INTO threats_marking (id, meaning) VALUES (\(definition.id), \(meaning.text))
            ON CONFLICT (id) DO NOTHING
            """)
    }

    func markings() throws -> [String: Marking] {
        var known: [String: Marking] = [:]
        for row in try tx.rows("SELECT id, meaning FROM threats_marking") {
            known[try row.get("id")] = Marking(text: try row.get("meaning"))
        }
        return known
    }

    func list(_ filter: ThreatFilter, for person: Person?, limit: Int) throws -> [ThreatLine] {
        try tx.rows(
            """
            SELECT \(ThreatLine.columns) FROM threats_object o WHERE \(filter.condition(for: person))
            ORDER BY o.key DESC LIMIT \(limit)
            """
        ).map(ThreatLine.init)
    }

    /// The versions of one object that `person` may see, the latest first.
    func versions(of id: String, for person: Person?) throws -> [ThreatLine] {
        try tx.rows(
            """
            SELECT \(ThreatLine.columns) FROM threats_object o WHERE o.id = \(id)
                AND \(ThreatFilter.visible(to: person))
            ORDER BY o.latest DESC, o.key DESC LIMIT 50
            """
        ).map(ThreatLine.init)
    }

    func bytes(of key: String) throws -> [UInt8] {
        guard let row = try tx.row("SELECT bytes FROM threats_object WHERE key = \(key)") else {
            throw Problem.notFound
        }
        return try row.get("bytes")
    }

    /// What an object points to and what points to it, both ways, as far as `person` may see.
    func relations(of id: String, for person: Person?, limit: Int = 100) throws -> [ThreatRelation] {
        let rows = try tx.rows(
            """
            SELECT r.property AS property, TRUE AS outward, \(ThreatLine.columns) FROM threats_reference r
            JOIN threats_object o ON o.id = r.target AND o.latest = TRUE
            WHERE r.source = \(id) AND \(ThreatFilter.visible(to: person))
            UNION ALL
            SELECT r.property AS property, FALSE AS outward, \(ThreatLine.columns) FROM threats_reference r
            JOIN threats_object o ON o.id = r.source AND o.latest = TRUE
            WHERE r.target = \(id) AND \(ThreatFilter.visible(to: person))
            LIMIT \(limit)
            """)
        return try rows.map { row in
            ThreatRelation(
                property: try row.get("property"), isOutward: try row.get("outward"), other: try ThreatLine(row))
        }
    }

    /// The other ends of relationship objects, by the relationship's id.
    func ends(of relationships: [String], besides id: String, for person: Person?) throws -> [String: ThreatLine] {
        var ends: [String: ThreatLine] = [:]
        for row in try tx.rows(
            """
            SELECT r.source AS relationship, \(ThreatLine.columns) FROM threats_reference r
            JOIN threats_object o ON o.id = r.target AND o.latest = TRUE
            WHERE r.source IN (\(list: relationships)) AND r.target <> \(id)
                AND r.property IN ('source_ref', 'target_ref')
                AND \(ThreatFilter.visible(to: person))
            """)
        {
            ends[try row.get("relationship")] = try ThreatLine(row)
        }
        return ends
    }

    /// The types and origins that there are, for the filters.
    func types() throws -> [String] {
        try tx.rows("SELECT DISTINCT type FROM threats_object WHERE latest = TRUE ORDER BY type").map {
            try $0.get("type")
        }
    }

    /// Says of these versions that we signed and shared them, and how strictly.
    func markShared(_ drafts: [FactDraft], label: TLP, at now: Instant) throws {
        let versions = Dictionary(grouping: drafts, by: \.version)
        for (version, drafts) in versions {
            try tx.execute(
                """
                UPDATE threats_object SET shared_at = COALESCE(shared_at, \(now)), signature = \(SignatureState.ours),
                    label = \(label)
                WHERE id IN (\(list: drafts.map(\.id))) AND version = \(version)
                    AND signature <> \(SignatureState.verified)
                """)
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

extension Marking {
    var text: String {
        switch self {
        case .tlp(let label): label.rawValue
        case .statement: "statement"
        case .unrecognised: "unrecognised"
        }
    }

    init(text: String) {
        self = text == "statement" ? .statement : TLP(rawValue: text).map { .tlp($0) } ?? .unrecognised
    }
}
