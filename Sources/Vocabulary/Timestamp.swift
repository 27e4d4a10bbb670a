/// RFC 3339 date-times, the spelling of STIX 2.1 §3.2, JSON APIs and logs.
extension Instant {
    /// `2020-11-09T01:30:00.000Z`: always UTC and milliseconds, so that text sorts as time.
    package var rfc3339: String {
        let dayMilliseconds: Int64 = 86_400_000
        let days = withinCalendar.floorDivided(by: dayMilliseconds)
        let rest = Int(withinCalendar - days * dayMilliseconds)
        let (h, m, s, ms) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000)
        return "\(Day(daysSince1970: days))T\(padded(h, 2)):\(padded(m, 2)):\(padded(s, 2)).\(padded(ms, 3))Z"
    }

    /// Reads any RFC 3339 date-time with `Z` or an offset (its letters in either case, §5.6).
    /// Digits beyond milliseconds are cut off.
    package init?(rfc3339 text: some StringProtocol) {
        let units = Array(text.utf8)
        guard units.count >= 20, units[10] | 0x20 == UInt8(ascii: "t"), units[13] == UInt8(ascii: ":"),
            units[16] == UInt8(ascii: ":"),
            let day = Day(String(decoding: units[..<10], as: UTF8.self)),
            let hour = number(units[11..<13]), let minute = number(units[14..<16]), let second = number(units[17..<19]),
            hour < 24, minute < 60, second < 61
        else { return nil }
        var rest = units[19...]
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { return nil }
            fraction = number((digits + Array("000".utf8)).prefix(3)) ?? 0
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Instant.offsetMinutes(rest) else { return nil }
        let minutes = Int64(hour * 60 + minute - offset)
        let time = minutes * 60_000 + Int64(second * 1000 + fraction)
        self.init(milliseconds: day.daysSince1970 * 86_400_000 + time)
    }

    private static func offsetMinutes(_ zone: ArraySlice<UInt8>) -> Int? {
        if zone.elementsEqual("Z".utf8) || zone.elementsEqual("z".utf8) { return 0 }
        let units = Array(zone)
        guard units.count == 6, units[3] == UInt8(ascii: ":"), let hours = number(units[1..<3]),
            let minutes = number(units[4..<6]),
            hours < 24, minutes < 60
        else { return nil }
        switch units[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }

    /// `2020-11-09T08:30` of a date-time field, in Vietnam's time (UTC+7).
    package init?(local text: String) {
        let text = text.count == 16 ? text + ":00" : text
        self.init(rfc3339: text + "+07:00")
    }

    package var local: String { String(adding(seconds: 7 * 3600).rfc3339.prefix(16)) }

    /// How a person in Vietnam reads it: `09/11/2020 08:30` (UTC+7, 24 hours), the same in both tongues.
    package var forReading: String {
        let day = Day(self)
        let minutes = Int((withinCalendar - day.start.milliseconds) / 60_000)
        let date = "\(padded(day.day, 2))/\(padded(day.month, 2))/\(padded(day.year, 4))"
        return "\(date) \(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }
}
