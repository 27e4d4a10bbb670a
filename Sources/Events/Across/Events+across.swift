import Gateway
import Ledger
import Logging
import Contracts
import Web
package import Database
package import Exchange
import StrictJSON
package import Vocabulary

/// Events between nodes: signed facts over the road that nodes have already, delivered once by (source, id).
extension Events {
    package static let mediaType = CloudEvent.mediaType

    /// Gives events to the nodes at which somebody follows their type, or, of a type that is another node's, to that
    /// node. The cursor moves in the transaction that publishes, so nothing is left out and nothing goes twice.
    func forward() async throws {
        var position: Int64
        if let known = try await database.read({ try EventStates.value(.forwarded, in: $0) }) {
            position = known
        } else {
            position = store.bounds.last
            try await writeForwarded(position, [])
        }
        // Before the grants are there nobody seems to follow anything, and the cursor would pass what is theirs.
        while !knowsRights, !Task.isCancelled {
            let heard = rightsChanged.count
            if !knowsRights { await rightsChanged.next(after: heard) }
        }
        var written = position
        while !Task.isCancelled {
            let heard = store.bell.count
            let page = try await store.events(after: position, types: nil, limit: 500, bytes: 2 << 20)
            let drafts = try page.events.compactMap(draft)
            if !drafts.isEmpty || page.next - written >= 1000 {
                try await writeForwarded(page.next, drafts)
                written = page.next
            }
            position = page.next
            if position >= store.bounds.last { await store.bell.next(after: heard) }
        }
    }

    private func writeForwarded(_ position: Int64, _ drafts: [FactDraft]) async throws {
        let publish = neighbours.publish
        try await database.write { tx in
            if !drafts.isEmpty { try publish(drafts, tx) }
            try EventStates.set(.forwarded, position, in: tx)
        }
        if !drafts.isEmpty { neighbours.ring() }
    }

    private func draft(_ event: StoredEvent) throws -> FactDraft? {
        let rights = rights
        var nodes: Set<ID<Organisation>>
        if types[event.type] != nil {
            nodes = rights.nodes(following: event.type, of: event.at, at: now())
            if let node = ForeignPublisher.node(of: event.publisher) { nodes.remove(node) }
        } else {
            guard ForeignPublisher.node(of: event.publisher) == nil, let home = rights.home(of: event.type) else {
                return nil
            }
            nodes = [home]
        }
        nodes.remove(organisation)
        guard !nodes.isEmpty else { return nil }
        return FactDraft(
            id: ForeignPublisher.factID(of: event), version: event.at.rfc3339, mediaType: Events.mediaType,
            tlp: .amberStrict, recipients: .named(nodes), bytes: event.bytes)
    }

    /// Takes an event that another node gave us: for `Exchange.onArrival`. The same (source, id) of the same publisher
    /// is taken once.
    ///
    /// Throws for what that node may not send: a type that is not its own, or that nobody there may publish. What
    /// cannot be told yet, because the grants are not known here, waits until it can.
    package func receive(_ fact: Fact, in tx: any Transaction) throws {
        guard fact.origin != organisation else { return }
        let event = try CloudEvent(structured: fact.bytes)
        let at = now()
        if let misfit = types[event.type]?.misfits(event).first {
            throw ArrivalRefusal.misfit(misfit.pointer, misfit.code)
        }
        switch verdict(on: event.type, from: fact.origin) {
        case .take: break
        case .refuse(let refusal): throw refusal
        case .wait:
            let waiting = try tx.row(
                "SELECT COUNT(*) AS n FROM events_arrival WHERE position IS NULL AND origin = \(fact.origin)")
            guard try waiting?.get("n", as: Int.self) ?? 0 < settings.waitingArrivalsMax else {
                throw ArrivalRefusal.otherHome(event.type)
            }
        }
        let seq = try tx.row("SELECT COALESCE(MAX(seq), 0) + 1 AS seq FROM events_arrival")?.get("seq", as: Int64.self)
        try tx.execute(
            """
            INSERT INTO events_arrival (publisher, source, event, seq, origin, type, bytes, at)
            VALUES (\(ForeignPublisher.name(fact.id, at: fact.origin)), \(event.source), \(event.id), \(seq ?? 1),
                \(fact.origin), \(event.type), \(event.structured), \(at))
            ON CONFLICT (publisher, source, event) DO NOTHING
            """)
    }

