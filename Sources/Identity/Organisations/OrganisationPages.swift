import Vocabulary
import Web

/// Organisations as of a day: `?on=2020-11-09`.
extension Identity {
    func organisationDoors(_ site: Site) {
        site.menu(.organisations, "/identity/organisations", allow: .signedIn)
        site.page("/identity/organisations", allow: .signedIn, organisationsPage)
    }

    private func organisationsPage(_ page: Page) async throws -> View {
        let day = try page.day("on") ?? Day(now())
        let register = try await organisations()
        let rows = register.existing(on: day).map { organisationRow(page, $0, register, on: day) }
        return View(
            title: page[.organisations],
            body: """
                \(searchForm(page, action: "/identity/organisations", dayFields(page, day)))
                \(table(page, .organisationsAsOf(day), headers: Identity.headers, rows: rows))
                """)
    }

    private static let headers: [Phrase] = [
        .organisation, .organisationCode, .parentBody, .existsFrom, .existsUntil, .successors,
    ]

    private func dayFields(_ page: Page, _ day: Day) -> HTML {
        """
        \(textField(page, "on", .asOfDay, type: .date, value: day.description))
        \(submit(page, .view, kind: .quiet))
        """
    }

    private func organisationRow(
        _ page: Page, _ record: OrganisationRecord, _ register: OrganisationRegister, on day: Day
    ) -> [HTML] {
        let codes = record.codes.filter { $0.holds(on: day) }.map(\.value)
        let successors = record.successors.map { id in
            page[register.name(of: id, on: register[id].map { max($0.validFrom, day) } ?? day)]
        }
        return [
            HTML(page[record.name(on: day)]), "\(each: codes, { "<code>\($0)</code> " })",
            HTML(record.parent(on: day).map { page[register.name(of: $0, on: day)] } ?? page[.none]),
            HTML(record.validFrom.forReading), HTML(record.validUntil?.forReading ?? page[.noEnd]),
            HTML(successors.isEmpty ? page[.none] : successors.joined(separator: ", ")),
        ]
    }
}

extension Phrase {
    static let organisations = Phrase(vi: "Cơ quan, tổ chức", en: "Organisations")
    static let organisationCode = Phrase(vi: "Mã định danh", en: "Identifier")
    static let parentBody = Phrase(vi: "Cơ quan chủ quản", en: "Parent body")
    static let existsFrom = Phrase(vi: "Từ ngày", en: "From")
    static let existsUntil = Phrase(vi: "Đến trước ngày", en: "Until (not including)")
    static let successors = Phrase(vi: "Cơ quan kế thừa", en: "Successors")
    static let asOfDay = Phrase(vi: "Tính đến ngày", en: "As of the day")
    static let view = Phrase(vi: "Xem", en: "View")

    static func organisationsAsOf(_ day: Day) -> Phrase {
        Phrase(vi: "Các cơ quan, tổ chức ngày \(day.forReading)", en: "Organisations on \(day.forReading)")
    }
}
