import NIOCore
import NIOPosix
import Synchronization
import Vocabulary

/// The addresses of names, looked up for all loops on threads of their own. Nobody waits longer than a connection may
/// take, and name servers that are silent hold up no service but the one whose names they keep: each service has few
/// look-ups under way, and what failed is not asked again for a while.
final class AddressBook: Sendable {
    /// May take as long as it likes.
    typealias LookUp = @Sendable (_ host: String, _ port: Int) throws -> SocketAddress

    static let system: LookUp = { try SocketAddress.makeAddressResolvingHost($0, port: $1) }

    /// Under way at once, of all services and of one: two, so that one silent name does not hold up the service's other
    /// instances.
    static let (togetherLimit, ofServiceLimit) = (128, 2)
    /// A failure is kept for as long as it took to fail, within these: so a silent name holds a thread half of the time
    /// at most.
    fileprivate static let keptSeconds = (least: 2.0, most: 60.0)
    /// How long an answer is kept that came when nobody waited for it any more.
    fileprivate static let lateSeconds = 10.0

    struct Name: Hashable {
        let service: String
        let host: String
        let port: Int
    }

    /// A look-up that is under way or waits for its turn.
    fileprivate struct Asked {
        /// Who waits for it.
        var waiting: [Int: EventLoopPromise<SocketAddress>] = [:]
        /// In nanoseconds; nil while it waits for its turn.
        var began: Int64?
        /// Somebody gave up waiting while it was under way.
        var isLate = false

        var withoutWaiting: Asked { Asked(began: began, isLate: true) }
    }

    fileprivate struct State {
        var asked: [Name: Asked] = [:]
        /// In the order in which they came.
        var queue: [Name] = []
        var underWay: [String: Int] = [:]
        var underWayTogether = 0
        var kept: [Name: (result: Result<SocketAddress, PoolFault>, until: Int64)] = [:]
        var numbers = 0
    }

    private let lookUp: LookUp
    private let visits: Visits
    private let state = Mutex(State())

    init(_ lookUp: @escaping LookUp, visits: Visits) {
        self.lookUp = lookUp
        self.visits = visits
    }

    /// Fails with `PoolFault.refused` when the name has no address, and with `unresolved` when that is not known in
    /// time: which says nothing of who has the name.
    func address(
        of name: Name, on loop: any EventLoop, withinSeconds seconds: Double
    ) -> EventLoopFuture<SocketAddress> {
        let promise = loop.makePromise(of: SocketAddress.self)
        let now = Gateway.nanoseconds
        let outcome = state.withLock { state -> Outcome in
            if let kept = state.kept[name], kept.until > now { return .known(kept.result) }
            if state.asked[name]?.isLate == true { return .known(.failure(.unresolved)) }
            if state.asked[name] == nil {
                state.asked[name] = Asked()
                state.queue.append(name)
            }
            state.numbers += 1
            state.asked[name]?.waiting[state.numbers] = promise
            return .waits(state.numbers)
        }
        switch outcome {
        case .known(let result): promise.completeWith(result.mapError { $0 as any Error })
        case .waits(let number):
            let deadline = loop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) { [self] in
                giveUp(name, number)
            }
            promise.futureResult.whenComplete { _ in deadline.cancel() }
            startNext()
        }
        return promise.futureResult
    }

    private enum Outcome {
        case known(Result<SocketAddress, PoolFault>)
        case waits(Int)
    }

    private func giveUp(_ name: Name, _ number: Int) {
        let promise = state.withLock { state -> EventLoopPromise<SocketAddress>? in
            guard let promise = state.asked[name]?.waiting.removeValue(forKey: number) else { return nil }
            if state.asked[name]?.began != nil {
                state.asked[name]?.isLate = true
            } else if state.asked[name]?.waiting.isEmpty == true {
                state.asked[name] = nil
                state.queue.removeAll { $0 == name }
            }
            return promise
        }
        promise?.fail(PoolFault.unresolved)
    }

    /// Before the loops end: whoever still waits is told now, as later nobody can be.
    func end() {
        let waiting = state.withLock { state in
            defer { (state.asked, state.queue) = (state.asked.mapValues { $0.withoutWaiting }, []) }
            return state.asked.values.flatMap(\.waiting.values)
        }
        for promise in waiting { promise.fail(PoolFault.unresolved) }
    }

    /// Starts what may be under way beside what is.
    private func startNext() {
        while let name = state.withLock({ $0.takeNext(Gateway.nanoseconds) }) {
            let isStarted = OwnThread.start { [self] in
                let result = Result { try lookUp(name.host, name.port) }
                visits.during { end(name, result) }
            }
            if !isStarted { return end(name, .failure(PoolFault.unresolved), isNobodysFault: true) }
        }
    }

    private func end(_ name: Name, _ result: Result<SocketAddress, any Error>, isNobodysFault: Bool = false) {
        let now = Gateway.nanoseconds
        let (waiting, told) = state.withLock { state in
            let asked = state.take(name)
            let fault = isNobodysFault || asked.isLate ? PoolFault.unresolved : .refused
            let told = result.mapError { _ in fault }
            state.keep(told, of: name, asked, at: now)
            return (asked.waiting.values, told)
        }
        for promise in waiting { promise.completeWith(told.mapError { $0 as any Error }) }
        if !isNobodysFault { startNext() }
    }
}

extension AddressBook.State {
    /// The first whose service has room for it.
    fileprivate mutating func takeNext(_ now: Int64) -> AddressBook.Name? {
        guard underWayTogether < AddressBook.togetherLimit,
            let place = queue.firstIndex(where: { underWay[$0.service, default: 0] < AddressBook.ofServiceLimit })
        else { return nil }
        let name = queue.remove(at: place)
        asked[name]?.began = now
        underWay[name.service, default: 0] += 1
        underWayTogether += 1
        return name
    }

    /// It is under way no more.
    fileprivate mutating func take(_ name: AddressBook.Name) -> AddressBook.Asked {
        underWayTogether -= 1
        let left = underWay[name.service, default: 1] - 1
        underWay[name.service] = left > 0 ? left : nil
        return asked.removeValue(forKey: name) ?? AddressBook.Asked()
    }

    fileprivate mutating func keep(
        _ result: Result<SocketAddress, PoolFault>, of name: AddressBook.Name, _ asked: AddressBook.Asked,
        at now: Int64
    ) {
        let seconds: Double
        switch result {
        case .success where !asked.isLate: return
        case .success: seconds = AddressBook.lateSeconds
        case .failure:
            let took = Double(now - (asked.began ?? now)) / 1e9
            seconds = min(max(took, AddressBook.keptSeconds.least), AddressBook.keptSeconds.most)
        }
        kept = kept.filter { $0.value.until > now }
        kept[name] = (result, now + Int64(seconds * 1e9))
    }
}
