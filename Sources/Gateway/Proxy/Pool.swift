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
    /// While names cannot be looked up, the address that was good last is used on.
    private var lastGood: SocketAddress?
    private var lookingUp: EventLoopFuture<SocketAddress>?
    private var isLeft = false
    private var nextProbe: Int64

    init(_ instance: Instance, lane: Lane) {
        self.instance = instance
        self.lane = lane
        let limits = instance.limits
        nextProbe = limits.healthPath == nil ? lane.nanoseconds + Int64(limits.healthSeconds * 1e9) : 0
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
                forgetAddress()
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
        if limits.healthPath == nil, instance.state(now) == .closed {
            nextProbe = now + Int64(limits.healthSeconds * 1e9)
        } else if !isLeft, now >= nextProbe {
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
    /// The address of its name is not known at present, which says nothing of the instance.
    case unresolved
    /// The address lies in the node's own networks, and no administrator allowed that.
    case privateAddress
    case saturated
}

extension Pool {
    /// The instance's address, looked up when it was not lately, and guarded. Who calls often does not wait for a name
    /// server: it is asked beside the calls, which go on meanwhile to the address of a moment ago.
    private func address() -> EventLoopFuture<SocketAddress> {
        let upstream = instance.upstream
        let now = lane.nanoseconds
        if let resolved, now < resolved.until { return lane.loop.makeSucceededFuture(resolved.address) }
        if let address = try? SocketAddress(ipAddress: upstream.host, port: upstream.port) {
            return lane.loop.makeCompletedFuture(Result { try Pool.guarded(address, upstream) })
        }
        let old = resolved
        let found = lookingUp ?? lookUp(upstream)
        guard let old, now < old.until + Inbound.nanoseconds(lane.core.settings.addressSeconds) else { return found }
        return lane.loop.makeSucceededFuture(old.address)
    }

    private func lookUp(_ upstream: Upstream) -> EventLoopFuture<SocketAddress> {
        let name = AddressBook.Name(service: instance.xroadPath, host: upstream.host, port: upstream.port)
        let lastGood = lastGood
        let found = lane.core.addresses.address(
            of: name, on: lane.loop, withinSeconds: instance.limits.connectSeconds
        ).flatMapErrorThrowing { error in
            guard let lastGood else { throw error }
            return lastGood
        }.flatMapThrowing { try Pool.guarded($0, upstream) }
        lookingUp = found
        found.assumeIsolated().whenComplete { [self] result in
            lookingUp = nil
            guard case .success(let address) = result else { return forgetAddress() }
            resolved = (address, lane.nanoseconds + Inbound.nanoseconds(lane.core.settings.addressSeconds))
            self.lastGood = address
        }
        return found
    }

    /// The instance may have moved: who cannot be connected to is looked up again.
    private func forgetAddress() { resolved = nil }

    private static func guarded(_ address: SocketAddress, _ upstream: Upstream) throws -> SocketAddress {
        guard upstream.mayBePrivate || address.ipAddress.map(PublicAddress.contains) == true else {
            throw PoolFault.privateAddress
        }
        return address
    }

    /// Without a path, being able to connect is being well.
    private func probe(_ path: String?) {
        open += 1
        address().assumeIsolated().flatMap { [self] address in dial(address) }.whenComplete { [self] result in
            let outbound: Outbound
            do {
                outbound = try result.get().pipeline.syncOperations.handler(type: Outbound.self)
            } catch {
                open -= 1
                forgetAddress()
                if error as? PoolFault != .unresolved { instance.probed(isWell: false, lane.nanoseconds) }
                return
            }
            guard let path else {
                instance.probed(isWell: true, lane.nanoseconds)
                return outbound.close()
            }
            outbound.probe(path) { self.instance.probed(isWell: $0, self.lane.nanoseconds) }
            let bound = NIOLoopBound(outbound, eventLoop: lane.loop)
            lane.loop.scheduleTask(in: .seconds(2)) { bound.value.endProbe(isWell: false) }
        }
    }

    private func dial(_ address: SocketAddress) -> EventLoopFuture<any Channel> {
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
