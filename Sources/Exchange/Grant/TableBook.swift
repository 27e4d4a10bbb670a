import Database
import Gateway
import Identity
import Synchronization
import Vocabulary

/// What the gateway was told and under which revision, so that of the next change only those rows are read that are
/// other since: applications, versions and grants that were noted, and grants of which a moment has passed.
final class TableBook: Sendable {
    /// What is other, and what the book says when that is in force.
    struct Step: Sendable {
        var change = TableChange()
        fileprivate var revision: Int64
        /// All that the book says; nil when it goes on.
        fileprivate var whole: GatewayTable?
        fileprivate var offers: [ID<ServiceVersion>: GatewayTable.Offer?] = [:]
        fileprivate var callers: [ID<Application>: GatewayTable.Caller?] = [:]
        fileprivate var moments: [ID<AccessGrant>: Instant?] = [:]
    }

    private struct State {
        /// Nil when all has to be read.
        var revision: Int64?
        var known = GatewayTable()
        /// The first of its moments.
        var goodUntil = Instant.distantFuture
    }

    /// With more rows than this, reading all at once costs less than reading each.
    private static let rowsLimit = 1000
    private let state = Mutex(State())

    /// What has to be handed over now; nil for nothing.
    func next(for exchange: Exchange, at now: Instant, in tx: any Transaction) throws -> Step? {
        let current = try RegistryRevision.current(in: tx)
        let (revision, known, goodUntil) = state.withLock { ($0.revision, $0.known, $0.goodUntil) }
        let rules = try exchange.authorization.calls(now, tx)
        // Other policies are other answers about everybody, and so is the day from which on proofs are asked for.
        guard let revision, known.rules?.say(theSameAs: rules) == true,
            try known.needsProof == ProofRule.isInForce(at: now, in: tx)
        else {
            return try TableBook.whole(for: exchange, current, at: now, in: tx)
        }
        var rows = Rows()
        if now >= goodUntil { rows.grants.formUnion(known.moments.filter { $0.value <= now }.keys) }
        if current != revision {
            let noted = try RegistryRevision.noted(since: revision, in: tx)
            // Somebody changed it without saying what.
            guard !noted.isEmpty else { return try TableBook.whole(for: exchange, current, at: now, in: tx) }
            for (kind, id) in noted { rows.add(kind, id) }
        }
        if rows.count > TableBook.rowsLimit { return try TableBook.whole(for: exchange, current, at: now, in: tx) }
        guard current != revision || rows.count > 0 else { return nil }
        var step = Step(revision: current)
        try step.read(&rows, known, exchange, at: now, in: tx)
        return step
    }

    private static func whole(
        for exchange: Exchange, _ revision: Int64, at now: Instant, in tx: any Transaction
    ) throws -> Step {
        let made = try exchange.compiledTable(at: now, in: tx)
        return Step(change: TableChange(whole: made.table), revision: revision, whole: made)
    }

    func take(_ step: Step) {
        state.withLock { state in
            state.revision = step.revision
            if var whole = step.whole {
                whole.table = Table()
                state.known = whole
            }
            for (id, offer) in step.offers { state.known.offers[id] = offer }
            for (id, caller) in step.callers { state.known.callers[id] = caller }
            for (id, moment) in step.moments { state.known.moments[id] = moment }
            state.goodUntil = state.known.moments.values.min() ?? .distantFuture
        }
    }

    /// What was handed over is not in force: all has to be handed over again.
    func forget() { state.withLock { $0 = State() } }

    /// Which rows have to be read.
    fileprivate struct Rows {
        var applications = Set<ID<Application>>()
        var versions = Set<ID<ServiceVersion>>()
        var grants = Set<ID<AccessGrant>>()

        var count: Int { applications.count + versions.count + grants.count }

        mutating func add(_ kind: RegistryRevision.Kind, _ id: String) {
            switch kind {
            case .application: applications.insert(ID(id))
            case .version: versions.insert(ID(id))
            case .grant: grants.insert(ID(id))
            }
        }
    }
}

extension TableBook.Step {
    fileprivate mutating func read(
        _ rows: inout TableBook.Rows, _ known: GatewayTable, _ exchange: Exchange, at now: Instant,
        in tx: any Transaction
    ) throws {
        // What its grants give hangs on a version's operations, and on whether there is such an application at all.
        for id in rows.versions {
            let offered = try ServiceStore.offered(id, in: tx).flatMap { $0.isOpen ? $0 : nil }
            let offer: GatewayTable.Offer? = try offered.map { try exchange.offer($0, in: tx) }
            offers.updateValue(offer, forKey: id)
            rows.grants.formUnion(try GrantStore.using(id, in: tx).map(\.id))
        }
        for id in rows.applications {
            let application = try ApplicationStore.application(id, in: tx).flatMap { $0.endedAt == nil ? $0 : nil }
            let caller: GatewayTable.Caller? = try application.map {
                exchange.caller(
                    $0, try ApplicationStore.credentials(of: id, in: tx), needsProof: known.needsProof)
            }
            callers.updateValue(caller, forKey: id)
            // Of one that stays where it is only its credentials are other.
            if let old = known.callers[id], let caller, old.application.node == caller.application.node { continue }
            rows.grants.formUnion(try GrantStore.held(by: id, in: tx).map(\.id))
        }
        // Only what the grants of the change ask of the rows that stay.
        var part = GatewayTable(known.rules, needsProof: known.needsProof)
        part.offers = offers.compactMapValues { $0 }
        part.callers = callers.compactMapValues { $0 }
        var found: [Grant] = []
        for id in rows.grants {
            guard let grant = try GrantStore.grant(id, in: tx) else { continue }
            moments.updateValue(grant.nextMoment(after: now), forKey: id)
            if offers[grant.version] == nil { part.offers[grant.version] = known.offers[grant.version] }
            if callers[grant.application] == nil { part.callers[grant.application] = known.callers[grant.application] }
            if let row = part.row(of: grant, at: now) { found.append(row) }
        }
        let table = try exchange.possible(
            Table(
                consumers: part.callers.values.map(\.consumer).sorted { $0.id < $1.id },
                services: part.offers.values.map(\.service).sorted { $0.id < $1.id },
                grants: found.sorted { $0.id < $1.id }))
        change.consumers = table.consumers.filter { callers[ID($0.id)] != nil }
        change.services = table.services.filter { offers[ID($0.id)] != nil }
        change.grants = table.grants
        change.gone.consumers = TableBook.Step.missing(callers.keys.map(\.text), change.consumers.map(\.id))
        change.gone.services = TableBook.Step.missing(offers.keys.map(\.text), change.services.map(\.id))
        change.gone.grants = TableBook.Step.missing(rows.grants.map(\.text), change.grants.map(\.id))
    }

    private static func missing(_ ids: [String], _ here: [String]) -> [String] {
        Set(ids).subtracting(here).sorted()
    }
}
