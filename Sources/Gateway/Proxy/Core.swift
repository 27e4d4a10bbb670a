import Ledger
import Logging
import NIOCore
import Synchronization
import Vocabulary

/// What all loops share: nothing of it changes but a few numbers.
final class Core: Sendable {
    let settings: Gateway.Settings
    let ledger: Ledger
    let answers: GatewayAnswers
    let now: Clock
    let logger: Logger
    let quotas = QuotaBook()
    let addresses: AddressBook
    let isListening = Atomic<Bool>(false)
    let isStopping = Atomic<Bool>(false)
    /// Loops whose evidence the disk refuses.
    let refusingLanes = Atomic<Int>(0)
    let connections = Atomic<Int>(0)
    /// Calls that were refused before a service was asked, by the hundred of their status.
    let refusals = InlineArray<6, Atomic<Int64>> { _ in Atomic(0) }
    /// Those of them of which nobody knows who called.
    let unknownCallers = Atomic<Int64>(0)
    /// Leaves that became durable, and how long the last batch of them took, in nanoseconds.
    let leaves = Atomic<Int64>(0)
    let evidenceLag = Atomic<Int64>(0)
    /// One for each loop.
    let evidenceClocks = Mutex<[EvidenceClock]>([])
    let lanes = Mutex<[NIOLoopBound<Lane>]>([])
    /// How many go from loop to loop at present.
    let visits = Visits()
    /// Who looks for the leaves of a call at present.
    let searches = Mutex(SearchPlaces())
    let startedAt = Int64(truncatingIfNeeded: NIODeadline.now().uptimeNanoseconds)

    init(settings: Gateway.Settings, ledger: Ledger, answers: GatewayAnswers, now: @escaping Clock, logger: Logger) {
        self.settings = settings
        addresses = AddressBook(settings.lookUp, visits: visits)
        self.ledger = ledger
        self.answers = answers
        self.now = now
        self.logger = logger
    }
}

extension Core {
    /// How far evidence is behind, in nanoseconds: what the last batch took, and longer while the disk takes longer.
    func lag(_ now: Int64) -> Int64 {
        let waiting = evidenceClocks.withLock { clocks in
            clocks.map { $0.oldest.load(ordering: .relaxed) }.filter { $0 > 0 }.min()
        }
        return max(evidenceLag.load(ordering: .relaxed), waiting.map { now - $0 } ?? 0)
    }

    /// Does something on each loop, one after the other. Counted, so that no loop ends under it: what is submitted to a
    /// loop that has ended is never answered.
    @discardableResult
    func visit<Value: Sendable>(_ body: @escaping @Sendable (Lane) -> Value) async throws -> [Value] {
        visits.begin()
        defer { visits.leave() }
        var values: [Value] = []
        for lane in lanes.withLock({ $0 }) {
            values.append(try await lane.eventLoop.submit { body(lane.value) }.get())
        }
        return values
    }
}

/// One event loop and all that is confined to it: connections, pools, the table of the moment, the evidence on its way.
final class Lane {
    let loop: any EventLoop
    let core: Core
    private(set) lazy var clerk = Clerk(self)
    let flushes: Flushes
    let evidenceClock = EvidenceClock()
    /// Calls that are neither answered nor wait for their leaf.
    var underWay = 0
    /// Bytes of requests that are held until it is known whose they are or whether they are in order.
    var heldBytes = 0
    var table: CompiledTable
    var random = Xoshiro()
    /// Filled anew for each head that is read; nobody keeps it.
    var head = Head()
    var scratch: [UInt8] = []
    let pen = Pen()
    /// Counts the tables: what was found in an earlier one is not known in this.
    private(set) var edition: Int
    private var pools: [ObjectIdentifier: Pool] = [:]
    private(set) var inbounds: [Inbound] = []
    private var ticking: RepeatedTask?

    init(loop: any EventLoop, core: Core, table: CompiledTable, edition: Int) {
        self.loop = loop
        self.core = core
        flushes = Flushes(loop: loop)
        self.table = table
        self.edition = edition
        core.evidenceClocks.withLock { $0.append(evidenceClock) }
    }

    /// Nanoseconds of a clock that only goes forward.
    var nanoseconds: Int64 {
        recent = Int64(truncatingIfNeeded: NIODeadline.now().uptimeNanoseconds)
        return recent
    }

    /// When somebody last looked at the clock: at most a tick ago, which is near enough for deadlines of seconds.
    private(set) var recent: Int64 = 0

    func start() {
        let bound = NIOLoopBound(self, eventLoop: loop)
        ticking = loop.scheduleRepeatedTask(initialDelay: .milliseconds(100), delay: .milliseconds(100)) { _ in
            bound.value.tick()
        }
    }

    /// Whether a call is open or evidence on its way.
    var isBusy: Bool { !clerk.isIdle || inbounds.contains { $0.startedAt != 0 } }

    /// Ends the calls that are still open, each with its leaf. Those that only wait for theirs get their answer when it
    /// is durable.
    func end() {
        for pool in pools.values { pool.closeIdle() }
        for inbound in inbounds { inbound.end(.stopping) }
    }

    /// Whether the call is under way, or a leaf of it on its way to the disk.
    func holds(_ call: CallID, of consumer: String) -> Bool {
        clerk.holds(call)
            || inbounds.contains {
                $0.id == call && $0.startedAt != 0 && $0.tries > 0 && $0.consumer?.consumer.id == consumer
            }
    }

    /// Whether no leaf is on its way any more.
    var isProved: Bool { clerk.isIdle }

    /// Returns how many leaves are not durable yet: they are left to the log, and nobody learns what becomes of them.
    func stop() -> Int {
        ticking?.cancel()
        ticking = nil
        for inbound in inbounds { inbound.stop() }
        return clerk.handOver()
    }

    /// One walk over what is open instead of a timer for each.
    private func tick() {
        let now = nanoseconds
        for inbound in inbounds where inbound.deadline <= now || inbound.isOverdue(now) { inbound.isLate(now) }
        let wall = core.now().milliseconds
        for inbound in inbounds where inbound.goodUntil < wall { inbound.certificateHasEnded() }
        clerk.retry()
        for (id, pool) in pools {
            pool.tick(now)
            if pool.isForgotten { pools[id] = nil }
        }
    }

    /// From the next call on, unless a later one is here already. Calls that are under way end with their grants; pools
    /// of instances that are gone close what is idle.
    func swap(_ new: CompiledTable, _ edition: Int) {
        guard edition > self.edition else { return }
        (table, self.edition) = (new, edition)
        for pool in pools.values where !new.sends(to: pool.instance) { pool.forget() }
        for inbound in inbounds { inbound.keep(to: new) }
    }

    func pool(of instance: Instance) -> Pool {
        if let known = pools[ObjectIdentifier(instance)] { return known }
        let pool = Pool(instance, lane: self)
        pools[ObjectIdentifier(instance)] = pool
        return pool
    }

    func add(_ inbound: Inbound) {
        inbound.place = inbounds.count
        inbounds.append(inbound)
        core.connections.wrappingAdd(1, ordering: .relaxed)
    }

    func remove(_ inbound: Inbound) {
        guard inbound.place < inbounds.count, inbounds[inbound.place] === inbound, let last = inbounds.popLast() else {
            return
        }
        if last !== inbound {
            inbounds[inbound.place] = last
            last.place = inbound.place
        }
        core.connections.wrappingSubtract(1, ordering: .relaxed)
    }
}