    private enum Verdict {
        case take, wait
        case refuse(ArrivalRefusal)
    }

    /// Whether a node may give us events of a type: its own, or one of ours for which somebody there has a grant.
    private func verdict(on type: String, from origin: ID<Organisation>) -> Verdict {
        guard knowsRights else { return .wait }
        let (rights, at) = (rights, now())
        if types[type] != nil {
            let isPublisher = rights.publishers(of: type, at: at).contains { $0.node == origin }
            return isPublisher ? .take : .refuse(.noGrant(type))
        }
        // An event may be faster than the word of the grant under which it comes.
        guard let home = rights.home(of: type) else { return .wait }
        return home == origin ? .take : .refuse(.otherHome(type))
    }

    /// Says that facts may have arrived.
    package func ring() { arrivals.ring() }

    /// Brings what arrived into the log. The log knows what it has, so a step that is done again does nothing.
    func takeArrivals() async throws {
        while !Task.isCancelled {
            let heard = arrivals.count
            var last: Int64 = 0
            while let next = try await takeSome(after: last) { last = next }
            await arrivals.next(after: heard, within: .seconds(30))
        }
    }

    private struct Arrived: Sendable {
        let seq: Int64
        let origin: ID<Organisation>
        let at: Instant
        let event: NewEvent
    }

    /// - Returns: up to where it looked; nil when nothing more waits.
    private func takeSome(after last: Int64) async throws -> Int64? {
        let some = try await database.read { tx in
            try tx.rows(
                """
                SELECT seq, publisher, source, event, origin, type, bytes, at FROM events_arrival
                WHERE position IS NULL AND seq > \(last) ORDER BY seq LIMIT 200
                """
            ).map { row in
                let origin: String = try row.get("origin")
                return Arrived(
                    seq: try row.get("seq"), origin: ID(origin), at: try row.get("at"),
                    event: NewEvent(
                        type: try row.get("type"), source: try row.get("source"), id: try row.get("event"),
                        publisher: try row.get("publisher"), bytes: try row.get("bytes")))
            }
        }
        guard !some.isEmpty else { return nil }
        var places: [Int64: Int64] = [:]
        var wanted: [Arrived] = []
        let now = now()
        for arrived in some {
            switch verdict(on: arrived.event.type, from: arrived.origin) {
            case .take: wanted.append(arrived)
            case .wait where arrived.at.adding(seconds: settings.unknownHomeSeconds) > now: continue
            case .wait, .refuse:
                logger.notice(
                    "an event of another node is not taken",
                    metadata: ["events.type": "\(arrived.event.type)", "events.origin": "\(arrived.origin)"])
                places[arrived.seq] = 0
            }
        }
        for (arrived, position) in zip(wanted, try await append(wanted.map(\.event))) {
            places[arrived.seq] = position
        }
        let taken = places
        try await database.write { tx in
            for (seq, position) in taken {
                try tx.execute(
                    "UPDATE events_arrival SET position = \(position), bytes = NULL WHERE seq = \(seq)")
            }
        }
        return some.count == 200 ? some.last?.seq : nil
    }

    /// All at once, which is one wait for the disk; one by one only when the log refuses one of them.
    ///
    /// - Returns: the position of each; 0 for what the log refuses.
    private func append(_ events: [NewEvent]) async throws -> [Int64] {
        do {
            return try await store.append(events).map(\.position)
        } catch EventStoreFault.otherContent, EventStoreFault.tooLarge {
            // The same publisher used the same source and id for something else: the first stands.
            guard events.count > 1 else { return [0] }
            var positions: [Int64] = []
            for event in events { positions += try await append([event]) }
            return positions
        }
    }
}

/// Why an event of another node is set aside.
enum ArrivalRefusal: Error, CustomStringConvertible {
    case noGrant(String)
    case otherHome(String)
    case misfit(String, String)

    var description: String {
        switch self {
        case .noGrant(let type): "nobody at that node may publish \(type)"
        case .otherHome(let type): "\(type) is another node's"
        case .misfit(let pointer, let code): "the data does not fit its schema: \(code) at \(pointer)"
        }
    }
}
