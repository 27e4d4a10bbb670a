import Database
import Exchange
import Identity
import StrictJSON
import Vocabulary
package import Web

extension Threats {
    /// Hangs the doors of the room.
    package func doors(_ site: Site) {
        site.menu(.threats, "/threats", allow: .viewThreats)
        site.page("/threats", allow: .viewThreats) { page in try await listPage(page) }
        site.form(
            "/threats/new", allow: .addThreats, isKept: true, page: { try await newPage($0) },
            run: { try await runNew($0, $1) })
        site.form(
            "/threats/paste", allow: .addThreats, bodyLimit: 1 << 20, isKept: true,
            page: { try await pastePage($0) }, run: { try await runPaste($0, $1) })
        site.form(
            "/threats/import", allow: .importThreats, bodyLimit: Threats.fileLimitBytes + 64 << 10,
            page: { try await importPage($0) }, run: { try await runImportForm($0, $1) })
        site.page("/threats/import/{id}", allow: .importThreats) { page in try await progressPage(page) }
        site.events("/threats/import/{id}/events", allow: .importThreats) { page, after in
            let id = ID<ThreatImport>(try page.parameter("id"))
            let found = try await database.read { tx in try ImportStore(tx: tx).find(id, importRows(for: page.person)) }
            guard found != nil else { throw Problem.notFound }
            return progressEvents(id, after: after)
        }
        programDoors(site)
        site.page("/threats/{id}", allow: .viewThreats) { page in try await detailPage(page) }
        site.form(
            "/threats/{id}/share", allow: .shareThreats, page: { try await sharePage($0) },
            run: { try await runShare($0, $1) })
    }

    private func programDoors(_ site: Site) {
        site.api(.get, "/threats.json", allow: .viewThreats, .listThreats) { call in try await listJSON(call) }
        site.api(.get, "/threats/{id}/stix.json", allow: .viewThreats, .rawThreat) { call in try await rawJSON(call) }
        site.api(.post, "/threats.json", allow: .importThreats, .postThreats, bodyLimit: Threats.fileLimitBytes) {
            call in
            guard let person = call.person else { throw Problem.unauthenticated }
            guard !call.request.body.isEmpty else {
                throw Problem.malformed(code: "threats.nothing-sent", .nothingSent)
            }
            let id = try await importBytes(call.request.body, name: "POST /threats.json", as: person)
            return .json(["import": .string(id.text), "progress": .string("/threats/import/\(id)")], status: 202)
        }
    }

    private func listJSON(_ call: Call) async throws -> Response {
        let filter = try ThreatFilter(call.request)
        let person = call.person
        let (lines, fresh) = try await database.read { tx in
            let lines = try ThreatStore(tx: tx).list(filter, rows(for: person), limit: 101)
            return (lines, try unwritten(Array(lines.prefix(100)), for: person, in: tx))
        }
        if let person { try await readings.write(fresh, by: person) }
        let next =
            lines.count > 100
            ? filter.link(before: lines[99].key).text.replacing("/threats?", with: "/threats.json?") : nil
        return .json(["items": .array(lines.prefix(100).map(\.json)), "next": .string(orNull: next)])
    }

    /// The bytes that the origin signed, of the latest version or the one that `key` names.
    private func rawJSON(_ call: Call) async throws -> Response {
        let (id, key, person) = (try call.parameter("id"), call.request.query["key"], call.person)
        let origin = chosenOrigin(call.request.query)
        let (bytes, fresh) = try await database.read { tx in
            let store = ThreatStore(tx: tx)
            let versions = try versions(of: id, first: origin, for: person, in: store)
            guard let line = key == nil ? versions.first : versions.first(where: { $0.key == key }) else {
                throw Problem.notFound
            }
            return (try store.bytes(of: line.key), try unwritten([line], for: person, in: tx))
        }
        if let person { try await readings.write(fresh, by: person) }
        return .bytes(bytes, type: StixObject.mediaType)
    }
}

extension ThreatLine {
    var json: JSON {
        [
            "id": .string(id), "version": .string(version), "type": .string(type), "name": .string(name),
            "value": .string(value),
            "label": .string(label.rawValue), "origin": .string(origin.text), "signature": .string(signature.rawValue),
            "revoked": .bool(isRevoked), "storedAt": .string(storedAt.rfc3339),
            "sharedAt": .string(orNull: sharedAt?.rfc3339), "validUntil": .string(orNull: validUntil?.rfc3339),
        ]
    }
}

extension APIDoc {
    static let listThreats = APIDoc(
        Phrase(vi: "Danh sách mối đe dọa", en: "List threats"),
        response: .object(["items": .array(.any), "next": .string.orNull]),
        query: [
            Parameter("q", Phrase(vi: "Từ cần tìm", en: "Words to find")),
            Parameter("type", Phrase(vi: "Loại STIX", en: "STIX type")),
            Parameter(
                "label", Phrase(vi: "Nhãn TLP", en: "TLP label"), schema: .oneOf(TLP.allCases.map(\.rawValue))),
            Parameter("origin", Phrase(vi: "Mã đơn vị nguồn", en: "Code of the origin")),
            Parameter("before", Phrase(vi: "Trang tiếp theo", en: "The next page")),
        ], tags: ["threats"])
    static let rawThreat = APIDoc(
        Phrase(vi: "Đối tượng STIX nguyên văn", en: "A STIX object, byte for byte"),
        response: .bytes(Threats.mediaType),
        query: [Parameter("key", Phrase(vi: "Phiên bản", en: "Which version"))], tags: ["threats"])
    static let postThreats = APIDoc(
        Phrase(vi: "Nhập một gói STIX 2.1", en: "Import a STIX 2.1 bundle"),
        request: .bytes("application/stix+json;version=2.1"),
        response: .object(["import": .string, "progress": .string]), tags: ["threats"], status: 202)
}

extension Phrase {
    fileprivate static let nothingSent = Phrase(
        vi: "Chưa gửi nội dung nào: hãy gửi một gói STIX 2.1.", en: "Nothing was sent: send a STIX 2.1 bundle.")
}
