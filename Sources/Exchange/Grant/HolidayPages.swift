import Database
import Identity
import StrictJSON
package import Vocabulary
import Web

/// The days that a year's decision makes free or worked: what deadlines in working days are counted by.
extension Exchange {
    func holidayDoors(_ site: Site) {
        site.form("/exchange/holidays", allow: .administerExchange, page: holidaysPage) { [self] page, fields in
            guard let day = try day(fields, "day") else { throw Problem.invalid(["day": .dayIsWrong]) }
            try await setHoliday(day, works: fields["works"] == "yes", name: fields["name"] ?? "", by: page.person)
            return .redirect("/exchange/holidays")
        }
        site.action("/exchange/holidays/{day}/remove", allow: .administerExchange) { [self] page, _ in
            guard let day = Day(try page.parameter("day")) else { throw Problem.notFound }
            try await removeHoliday(day, by: page.person)
            return .redirect("/exchange/holidays")
        }
    }

    package func setHoliday(_ day: Day, works: Bool, name: String, by author: Person?) async throws {
        guard (1...200).contains(name.count) else { throw Problem.invalid(["name": .nameIsMissing]) }
        let at = now()
        try await database.write { [self] tx in
            try HolidayStore.save(day, works: works, name: Folding.compose(name), in: tx)
            try record(
                "exchange.holiday-set", ["day": "\(day)", "works": .bool(works)], about: "\(day)", by: author, at: at,
                in: tx)
        }
    }

    package func removeHoliday(_ day: Day, by author: Person?) async throws {
        let at = now()
        try await database.write { [self] tx in
            guard try HolidayStore.delete(day, in: tx) else { throw Problem.notFound }
            try record("exchange.holiday-removed", ["day": "\(day)"], about: "\(day)", by: author, at: at, in: tx)
        }
    }

    private func holidaysPage(_ page: Page) async throws -> View {
        let all = try await database.read { try HolidayStore.all(in: $0) }
        let rows = all.map { holiday -> [HTML] in
            [
                HTML(holiday.day.forReading), HTML(holiday.name),
                statusTag(page[holiday.works ? .dayWorked : .dayFree], kind: holiday.works ? .working : .neutral),
                actionButton(
                    page, .removeDay, "/exchange/holidays/\(holiday.day.description)/remove",
                    about: holiday.day.forReading),
            ]
        }
        let fields: HTML = """
            \(textField(page, "day", .date, type: .date, maxLength: 10))\
            \(textField(page, "name", .holidayName, hint: .holidayNameHint, maxLength: 200))\
            \(radioTiles(page, "works", .state, [
                Choice("no", page[.dayFree]), Choice("yes", page[.dayWorked]),
            ], chosen: "no", columns: 2))\
            \(buttons(submit(page, .saveDay)))
            """
        return View(
            title: page[.holidays], back: "/exchange/grants",
            body: """
                <p>\(page[.holidaysLead])</p>
                \(if: !rows.isEmpty, table(
                    page, .holidays, headers: [.date, .holidayName, .state, .action], rows: rows,
                    isCaptionHidden: true))
                \(form(page, action: "/exchange/holidays", fields))
                """)
    }
}
