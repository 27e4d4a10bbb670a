import Ledger
import NIOCore
import Synchronization
import Vocabulary

/// Brings the evidence of one loop to the ledger: what comes together goes together, and the next batch goes when this
/// one is durable. Confined to its loop.
///
/// Evidence is never dropped. When the disk refuses it, it is kept and tried again, and the lane refuses calls
/// meanwhile; so what is kept is bounded by the calls that were open at that moment.
final class Clerk {
    /// Who waits for a leaf.
    struct Waiting {
        let inbound: Inbound?
        let call: CallID
    }

    private unowned let lane: Lane
    private var batch = LeafBatch()
    private var waiting: [Waiting] = []
    /// How many of them are waited for, and how many were when the next batch was scheduled.
    private var (awaited, seen) = (0, 0)
    private var sent: (batch: LeafBatch, waiting: [Waiting])?
    private var scheduled = Moment.none
    /// Tells the moment that was scheduled last from those that came too late.
    private var turn = 0
    /// When the oldest leaf that is not durable came, in nanoseconds.
    private var oldest: (waiting: Int64, sent: Int64) = (0, 0)
    private(set) var hasFailed = false {
        didSet {
            guard hasFailed != oldValue else { return }
            lane.core.refusingLanes.wrappingAdd(hasFailed ? 1 : -1, ordering: .relaxed)
        }
    }

    /// Leaves that nobody waits for come together for so long: their answers are out, and a sync for a few of them
    /// costs as much as one for hundreds.
    private static let gathering: Int64 = 25_000_000
    /// A leaf that a call waits for waits for those of the calls that are under way beside it, as long as they keep
    /// coming and no longer than this: a head and a sync cost as much for one leaf as for a hundred.
    private static let patience: Int64 = 1_200_000
    /// When none came for so long, no more are waited for.
    private static let pause: Int64 = 250_000
    /// With fewer calls at once nobody is waited for.
    private static let crowd = 4

    init(_ lane: Lane) {
        self.lane = lane
    }

    /// Adds one leaf; `inbound` is told when it is durable.
    ///
    /// - Returns: false when it cannot be a leaf, which is a fault of ours: the call must be refused.
    func record(
        _ record: UnsafeRawBufferPointer, of call: CallID, for inbound: Inbound?, at now: Instant, nanoseconds: Int64
    ) -> Bool {
        let isTaken = withUnsafeTemporaryAllocation(byteCount: CallID.length, alignment: 1) { fact in
            if let start = fact.baseAddress { call.write(to: start) }
            return batch.add(kind: EvidenceText.kind, at: now, fact: UnsafeRawBufferPointer(fact), record: record)
        }
        guard isTaken else { return false }
        if waiting.isEmpty {
            oldest.waiting = nanoseconds
            if sent == nil { lane.evidenceClock.oldest.store(nanoseconds, ordering: .relaxed) }
        }
        waiting.append(Waiting(inbound: inbound, call: call))
        if inbound != nil { awaited += 1 }
        if sent == nil { scheduleNext(nanoseconds) }
        return true
    }

    private enum Moment: Int { case none, gathered, soon, once }

    /// When the next batch goes: at the end of this turn of the loop when nobody else's leaf can be expected, when no
    /// more come if calls are under way, and when some have come together if nobody waits.
    private func scheduleNext(_ now: Int64) {
        guard awaited > 0 else { return schedule(at: .gathered, in: Clerk.gathering) }
        let left = oldest.waiting + Clerk.patience - now
        if lane.underWay == 0 || lane.underWay + awaited < Clerk.crowd || left <= 0 {
            schedule(at: .once, in: 0)
        } else {
            schedule(at: .soon, in: min(left, Clerk.pause))
        }
    }

    /// Goes on waiting when leaves came since the last look.
    private func look(_ scheduledTurn: Int) {
        guard scheduledTurn == turn else { return }
        scheduled = .none
        guard awaited > seen else { return submit(turn) }
        scheduleNext(lane.nanoseconds)
    }

    private func schedule(at moment: Moment, in nanoseconds: Int64) {
        guard moment.rawValue > scheduled.rawValue else { return }
        (scheduled, seen) = (moment, awaited)
        turn += 1
        let bound = NIOLoopBound(self, eventLoop: lane.loop)
        let turn = turn
        if moment == .once {
            lane.loop.execute { bound.value.submit(turn) }
        } else {
            lane.loop.scheduleTask(in: .nanoseconds(nanoseconds)) {
                if moment == .soon { bound.value.look(turn) } else { bound.value.submit(turn) }
            }
        }
    }

    /// Nanoseconds since the oldest leaf that is not durable.
    func lag(_ nanoseconds: Int64) -> Int64 {
        if sent != nil { return nanoseconds - oldest.sent }
        return waiting.isEmpty ? 0 : nanoseconds - oldest.waiting
    }

    func holds(_ call: CallID) -> Bool {
        waiting.contains { $0.call == call } || sent?.waiting.contains { $0.call == call } == true
    }

    var isIdle: Bool { sent == nil && waiting.isEmpty }

    /// Leaves what there is to the log, behind what is on its way. Returns how many leaves are not durable.
    func handOver() -> Int {
        let left = waiting.count + (sent?.waiting.count ?? 0)
        if !batch.isEmpty { lane.core.ledger.append(batch) { _ in } }
        (batch, waiting, awaited) = (LeafBatch(), [], 0)
        return left
    }

    /// Tries again what the disk refused.
    func retry() {
        if hasFailed { submit(turn) }
    }

    private func submit(_ scheduledTurn: Int) {
        guard scheduledTurn == turn else { return }
        scheduled = .none
        guard sent == nil, !batch.isEmpty else { return }
        let going = (batch: batch, waiting: waiting)
        sent = going
        oldest.sent = oldest.waiting
        batch = LeafBatch(reserving: going.batch)
        (waiting, awaited) = ([], 0)
        waiting.reserveCapacity(going.waiting.count)
        let bound = NIOLoopBound(self, eventLoop: lane.loop)
        let (loop, visits) = (lane.loop, lane.core.visits)
        lane.core.ledger.append(going.batch) { result in
            visits.during { loop.execute { bound.value.settle(result) } }
        }
    }

    private func settle(_ result: Result<Ledger.Written, any Error>) {
        guard let going = sent else { return }
        sent = nil
        defer {
            let since = sent != nil ? oldest.sent : waiting.isEmpty ? 0 : oldest.waiting
            lane.evidenceClock.oldest.store(since, ordering: .relaxed)
        }
        let now = lane.nanoseconds
        switch result {
        case .success(let written):
            hasFailed = false
            lane.core.leaves.wrappingAdd(Int64(going.waiting.count), ordering: .relaxed)
            lane.core.evidenceLag.store(now - oldest.sent, ordering: .relaxed)
            for (place, waiting) in going.waiting.enumerated() {
                waiting.inbound?.leafIsDurable(waiting.call, index: written.first + Int64(place))
            }
        case .failure:
            hasFailed = true
            keep(going)
            for waiting in going.waiting { waiting.inbound?.leafIsLate(waiting.call) }
            return
        }
        if !batch.isEmpty { scheduleNext(now) }
    }

    /// Puts what was refused before what came since.
    private func keep(_ going: (batch: LeafBatch, waiting: [Waiting])) {
        var kept = going.batch
        kept.add(contentsOf: batch)
        batch = kept
        waiting = going.waiting.map { Waiting(inbound: nil, call: $0.call) } + waiting
        (oldest.waiting, awaited) = (oldest.sent, 0)
    }
}
