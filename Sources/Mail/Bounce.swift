/// A report that mail did not arrive (RFC 3464, in RFC 6522), as far as it says who and why.
package struct Bounce: Sendable, Hashable {
    /// Of the mail that did not arrive, without angle brackets.
    package let messageID: String
    package let recipient: String
    /// `5.1.1` (RFC 3463).
    package let status: String

    static let bytesMax = 1 << 20

    /// Nil when it is no report, or of something else than a failure for good.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Bounce.bytesMax else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        let mail = MIMEPart(text[...])
        let type = mail.headers["content-type"] ?? ""
        guard type.lowercased().hasPrefix("multipart/report"), let boundary = MIMEPart.parameter("boundary", of: type)
        else { return nil }
        let parts = mail.parts(boundary)
        func part(_ types: String...) -> MIMEPart? {
            parts.first { part in
                let type = (part.headers["content-type"] ?? "").lowercased()
                return types.contains { type.hasPrefix($0) }
            }
        }
        guard let report = part("message/delivery-status", "message/global-delivery-status"),
            let returned = part("message/rfc822", "text/rfc822-headers", "message/global"),
            let id = MIMEPart(returned.body).headers["message-id"]
        else { return nil }
        let failed = report.body.split(separator: "\n\n").map { MIMEPart($0 + "\n\n").headers }.first { fields in
            fields["action"]?.lowercased() == "failed" && (fields["status"] ?? "").hasPrefix("5.")
        }
        guard let failed, let recipient = failed["original-recipient"] ?? failed["final-recipient"] else { return nil }
        messageID = id.filter { !"<> ".contains($0) }
        self.recipient = recipient.split(separator: ";", maxSplits: 1).last.map { $0.filter { $0 != " " } } ?? ""
        status = String((failed["status"] ?? "").prefix(12))
    }
}

/// Headers and what follows them.
private struct MIMEPart {
    let headers: [String: String]
    let body: Substring

    init(_ text: Substring) {
        let end = text.firstRange(of: "\n\n")
        body = end.map { text[$0.upperBound...] } ?? ""
        var headers: [String: String] = [:]
        var name = ""
        for line in text[..<(end?.lowerBound ?? text.endIndex)].split(separator: "\n").prefix(200) {
            if let first = line.first, first == " " || first == "\t" {
                headers[name]? += " " + line.drop { $0 == " " || $0 == "\t" }
            } else if let colon = line.firstIndex(of: ":") {
                name = line[..<colon].lowercased()
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                if headers[name] == nil { headers[name] = String(value) }
            }
        }
        self.headers = headers
    }

    func parts(_ boundary: String) -> [MIMEPart] {
        let pieces = ("\n" + body).split(separator: "\n--\(boundary)", maxSplits: 20)
        return pieces.dropFirst().map { MIMEPart($0.drop { $0 == "\n" || $0 == " " }) }
    }

    static func parameter(_ name: String, of header: String) -> String? {
        for piece in header.split(separator: ";").dropFirst() {
            let halves = piece.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\"" } }
            if halves.count == 2, halves[0].lowercased() == name, !halves[1].isEmpty { return halves[1] }
        }
        return nil
    }
}
