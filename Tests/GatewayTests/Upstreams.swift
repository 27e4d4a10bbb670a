import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A service of a test: a bare socket that says exactly what it is told to say, and keeps what it heard.
final class TestUpstream: Sendable {
    /// What one request gets: these bytes, in these pieces; then perhaps the end of the connection.
    struct Reply: Sendable {
        var pieces: [String]
        var closes = false
        /// Nothing is said before it opens.
        var gate: Gate?
        /// So long after the pieces.
        var rest: (piece: String, afterMilliseconds: Int64)?

        static func say(_ text: String, closes: Bool = false) -> Reply { Reply(pieces: [text], closes: closes) }

        static func json(_ text: String, status: String = "200 OK") -> Reply {
            say(
                "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
            )
        }

        static let silence = Reply(pieces: [])
    }

    /// Holds answers back until the test has seen what it wants to see.
    final class Gate: Sendable {
        private let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)

        fileprivate var isOpen: EventLoopFuture<Void> { promise.futureResult }
        func open() { promise.succeed() }
    }

    typealias Script = @Sendable (String) -> Reply

    private let channel: any Channel
    let heard: Heard

    final class Heard: Sendable {
        fileprivate let requests = Mutex<[String]>([])
        fileprivate let bytes = Mutex(0)
        fileprivate let connections = Mutex(0)

        var all: [String] { requests.withLock { $0 } }
        var byteCount: Int { bytes.withLock { $0 } }
        var connectionCount: Int { connections.withLock { $0 } }
    }

    private init(_ channel: any Channel, _ heard: Heard) {
        self.channel = channel
        self.heard = heard
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    static func open(port: Int = 0, _ script: @escaping Script) async throws -> TestUpstream {
        let heard = Heard()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Talker(heard, script))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return TestUpstream(channel, heard)
    }

    func close() async throws { try await channel.close() }

    private final class Talker: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let heard: Heard
        private let script: Script
        private var text = ""

        init(_ heard: Heard, _ script: @escaping Script) {
            self.heard = heard
            self.script = script
        }

        func channelActive(context: ChannelHandlerContext) { heard.connections.withLock { $0 += 1 } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            heard.bytes.withLock { $0 += buffer.readableBytes }
            text += String(buffer: buffer)
            while let request = takeRequest() {
                heard.requests.withLock { $0.append(request) }
                answer(script(request), context)
            }
        }

        private func answer(_ reply: Reply, _ context: ChannelHandlerContext) {
            let channel = context.channel
            let isOpen = reply.gate?.isOpen ?? channel.eventLoop.makeSucceededVoidFuture()
            isOpen.hop(to: channel.eventLoop).whenSuccess {
                for piece in reply.pieces { channel.writeAndFlush(ByteBuffer(string: piece), promise: nil) }
                if reply.closes { channel.close(promise: nil) }
                guard let rest = reply.rest else { return }
                channel.eventLoop.scheduleTask(in: .milliseconds(rest.afterMilliseconds)) {
                    channel.writeAndFlush(ByteBuffer(string: rest.piece), promise: nil)
                }
            }
        }

        /// The tests' own requests are well formed, so this may be simple.
        private func takeRequest() -> String? {
            guard let end = text.range(of: "\r\n\r\n") else { return nil }
            let head = text[..<end.upperBound]
            var rest = end.upperBound
            if head.lowercased().contains("transfer-encoding: chunked") {
                guard let last = text.range(of: "0\r\n\r\n", range: rest..<text.endIndex) else { return nil }
                rest = last.upperBound
            } else if let field = head.lowercased().range(of: "content-length: ") {
                let length = Int(head.lowercased()[field.upperBound...].prefix { $0.isNumber }) ?? 0
                guard let stop = text.utf8.index(rest, offsetBy: length, limitedBy: text.endIndex) else { return nil }
                rest = stop
            }
            defer { text = String(text[rest...]) }
            return String(text[..<rest])
        }
    }
}

extension StringProtocol {
    fileprivate func range(of other: String, range: Range<Index>? = nil) -> Range<Index>? {
        self[(range?.lowerBound ?? startIndex)..<(range?.upperBound ?? endIndex)].firstRange(of: other)
    }
}
