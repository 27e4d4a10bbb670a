import Crypto
import Gateway
import Vocabulary

/// Who may publish and who may follow which type, compiled from the grants in force: the same table that the gateway
/// runs on. An event type is a service there with two operations, `publish:TYPE` and `follow:TYPE`.
struct EventRights: Sendable {
    /// An application with what its grants give it.
    struct Application: Sendable {
        let id: String
        let name: SubsystemName
        /// The node at which it lives, when that is another one.
        let node: ID<Organisation>?
        var publishes: [String: [Span]] = [:]
        var follows: [String: [Span]] = [:]
        /// The grants to follow a type, those that give nothing now with them.
        var followed: [String: [Grant]] = [:]

        func mayPublish(_ type: String, at now: Instant) -> Bool {
            publishes[type]?.contains { $0.holds(now) } ?? false
        }

        func mayFollow(_ type: String, at now: Instant) -> Bool { follows[type]?.contains { $0.holds(now) } ?? false }

        /// Whether an event that happened then may be given to it now: a grant is in force now that was so then too.
        func mayHear(_ type: String, of moment: Instant, at now: Instant) -> Bool {
            follows[type]?.contains { $0.holds(now) && $0.from <= moment } ?? false
        }
    }

    /// For how long a grant holds.
    struct Span: Sendable, Hashable {
        let grant: String
        let from: Instant
        let until: Instant

        func holds(_ now: Instant) -> Bool { from <= now && now < until }
    }

    private(set) var applications: [String: Application] = [:]
    private var byKey: [[UInt8]: String] = [:]
    private var byClient: [String: String] = [:]
    /// For types of other nodes: whose they are.
    private var homes: [String: ID<Organisation>] = [:]

    /// All applications, services with events, and grants for these.
    private var rows = TableRows()

    init() {}

    init(_ table: Table) { _ = take(TableChange(whole: table)) }

    /// - Returns: whether the change says something of applications or events.
    mutating func take(_ change: TableChange) -> Bool {
        var events = change
        events.services = change.services.filter { $0.operations.contains { EventRights.type(in: $0.id) != nil } }
        // One that has no events any more is gone here.
        let names = Set(events.services.map(\.id))
        events.gone.services += change.services.map(\.id).filter { !names.contains($0) }
        events.gone.services = events.gone.services.filter { rows.services[$0] != nil }
        events.grants = change.grants.filter { names.contains($0.service) || rows.services[$0.service] != nil }
        // A grant that is for another service now is none of an event any more.
        let kept = Set(events.grants.map(\.id))
        let moved = change.grants.map(\.id).filter { !kept.contains($0) }
        events.gone.grants = (events.gone.grants + moved).filter { rows.grants[$0] != nil }
        guard !events.isEmpty else { return false }
        rows.take(events)
        compile()
        return true
    }

    private mutating func compile() {
        (applications, byKey, byClient, homes) = ([:], [:], [:], [:])
        for consumer in rows.consumers.values {
            var node: ID<Organisation>?
            for credential in consumer.credentials {
                switch credential {
                case .apiKey(let digest): byKey[digest] = consumer.id
                case .oauthClient(let client): byClient[client] = consumer.id
                case .signer(let text) where text.hasPrefix("node:"):
                    node = ID(String(text.dropFirst(5).prefix { $0 != " " }))
                case .signer, .certificate: break
                }
            }
            applications[consumer.id] = Application(id: consumer.id, name: consumer.name, node: node)
        }
        for grant in rows.grants.values.sorted(by: { $0.id < $1.id }) {
            guard let service = rows.services[grant.service] else { continue }
            let spans = grant.periods.map { Span(grant: grant.id, from: $0.from, until: $0.until) }
            for operation in service.operations where grant.operations?.contains(operation.id) ?? true {
                for span in spans { add(operation.id, span, to: grant.consumer) }
                if operation.id.hasPrefix("follow:") {
                    applications[grant.consumer]?.followed[String(operation.id.dropFirst(7)), default: []].append(grant)
                }
                guard !grant.hasEnded else { continue }
                guard let node = service.upstreams.compactMap(\.node).first else { continue }
                if let type = EventRights.type(in: operation.id) { homes[type] = ID(node) }
            }
        }
    }

    private mutating func add(_ operation: String, _ span: Span, to consumer: String) {
        if operation.hasPrefix("follow:") {
            applications[consumer]?.follows[String(operation.dropFirst(7)), default: []].append(span)
        } else if operation.hasPrefix("publish:") {
            applications[consumer]?.publishes[String(operation.dropFirst(8)), default: []].append(span)
        }
    }

    static func type(in operation: String) -> String? {
        for word in ["follow:", "publish:"] where operation.hasPrefix(word) {
            return String(operation.dropFirst(word.count))
        }
        return nil
    }

    func application(withKey key: String) -> Application? {
        byKey[SHA256.hash(data: Array(key.utf8)).map { $0 }].flatMap { applications[$0] }
    }

    func application(ofClient client: String) -> Application? { byClient[client].flatMap { applications[$0] } }

    /// Whose type it is, when it is another node's.
    func home(of type: String) -> ID<Organisation>? { homes[type] }

    /// Who may follow a type now, by name.
    func followers(of type: String, at now: Instant) -> [Application] {
        applications.values.filter { $0.mayFollow(type, at: now) }.sorted { $0.name.description < $1.name.description }
    }

    func publishers(of type: String, at now: Instant) -> [Application] {
        applications.values.filter { $0.mayPublish(type, at: now) }.sorted { $0.name.description < $1.name.description }
    }

    /// The other nodes at which somebody may follow a type now, each with the moment from which it may.
    func nodes(following type: String, of moment: Instant, at now: Instant) -> Set<ID<Organisation>> {
        Set(applications.values.filter { $0.mayHear(type, of: moment, at: now) }.compactMap(\.node))
    }
}
