import Synchronization
import Vocabulary

extension Instant {
    /// RFC 9110 §5.6.7 IMF-fixdate: `Mon, 09 Nov 2020 01:30:00 GMT`.
    var httpDate: String {
        let text = rfc3339
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let number = Int(seconds >= 0 ? seconds / 86_400 : 0)
        let parts = text.prefix(10).split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), (1...12).contains(month) else {
            return "Thu, 01 Jan 1970 00:00:00 GMT"
        }
        let time = text.dropFirst(11).prefix(8)
        return "\(days[number % 7]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(time) GMT"
    }
}

/// The date of answers, spelt once a second.
final class HTTPDates: Sendable {
    private let last = Mutex<(second: Int64, text: String)>((.min, ""))

    func text(of now: Instant) -> String {
        let second = now.seconds
        return last.withLock { last in
            if last.second != second { last = (second, now.httpDate) }
            return last.text
        }
    }
}
