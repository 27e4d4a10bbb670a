import Synchronization

/// How one instance of a service fares, as all loops together see it. Lives on when the table is swapped.
///
/// It is a breaker: closed while calls succeed; open, so that nobody is sent there, after so many failures in a row;
/// then half open: one call may try, and its outcome decides. Each opening is twice as long as the one before, until a
/// call succeeds. Calls that began before the instance could be tried again say nothing about how it fares now.
final class Instance: Sendable {
    let upstream: Upstream
    let limits: ServiceLimits
    let xroadPath: String
    /// What `Host` says.
    let authority: String
    /// Whether it is another node's gateway.
    let isNode: Bool
    /// What stands before the path below the service: its own base path, or at another node the service's X-Road path.
    let base: [UInt8]
    /// ` HTTP/1.1`, and the field `host`.
    let hostField: [UInt8]
    /// Of calls, and of questions how it is, in a row.
    private let failures = Atomic<Int>(0)
    private let unwell = Atomic<Int>(0)
    /// Nanoseconds until which nobody is sent there; 0 while closed.
    private let openUntil = Atomic<Int64>(0)
    private let openings = Atomic<Int>(0)
    private let trials = Atomic<Int64>(0)

    enum State: String, Sendable {
        case closed, open, halfOpen = "half-open"
    }

    static let beforeHost: StaticString = " HTTP/1.1\r\nhost: "

    init(_ upstream: Upstream, limits: ServiceLimits, xroadPath: String) {
        self.upstream = upstream
        self.limits = limits
        self.xroadPath = xroadPath
        let host = upstream.host.contains(":") ? "[\(upstream.host)]" : upstream.host
        authority = "\(host):\(upstream.port)"
        isNode = upstream.node != nil
        base = Array((upstream.node == nil ? upstream.basePath : xroadPath).utf8)
        hostField = Array("\(Instance.beforeHost)\(authority)\r\n".utf8)
    }

    /// Whether a call may go there. Half open, only one may in each second.
    func admits(_ nanoseconds: Int64) -> Bool {
        let until = openUntil.load(ordering: .relaxed)
        if until == 0 { return true }
        guard nanoseconds >= until else { return false }
        let last = trials.load(ordering: .relaxed)
        return nanoseconds - last >= 1_000_000_000
            && trials.compareExchange(expected: last, desired: nanoseconds, ordering: .relaxed).exchanged
    }

    func state(_ nanoseconds: Int64) -> State {
        let until = openUntil.load(ordering: .relaxed)
        if until == 0 { return .closed }
        return nanoseconds >= until ? .halfOpen : .open
    }

    /// A call was answered well, and to its end.
    ///
    /// - Parameter began: when the call did, in nanoseconds.
    func succeeded(_ began: Int64) {
        if failures.load(ordering: .relaxed) != 0 { failures.store(0, ordering: .relaxed) }
        let until = openUntil.load(ordering: .relaxed)
        guard until != 0, began >= until else { return }
        openUntil.store(0, ordering: .relaxed)
        openings.store(0, ordering: .relaxed)
    }

    /// A call was not answered, or with 502, 503 or 504.
    ///
    /// - Parameter began: when the call did, in nanoseconds.
    func failed(_ nanoseconds: Int64, began: Int64) {
        let until = openUntil.load(ordering: .relaxed)
        guard began >= until else { return }
        let count = failures.wrappingAdd(1, ordering: .relaxed).newValue
        if until != 0 || count >= limits.failuresToEject { open(nanoseconds, after: until) }
    }

    /// It was asked how it is. One that is well is let a call try, whose answer decides: who takes connections, and
    /// even says that all is well, may still answer no call.
    func probed(isWell: Bool, _ nanoseconds: Int64) {
        let until = openUntil.load(ordering: .relaxed)
        if isWell {
            unwell.store(0, ordering: .relaxed)
            if until > nanoseconds {
                _ = openUntil.compareExchange(expected: until, desired: nanoseconds, ordering: .relaxed)
            }
        } else {
            let count = unwell.wrappingAdd(1, ordering: .relaxed).newValue
            guard until <= nanoseconds, until != 0 || count >= limits.failuresToEject else { return }
            open(nanoseconds, after: until)
        }
    }

    /// Once, whoever finds it at the same moment.
    private func open(_ nanoseconds: Int64, after until: Int64) {
        let opening = openings.load(ordering: .relaxed) + 1
        let seconds = limits.ejectSeconds * Double(1 << min(opening - 1, 4))
        let next = nanoseconds + Int64(seconds * 1e9)
        guard openUntil.compareExchange(expected: until, desired: next, ordering: .relaxed).exchanged else { return }
        openings.store(opening, ordering: .relaxed)
        unwell.store(0, ordering: .relaxed)
    }
}
