import Synchronization

/// How one instance of a service fares, as all loops together see it. Lives on when the table is swapped.
///
/// It is a breaker: closed while calls succeed; open, so that nobody is sent there, after so many failures in a row;
/// then half open: one call may try, and its outcome decides.
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
    private let failures = Atomic<Int>(0)
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

    func succeeded() {
        if failures.load(ordering: .relaxed) != 0 { failures.store(0, ordering: .relaxed) }
        if openUntil.load(ordering: .relaxed) != 0 {
            openUntil.store(0, ordering: .relaxed)
            openings.store(0, ordering: .relaxed)
        }
    }

    func failed(_ nanoseconds: Int64) {
        let count = failures.wrappingAdd(1, ordering: .relaxed).newValue
        let until = openUntil.load(ordering: .relaxed)
        guard count >= limits.failuresToEject || until != 0, until <= nanoseconds else { return }
        let opening = openings.wrappingAdd(1, ordering: .relaxed).newValue
        let seconds = limits.ejectSeconds * Double(1 << min(opening - 1, 4))
        openUntil.store(nanoseconds + Int64(seconds * 1e9), ordering: .relaxed)
    }
}
