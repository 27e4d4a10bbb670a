import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Vocabulary
import Web

/// Runs a server for the length of a test and stops it.
func withServer(
    _ site: Site, tls: TLSIdentity? = nil, limits: ServerLimits = ServerLimits(), socket: String? = nil,
    trustedProxies: TrustedProxies = .none,
    _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let address: ServerAddress = socket.map { .unixSocket(path: $0) } ?? .host("127.0.0.1", port: 0)
    let server = Server(
        site: site, address: address, tls: tls, limits: limits, trustedProxies: trustedProxies, logger: logger)
    let running = Task {
        defer { found.finish() }
        try await server.run { found.yield($0) }
    }
    var iterator = ports.makeAsyncIterator()
    guard let port = await iterator.next() else { return try await running.value }
    do {
        try await body(port)
    } catch {
        running.cancel()
        try? await running.value
        throw error
    }
    running.cancel()
    try await running.value
}

/// A bare socket, for what no client would send.
struct Wire {
    let channel: any Channel
    let heard: Heard

    final class Heard: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let bytes = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let part = Array(unwrapInboundIn(data).readableBytesView)
            bytes.withLock { $0 += part }
        }
    }

    static func open(_ port: Int) async throws -> Wire {
        let heard = Heard()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(heard) }
            .connect(host: "127.0.0.1", port: port).get()
        return Wire(channel: channel, heard: heard)
    }

    /// Open and certainly let in: a first call was answered.
    static func openAnswered(_ port: Int) async throws -> Wire {
        let wire = try await open(port)
        try await wire.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        while wire.heard.bytes.withLock({ $0.isEmpty }) {
            guard wire.channel.isActive else { throw ChannelError.eof }
            await Task.yield()
        }
        return wire
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// All that came until the other end hung up.
    func untilClosed() async throws -> String {
        try await channel.closeFuture.get()
        return heard.bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }
}
