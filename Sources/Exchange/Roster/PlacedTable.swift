import Database
package import Gateway
import Identity
import Logging
package import Vocabulary
import Web

/// The table of the gateway with what other nodes grant, and with their addresses as the roster has them.
extension Exchange {
    /// Calls back with the table of now, and then with what is other after every change of it, of the roster or of what
    /// other nodes grant, until cancelled. What `use` throws is logged, and all of the table is handed over again, less
    /// and less often; so it is after each change when rows had to be left out.
    ///
    /// - Parameters:
    ///   - feed: calls back with the table of the grants, and with what is other in it at every change.
    ///   - use: says whether all rows are in force.
    package func eachPlacedTable(
        of feed: @escaping @Sendable (@escaping @Sendable (TableChange) async throws -> Void) async -> Void,
        _ use: @escaping @Sendable (TableChange) async throws -> Bool
    ) async {
        let book = PlacedBook()
        let changed = Bell()
        await withTaskGroup { group in
            group.addTask { [self] in
                await feed { [self] change in
                    let (new, nodes) = book.take(change)
                    if nodes?.isEmpty != true { passOn(new, for: nodes) }
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
            group.addTask { [self] in await useEach(book, after: changed, use) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Uses what is other after each ring, until cancelled; all again, less and less often, when it is not taken.
    private func useEach(
        _ book: PlacedBook, after changed: Bell, _ use: @Sendable (TableChange) async throws -> Bool
    ) async {
        var (heard, failures) = (0, 0)
        while !Task.isCancelled {
            if failures == 0 {
                await changed.next(after: heard)
            } else {
                await changed.next(after: heard, within: .seconds(0.5 * Double(1 << failures)))
            }
            heard = changed.count
            guard book.isBegun, !Task.isCancelled else { continue }
            do {
                let register = try await authorization.organisations()
                let rules = try await callRules()
                let ended = try await database.read { [self] in try endedHere(in: $0) }
                let change = book.next { [self] ground in
                    let joined = joined(to: ground, register, rules, without: ended)
                    let own = ground.elsewhere.compactMap { ground.rows.services[$0] }
                    return ((own + joined.services).map { placing($0) }, joined.grants)
                }
                if !change.isEmpty, try await !use(change) { book.forget() }
                failures = 0
            } catch {
                book.forget()
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
    func placing(_ service: Service) -> Service {
        guard service.standsElsewhere else { return service }
        let roster = rosters.known?.roster
        return service.standing(
            at: service.upstreams.compactMap { upstream in
                guard let node = upstream.node else { return upstream }
                guard let place = roster?.member(ID(node))?.gateway else { return nil }
                return Upstream(
                    host: place.host, port: place.port, security: .pinned(place.tlsPin), mayBePrivate: true,
                    node: node)
            }, answering: settings.farAnswerSeconds)
    }
}

extension Service {
    /// - Parameter seconds: how long a node may take of whose service nobody said otherwise; one that hangs is named
    ///   well before the caller gives up.
    fileprivate func standing(at upstreams: [Upstream], answering seconds: Double) -> Service {
        var limits = limits
        if limits.chosen(.answerSeconds) == nil { limits.answerSeconds = min(limits.answerSeconds, seconds) }
        return Service(
            id: id, provider: provider, code: code, path: path, operations: operations, upstreams: upstreams,
            limits: limits)
    }
}
