import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOSSL

/// Hangs up on whoever takes too long: to send a head, to send a body, or to read what we answer.
///
/// Clocks run to a fixed moment and are not set back by a byte that trickles in.
final class Deadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ServerLimits
    private var reading: Scheduled<Void>?
    private var writing: Scheduled<Void>?
    private var unanswered = 0
    private var closesAfterAnswer = false

    init(_ limits: ServerLimits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { expectHead(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        expectHead(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        reading?.cancel()
        writing?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            schedule(&reading, limits.bodySeconds, context)
        case .body: break
        case .end: reading?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            unanswered -= 1
            if closesAfterAnswer { return hangUp(context) }
            if unanswered == 0 { expectHead(context) }
        }
    }

    /// TLS says goodbye and waits five seconds for an echo. A quarter of a second is enough for a peer that listens.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.close(mode: mode, promise: promise)
        guard mode == .all else { return }
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .milliseconds(250)) {
            let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
            tls?.close(mode: .all, promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writing?.cancel()
        if !context.channel.isWritable { schedule(&writing, limits.stalledSeconds, context) }
        context.fireChannelWritabilityChanged()
    }

    private func expectHead(_ context: ChannelHandlerContext) {
        schedule(&reading, limits.headSeconds, context)
    }

    /// Lingers for a second, so that the answer is not lost to what is still coming in.
    private func hangUp(_ context: ChannelHandlerContext) {
        context.flush()
        schedule(&reading, 1, context)
    }

    private func schedule(_ clock: inout Scheduled<Void>?, _ seconds: Int64, _ context: ChannelHandlerContext) {
        clock?.cancel()
        let channel = context.channel
        clock = context.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
    }
}
