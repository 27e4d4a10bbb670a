import Database
package import Vocabulary

/// Which days count for deadlines in working days (ngày làm việc): Monday to Friday without holidays, and what each
/// year's decision changes.
package struct WorkingCalendar: Sendable, Hashable {
    /// Days that are otherwise than their weekday says: `true` is worked, `false` is free.
    package let exceptions: [Day: Bool]

    package init(_ exceptions: [Day: Bool] = [:]) {
        self.exceptions = exceptions
    }

    package func isWorked(_ day: Day) -> Bool {
        if let known = exceptions[day] { return known }
        // 1970-01-01 was a Thursday.
        let weekday = (day.daysSince1970 % 7 + 10) % 7
        return weekday < 5 && !WorkingCalendar.fixed.contains { $0 == (day.month, day.day) }
    }

    /// The holidays that fall on the same day each year (Labour Code 2019, Article 112). Tết, the Hùng Kings' day, the
    /// second day of the National Day and days worked in exchange are entered year by year.
    private static let fixed = [(1, 1), (4, 30), (5, 1), (9, 2)]

    /// The `count`-th working day after a day.
    package func day(_ count: Int, after day: Day) -> Day {
        var (left, found) = (count, day)
        while left > 0 {
            found = Day(daysSince1970: found.daysSince1970 + 1)
            if isWorked(found) { left -= 1 }
        }
        return found
    }

    /// The end of the `count`-th working day after the day of a moment: the last moment of a period of so many days
    /// (Civil Code 2015, Articles 147 and 148: the day itself does not count, the last one counts whole).
    package func end(of count: Int, after moment: Instant) -> Instant {
        day(count, after: Day(moment)).start.adding(days: 1)
    }

    /// How many working days lie between two days, the first not counted and the last counted.
    package func days(from first: Day, to last: Day) -> Int {
        guard first < last else { return 0 }
        return (first.daysSince1970 + 1...last.daysSince1970).count { isWorked(Day(daysSince1970: $0)) }
    }
}

enum HolidayStore {
    static func calendar(in tx: any Transaction) throws -> WorkingCalendar {
        WorkingCalendar(Dictionary(try all(in: tx).map { ($0.day, $0.works) }, uniquingKeysWith: { $1 }))
    }

    static func all(in tx: any Transaction) throws -> [(day: Day, works: Bool, name: String)] {
        try tx.rows("SELECT day, works, name FROM exchange_holiday ORDER BY day").map {
            (try $0.get("day"), try $0.get("works"), try $0.get("name"))
        }
    }

    static func save(_ day: Day, works: Bool, name: String, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_holiday (day, works, name) VALUES (\(day), \(works), \(name))
            ON CONFLICT (day) DO UPDATE SET works = excluded.works, name = excluded.name
            """)
    }

    static func delete(_ day: Day, in tx: any Transaction) throws -> Bool {
        try tx.execute("DELETE FROM exchange_holiday WHERE day = \(day)") == 1
    }
}
