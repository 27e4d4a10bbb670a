import Testing
import Vocabulary

@Suite struct DayTests {
    @Test(
        "days that exist are read and written alike",
        arguments: ["0001-01-01", "1970-01-01", "2000-02-29", "2020-11-09", "9999-12-31"])
    func exist(text: String) throws {
        let day = try #require(Day(text))
        #expect(day.description == text)
        #expect(Day(daysSince1970: day.daysSince1970) == day)
    }

    @Test(
        "others are refused",
        arguments: [
            "", "2020-11-31", "2021-02-29", "1900-02-29", "2020-13-01", "2020-00-01", "2020-01-00", "0000-01-01",
            "2020-1-1",
            "2020/01/01", "20200101", "2020-01-01 ", "+020-01-01", "2020-01-0x", "２０２０-01-01", "2020-01-01-",
        ])
    func refused(text: String) {
        #expect(Day(text) == nil)
    }

    @Test(
        "leap years follow the Gregorian rule",
        arguments: zip([1900, 2000, 2020, 2021, 2100, 2400], [28, 29, 29, 28, 28, 29]))
    func leap(year: Int, last: Int) {
        #expect(Day(year: year, month: 2, day: last) != nil)
        #expect(Day(year: year, month: 2, day: last + 1) == nil)
    }

    @Test("every day from year 1 to 9999 follows the one before")
    func everyDay() throws {
        var day = try #require(Day("0001-01-01"))
        #expect(day.daysSince1970 == -719_162)
        for number in stride(from: day.daysSince1970 + 1, through: 2_932_896, by: 1) {
            let next = Day(daysSince1970: number)
            guard day < next, next.daysSince1970 == number, next.day == day.day + 1 || next.day == 1 else {
                Issue.record("after \(day) comes \(next)")
                return
            }
            day = next
        }
        #expect(day.description == "9999-12-31")
    }

    @Test("a day in Vietnam begins at 17:00 UTC, also before 1970")
    func vietnam() throws {
        for (text, day) in [
            ("2020-11-08T16:59:59.999Z", "2020-11-08"), ("2020-11-08T17:00:00Z", "2020-11-09"),
            ("1969-12-31T16:59:59.999Z", "1969-12-31"), ("1969-12-31T17:00:00Z", "1970-01-01"),
            ("1945-09-02T00:00:00Z", "1945-09-02"),
        ] {
            let instant = try #require(Instant(rfc3339: text))
            #expect(Day(instant).description == day)
        }
        #expect(Day("2020-11-09")?.start.rfc3339 == "2020-11-08T17:00:00.000Z")
    }
}

@Suite struct InstantTests {
    @Test(
        "RFC 3339 date-times are read",
        arguments: zip(
            [
                "1970-01-01T00:00:00Z", "2020-11-09T08:30:00+07:00", "2020-11-09T01:30:00.1Z",
                "2020-11-09T01:30:00.123456789Z",
                "1969-12-31T23:59:59.999Z", "2020-11-08T18:30:00-07:00", "1990-12-31T23:59:60Z", "2020-11-09t01:30:00z",
            ],
            [
                0, 1_604_885_400_000, 1_604_885_400_100, 1_604_885_400_123, -1, 1_604_885_400_000, 662_688_000_000,
                1_604_885_400_000,
            ] as [Int64]))
    func read(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "2020-11-09", "2020-11-09T01:30:00", "2020-11-09 01:30:00Z", "2020-11-09T24:00:00Z",
            "2020-11-09T01:60:00Z",
            "2020-11-09T01:30:61Z", "2020-11-09T01:30:00.Z", "2020-11-09T01:30:00+7:00", "2020-11-09T01:30:00+07:60",
            "2020-11-09T01:30:00+0700", "2020-11-09T01:30:00Z ", "2020-11-09T01:30Z", "2020-11-31T01:30:00Z",
            "2020-11-09T01:30:00+24:00", "2020-11-09T-1:30:00Z", "2020-11-09T01:30:00ZZ", "2020-11-09T01:30:00,5Z",
        ])
    func refused(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(
        "written in UTC with milliseconds, text sorts as time",
        arguments: [Int64.zero, -1, 1_604_885_400_123, 253_402_300_799_999])
    func written(milliseconds: Int64) {
        let instant = Instant(milliseconds: milliseconds)
        #expect(Instant(rfc3339: instant.rfc3339) == instant)
        #expect(
            instant.rfc3339 < Instant(milliseconds: milliseconds + 86_400_000).rfc3339
                || milliseconds > 253_402_000_000_000)
    }

    @Test("a person in Vietnam reads local time")
    func reading() {
        #expect(Instant(milliseconds: 1_604_885_400_000).forReading == "09/11/2020 08:30")
        #expect(Instant(milliseconds: -1).forReading == "01/01/1970 06:59")
    }

    @Test("seconds round down, also before 1970; sums are exact")
    func arithmetic() {
        #expect(Instant(milliseconds: -1).seconds == -1)
        #expect(Instant(milliseconds: 1999).seconds == 1)
        #expect(Instant(milliseconds: 5).adding(days: 1).milliseconds == 86_400_005)
        #expect(Instant(milliseconds: 5).adding(seconds: -1).milliseconds == -995)
    }
}

@Suite struct StrangeMomentTests {
    @Test("a moment that a stranger made up is spelled and added to without a trap", arguments: [Int64.min, .max])
    func extremes(milliseconds: Int64) {
        let instant = Instant(milliseconds: milliseconds)
        #expect(instant.rfc3339.hasSuffix("T00:00:00.000Z"))
        #expect(instant.forReading.hasSuffix("07:00"))
        let isLast = milliseconds == .max
        #expect(instant.adding(seconds: isLast ? 1 : -1) == instant)
        #expect(instant.adding(days: isLast ? .max : .min) == instant)
        #expect(Instant(milliseconds: 0).adding(seconds: milliseconds) == instant)
    }
}
