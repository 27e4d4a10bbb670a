import Synchronization
import NIOCore
import NIOPosix
import NIOSSL
import Vocabulary

/// The connections of one loop to one instance. Nothing hops: a call uses a connection of its own loop.
final class Pool {
    let instance: Instance
    unowned let lane: Lane
    private var idle: [Outbound] = []
    private var open = 0
    private var resolved: (address: SocketAddress, until: Int64)?
    private var isLeft = false
    private var nextProbe: Int64 = 0

    init(_ instance: Instance, lane: Lane) {
        self.instance = instance
        self.lane = lane
    }

    var isForgotten: Bool { isLeft && open == 0 }

    /// Gives the call a connection, now or later. A reused one may have been closed by the other side at this moment.
    func connect(_ inbound: Inbound) {
        while let outbound = idle.popLast() {
            if outbound.isUsable { return inbound.isConnected(outbound) }
        }
        dial(inbound)
    }

    private func dial(_ inbound: Inbound) {
        guard open < lane.core.settings.upstreamConnectionsLimit else { return inbound.cannotConnect(.saturated) }
        open += 1
        let call = inbound.id
        address().assumeIsolated().flatMap { [self] address in dial(address) }.whenComplete { [self] result in
            do {
                let outbound = try result.get().pipeline.syncOperations.handler(type: Outbound.self)
                if inbound.awaitsConnection(call) { inbound.isConnected(outbound) } else { release(outbound) }
            } catch {
                open -= 1
                if inbound.awaitsConnection(call) { inbound.cannotConnect((error as? PoolFault) ?? .refused) }
            }
        }
    }

    func release(_ outbound: Outbound) {
        if isLeft || lane.core.isStopping.load(ordering: .relaxed) { outbound.close() } else { idle.append(outbound) }
    }

    func isClosed(_ outbound: Outbound) {
        open -= 1
        idle.removeAll { $0 === outbound }
    }

    func forget() {
        isLeft = true
        closeIdle()
    }

    func closeIdle() {
        for outbound in idle { outbound.close() }
    }

    /// Closes what nobody has needed for a while, the oldest first; asks how the instance is, when that is wanted or it
    /// is left out.
    func tick(_ now: Int64) {
        let limits = instance.limits
        if !isLeft, now >= nextProbe, limits.healthPath != nil || instance.state(now) != .closed {
            nextProbe = now + Int64(limits.healthSeconds * 1e9)
            probe(limits.healthPath)
        }
        while let oldest = idle.first, now - oldest.idleSince > 60_000_000_000 {
            idle.removeFirst()
            oldest.close()
        }
    }
}

/// Why there is no connection.
enum PoolFault: Error {
    case refused
    /// The address lies in the node's own networks, and no administrator allowed that.
    case privateAddress
    case saturated
}

extension Pool {
    /// The instance's address, looked up on a thread that may wait, and guarded.
    private func address() -> EventLoopFuture<SocketAddress> {
        let upstream = instance.upstream
        if let resolved, resolved.until > lane.nanoseconds { return lane.loop.makeSucceededFuture(resolved.address) }
        if let address = try? SocketAddress(ipAddress: upstream.host, port: upstream.port) {
            return lane.loop.makeCompletedFuture(Result { try Pool.guarded([address], upstream) })
        }
        return NIOSingletons.posixBlockingThreadPool.runIfActive(eventLoop: lane.loop) {
            try Pool.guarded(
                [try SocketAddress.makeAddressResolvingHost(upstream.host, port: upstream.port)], upstream)
        }
    }

    private static func guarded(_ addresses: [SocketAddress], _ upstream: Upstream) throws -> SocketAddress {
        guard let address = addresses.first else { throw PoolFault.refused }
        guard upstream.mayBePrivate || address.ipAddress.map(PublicAddress.contains) == true else {
            throw PoolFault.privateAddress
        }
        return address
    }

    /// Without a path, being able to connect is being well.
    private func probe(_ path: String?) {
        open += 1
        address().assumeIsolated().flatMap { [self] address in dial(address) }.whenComplete { [self] result in
            guard let outbound = try? result.get().pipeline.syncOperations.handler(type: Outbound.self) else {
                open -= 1
                return instance.failed(lane.nanoseconds)
            }
            guard let path else {
                instance.succeeded()
                return outbound.close()
            }
            outbound.probe(path) { isWell in
                if isWell { self.instance.succeeded() } else { self.instance.failed(self.lane.nanoseconds) }
            }
            let bound = NIOLoopBound(outbound, eventLoop: lane.loop)
            lane.loop.scheduleTask(in: .seconds(2)) { bound.value.endProbe(isWell: false) }
        }
    }

    private func dial(_ address: SocketAddress) -> EventLoopFuture<any Channel> {
        resolved = (address, lane.nanoseconds + 10_000_000_000)
        let bound = NIOLoopBound(self, eventLoop: lane.loop)
        let seconds = instance.limits.connectSeconds
        return ClientBootstrap(group: lane.loop)
            .connectTimeout(.nanoseconds(Int64(seconds * 1e9)))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pool = bound.value
                    if let tls = try Security.client(pool.instance.upstream) {
                        try channel.pipeline.syncOperations.addHandler(tls)
                    }
                    try channel.pipeline.syncOperations.addHandler(Outbound(pool))
                }
            }
            .connect(to: address)
    }
}
