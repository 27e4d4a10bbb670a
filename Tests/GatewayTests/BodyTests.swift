import TestKit
import Testing

@testable import Gateway

@Suite("Bodies, found in the bytes as they come")
struct BodyTests {
    /// Reads a body in pieces of these sizes.
    static func read(
        _ framing: BodyFraming, _ bytes: [UInt8], limit: Int64 = .max, step: (Int) -> Int
    ) -> (content: [UInt8], last: BodyReader.Piece, used: Int) {
        var reader = BodyReader(framing, limit: limit)
        var (content, start) = ([UInt8](), 0)
        var last = BodyReader.Piece.needsMore
        while true {
            let end = min(bytes.count, start + max(1, step(start)))
            let piece = Array(bytes[start..<end])
            var place = 0
            loop: while true {
                last = piece.withUnsafeBytes { reader.next($0, &place) }
                switch last {
                case .content(let range): content += piece[range]
                default: break loop
                }
            }
            start += place
            if last != .needsMore || start >= bytes.count { return (content, last, start) }
        }
    }

    @Test("chunks come out the same however the bytes are cut")
    func chunks() {
        let bytes = Array("5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-Trailer: a\r\n\r\nGET".utf8)
        for step in 1...bytes.count {
            let (content, last, used) = BodyTests.read(.chunked, bytes) { _ in step }
            #expect(String(decoding: content, as: UTF8.self) == "hello world")
            #expect(last == .end && used == bytes.count - 3)
        }
    }

    static let refused: [(String, HeadFault)] = [
        ("5;a=b\r\nhello\r\n0\r\n\r\n", .chunkExtension),
        ("5;\nhello", .chunkExtension),
        ("5 \r\nhello", .badChunk), (" 5\r\nhello", .badChunk), ("\r\n5\r\n", .badChunk), ("5\nhello", .badChunk),
        ("0x5\r\nhello", .badChunk), ("-5\r\n", .badChunk), ("+5\r\n", .badChunk), ("g\r\n", .badChunk),
        ("5\r\nhelloX\r\n", .badChunk), ("5\r\nhello\n", .badChunk), ("5\r\nhello\rX", .badChunk),
        ("FFFFFFFFFFFFFFFF\r\n", .badChunk), ("0000000000000005\r\n", .badChunk), (";a\r\n", .badChunk),
        ("0\r\nX\r\n\r\n", .badTrailer), ("0\r\n X: y\r\n\r\n", .badTrailer), ("0\r\nX: y\n\r\n", .badTrailer),
        ("0\r\n\n", .badTrailer), ("0\r\nX: \u{0}\r\n", .badTrailer),
        ("0\r\nX: \(String(repeating: "a", count: 9000))", .badTrailer),
    ]

    @Test("malformed chunks are refused", arguments: refused)
    func malformed(text: String, fault: HeadFault) {
        #expect(BodyTests.read(.chunked, Array(text.utf8)) { _ in text.utf8.count }.last == .refused(fault))
        #expect(BodyTests.read(.chunked, Array(text.utf8)) { _ in 1 }.last == .refused(fault))
    }

    @Test("a body stops at its limit, whatever its framing")
    func limit() {
        let long = [UInt8](repeating: 0x61, count: 100)
        #expect(BodyTests.read(.length(100), long, limit: 99) { _ in 10 }.last == .refused(.bodyTooLong))
        #expect(BodyTests.read(.length(100), long, limit: 100) { _ in 10 }.last == .end)
        let chunked = Array("64\r\n".utf8) + long + Array("\r\n0\r\n\r\n".utf8)
        #expect(BodyTests.read(.chunked, chunked, limit: 99) { _ in 10 }.last == .refused(.bodyTooLong))
        #expect(BodyTests.read(.untilClose, long, limit: 99) { _ in 10 }.last == .refused(.bodyTooLong))
    }

    @Test("whatever lies behind the body is not touched")
    func end() {
        #expect(BodyTests.read(.length(3), Array("abcdef".utf8)) { _ in 6 }.used == 3)
        #expect(BodyTests.read(.none, Array("abc".utf8)) { _ in 3 }.used == 0)
    }
}
