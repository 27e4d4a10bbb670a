import NIOCore

/// Hangs up on an address that has too many connections open.
final class Doorway: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let limits: ServerLimits
    private let trustedProxies: TrustedProxies
    private let neighbours: Neighbours
    private var isCounted = false

    init(_ limits: ServerLimits, _ trustedProxies: TrustedProxies, _ neighbours: Neighbours) {
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.neighbours = neighbours
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { count(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        count(context)
        context.fireChannelActive()
    }

    private func count(_ context: ChannelHandlerContext) {
        guard !isCounted, let address = context.channel.remoteAddress?.ipAddress, !trustedProxies.contains(address)
        else { return }
        isCounted = true
        guard neighbours.enter(address, limit: limits.connectionsPerAddress) else {
            return context.close(promise: nil)
        }
        context.channel.closeFuture.whenComplete { [neighbours] _ in neighbours.leave(address) }
    }
}
