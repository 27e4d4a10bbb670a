import StrictJSON
import Vocabulary
import Web

/// Administrative units by edition: what held on a day says the last edition that had begun by then.
struct UnitBook: Sendable {
    struct Unit: Sendable, Hashable {
        let code: String
        let name: String
        let parent: String
    }

    struct Edition: Sendable {
        /// When it was published, and from which day it holds.
        let published: String
        let from: Day
        let units: [Unit]
        let byCode: [String: Unit]

        func level(of unit: Unit) -> String {
            if unit.parent.isEmpty { return "province" }
            return unit.code.utf8.count == 3 ? "district" : "commune"
        }
    }

    /// The newest first.
    let editions: [Edition]

    init(folder: String) throws {
        editions = try ["units-2026-04-30.json", "units-2025-03-01.json"].map { name in
            try UnitBook.edition(try Example.read("\(folder)/\(name)"))
        }
    }

    private static func edition(_ bytes: [UInt8]) throws -> Edition {
        let json = try JSONDocument(bytes).root
        let units = try json.requireElements("units").map { row in
            let cells = try row.requireElements()
            guard cells.count == 3 else { throw row.error("json.type") }
            return Unit(
                code: try cells[0].requireString(), name: try cells[1].requireString(),
                parent: try cells[2].requireString())
        }
        guard let from = Day(try json.requireString("from")) else { throw json.error("json.type") }
        return Edition(
            published: try json.requireString("edition"), from: from, units: units,
            byCode: Dictionary(units.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    func edition(on day: Day) -> Edition? { editions.first { $0.from <= day } }

    func doors(_ site: Site) {
        let asOf = APIDoc.Parameter("asOf", Phrase(vi: "Ngày", en: "The day"), isRequired: true)
        site.api(
            .get, "/units", allow: .everyone,
            APIDoc(
                Phrase(vi: "Các đơn vị hành chính vào một ngày", en: "Units on a day"), response: .any,
                query: [asOf, .init("parent", Phrase(vi: "Mã đơn vị bên trên", en: "Code of the unit above"))])
        ) { call in
            let (edition, day) = try wanted(call)
            let parent = call.request.query["parent"] ?? ""
            return .json([
                "asOf": .string(day.description), "edition": .string(edition.published),
                "units": .array(edition.units.filter { $0.parent == parent }.map { json($0, edition) }),
            ])
        }
        site.api(
            .get, "/units/{code}", allow: .everyone,
            APIDoc(Phrase(vi: "Một đơn vị hành chính", en: "One unit"), response: .any, query: [asOf])
        ) { call in
            let (edition, _) = try wanted(call)
            guard let unit = edition.byCode[try call.parameter("code")] else { throw Problem.notFound }
            return .json(json(unit, edition))
        }
    }

    private func wanted(_ call: Call) throws -> (Edition, Day) {
        guard let day = call.request.query["asOf"].flatMap({ Day($0) }) else {
            throw Problem.invalid([
                "asOf": Phrase(vi: "Nhập ngày, như 2025-07-01", en: "Enter a day, like 2025-07-01")
            ])
        }
        guard let edition = edition(on: day) else { throw Problem.notFound }
        return (edition, day)
    }

    private func json(_ unit: Unit, _ edition: Edition) -> JSON {
        var json: JSON = [
            "code": .string(unit.code), "name": .string(unit.name), "level": .string(edition.level(of: unit)),
        ]
        if !unit.parent.isEmpty { json["parent"] = .string(unit.parent) }
        return json
    }
}
