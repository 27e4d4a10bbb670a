package import Database
import Exchange
package import Identity
package import Vocabulary

/// How reports stand for decisions: the same columns for a list, the same words for one of them.
enum IncidentRights {
    /// Of `incidents_incident i`.
    static let columns = RecordColumns(
        id: { "i.id IN (\(list: RecordColumns.within("incidents/", $0)))" }, owner: "i.owner", label: "i.tlp",
        labels: TLP.allCases.map(\.rawValue), author: "i.author",
        recipients: {
            "i.id IN (SELECT r.incident FROM incidents_recipient r WHERE r.organisation IN (\(list: $0)))"
        },
        recipientLines: RecordColumns.Lines(
            source: "incidents_recipient r JOIN incidents_incident i ON i.id = r.incident",
            recipient: "r.organisation", label: "r.tlp", order: "r.opened_at DESC, r.incident DESC"),
        handlers: named(.handler), named: named(.named),
        kinds: { kinds in
            kinds.contains(Kind.personal)
                ? RecordColumns.yes : kinds.contains(Kind.draft) ? "i.state = 'draft'" : RecordColumns.no
        })

    /// Of `incidents_arrived a`: the origin owns it, and it was addressed to the organisation of the node.
    static let arrivedColumns = RecordColumns(
        id: { ids in
            let places = RecordColumns.within("incidents/arrived/", ids).compactMap { place -> SQL? in
                let halves = place.split(separator: "/", maxSplits: 1).map(String.init)
                return halves.count == 2 ? "(a.origin = \(halves[0]) AND a.id = \(halves[1]))" : nil
            }
            return places.dropFirst().reduce(places.first ?? RecordColumns.no) { "(\($0) OR \($1))" }
        }, owner: "a.origin", label: "a.tlp", labels: TLP.allCases.map(\.rawValue),
        recipients: { "a.recipient IN (\(list: $0))" },
        recipientLines: RecordColumns.Lines(
            source: "incidents_arrived a", recipient: "a.recipient", label: "a.tlp",
            order: "a.arrived_at DESC, a.id DESC"),
        kinds: { $0.contains(Kind.personal) ? "a.contact <> ''" : RecordColumns.no })

    enum Kind {
        /// Reporter and contact person stand in it.
        static let personal = "personal"
        static let draft = "draft"
    }

    private static func named(_ relation: IncidentPerson.Relation) -> RecordColumns.Having {
        { ids in
            """
            i.id IN (SELECT p.incident FROM incidents_person p
            WHERE p.person IN (\(list: ids)) AND p.relation = \(relation) AND p.until IS NULL)
            """
        }
    }
}

extension Incident {
    func resource(people: [IncidentPerson]) -> Resource {
        func with(_ relation: IncidentPerson.Relation) -> Set<ID<Person>> {
            Set(people.filter { $0.relation == relation }.map(\.person))
        }
        return Resource(
            "incidents/\(id)", owner: owner, label: report.tlp.rawValue, author: author, handlers: with(.handler),
            named: with(.named), recipients: report.recipients.named,
            kinds: state == .draft
                ? [IncidentRights.Kind.personal, IncidentRights.Kind.draft] : [IncidentRights.Kind.personal])
    }
}

extension ArrivedIncident {
    func resource(for recipient: ID<Organisation>) -> Resource {
        Resource(
            "incidents/arrived/\(origin)/\(id)", owner: origin, label: tlp.rawValue, recipients: [recipient],
            kinds: contact.isEmpty ? [] : [IncidentRights.Kind.personal])
    }
}

/// An incident that somebody may see, and what the decision obliges to.
struct Seen<Thing: Sendable>: Sendable {
    let it: Thing
    let resource: Resource
    let decision: Decision

    var isMasked: Bool { decision.obligations.contains(.mask) }
    var isMarked: Bool { decision.obligations.contains(.watermark) }
}

