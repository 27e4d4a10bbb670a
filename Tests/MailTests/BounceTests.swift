import TestKit
import Testing

@testable import Mail

@Suite("Reports that mail did not arrive")
struct BounceTests {
    /// As a server writes it (RFC 3464, appendix).
    static func report(id: String, to: String, action: String = "failed", status: String = "5.1.1") -> String {
        """
        From: MAILER-DAEMON@mail.example\r
        To: truc@namdinh.example\r
        Subject: Undelivered Mail\r
        Content-Type: multipart/report; report-type=delivery-status;\r
        \tboundary="b1/mail.example"\r
        \r
        This is a MIME-encapsulated message.\r
        \r
        --b1/mail.example\r
        Content-Type: text/plain; charset=us-ascii\r
        \r
        Your mail could not be delivered.\r
        \r
        --b1/mail.example\r
        Content-Type: message/delivery-status\r
        \r
        Reporting-MTA: dns; mail.example\r
        Arrival-Date: Mon, 9 Nov 2020 08:00:00 +0700\r
        \r
        Final-Recipient: rfc822; \(to)\r
        Action: \(action)\r
        Status: \(status)\r
        Diagnostic-Code: smtp; 550 5.1.1 no such user\r
        \r
        --b1/mail.example\r
        Content-Type: message/rfc822\r
        \r
        From: <truc@namdinh.example>\r
        To: <\(to)>\r
        Message-ID: <\(id)@namdinh.example>\r
        Subject: x\r
        \r
        body\r
        \r
        --b1/mail.example--\r

        """
    }

    @Test("says who, which mail and why")
    func reads() {
        let bounce = Bounce(Array(BounceTests.report(id: "7", to: "can.bo@namdinh.example").utf8))
        #expect(bounce?.recipient == "can.bo@namdinh.example")
        #expect(bounce?.messageID == "7@namdinh.example")
        #expect(bounce?.status == "5.1.1")
    }

    @Test("a delay, a success, an ordinary mail, half a report: none")
    func others() {
        #expect(
            Bounce(Array(BounceTests.report(id: "7", to: "a@b.example", action: "delayed", status: "4.4.1").utf8))
                == nil)
        #expect(
            Bounce(Array(BounceTests.report(id: "7", to: "a@b.example", action: "delivered", status: "2.0.0").utf8))
                == nil)
        #expect(Bounce(Array("Subject: hello\r\n\r\nhello\r\n".utf8)) == nil)
        #expect(Bounce([]) == nil)
        let whole = BounceTests.report(id: "7", to: "a@b.example")
        #expect(Bounce(Array(whole.prefix(whole.count / 2).utf8)) == nil)
    }

    @Test("mangled reports end, one way or the other")
    func fuzz() {
        var random = SeededRandom(seed: 5)
        let whole = Array(BounceTests.report(id: "7", to: "a@b.example").utf8)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = Bounce(bytes)
        }
    }
}
