import NIOEmbedded
import Testing

@testable import Gateway

@Suite("Sending what was written in one turn of a loop")
struct FlushesTests {
    /// A connection that says when it was told to send.
    private final class Connection: Flushing {
        private let name: Int
        private let sent: Sent
        var isFlushAwaited = false
        var then: () -> Void = {}

        init(_ name: Int, _ sent: Sent) { (self.name, self.sent) = (name, sent) }

        func flush() {
            sent.names.append(name)
            then()
        }
    }

    private final class Sent { var names: [Int] = [] }

    private let loop = EmbeddedEventLoop()
    private let sent = Sent()

    @Test("it goes at the end of the turn, in the order in which it was written, and once")
    func together() {
        let flushes = Flushes(loop: loop)
        for name in 1...3 {
            let connection = Connection(name, sent)
            for _ in 1...2 { flushes.add(connection) }
        }
        #expect(sent.names.isEmpty)
        loop.run()
        #expect(sent.names == [1, 2, 3])
        loop.run()
        #expect(sent.names == [1, 2, 3])
    }

    @Test("with the 64th it goes at once, and what comes behind goes at the end")
    func crowd() {
        let flushes = Flushes(loop: loop)
        let connections = (1...65).map { Connection($0, sent) }
        for connection in connections { flushes.add(connection) }
        #expect(sent.names == Array(1...64))
        loop.run()
        #expect(sent.names == Array(1...65))
        // Each of them may wait again, the one that was sent to at once among them.
        for connection in connections.prefix(64) { flushes.add(connection) }
        #expect(sent.names == Array(1...65) + Array(1...64))
    }

    @Test("what is written while others are sent is sent, too")
    func meanwhile() {
        let flushes = Flushes(loop: loop)
        let (first, second) = (Connection(1, sent), Connection(2, sent))
        first.then = { flushes.add(second) }
        flushes.add(first)
        loop.run()
        #expect(sent.names == [1, 2])
    }
}
