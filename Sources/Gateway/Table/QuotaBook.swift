import Ledger
import StrictJSON
import Synchronization
import Vocabulary

/// What was used of quotas, for meters that begin: after a restart, or when a suspended grant comes back.
final class QuotaBook: Sendable {
    struct Count: Sendable, Hashable {
        var windowSeconds: Int64
        /// Which window since 1970 it is of.
        var window: Int64
        var used: Int64

        func isOver(_ now: Instant) -> Bool { Quota.window(windowSeconds, at: now) > window }
    }

    private let counts = Mutex<[String: Count]>([:])

    func note(_ grant: String, _ count: Count) { counts.withLock { $0[grant] = count } }

    /// One call more, as its leaf tells.
    func add(_ grant: String, windowSeconds: Int64, at began: Instant) {
        let window = Quota.window(windowSeconds, at: began)
        counts.withLock { counts in
            var count = counts[grant] ?? Count(windowSeconds: windowSeconds, window: window, used: 0)
            guard count.windowSeconds == windowSeconds, count.window <= window else { return }
            if count.window < window { count = Count(windowSeconds: windowSeconds, window: window, used: 0) }
            count.used += 1
            counts[grant] = count
        }
    }

    /// A meter that goes on where the one of before ended.
    func meter(for grant: Grant) -> Meter {
        guard let quota = grant.quota, let count = counts.withLock({ $0[grant.id] }),
            count.windowSeconds == quota.windowSeconds
        else { return Meter() }
        return Meter(window: count.window, used: count.used)
    }

    /// What a grant used that is not in the table any more: it may come again.
    func note(_ grant: CompiledGrant) {
        guard let quota = grant.grant.quota else { return }
        note(grant.grant.id, grant.meter.count(quota))
    }

    /// What is counted now by the table's meters, and of grants that are not in it, as long as their windows last.
    func take(from table: CompiledTable, at now: Instant) -> [String: Count] {
        counts.withLock { counts in
            for grant in table.parts.grants.all {
                guard let quota = grant.grant.quota else { continue }
                let count = grant.meter.count(quota)
                counts[grant.grant.id] =
                    count.isOver(now)
                    ? Count(
                        windowSeconds: quota.windowSeconds, window: Quota.window(quota.windowSeconds, at: now), used: 0)
                    : count
            }
            counts = counts.filter { !$0.value.isOver(now) }
            return counts
        }
    }
}

extension Quota {
    /// Windows begin with the day of Vietnam.
    static func local(_ now: Instant) -> Int64 { now.seconds + 7 * 3600 }
    static func window(_ seconds: Int64, at now: Instant) -> Int64 { local(now) / seconds }
}

/// Quotas outlive the program: what was used is written down now and then, with how long the log was at that moment;
/// the leaves from there on tell the rest.
///
/// The length is read before the counts, so a call is never forgotten; one that was open at that moment may be counted
/// twice after a crash. After an orderly stop all is exact.
extension Gateway {
    /// For `recall`, after the next start.
    package func quotasInUse() -> [UInt8] {
        let size = core.ledger.checkpoint.size
        let counts = core.quotas.take(from: table, at: core.now()).sorted { $0.key < $1.key }
        let members = counts.map { grant, count in
            JSON.Member(
                grant,
                [
                    "seconds": .integer(count.windowSeconds), "window": .integer(count.window),
                    "used": .integer(count.used),
                ])
        }
        return (["size": .integer(size), "grants": .object(members)] as JSON).canonical()
    }

    /// Before the gateway is given its first table.
    ///
    /// - Parameter saved: what `quotasInUse` said last; nil when there is nothing of it, then the whole log is counted.
    package func recall(_ saved: [UInt8]?) async throws {
        guard let saved else { return try await countLeaves(from: 0, [:]) }
        let json = try JSONDocument(saved).root
        var seconds: [String: Int64] = [:]
        for (grant, count) in try json.requireObject("grants").requireMembers() {
            let known = QuotaBook.Count(
                windowSeconds: try count.requireInteger("seconds"), window: try count.requireInteger("window"),
                used: try count.requireInteger("used"))
            guard known.windowSeconds > 0 else { continue }
            core.quotas.note(grant, known)
            seconds[grant] = known.windowSeconds
        }
        try await countLeaves(from: try json.requireInteger("size"), seconds)
    }

    /// A grant without an entry is younger than it: what was used of it is counted by the day.
    private func countLeaves(from start: Int64, _ known: [String: Int64]) async throws {
        var (start, seen) = (max(start, 0), Set<String>())
        let end = core.ledger.checkpoint.size
        while start < end {
            let stop = min(start + 512, end)
            for (place, leaf) in try await core.ledger.entries(start..<stop).enumerated() {
                guard let exchange = RecordedExchange(leaf, index: start + Int64(place)),
                    seen.insert(exchange.call).inserted
                else { continue }
                core.quotas.add(exchange.grant, windowSeconds: known[exchange.grant] ?? 86_400, at: exchange.began)
            }
            start = stop
        }
    }
}
