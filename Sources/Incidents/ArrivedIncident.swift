import Database
import Exchange
import Identity
import StrictJSON
import Vocabulary

/// An incident that another member shared with us. Read only: it is theirs.
struct ArrivedIncident: Sendable, Hashable {
    let id: String
    let origin: ID<Organisation>
    let version: String
    let title: String
    let text: String
    let kind: IncidentKind?
    let state: Incident.State?
    let detectedAt: Instant?
    let operatorName: String
    /// In one line; empty unless the reporter released it.
    let contact: String
    let tlp: TLP
    let isWithdrawn: Bool
    let sha256: [UInt8]
    let arrivedAt: Instant
}

extension ArrivedIncident {
    /// Nil when the fact is no STIX `incident`: another room's business. Of a withdrawal only the fact of it remains.
    init?(_ fact: Fact, at now: Instant) {
        guard let root = try? JSONDocument(fact.bytes).root, root["type"]?.string == "incident",
            let id = root["id"]?.string, id == fact.id
        else { return nil }
        let ours = root["extensions"]?[IncidentSTIX.form03]
        let withdrawn = fact.isRevocation || root["revoked"]?.bool == true
        self.id = id
        origin = fact.origin
        version = fact.version
        title = ArrivedIncident.short(root["name"]?.string ?? id, InitialReport.Limits.title)
        text =
            withdrawn ? "" : ArrivedIncident.short(root["description"]?.string ?? "", 4 * InitialReport.Limits.summary)
        kind = (ours?["kind"]?.string).flatMap(IncidentKind.init)
        state = (ours?["state"]?.string).flatMap(Incident.State.init)
        detectedAt = (ours?["detected_at"]?.string).flatMap { Instant(rfc3339: $0) }
        operatorName =
            withdrawn ? "" : ArrivedIncident.short(ours?["operator"]?.string ?? "", InitialReport.Limits.line)
        contact = withdrawn ? "" : ArrivedIncident.line(ours?["contact"])
        tlp = max(fact.tlp, ArrivedIncident.marking(of: root))
        isWithdrawn = withdrawn
        sha256 = fact.sha256
        arrivedAt = now
    }

    private static func line(_ contact: JSONValue?) -> String {
        let parts = ["name", "position", "phone", "email"].compactMap { contact?[$0]?.string }.filter { !$0.isEmpty }
        return short(parts.joined(separator: ", "), 3 * InitialReport.Limits.line)
    }

    private static func short(_ text: String, _ length: Int) -> String {
        Folding.compose(String(String.UnicodeScalarView(text.unicodeScalars.prefix(length).map(shown))))
    }

    /// What hides or turns the order of the words beside it is shown as `�`: controls, bidirectional overrides,
    /// zero-width characters.
    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\t" || scalar == "\n" || scalar == "\r" { return scalar }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return "\u{FFFD}"
        default: return scalar
        }
    }

    /// What the object says of itself, of the whole or of parts: never weakened by the envelope. A marking that we do
    /// not know is RED; without any the envelope decides.
    private static func marking(of root: JSONValue) -> TLP {
        var label = TLP.clear
        func note(_ ref: JSONValue?) {
            label = max(label, ref?.string.flatMap(TLP.init(markingID:)) ?? .red)
        }
        root["object_marking_refs"]?.eachElement { note($0) }
        root["granular_markings"]?.eachElement { if let ref = $0["marking_ref"] { note(ref) } }
        return label
    }
}

/// What arrived, for the organisation of this node. The newest version of an object replaces an older one.
enum ArrivedStore {
    private static let columns: SQL = """
        id, origin, version, title, text, kind, state, detected_at, operator, contact, tlp, is_withdrawn, sha256,
        arrived_at
        """

    static func save(_ incident: ArrivedIncident, for recipient: ID<Organisation>, in tx: any Transaction) throws {
        let changed = try tx.execute(
            """
            INSERT INTO incidents_arrived (recipient, \(columns))
            VALUES (\(recipient), \(incident.id), \(incident.origin), \(incident.version), \(incident.title),
            \(incident.text),
                \(incident.kind), \(incident.state), \(incident.detectedAt), \(incident.operatorName),
                \(incident.contact),
                \(incident.tlp), \(incident.isWithdrawn), \(incident.sha256), \(incident.arrivedAt))
            ON CONFLICT (id, origin) DO UPDATE SET version = excluded.version, title = excluded.title,
            text = excluded.text,
                kind = excluded.kind, state = excluded.state, detected_at = excluded.detected_at,
                operator = excluded.operator,
                contact = excluded.contact, tlp = excluded.tlp, is_withdrawn = excluded.is_withdrawn,
                sha256 = excluded.sha256
            WHERE incidents_arrived.version < excluded.version
            """)
        guard changed > 0 else { return }
        let key = "\(incident.origin)/\(incident.id)"
        try IncidentTables.arrivedSearch.put(key, "\(incident.title) \(incident.text) \(incident.operatorName)", in: tx)
    }

    static func list(
        _ rights: RowRights, matching words: String?, before: Cursor?, limit: Int, in tx: any Transaction
    ) throws -> [ArrivedIncident] {
        let older: SQL = before.map { "(a.arrived_at, a.id) < (\($0.at), \($0.id))" } ?? RecordColumns.yes
        let key: SQL = "a.origin || '/' || a.id"
        let found: SQL
        if let words {
            found = """
                SELECT \(key) FROM incidents_arrived a WHERE \(key) IN
                (\(IncidentTables.arrivedSearch.matching(words))) AND \(rights.condition) AND \(older)
                """
        } else {
            found = rights.newest(
                limit, id: "a.id", from: "incidents_arrived a", also: older, order: "a.arrived_at DESC, a.id DESC")
        }
        let isFound: SQL = words == nil ? "a.id IN (\(found))" : "\(key) IN (\(found))"
        return try tx.rows(
            """
            SELECT \(columns) FROM incidents_arrived a WHERE \(isFound) AND \(rights.condition) AND \(older)
            ORDER BY arrived_at DESC, id DESC LIMIT \(limit)
            """
        ).map { try ArrivedIncident($0) }
    }

    /// With the organisation that it was addressed to, and without asking who may see it.
    static func find(
        _ id: String, from origin: ID<Organisation>, in tx: any Transaction
    ) throws -> (ArrivedIncident, ID<Organisation>) {
        let row = try tx.row(
            "SELECT \(columns), recipient FROM incidents_arrived WHERE id = \(id) AND origin = \(origin)")
        guard let row else { throw Problem.notFound }
        return (try ArrivedIncident(row), try row.get("recipient"))
    }
}

extension ArrivedIncident {
    init(_ row: Row) throws {
        id = try row.get("id")
        origin = try row.get("origin")
        version = try row.get("version")
        title = try row.get("title")
        text = try row.get("text")
        kind = try row.get("kind")
        state = try row.get("state")
        detectedAt = try row.get("detected_at")
        operatorName = try row.get("operator")
        contact = try row.get("contact")
        tlp = try row.get("tlp")
        isWithdrawn = try row.get("is_withdrawn")
        sha256 = try row.get("sha256")
        arrivedAt = try row.get("arrived_at")
    }
}
