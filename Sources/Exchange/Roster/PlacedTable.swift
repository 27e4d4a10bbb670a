import Database
package import Gateway
import Logging
import Synchronization
import Vocabulary
import Web

/// The table of the gateway with what other nodes grant, and with their addresses as the roster has them.
extension Exchange {
    /// Calls back with the table of now, and again after every change of it, of the roster or of what other nodes
    /// grant, until cancelled. What `use` throws is logged; the table of before stays until it is tried again.
    ///
    /// - Parameter feed: calls back with the table of the grants at every change.
    package func eachPlacedTable(
        of feed: @escaping @Sendable (@escaping @Sendable (Table) async throws -> Void) async -> Void,
        _ use: @escaping @Sendable (Table) async throws -> Void
    ) async {
        let latest = LatestTable()
        let changed = Bell()
        await withTaskGroup { group in
            group.addTask { [self] in
                await feed { [self] table in
                    latest.table = table
                    passOn(table)
                    changed.ring()
                }
            }
            for bell in [bells.roster, bells.granted] {
                let heard = bell.count
                group.addTask {
                    var heard = heard
                    while !Task.isCancelled {
                        await bell.next(after: heard)
                        heard = bell.count
                        changed.ring()
                    }
                }
            }
            // One after another: of two at once, the older might be put in force last.
            group.addTask { [self] in await useEach(latest, after: changed, use) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Uses the latest table after each ring, until cancelled; again, less and less often, when it is not taken.
    private func useEach(
        _ latest: LatestTable, after changed: Bell, _ use: @Sendable (Table) async throws -> Void
    ) async {
        var (heard, failures) = (0, 0)
        while !Task.isCancelled {
            if failures == 0 {
                await changed.next(after: heard)
            } else {
                await changed.next(after: heard, within: .seconds(0.5 * Double(1 << failures)))
            }
            heard = changed.count
            guard let table = latest.table, !Task.isCancelled else { continue }
            do {
                try await use(try await reaching(table))
                failures = 0
            } catch {
                failures = min(failures + 1, 6)
                logger.error("a table is not taken", metadata: ["exchange.cause": "\(error)"])
            }
        }
    }

    /// The table of this moment, for a gateway that begins: it must not listen before it knows anybody.
    package func tableOfNow() async throws -> Table {
        _ = try await roster()
        try await recallGranted()
        let table = try await database.read { [self] in try gatewayTable(in: $0) }
        return try await reaching(table)
    }

    /// Where another node stands says the roster, and nobody else.
    package func placing(_ table: Table) -> Table {
        let roster = rosters.known?.roster
        var table = table
        table.services = table.services.map { service in
            guard service.upstreams.contains(where: { $0.node != nil }) else { return service }
            return service.standing(
                at: service.upstreams.compactMap { upstream in
                    guard let node = upstream.node else { return upstream }
                    guard let place = roster?.member(ID(node))?.gateway else { return nil }
                    return Upstream(
                        host: place.host, port: place.port, security: .pinned(place.tlsPin), mayBePrivate: true,
                        node: node)
                }, answering: settings.farAnswerSeconds)
        }
        return table
    }
}

extension Service {
    /// - Parameter seconds: how long a node may take; one that hangs is named well before the caller gives up.
    fileprivate func standing(at upstreams: [Upstream], answering seconds: Double) -> Service {
        var limits = limits
        limits.answerSeconds = min(limits.answerSeconds, seconds)
        return Service(
            id: id, provider: provider, code: code, path: path, operations: operations, upstreams: upstreams,
            limits: limits)
    }
}

private final class LatestTable: Sendable {
    private let held = Mutex<Table?>(nil)

    var table: Table? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
