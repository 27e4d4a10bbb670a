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

    init() {}

    init(_ table: Table) {
        for consumer in table.consumers {
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
        let services = Dictionary(table.services.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for grant in table.grants {
            guard let service = services[grant.service] else { continue }
            let span = Span(grant: grant.id, from: grant.from, until: grant.until)
            for operation in service.operations where grant.operations?.contains(operation.id) ?? true {
                add(operation.id, span, to: grant.consumer)
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

    private static func type(in operation: String) -> String? {
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
