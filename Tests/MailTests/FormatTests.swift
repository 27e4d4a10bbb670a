import Testing
import Vocabulary

@testable import Mail

@Suite("A mail on the wire")
struct FormatTests {
    static let now = Instant(milliseconds: 1_604_883_600_000)

    private func mail(
        subject: String = "Thiết bị mới / New device", name: String = "Cán bộ mẫu", text: String = "Xin chào"
    ) throws -> String {
        let from = try #require(MailAddress("truc@namdinh.example"))
        let to = try #require(MailAddress("can.bo@namdinh.example"))
        let format = MailFormat(
            from: from, fromName: "Trục", to: to, toName: name, subject: subject, text: text,
            messageID: "1@namdinh.example", date: FormatTests.now)
        return String(decoding: format.bytes, as: UTF8.self)
    }

    @Test("is ASCII in short lines, with every header once")
    func shape() throws {
        let text = try mail(
            subject: String(repeating: "Cảnh báo đăng nhập ", count: 20), name: String(repeating: "Nguyễn ", count: 14),
            text: String(repeating: "Đồng lúa chín vàng. ", count: 100))
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            #expect(line.count <= 78, "\(line)")
        }
        let head = text.prefix(upTo: try #require(text.firstRange(of: "\r\n\r\n")).lowerBound)
        let names = head.split(separator: "\r\n").filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(names.count == Set(names).count)
        #expect(text.contains("Date: Mon, 09 Nov 2020 08:00:00 +0700\r\n"))
    }

    @Test(
        "nothing in a name, a subject or a text becomes a header",
        arguments: [
            "x\r\nBcc: evil@evil.example", "x\nBcc: evil@evil.example", "x\rBcc: evil@evil.example",
            "\" <evil@evil.example>, \"", "=?utf-8?Q?=0D=0ABcc:_evil?=", "\u{2028}Bcc: evil@evil.example",
        ])
    func injection(hostile: String) throws {
        let text = try mail(subject: hostile, name: hostile)
        let head = text.prefix(upTo: try #require(text.firstRange(of: "\r\n\r\n")).lowerBound)
        #expect(!head.contains("Bcc") && !head.contains("evil@"))
        #expect(head.split(separator: "\n").allSatisfy { $0.hasSuffix("\r") || $0 == head.split(separator: "\n").last })
    }

    @Test("addresses: what may be mailed to, and what never goes near a command")
    func addresses() {
        for good in ["a@b.example", "can.bo+truc@namdinh.example", "nguyễn@ví-dụ.example", "o'hara@b.example"] {
            #expect(MailAddress(good)?.text == good)
        }
        for bad in [
            "", "a", "@b.example", "a@", "a@b", "a@b@c.example", "a b@c.example", "a@b.example>", "a@b.example\r\nDATA",
            "<a@b.example>", "\"a\"@b.example", "a@[127.0.0.1]", ".a@b.example", "a..b@c.example", "a@-b.example",
            "a@b.example ", "a@b.exam ple", "a\u{0}@b.example", String(repeating: "a", count: 65) + "@b.example",
        ] {
            #expect(MailAddress(bad) == nil, "\(bad)")
        }
    }

    @Test("a dot that begins a line is doubled, and only a dot alone ends the mail")
    func stuffing() {
        func stuffed(_ text: String) -> String { String(decoding: SMTPClient.stuffed(Array(text.utf8)), as: UTF8.self) }
        #expect(stuffed("a\r\n.\r\nb\r\n") == "a\r\n..\r\nb\r\n.\r\n")
        #expect(stuffed("..a\r\n") == "...a\r\n.\r\n")
        #expect(stuffed("a") == "a\r\n.\r\n")
        #expect(stuffed("") == ".\r\n")
    }

    @Test("quoted-printable: no space at an end, soft breaks, line ends as CRLF")
    func quotedPrintable() {
        func encoded(_ text: String) -> String { String(decoding: QuotedPrintable.encode(text), as: UTF8.self) }
        #expect(encoded("a \nb=") == "a=20\r\nb=3D\r\n")
        #expect(encoded("é") == "=C3=A9\r\n")
        #expect(encoded("a\rb") == "a=0Db\r\n")
        #expect(encoded(String(repeating: "a", count: 80)).hasPrefix(String(repeating: "a", count: 75) + "=\r\n"))
    }

    @Test("replies: one line, several lines, and what is none")
    func replies() throws {
        var reader = SMTPReplyReader()
        #expect(try reader.take(Array("250-a\r\n250".utf8)) == [])
        #expect(!reader.isEmpty)
        #expect(
            try reader.take(Array(" b\r\n220 c\r\n".utf8)) == [
                SMTPReply(code: 250, lines: ["a", "b"]), SMTPReply(code: 220, lines: ["c"]),
            ])
        for bad in ["HTTP/1.1 200 OK\r\n", "25\r\n", "250-a\r\n251 b\r\n", "999 a\r\n", "250xa\r\n"] {
            #expect(throws: MailRefused.self, "\(bad)") {
                var reader = SMTPReplyReader()
                _ = try reader.take(Array(bad.utf8))
            }
        }
        #expect(throws: MailRefused.self) {
            var reader = SMTPReplyReader()
            _ = try reader.take([UInt8](repeating: 97, count: 3000))
        }
        #expect(throws: MailRefused.self) {
            var reader = SMTPReplyReader()
            for _ in 0..<200 { _ = try reader.take(Array("250-a\r\n".utf8)) }
        }
    }
}
