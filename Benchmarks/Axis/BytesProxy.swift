import NIOCore
import NIOPosix

/// What SwiftNIO alone costs: carries bytes between a caller and a service, one connection for one, and looks at none
/// of them. Two reads and two writes for each request, as any proxy has.
enum BytesProxy {
    static func run(port: Int, backend: Int) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { caller in
                let near = Carrier()
                let far = Carrier()
                (near.other, far.other) = (far, near)
                let (first, second) = (
                    NIOLoopBound(near, eventLoop: caller.eventLoop), NIOLoopBound(far, eventLoop: caller.eventLoop)
                )
                return caller.eventLoop.makeCompletedFuture {
                    try caller.pipeline.syncOperations.addHandler(first.value)
                }.flatMap {
                    ClientBootstrap(group: caller.eventLoop)
                        .channelOption(.socketOption(.tcp_nodelay), value: 1)
                        .channelInitializer { service in
                            service.eventLoop.makeCompletedFuture {
                                try service.pipeline.syncOperations.addHandler(second.value)
                            }
                        }
                        .connect(host: "127.0.0.1", port: backend)
                }.flatMap { _ in caller.setOption(.autoRead, value: true) }
            }
            .bind(host: "127.0.0.1", port: port).get()
        try await channel.closeFuture.get()
    }
}

private final class Carrier: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var other: Carrier?
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other?.context?.writeAndFlush(data, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        other?.context?.close(promise: nil)
        other = nil
    }
}
