import Database
import Exchange
import Identity
import Vocabulary

/// One method, one query. Rights on rows are the policies as SQL, which `IncidentRights` gives in.
enum IncidentStore {
    private static let columns: SQL = """
        id, owner, author, state, title, kind, summary, operator, detected_at, present, detections, detection_note,
        notified,
        is_confidential, tlp, recipients, opened_at, changed_at
        """

    /// The newest first; `before` is the last row of the page before this one.
    static func list(
        _ rights: RowRights, matching words: String?, before: Cursor?, limit: Int, in tx: any Transaction
    ) throws -> [Incident] {
        let older: SQL = before.map { "(i.opened_at, i.id) < (\($0.at), \($0.id))" } ?? RecordColumns.yes
        let found: SQL
        if let words {
            found = """
                SELECT i.id FROM incidents_incident i WHERE i.id IN (\(IncidentTables.search.matching(words)))
                AND \(rights.condition) AND \(older)
                """
        } else {
            found = rights.newest(
                limit, id: "i.id", from: "incidents_incident i", also: older, order: "i.opened_at DESC, i.id DESC")
        }
        return try tx.rows(
            """
            SELECT \(columns) FROM incidents_incident WHERE id IN (\(found))
            ORDER BY opened_at DESC, id DESC LIMIT \(limit)
            """
        ).map { try Incident($0) }
    }

    /// Without the contacts, which are read by `contacts` alone, and without asking who may see it.
    static func find(_ id: ID<Incident>, in tx: any Transaction) throws -> Incident {
        guard let incident = try findAny(id, in: tx) else { throw Problem.notFound }
        return incident
    }

    static func findAny(_ id: ID<Incident>, in tx: any Transaction) throws -> Incident? {
        try tx.row("SELECT \(columns) FROM incidents_incident WHERE id = \(id)").map { try Incident($0) }
    }

    /// State, label and addressees of a moment; nil before any are known.
    static func standing(
        of id: ID<Incident>, at moment: Instant, in tx: any Transaction
    ) throws -> (state: Incident.State, tlp: TLP, recipients: Recipients)? {
        try tx.row(
            """
            SELECT state, tlp, recipients FROM incidents_standing WHERE incident = \(id) AND since <= \(moment)
            ORDER BY since DESC LIMIT 1
            """
        ).map { (try $0.get("state"), try $0.get("tlp"), try $0.get("recipients")) }
    }

    /// What decisions rest on, as a table can be asked for it, and as it was.
    private static func saveStanding(_ incident: Incident, in tx: any Transaction) throws {
        let report = incident.report
        try tx.execute("DELETE FROM incidents_recipient WHERE incident = \(incident.id)")
        for organisation in report.recipients.named {
            try tx.execute(
                """
                INSERT INTO incidents_recipient (organisation, incident, tlp, opened_at)
                VALUES (\(organisation), \(incident.id), \(report.tlp), \(incident.openedAt))
                """)
        }
        try tx.execute(
            """
            INSERT INTO incidents_standing (incident, since, state, tlp, recipients)
            VALUES (\(incident.id), \(incident.changedAt), \(incident.state), \(report.tlp), \(report.recipients))
            ON CONFLICT (incident, since) DO UPDATE SET state = excluded.state, tlp = excluded.tlp,
                recipients = excluded.recipients
            """)
    }

    /// Reporter and contact person: personal data, so the reading is recorded by whoever calls this.
    static func contacts(of id: ID<Incident>, in tx: any Transaction) throws -> (reporter: Contact, contact: Contact) {
        let rows = try tx.rows(
            "SELECT part, name, position, address, phone, email FROM incidents_contact WHERE incident = \(id)")
        func part(_ name: String) throws -> Contact {
            try rows.first { try $0.get("part") == name }.map { try Contact($0) } ?? Contact()
        }
        return (try part("reporter"), try part("contact"))
    }

    static func save(_ incident: Incident, withContacts: Bool, in tx: any Transaction) throws {
        let report = incident.report
        try tx.execute(
            """
            INSERT INTO incidents_incident (\(columns))
            VALUES (\(incident.id), \(incident.owner), \(incident.author), \(incident.state), \(report.title),
            \(report.kind),
                \(report.summary), \(report.operatorName), \(report.detectedAt), \(report.present),
                \(joined(report.detections)), \(report.detectionNote), \(joined(report.notified)),
                \(report.isConfidential),
                \(report.tlp), \(report.recipients), \(incident.openedAt), \(incident.changedAt))
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, title = excluded.title, kind = excluded.kind,
                summary = excluded.summary, operator = excluded.operator, detected_at = excluded.detected_at,
                present = excluded.present, detections = excluded.detections, detection_note = excluded.detection_note,
                notified = excluded.notified, is_confidential = excluded.is_confidential, tlp = excluded.tlp,
                recipients = excluded.recipients, changed_at = excluded.changed_at
            """)
        try saveStanding(incident, in: tx)
        try IncidentTables.search.put(
            incident.id.text, "\(report.title) \(report.summary) \(report.operatorName) \(incident.id)", in: tx)
        guard withContacts else { return }
        try save(report.reporter, as: "reporter", of: incident.id, in: tx)
        try save(report.contact, as: "contact", of: incident.id, in: tx)
    }

