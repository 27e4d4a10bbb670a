import Database
import Exchange
import Identity
import StrictJSON
import Vocabulary
import Web

/// The doors for programs: the same report, the same rights.
extension Incidents {
    func programDoors(_ site: Site) {
        site.api(.get, "/incidents.json", allow: .viewIncidents, IncidentSchema.list, listForPrograms)
        site.api(
            .post, "/incidents.json", allow: .reportIncidents, IncidentSchema.create, bodyLimit: 128 << 10,
            createForPrograms)
    }

    private func listForPrograms(_ call: Call) async throws -> Response {
        guard let person = call.person else { throw Problem.unauthenticated }
        let (before, words) = (try call.request.place("before") { Cursor($0) }, call.request.query["q"])
        let (ours, theirs, unwritten) = try await database.read { tx in
            let ours = try list(for: person, matching: words, before: before, limit: Incidents.pageLength, in: tx)
            let theirs = try listArrived(
                for: person, matching: words, before: before, limit: Incidents.pageLength, in: tx)
            let shown = ours.map { $0.resource(people: []) } + theirs.map { $0.resource(for: organisation) }
            return (ours, theirs, try readings.unwritten(shown, by: person, in: tx))
        }
        try await readings.write(unwritten, by: person)
        let last = ours.count == Incidents.pageLength ? ours.last : nil
        return .json([
            "incidents": .array(ours.map(\.json)),
            "arrived": .array(theirs.map(\.json)),
            "next": .string(orNull: last.map { Cursor(at: $0.openedAt, id: $0.id.text).text }),
        ])
    }

    private func createForPrograms(_ call: Call) async throws -> Response {
        guard let person = call.person else { throw Problem.unauthenticated }
        let report = try read(call.request.body)
        let id = try await self.report(report, by: person)
        return .json(["id": .string(id.text)], status: 201).with("location", (Link("/incidents/\(id)")).text)
    }

    private func read(_ bytes: [UInt8]) throws -> InitialReport {
        do {
            return try InitialReport(try JSONDocument(bytes).root)
        } catch let error as JSONError {
            throw error.problem
        }
    }
}

extension InitialReport {
    /// A JSON object with the names of the form; what is missing is a fault of `faults`, what is no text is malformed.
    init(_ root: JSONValue) throws {
        var fields: Fields = [:]
        for (key, value) in root.members ?? [] {
            if let elements = value.elements {
                for element in elements { fields.add(key, element.string ?? "") }
            } else if let text = value.string {
                fields.add(key, text)
            }
        }
        try self.init(fields)
        detectedAt = root["detected"]?.string.flatMap { Instant(rfc3339: $0) } ?? detectedAt
    }
}

extension Incident {
    /// Without contacts: those are read one report at a time.
    var json: JSON {
        [
            "id": .string(id.text), "title": .string(report.title), "state": .string(state.rawValue),
            "kind": .string(orNull: report.kind?.rawValue), "summary": .string(report.summary),
            "operator": .string(report.operatorName), "detected": .string(orNull: report.detectedAt?.rfc3339),
            "confidential": .bool(report.isConfidential), "tlp": .string(report.tlp.rawValue),
            "recipients": .string(report.recipients.description), "opened": .string(openedAt.rfc3339),
            "changed": .string(changedAt.rfc3339),
        ]
    }
}

extension ArrivedIncident {
    var json: JSON {
        [
            "id": .string(id), "origin": .string(origin.text), "version": .string(version), "title": .string(title),
            "summary": .string(text), "kind": .string(orNull: kind?.rawValue),
            "state": .string(orNull: state?.rawValue),
            "tlp": .string(tlp.rawValue), "withdrawn": .bool(isWithdrawn), "arrived": .string(arrivedAt.rfc3339),
        ]
    }
}

enum IncidentSchema {
    static let list = APIDoc(
        Phrase(vi: "Danh sách sự cố của đơn vị và từ thành viên khác", en: "Our incidents and those of other members"),
        response: .object(["incidents": .array(ours), "arrived": .array(arrived), "next": .string.orNull]),
        query: [
            .init("q", Phrase(vi: "Từ cần tìm, có hoặc không dấu", en: "Words to search for, with or without accents")),
            .init(
                "before", Phrase(vi: "Giá trị “next” của trang trước", en: "“next” of the page before"),
                schema: Schema(json: ["type": "string", "pattern": .string(Cursor.pattern)])),
        ], tags: ["incidents"])

    static let create = APIDoc(
        Phrase(vi: "Gửi báo cáo ban đầu", en: "Send an initial report"), request: report,
        response: .object(["id": .string]), tags: ["incidents"], status: 201)

    private static let ours = Schema.object(
        [
            "id": .string, "title": .string, "state": .oneOf(Incident.State.allCases.map(\.rawValue)),
            "kind": kind.orNull,
            "summary": .string, "operator": .string, "detected": .dateTime.orNull, "confidential": .boolean, "tlp": tlp,
            "recipients": .string, "opened": .dateTime, "changed": .dateTime,
        ], optional: ["kind", "detected"])

    private static let arrived = Schema.object(
        [
            "id": .string, "origin": .string, "version": .string, "title": .string, "summary": .string,
            "kind": kind.orNull,
            "state": Schema.oneOf(Incident.State.allCases.map(\.rawValue)).orNull, "tlp": tlp, "withdrawn": .boolean,
            "arrived": .dateTime,
        ], optional: ["kind", "state"])

    private static let report = Schema.object(
        [
            "title": .string, "kind": kind, "summary": .string, "operator": .string, "detected": .dateTime,
            "present": .oneOf(PresentState.allCases.map(\.rawValue)),
            "detections": .array(.oneOf(Detection.allCases.map(\.rawValue))), "detection-note": .string,
            "notified": .array(.oneOf(Notified.allCases.map(\.rawValue))), "confidential": .oneOf(["yes", "no"]),
            "reporter-name": .string, "reporter-address": .string, "reporter-phone": .string, "reporter-email": .string,
            "contact-name": .string, "contact-position": .string, "contact-phone": .string, "contact-email": .string,
            "tlp": tlp, "to": .oneOf(["cluster", "network", "named", "nobody"]), "named": .array(.string),
        ], optional: ["detection-note", "confidential", "named"])

    private static let kind = Schema.oneOf(IncidentKind.allCases.map(\.rawValue))
    private static let tlp = Schema.oneOf(TLP.allCases.map(\.rawValue))
}
