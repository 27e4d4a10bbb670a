import Vocabulary

/// A mail as it goes over the wire: RFC 5322 headers, words beyond ASCII as RFC 2047 has it, a quoted-printable body
/// (RFC 2045 §6.7). Every line is short ASCII, whatever the server can do; only an address in other letters stands in
/// UTF-8 (RFC 6532).
struct MailFormat {
    let from: MailAddress
    let fromName: String
    let to: MailAddress
    let toName: String
    let subject: String
    let text: String
    /// Without angle brackets.
    let messageID: String
    let date: Instant

    var bytes: [UInt8] {
        let headers = [
            "Date: \(MailFormat.date(date))",
            "From: \(MailFormat.mailbox(fromName, from))",
            "To: \(MailFormat.mailbox(toName, to))",
            "Message-ID: <\(messageID)>",
            "Subject: \(MailFormat.words(subject, after: 9))",
            // RFC 3834: nobody's holiday answers this.
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
        ]
        return Array((headers.joined(separator: "\r\n") + "\r\n\r\n").utf8) + QuotedPrintable.encode(text)
    }

    /// `Mon, 09 Nov 2020 08:00:00 +0700`.
    static func date(_ instant: Instant) -> String {
        let local = instant.adding(seconds: 7 * 3600)
        let day = Day(instant)
        let parts = day.description.split(separator: "-").compactMap { Int($0) }
        let seconds = ((local.seconds % 86_400) + 86_400) % 86_400
        let days = (local.seconds - seconds) / 86_400
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((days % 7) + 7) % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(two).joined(separator: ":")
        return "\(weekday), \(two(Int64(parts[2]))) \(months[parts[1] - 1]) \(parts[0]) \(clock) +0700"
    }

    private static func mailbox(_ name: String, _ address: MailAddress) -> String {
        name.isEmpty ? "<\(address)>" : "\(words(name, after: 6)) <\(address)>"
    }

    /// Encoded words of RFC 2047 §2, each at most 75 characters, a fold between two. Always encoded: then nothing in
    /// the text is a header's syntax, and no line end survives.
    static func words(_ text: String, after column: Int) -> String {
        var words: [String] = []
        var word: [UInt8] = []
        for character in text {
            let bytes = Array(String(character).utf8)
            if word.count + bytes.count > 42, !word.isEmpty {
                words.append("=?utf-8?B?\(Base64.encode(word))?=")
                word = []
            }
            word += bytes.count > 42 ? [UInt8(ascii: "?")] : bytes
        }
        words.append("=?utf-8?B?\(Base64.encode(word))?=")
        return words.joined(separator: "\r\n ")
    }
}

enum QuotedPrintable {
    /// Lines of at most 76 characters; a line end of the text becomes CRLF.
    static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var column = 0
            let units = Array(line.utf8)
            for (place, unit) in units.enumerated() {
                let isLast = place == units.count - 1
                let isPlain = (33...126).contains(unit) && unit != UInt8(ascii: "=") || unit == 32 && !isLast
                let piece = isPlain ? [unit] : Array("=\(Hex.encode([unit]).uppercased())".utf8)
                if column + piece.count > 75 {
                    output += Array("=\r\n".utf8)
                    column = 0
                }
                output += piece
                column += piece.count
            }
            output += [13, 10]
        }
        return output
    }
}
