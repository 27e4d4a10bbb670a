import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestKit
import Testing

@testable import Gateway

/// NIO's own HTTP/1 decoder is the judge: whatever we accept it accepts, with the same framing. (Not the other way
/// round: we refuse more.) The seed is fixed; `TRUC_FUZZ` asks for more cases.
@Suite("Framing against NIO's decoder")
struct FuzzTests {
    private static let cases = ProcessInfo.processInfo.environment["TRUC_FUZZ"].flatMap(Int.init) ?? 20_000

    struct Message: Equatable {
        var line: String
        var fields: [String]
        var body: [UInt8] = []
    }

    @Test("requests: tens of thousands of good, odd and spoilt ones")
    func requests() throws {
        try agree(seed: 2020, isRequest: true, FuzzTests.requests, FuzzTests.judgeRequests)
    }

    @Test("answers: the same")
    func answers() throws {
        try agree(seed: 47, isRequest: false, FuzzTests.answers, FuzzTests.judgeAnswers)
    }

    private func agree(
        seed: UInt64, isRequest: Bool, _ read: ([UInt8]) -> [Message], _ judge: ([UInt8]) -> [Message]
    ) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for number in 0..<FuzzTests.cases {
            var source = Source(random: random)
            let bytes = source.stream(isRequest: isRequest)
            random = source.random
            let ours = read(bytes)
            if ours.isEmpty { continue }
            accepted += 1
            try #require(
                Array(judge(bytes).prefix(ours.count)) == ours,
                "case \(number): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(accepted > FuzzTests.cases / 10)
    }

    /// What we take for whole messages.
    private static func requests(_ bytes: [UInt8]) -> [Message] {
        read(bytes) { bytes, head, searched in HeadReader.readRequest(bytes, &head, searched: &searched) }
    }

    /// Without interim answers, which NIO drops as the gateway does.
    private static func answers(_ bytes: [UInt8]) -> [Message] {
        read(bytes) { bytes, head, searched in
            HeadReader.readAnswer(bytes, &head, searched: &searched, toHead: false)
        }.filter { !$0.line.hasPrefix("1") }
    }

    private static func read(
        _ bytes: [UInt8], _ readHead: (UnsafeRawBufferPointer, inout Head, inout Int) -> Reading
    ) -> [Message] {
        var (messages, head) = ([Message](), Head())
        bytes.withUnsafeBytes { whole in
            var start = 0
            while start < whole.count {
                var searched = 0
                let rest = UnsafeRawBufferPointer(rebasing: whole[start...])
                guard readHead(rest, &head, &searched) == .done else { return }
                var message = Message(line: line(rest, head), fields: fields(rest, head))
                var reader = BodyReader(head.framing, limit: .max)
                var place = head.length
                body: while true {
                    switch reader.next(rest, &place) {
                    case .content(let range): message.body += rest[range]
                    case .end: break body
                    case .needsMore where reader.endsWithConnection: break body
                    case .needsMore, .refused: return
                    }
                }
                messages.append(message)
                if !head.keepsAlive { return }
                start += place
            }
        }
        return messages
    }

    private static func line(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> String {
        head.status == 0 ? "\(head.method.text(bytes)) \(head.target.text(bytes)) 1.\(head.minor)" : "\(head.status)"
    }

    private static func fields(_ bytes: UnsafeRawBufferPointer, _ head: Head) -> [String] {
        head.lines.map { "\(Place(Int($0.line.start), Int($0.nameEnd)).text(bytes)): \($0.value.text(bytes))" }
    }

    /// What NIO takes for whole messages.
    private static func judgeRequests(_ bytes: [UInt8]) -> [Message] {
        let channel = EmbeddedChannel(
            handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try? channel.writeInbound(ByteBuffer(bytes: bytes))
        var messages: [Message] = []
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                messages.append(
                    Message(
                        line: "\(head.method.rawValue) \(head.uri) 1.\(head.version.minor)",
                        fields: fields(head.headers)))
            case .body(let body): messages[messages.count - 1].body += Array(body.readableBytesView)
            case .end: break
            }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return messages
    }

    private static func judgeAnswers(_ bytes: [UInt8]) -> [Message] {
        let channel = EmbeddedChannel(handlers: [
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)),
        ])
        for _ in 0..<12 {
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
        }
        channel.flush()
        try? channel.writeInbound(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelInactive()
        var messages: [Message] = []
        while let part = try? channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head): messages.append(Message(line: "\(head.status.code)", fields: fields(head.headers)))
            case .body(let body): messages[messages.count - 1].body += Array(body.readableBytesView)
            case .end: break
            }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return messages
    }

    /// NIO leaves white space behind a value, which is no part of it (RFC 9110 §5.5).
    private static func fields(_ headers: HTTPHeaders) -> [String] {
        headers.map { "\($0.name): \($0.value.trimmingSuffix { $0 == " " || $0 == "\t" })" }
    }
}

