import Testing

@testable import Gateway

@Suite("Heads, read in place")
struct HeadTests {
    static func read(_ text: String) -> (Reading, Head) {
        var head = Head()
        var searched = 0
        let bytes = Array(text.utf8)
        let reading = bytes.withUnsafeBytes { HeadReader.readRequest($0, &head, searched: &searched) }
        return (reading, head)
    }

    static func readAnswer(_ text: String, toHead: Bool = false) -> (Reading, Head) {
        var head = Head()
        var searched = 0
        let bytes = Array(text.utf8)
        let reading = bytes.withUnsafeBytes {
            HeadReader.readAnswer($0, &head, searched: &searched, toHead: toHead)
        }
        return (reading, head)
    }

    @Test("a plain request is read with all its places")
    func plain() {
        let text = "GET /a/b?c=d HTTP/1.1\r\nHost: x.example\r\nX-Api-Key:  k \r\nContent-Length: 5\r\n\r\nhello"
        let (reading, head) = HeadTests.read(text)
        #expect(reading == .done)
        Array(text.utf8).withUnsafeBytes { bytes in
            #expect(head.method.text(bytes) == "GET")
            #expect(head.path.text(bytes) == "/a/b")
            #expect(head.query?.text(bytes) == "c=d")
            #expect(head.value(.apiKey)?.text(bytes) == "k")
        }
        #expect(head.framing == .length(5))
        #expect(head.keepsAlive)
        #expect(head.length == text.utf8.count - 5)
    }

    /// The requests of the smuggling literature: each can be read in two ways, and is refused.
    static let refused: [(String, HeadFault)] = [
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthAndChunked),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", .lengthAndChunked),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 5\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", .badContentLength),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .badTransferEncoding),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", .badTransferEncoding),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", .badTransferEncoding),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", .badTransferEncoding),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .badTransferEncoding
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
            .badTransferEncoding
        ),
        ("GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", .badTransferEncoding),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked \r\n\r\n", .badTransferEncoding),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\t\r\n\r\n", .badTransferEncoding),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", .methodNotForGateway),
        ("FOO / HTTP/1.1\r\nHost: a\r\n\r\n", .methodNotForGateway),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", .badHeaderName),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\n\r\n", .badHeaderName),
        ("GET / HTTP/1.1\r\nHost: a\r\nX-Road_Client: VN/GOV/H42/x\r\n\r\n", .badHeaderName),
        ("GET / HTTP/1.1\r\nHost: a\r\n Transfer-Encoding: chunked\r\n\r\n", .foldedHeader),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n", .foldedHeader),
        ("GET / HTTP/1.1\r\n X: b\r\nHost: a\r\n\r\n", .foldedHeader),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n", .badHeaderValue),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n", .badHeaderValue),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\u{0}c\r\n\r\n", .badHeaderValue),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\u{7F}\r\n\r\n", .badHeaderValue),
        ("GET / HTTP/1.1\nHost: a\n\n", .badRequestLine),
        ("GET / HTTP/1.1\r\nHost: a\r\nX b\r\n\r\n", .badHeaderName),
        ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", .badHeaderName),
        ("GET / HTTP/1.1\r\nHost: a\r\nX@Y: b\r\n\r\n", .badHeaderName),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .badRequestLine),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", .badVersion),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .badVersion),
        ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", .badVersion),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .badVersion),
        ("GET / HTTP/1.1\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .badHost),
        ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", .hostMismatch),
        ("GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n", .badTarget),
        ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET /<a> HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", .badRequestLine),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", .methodNotForGateway),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Content-Length\r\nContent-Length: 3\r\n\r\n", .badConnection),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Road-Client\r\n\r\n", .badConnection),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: a b\r\n\r\n", .badConnection),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: nothing\r\n\r\n", .badExpect),
        ("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", .duplicateHeader),
        ("GET / HTTP/1.1\r\nHost: a\r\nX-Api-Key: a\r\nX-Api-Key: b\r\n\r\n", .duplicateHeader),
        ("\u{16}\u{3}\u{1}", .badRequestLine),
    ]

    @Test("what can be read in two ways is refused", arguments: refused)
    func refusedHeads(text: String, fault: HeadFault) {
        #expect(HeadTests.read(text).0 == .refused(fault))
    }

    @Test("a head has limits, and says which was passed")
    func limits() {
        let long = String(repeating: "a", count: Head.lengthLimit)
        #expect(HeadTests.read("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)").0 == .refused(.headTooLong))
        #expect(HeadTests.read("GET /\(long.prefix(9000)) HTTP/1.1\r\nHost: a\r\n\r\n").0 == .refused(.targetTooLong))
        let many = String(repeating: "X: a\r\n", count: Head.linesLimit)
        #expect(HeadTests.read("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n").0 == .refused(.tooManyHeaders))
    }

    @Test("every beginning of a good head wants more")
    func prefixes() {
        let whole = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        for length in 0..<whole.utf8.count {
            #expect(HeadTests.read(String(decoding: whole.utf8.prefix(length), as: UTF8.self)).0 == .needsMore)
        }
        #expect(HeadTests.read(whole).0 == .done)
    }

    @Test("lines that are for the connection alone are marked")
    func connectionLines() {
        let (reading, head) = HeadTests.read(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Hop: 1\r\nConnection: close, x-hop\r\nX-End: 2\r\n\r\n")
        #expect(reading == .done && !head.keepsAlive)
        #expect(head.lines.map(\.isForConnection) == [false, true, false, false])
    }

    static let refusedAnswers: [(String, HeadFault)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthAndChunked),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .badContentLength),
        ("HTTP/1.1 200 OK\nContent-Length: 1\n\n", .badStatusLine),
        ("HTTP/1.1 20 OK\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 999 OK\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 200 O\u{1}K\r\n\r\n", .badStatusLine),
        ("HTTP/3.0 200 OK\r\n\r\n", .badVersion),
        ("ICY 200 OK\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", .unexpectedAnswer),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", .unexpectedAnswer),
        ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", .unexpectedAnswer),
        ("HTTP/1.1 200 OK\r\nX : y\r\n\r\n", .badHeaderName),
        ("HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", .foldedHeader),
        ("HTTP/1.1 200 OK\r\nX: y\rSet-Cookie: z\r\n\r\n", .badHeaderValue),
    ]

    @Test("answers are read as strictly", arguments: refusedAnswers)
    func answers(text: String, fault: HeadFault) {
        #expect(HeadTests.readAnswer(text).0 == .refused(fault))
    }

    @Test("the body of an answer ends where RFC 9112 §6.3 says")
    func answerBodies() {
        #expect(HeadTests.readAnswer("HTTP/1.1 200 OK\r\n\r\n").1.framing == .untilClose)
        #expect(HeadTests.readAnswer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n").1.framing == .length(7))
        #expect(HeadTests.readAnswer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", toHead: true).1.framing == .none)
        #expect(HeadTests.readAnswer("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n").1.framing == .none)
        #expect(HeadTests.readAnswer("HTTP/1.1 204 No Content\r\n\r\n").1.framing == .none)
    }
}