    private static func save(_ contact: Contact, as part: String, of id: ID<Incident>, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO incidents_contact (incident, part, name, position, address, phone, email)
            VALUES (\(id), \(part), \(contact.name), \(contact.position), \(contact.address), \(contact.phone),
            \(contact.email))
            ON CONFLICT (incident, part) DO UPDATE SET name = excluded.name, position = excluded.position,
                address = excluded.address, phone = excluded.phone, email = excluded.email
            """)
    }

    static func add(_ event: IncidentEvent, to id: ID<Incident>, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO incidents_event (id, incident, kind, at, person, whom, who, note)
            VALUES (\(event.id), \(id), \(event.kind), \(event.at), \(event.person), \(event.whom), \(event.who),
                \(event.note))
            """)
    }

    /// The newest 200, newest first.
    static func events(of id: ID<Incident>, in tx: any Transaction) throws -> [IncidentEvent] {
        try tx.rows(
            """
            SELECT id, kind, at, person, whom, who, note FROM incidents_event WHERE incident = \(id)
            ORDER BY at DESC, id DESC LIMIT 200
            """
        ).map {
            IncidentEvent(
                id: try $0.get("id"), kind: try $0.get("kind"), at: try $0.get("at"), person: try $0.get("person"),
                whom: try $0.get("whom"), who: try $0.get("who"), note: try $0.get("note"))
        }
    }

    static func add(_ version: SharedVersion, of incident: Incident, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO incidents_shared (incident, version, tlp, recipients, title, text, names_operator,
            names_contact, at)
            VALUES (\(incident.id), \(now.rfc3339), \(incident.report.tlp), \(incident.report.recipients),
            \(version.title),
                \(version.text), \(version.namesOperator), \(version.namesContact), \(now))
            """)
    }

    /// Whether exactly this went out to exactly these within the last minute, and nothing happened since: somebody
    /// pressed the button twice.
    static func isRepeated(
        _ version: SharedVersion, of incident: Incident, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        let row = try tx.row(
            """
            SELECT at, tlp, recipients FROM incidents_shared WHERE incident = \(incident.id) ORDER BY at DESC LIMIT 1
            """)
        guard let row, try lastShared(of: incident.id, in: tx) == version else { return false }
        let (at, tlp, recipients) = (
            try row.get("at", as: Instant.self), try row.get("tlp", as: TLP.self),
            try row.get("recipients", as: Recipients.self)
        )
        return tlp == incident.report.tlp && recipients == incident.report.recipients && incident.changedAt <= at
            && now < at.adding(seconds: 60)
    }

    /// What was shared last; nil when nothing was.
    static func lastShared(of id: ID<Incident>, in tx: any Transaction) throws -> SharedVersion? {
        try tx.row(
            """
            SELECT title, text, names_operator, names_contact FROM incidents_shared WHERE incident = \(id)
            ORDER BY at DESC LIMIT 1
            """
        ).map {
            SharedVersion(
                title: try $0.get("title"), text: try $0.get("text"), namesOperator: try $0.get("names_operator"),
                namesContact: try $0.get("names_contact"))
        }
    }

    static func joined(_ values: Set<some RawRepresentable<String>>) -> String {
        values.map(\.rawValue).sorted().joined(separator: ",")
    }
}

/// Where a page of a list ended: `1604885400000~id` in an address.
struct Cursor: Sendable, Hashable {
    let at: Instant
    let id: String

    init(at: Instant, id: String) {
        self.at = at
        self.id = id
    }

    /// How `text` looks; nothing is the beginning of a list.
    static let pattern = "^([0-9]{1,18}~[!-~]{1,200})?$"

    init?(_ text: String?) {
        guard let halves = text?.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false),
            halves.count == 2, (1...18).contains(halves[0].utf8.count), (1...200).contains(halves[1].utf8.count),
            halves[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            halves[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let at = Int64(halves[0])
        else { return nil }
        self.init(at: Instant(milliseconds: at), id: String(halves[1]))
    }

    var text: String { "\(at.milliseconds)~\(id)" }
}

/// A line of an incident's story. `kind` is `reported`, a state's name, `shared`, `addressed` or `contact-read`.
struct IncidentEvent: Sendable, Hashable {
    let id: String
    let kind: String
    let at: Instant
    /// Who did it; nil in a line from before ids were kept.
    let person: ID<Person>?
    /// Who was given the report or named on it, or no longer is.
    let whom: ID<Person>?
    /// The name in a line from before ids were kept, until it is forgotten; empty in any other.
    var who = ""
    let note: String
}

extension Incident {
    init(_ row: Row) throws {
        var report = InitialReport()
        report.title = try row.get("title")
        report.kind = try row.get("kind")
        report.summary = try row.get("summary")
        report.operatorName = try row.get("operator")
        report.detectedAt = try row.get("detected_at")
        report.present = try row.get("present")
        report.detections = Set(
            try row.get("detections", as: String.self).split(separator: ",").compactMap {
                Detection(rawValue: String($0))
            })
        report.detectionNote = try row.get("detection_note")
        report.notified = Set(
            try row.get("notified", as: String.self).split(separator: ",").compactMap { Notified(rawValue: String($0)) }
        )
        report.isConfidential = try row.get("is_confidential")
        report.tlp = try row.get("tlp")
        report.recipients = try row.get("recipients")
        self.init(
            id: try row.get("id"), owner: try row.get("owner"), author: try row.get("author"),
            state: try row.get("state"),
            report: report, openedAt: try row.get("opened_at"), changedAt: try row.get("changed_at"))
    }
}

extension Contact {
    init(_ row: Row) throws {
        self.init(
            name: try row.get("name"), position: try row.get("position"), address: try row.get("address"),
            phone: try row.get("phone"), email: try row.get("email"))
    }
}