extension Incidents {
    /// One report, without its contacts. Throws `notFound` where the person may not see it, `forbidden` where they may
    /// not do this with it.
    func find(
        _ id: ID<Incident>, _ permission: Permission = .viewIncidents, by person: Person, in tx: any Transaction
    ) throws -> Seen<Incident> {
        let incident = try IncidentStore.find(id, in: tx)
        let resource = try resource(of: incident, in: tx)
        return Seen(
            it: incident, resource: resource,
            decision: try access.check(person, permission, on: resource, seenBy: .viewIncidents))
    }

    func findArrived(
        _ id: String, from origin: ID<Organisation>, by person: Person, in tx: any Transaction
    ) throws -> Seen<ArrivedIncident> {
        let (incident, recipient) = try ArrivedStore.find(id, from: origin, in: tx)
        let resource = incident.resource(for: recipient)
        let decision = try access.check(person, .viewIncidents, on: resource, seenBy: .viewIncidents)
        return Seen(it: incident, resource: resource, decision: decision)
    }

    /// How a report stands for decisions now.
    func resource(of incident: Incident, in tx: any Transaction) throws -> Resource {
        incident.resource(people: try IncidentPersonStore.people(of: incident.id, at: nil, in: tx))
    }

    func list(
        for person: Person, matching words: String?, before: Cursor?, limit: Int, in tx: any Transaction
    ) throws -> [Incident] {
        let rights = try access.rows(for: person, .viewIncidents, in: IncidentRights.columns)
        return try IncidentStore.list(rights, matching: words, before: before, limit: limit, in: tx)
    }

    func listArrived(
        for person: Person, matching words: String?, before: Cursor?, limit: Int, in tx: any Transaction
    ) throws -> [ArrivedIncident] {
        let rights = try access.rows(for: person, .viewIncidents, in: IncidentRights.arrivedColumns)
        return try ArrivedStore.list(rights, matching: words, before: before, limit: limit, in: tx)
    }

    /// How a report, ours or one that arrived, stood for decisions at a moment: whose it is, how it was labelled then,
    /// for whom, who dealt with it. Nil for drafts, and before it was.
    package func resource(_ id: String, at moment: Instant, in tx: any Transaction) throws -> Resource? {
        if id.hasPrefix("arrived/") {
            let parts = id.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3, let found = try? ArrivedStore.find(parts[2], from: ID(parts[1]), in: tx),
                found.0.arrivedAt <= moment
            else { return nil }
            return found.0.resource(for: found.1)
        }
        guard var incident = try IncidentStore.findAny(ID(id), in: tx) else { return nil }
        if let then = try IncidentStore.standing(of: incident.id, at: moment, in: tx) {
            (incident.state, incident.report.tlp, incident.report.recipients) = (then.state, then.tlp, then.recipients)
        } else if moment < incident.openedAt {
            return nil
        }
        guard incident.state != .draft else { return nil }
        return incident.resource(people: try IncidentPersonStore.people(of: incident.id, at: moment, in: tx))
    }

    /// What the ledger's facts about a report are about: the report, and what of it is shared under its own id.
    package func subjects(of id: String) -> [String] {
        if id.hasPrefix("arrived/") { return [id] + id.split(separator: "/").dropFirst(2).map(String.init) }
        return [id, "incident--\(id)"]
    }

    /// When a report of ours came to be, was labelled otherwise, or got or lost people, inside a time.
    package func changes(
        of id: String, from start: Instant, until end: Instant, in tx: any Transaction
    ) throws -> [Instant] {
        if id.hasPrefix("arrived/") {
            let parts = id.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3, let found = try? ArrivedStore.find(parts[2], from: ID(parts[1]), in: tx) else {
                return []
            }
            return [found.0.arrivedAt]
        }
        let incident = ID<Incident>(id)
        let opened = try IncidentStore.findAny(incident, in: tx).map { [$0.openedAt] } ?? []
        return try opened
            + tx.rows(
                """
                SELECT since AS moment FROM incidents_standing WHERE incident = \(incident)
                UNION SELECT since FROM incidents_person WHERE incident = \(incident)
                UNION SELECT until FROM incidents_person WHERE incident = \(incident) AND until IS NOT NULL
                """
            ).map { try $0.get("moment") }
    }
}
