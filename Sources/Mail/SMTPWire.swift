import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection to a server: one command out, one reply in. Closed when its time is over.
final class SMTPWire: Sendable {
    private let channel: any Channel
    private let desk: SMTPDesk

    private init(_ channel: any Channel, _ desk: SMTPDesk) {
        self.channel = channel
        self.desk = desk
    }

    /// Connects, with TLS at once when `tls` is given.
    static func open(_ settings: MailSettings, tls: NIOSSLContext?) async throws -> SMTPWire {
        let desk = SMTPDesk()
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(min(15, settings.deadlineSeconds)))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(
                                try NIOSSLClientHandler(context: tls, serverHostname: SMTPWire.serverName(settings)))
                        }
                        try channel.pipeline.syncOperations.addHandler(SMTPHandler(desk: desk))
                    }
                }
                .connect(host: settings.host, port: settings.port).get()
            channel.eventLoop.scheduleTask(in: .seconds(settings.deadlineSeconds)) {
                desk.fail(MailRefused("deadline"))
                channel.close(promise: nil)
            }
            return SMTPWire(channel, desk)
        } catch {
            throw MailRefused("unreachable", "\(error)")
        }
    }

    /// An address has no name to show; its certificate is checked against the address itself.
    private static func serverName(_ settings: MailSettings) -> String? {
        (try? SocketAddress(ipAddress: settings.host, port: 0)) == nil ? settings.host : nil
    }

    /// From here on everything is under TLS. Whatever the server said before its time is from somebody in between
    /// (CVE-2011-0411) and ends the connection.
    func secure(_ settings: MailSettings, _ tls: NIOSSLContext) async throws {
        guard desk.isQuiet else { throw MailRefused("tls", "something was said before TLS began") }
        do {
            try await channel.eventLoop.submit { [channel] in
                try channel.pipeline.syncOperations.addHandler(
                    try NIOSSLClientHandler(context: tls, serverHostname: SMTPWire.serverName(settings)),
                    position: .first)
            }.get()
        } catch {
            throw MailRefused("tls", "\(error)")
        }
    }

    func say(_ line: String) async throws -> SMTPReply {
        try await send(Array((line + "\r\n").utf8))
    }

    func send(_ bytes: [UInt8]) async throws -> SMTPReply {
        guard desk.isQuiet else { throw MailRefused("malformed", "a reply to nothing") }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        return try await reply()
    }

    func reply() async throws -> SMTPReply {
        try await desk.next(on: channel.eventLoop)
    }

    func close() {
        channel.close(promise: nil)
    }
}

/// Where replies lie until somebody asks, and where somebody waits until one comes.
final class SMTPDesk: Sendable {
    private struct State {
        var replies: [SMTPReply] = []
        var waiting: EventLoopPromise<SMTPReply>?
        var end: MailRefused?
        var isWhole = true
    }

    private let state = Mutex(State())

    /// Nothing lies here, not even half a reply.
    var isQuiet: Bool { state.withLock { $0.replies.isEmpty && $0.isWhole } }

    func put(_ replies: [SMTPReply], isWhole: Bool) {
        let promise = state.withLock { state -> (EventLoopPromise<SMTPReply>, SMTPReply)? in
            state.replies += replies
            state.isWhole = isWhole
            guard let waiting = state.waiting, !state.replies.isEmpty else { return nil }
            state.waiting = nil
            return (waiting, state.replies.removeFirst())
        }
        if let (promise, reply) = promise { promise.succeed(reply) }
    }

    func fail(_ error: MailRefused) {
        let promise = state.withLock { state in
            state.end = state.end ?? error
            defer { state.waiting = nil }
            return state.waiting
        }
        promise?.fail(error)
    }

    func next(on loop: any EventLoop) async throws -> SMTPReply {
        let promise = loop.makePromise(of: SMTPReply.self)
        let ready = state.withLock { state -> Result<SMTPReply, MailRefused>? in
            if !state.replies.isEmpty { return .success(state.replies.removeFirst()) }
            if let end = state.end { return .failure(end) }
            state.waiting = promise
            return nil
        }
        switch ready {
        case .success(let reply): promise.succeed(reply)
        case .failure(let error): promise.fail(error)
        case nil: break
        }
        return try await promise.futureResult.get()
    }
}

private final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var reader = SMTPReplyReader()
    private let desk: SMTPDesk

    init(desk: SMTPDesk) {
        self.desk = desk
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            let replies = try reader.take(unwrapInboundIn(data).readableBytesView)
            desk.put(replies, isWhole: reader.isEmpty)
        } catch {
            desk.fail(error)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown: desk.fail(MailRefused("closed"))
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: desk.fail(MailRefused("tls", "\(error)"))
        default: desk.fail(MailRefused("closed", "\(error)"))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        desk.fail(MailRefused("closed"))
        context.fireChannelInactive()
    }
}
