package import Ledger
package import Logging
import Dispatch
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
package import Vocabulary

/// Where services meet (trục tích hợp): every call is authenticated, checked against a grant, limited, forwarded and
/// proved.
///
/// Bare SwiftNIO: one loop for each core, and everything of a call on one loop. What may be called is an immutable
/// `Table`, made by whoever keeps the grants; another one comes in force by what is other in it.
package final class Gateway: Sendable {
    let core: Core
    let book = MetricsBook()
    let current: Mutex<InForce>
    /// The table that comes in force last.
    let turns = Mutex<Task<Bool, any Error>?>(nil)

    /// A table and which one it is, counted from 0.
    struct InForce {
        var table: CompiledTable
        var edition = 0
    }

    /// - Parameters:
    ///   - answers: what only others know.
    ///   - now: the clock of evidence and of grants' days.
    /// - Throws: `TableFault` for a table that cannot be.
    package init(
        _ table: Table, ledger: Ledger, answers: GatewayAnswers = GatewayAnswers(), settings: Settings = Settings(),
        now: @escaping Clock, logger: Logger = Logger(label: "gateway")
    ) throws {
        core = Core(settings: settings, ledger: ledger, answers: answers, now: now, logger: logger)
        current = Mutex(InForce(table: try CompiledTable(table)))
    }

    /// The table in force.
    package var table: CompiledTable { current.withLock { $0.table } }

    /// Whether calls are served now.
    package var state: State {
        if !core.isListening.load(ordering: .relaxed) { return .closed }
        return core.refusingLanes.load(ordering: .relaxed) > 0 ? .withoutEvidence : .serving
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        case serving
        /// The disk refuses evidence, so calls are refused.
        case withoutEvidence = "without-evidence"
        case closed
    }

    /// Serves until the task is cancelled; then lets open calls end, for `drainSeconds` at most.
    ///
    /// - Parameter onListening: is told the port.
    package func run(onListening: @escaping @Sendable (Int) async throws -> Void = { _ in }) async throws {
        let settings = core.settings
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loops > 0 ? settings.loops : System.coreCount)
        do {
            let channel = try await listen(on: group)
            core.isListening.store(true, ordering: .relaxed)
            defer { core.isListening.store(false, ordering: .relaxed) }
            try await onListening(channel.localAddress?.port ?? settings.port)
            try await withTaskCancellationHandler {
                try await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            await drain()
        } catch {
            await stopLanes()
            try? await group.shutdownGracefully()
            throw error
        }
        await stopLanes()
        try await group.shutdownGracefully()
    }

    private func listen(on group: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let tls = try core.settings.tls.map(Security.server)
        let first = current.withLock { $0 }
        var byLoop: [ObjectIdentifier: NIOLoopBound<Lane>] = [:]
        for loop in group.makeIterator() {
            byLoop[ObjectIdentifier(loop)] = try await loop.submit { [core] in
                let lane = Lane(loop: loop, core: core, table: first.table, edition: first.edition)
                lane.start()
                return NIOLoopBound(lane, eventLoop: loop)
            }.get()
        }
        let known = byLoop
        core.lanes.withLock { $0 = Array(known.values) }
        // A swap that came while they were made did not find them.
        let latest = current.withLock { $0 }
        for lane in known.values {
            try await lane.eventLoop.submit { lane.value.swap(latest.table, latest.edition) }.get()
        }
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [core] channel in
                guard core.connections.load(ordering: .relaxed) < core.settings.connectionsLimit,
                    let lane = known[ObjectIdentifier(channel.eventLoop)]
                else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(Security.serverHandler(tls)) }
                    try channel.pipeline.syncOperations.addHandler(Inbound(lane.value))
                }
            }
            .bind(host: core.settings.address, port: core.settings.port).get()
    }

    /// No new calls; those that are open may end, and evidence gets to the disk.
    private func drain() async {
        core.isStopping.store(true, ordering: .relaxed)
        await wait(atMost: core.settings.drainSeconds) {
            for lane in core.lanes.withLock({ $0 })
            where (try? await lane.eventLoop.submit { lane.value.isBusy }.get()) == true {
                return false
            }
            return true
        }
    }

    /// Waits in a task that is cancelled already, too.
    private func wait(atMost seconds: Double = .infinity, until isDone: () async -> Bool) async {
        let began = Gateway.nanoseconds
        while Double(Gateway.nanoseconds - began) / 1e9 < seconds, await !isDone() {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(10)) { continuation.resume() }
            }
        }
    }

    private func stopLanes() async {
        let stopping = core.lanes.withLock { lanes in
            defer { lanes = [] }
            return lanes
        }
        for lane in stopping { try? await lane.eventLoop.submit { lane.value.end() }.get() }
        await wait(atMost: core.settings.provingSeconds) {
            for lane in stopping where (try? await lane.eventLoop.submit { lane.value.isProved }.get()) == false {
                return false
            }
            return true
        }
        var left = 0
        for lane in stopping { left += (try? await lane.eventLoop.submit { lane.value.stop() }.get()) ?? 0 }
        if left > 0 {
            core.logger.error(
                "gateway: stopped with evidence that is not durable", metadata: ["gateway.leaves": "\(left)"])
        }
        core.addresses.end()
        core.visits.end()
        await wait { core.visits.areNone }
    }
}