/// Makes messages: mostly good ones, with the oddities of the smuggling literature among them, and then spoils some
/// bytes.
private struct Source {
    var random: SeededRandom

    mutating func stream(isRequest: Bool) -> [UInt8] {
        var text = ""
        for _ in 0..<Int.random(in: 1...3, using: &random) { text += isRequest ? request() : answer() }
        var bytes = Array(text.utf8)
        if chance(3) {
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty { spoil(&bytes) }
        }
        return bytes
    }

    private mutating func request() -> String {
        let method = pick(
            ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"], odd: ["get", "G\tT", "", "FOO", "CONNECT"])
        let target = pick(
            ["/", "/a/b", "/a?b=c", "/a/%C4%91", "http://h/a", "/a;b=c", "/?q[]=1"],
            odd: ["*", "a", "/a b", "/a#b", "//h/a", "http://x/", "/\u{111}", "/a%", "", "/\\"])
        let version = pick(["HTTP/1.1"], odd: ["HTTP/1.0", "HTTP/1.2", "http/1.1", "HTTP/1.1 ", "HTTP/11"])
        return "\(method) \(target) \(version)" + end() + fields(["Host: h"])
    }

    private mutating func answer() -> String {
        let status = pick(["200", "201", "404", "500", "204", "304"], odd: ["100", "99", "2000", "20", "600", "101"])
        let version = pick(["HTTP/1.1"], odd: ["HTTP/1.0", "HTTP/2.0", "ICY"])
        return "\(version) \(status)\(pick([" OK", " ", ""], odd: ["OK", " O\u{0}K", " \u{111}"]))" + end() + fields([])
    }

    private mutating func fields(_ first: [String]) -> String {
        var lines = first
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            lines.append(
                pick(
                    [
                        "A: b", "X-Long: \(String(repeating: "v", count: 40))", "Accept: */*", "E:", "V: \u{111}",
                        "T: a\tb  ",
                    ],
                    odd: [
                        "A : b", " A: b", "A", ": b", "A: b\u{1}", "A\u{0}: b", "Connection: close", "Connection: A",
                        "A:b\r",
                    ]))
        }
        var body = ""
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1:
            body = String(repeating: "x", count: Int.random(in: 0...20, using: &random))
            lines.append(
                "Content-Length: "
                    + pick(["\(body.utf8.count)"], odd: ["+3", "3, 3", "0x3", " 3 ", "", "03", "999999"]))
            if chance(20) { lines.append("Content-Length: 3") }
            if chance(20) { lines.append("Transfer-Encoding: chunked") }
        default:
            body = chunks()
            lines.append(
                pick(
                    ["Transfer-Encoding: chunked", "transfer-encoding: Chunked"],
                    odd: [
                        "Transfer-Encoding : chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: x",
                        "Transfer-Encoding:\u{B}chunked", "Transfer-Encoding: gzip, chunked",
                    ]))
            if chance(20) { lines.append("Content-Length: 4") }
        }
        lines.shuffle(using: &random)
        return lines.map { $0 + end() }.joined() + end() + body
    }

    private mutating func chunks() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let data = String(repeating: "d", count: Int.random(in: 1...20, using: &random))
            let size = String(data.utf8.count, radix: 16, uppercase: chance(2))
            text +=
                pick([size, "0" + size], odd: [size + ";a=b", size + " ", "0x" + size, " " + size]) + end() + data
                + end()
        }
        return text + pick(["0"], odd: ["00", "0;x", "-0"]) + end() + pick(["", "X-T: a\r\n"], odd: ["X\r\n"]) + end()
    }

    private mutating func end() -> String { pick(["\r\n"], odd: ["\n", "\r", "\r\r\n", " \r\n"]) }

    private mutating func spoil(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        default: bytes.insert(pick([0x0A, 0x0D, 0x20, 0x3A, 0x00, 0x2C], odd: [0x80, 0x09]), at: place)
        }
    }

    private mutating func chance(_ among: Int) -> Bool { Int.random(in: 0..<among, using: &random) == 0 }

    /// One of the good ones, seldom one of the odd ones.
    private mutating func pick<T>(_ good: [T], odd: [T]) -> T {
        let among = chance(40) && !odd.isEmpty ? odd : good
        return among[Int.random(in: 0..<among.count, using: &random)]
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var rest = self[...]
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return String(rest)
    }
}
