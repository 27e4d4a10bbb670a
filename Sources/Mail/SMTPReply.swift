/// What a server answered: a code and its lines (RFC 5321 §4.2).
struct SMTPReply: Sendable, Hashable {
    let code: Int
    let lines: [String]

    var text: String { lines.joined(separator: " ") }
    var isGood: Bool { (200..<400).contains(code) }
}

/// Why a mail did not go. `isForGood` when trying again cannot help: the server said 5xx.
package struct MailRefused: Error, Sendable, Hashable, CustomStringConvertible {
    /// `smtp.550`, `smtp.tls`, `smtp.closed`: stable.
    package let code: String
    /// What the server said, shortened.
    package let reason: String
    package let isForGood: Bool
    /// Whether it was the address that was refused, not the server, the sender or the text.
    package let isOfAddress: Bool

    init(_ code: String, _ reason: String = "", isForGood: Bool = false, isOfAddress: Bool = false) {
        self.code = "smtp." + code
        self.reason = String(reason.filter { !$0.isNewline }.prefix(200))
        self.isForGood = isForGood
        self.isOfAddress = isOfAddress
    }

    init(_ reply: SMTPReply, isOfAddress: Bool = false) {
        self.init(
            String(reply.code), reply.text, isForGood: reply.code >= 500, isOfAddress: isOfAddress && reply.code >= 500)
    }

    package var description: String { reason.isEmpty ? code : "\(code): \(reason)" }
}

/// Collects lines to replies. Pure, so that hostile servers are tested without one.
struct SMTPReplyReader {
    static let lineBytesMax = 2048
    static let linesMax = 100

    private var line: [UInt8] = []
    private var code: Int?
    private var lines: [String] = []
    /// Bytes that belong to no whole reply yet.
    var isEmpty: Bool { line.isEmpty && lines.isEmpty }

    /// Replies that are whole now. Throws when the server says something else than SMTP, or too much of it.
    mutating func take(_ bytes: some Sequence<UInt8>) throws(MailRefused) -> [SMTPReply] {
        var replies: [SMTPReply] = []
        for byte in bytes {
            guard byte == 10 else {
                line.append(byte)
                guard line.count <= SMTPReplyReader.lineBytesMax else { throw MailRefused("malformed") }
                continue
            }
            if line.last == 13 { line.removeLast() }
            if let reply = try end() { replies.append(reply) }
        }
        return replies
    }

    private mutating func end() throws(MailRefused) -> SMTPReply? {
        defer { line = [] }
        let text = String(decoding: line, as: UTF8.self)
        guard let number = Int(text.prefix(3)), (200..<600).contains(number), text.prefix(3).count == 3,
            code == nil || code == number, lines.count < SMTPReplyReader.linesMax
        else { throw MailRefused("malformed") }
        let rest = text.dropFirst(3)
        guard rest.isEmpty || rest.first == " " || rest.first == "-" else { throw MailRefused("malformed") }
        lines.append(String(rest.dropFirst()))
        guard rest.first != "-" else {
            code = number
            return nil
        }
        defer {
            code = nil
            lines = []
        }
        return SMTPReply(code: number, lines: lines)
    }
}
