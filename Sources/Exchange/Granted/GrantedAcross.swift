import Gateway
import StrictJSON
import Vocabulary

/// What the applications of one other node may call here: services and grants as that node's gateway needs them. The
/// provider's node says it, signed; the other puts it into its own table, where its applications have their keys.
struct GrantedAcross: Sendable {
    var services: [Service] = []
    /// With the X-Road name of the application in place of its id: the other node has an id of its own for it.
    var grants: [Grant] = []

    static let mediaType = "application/vnd.truc.granted+json"

    var isEmpty: Bool { grants.isEmpty }

    /// By node, from the table of the provider's own gateway.
    ///
    /// - Parameter nodes: of which nodes; nil for all.
    static func all(
        in rows: TableRows, for nodes: Set<ID<Organisation>>? = nil
    ) -> [ID<Organisation>: GrantedAcross] {
        var homes: [String: ID<Organisation>] = [:]
        for consumer in rows.consumers.values {
            if let node = consumer.node, nodes?.contains(node) ?? true { homes[consumer.id] = node }
        }
        var found: [ID<Organisation>: GrantedAcross] = [:]
        var seen = Set<String>()
        let grants = homes.isEmpty ? [] : rows.grants.values.filter { homes[$0.consumer] != nil }
        for grant in grants.sorted(by: { $0.id < $1.id }) {
            // What another node offers is that node's to pass on.
            guard let node = homes[grant.consumer], let name = rows.consumers[grant.consumer]?.name,
                let service = rows.services[grant.service], !service.standsElsewhere
            else { continue }
            found[node, default: GrantedAcross()].grants.append(grant.held(by: name.description))
            if seen.insert("\(node) \(service.id)").inserted { found[node]?.services.append(service) }
        }
        return found
    }

    /// Of which nodes' documents something may be other by this change of these rows.
    static func nodes(touchedBy change: TableChange, of rows: TableRows) -> Set<ID<Organisation>> {
        var consumers = Set(change.grants.map(\.consumer) + change.consumers.map(\.id) + change.gone.consumers)
        consumers.formUnion(change.gone.grants.compactMap { rows.grants[$0]?.consumer })
        consumers.formUnion(change.grants.compactMap { rows.grants[$0.id]?.consumer })
        let services = Set(change.services.map(\.id) + change.gone.services)
        if !services.isEmpty {
            for grant in rows.grants.values where services.contains(grant.service) { consumers.insert(grant.consumer) }
        }
        let nodes = consumers.compactMap { rows.consumers[$0]?.node }
        return Set(nodes + change.consumers.compactMap(\.node))
    }

    /// The table with what may be called at `node`, for those applications that are registered here, too.
    ///
    /// - Parameter isTheirs: whether a provider, by its member code, is one that the node speaks for.
    func joined(
        to table: Table, from node: ID<Organisation>, where isTheirs: (String) -> Bool = { _ in true }
    ) -> Table {
        var joined = JoinedRows(to: JoinGround(table))
        joined.join(self, from: node, where: isTheirs)
        var table = table
        table.services += joined.services
        table.grants += joined.grants
        return table
    }

    /// Whether all of it can be in force in a table: checked once, with a consumer of each name that it tells of, whose
    /// ids are as long as ids are here.
    func check(from node: ID<Organisation>) throws {
        let names = Set(grants.map(\.consumer)).sorted()
        let consumers = try names.enumerated().map { place, name in
            let number = "\(place)"
            return Consumer(
                id: String(repeating: "0", count: max(0, 36 - number.count)) + number,
                name: try SubsystemName(spelled: name), credentials: [])
        }
        let byName = Dictionary(zip(names, consumers.map(\.id)), uniquingKeysWith: { first, _ in first })
        _ = try CompiledTable(
            Table(
                consumers: consumers, services: services.map { $0.standing(at: node.text, under: $0.path) },
                grants: grants.map { $0.held(by: byName[$0.consumer] ?? "") }))
    }
}

extension Grant {
    func held(by consumer: String) -> Grant {
        var grant = self
        grant.consumer = consumer
        return grant
    }

    func giving(_ operations: Set<String>?) -> Grant {
        var grant = self
        grant.operations = operations
        return grant
    }
}

extension Service {
    /// Whether another node's gateway is called for it.
    var standsElsewhere: Bool { upstreams.contains { $0.node != nil } }

    func standing(at node: String, under path: String) -> Service {
        Service(
            id: id, provider: provider, code: code, path: path, operations: operations,
            upstreams: [Upstream(host: "node", port: 443, mayBePrivate: true, node: node)], limits: limits.across)
    }
}

extension ServiceLimits {
    /// What a provider's node says of a service's limits: those that its calls feel. How it watches its instances is
    /// its own affair.
    fileprivate static let told = ServiceLimit.allCases.filter(\.boundsCalls)
    /// So much longer an answer is waited for than at the provider's node, whose own refusal then comes first.
    private static let farSeconds: Double = 5
    /// The longest answer from a node that says nothing of limits.
    static let farResponseBytes: Int64 = 1 << 34

    /// As the consumer's node keeps them.
    fileprivate var across: ServiceLimits {
        var limits = ServiceLimits()
        (limits.requestBytes, limits.responseBytes) = (requestBytes, responseBytes)
        if chosen(.answerSeconds) != nil { limits.answerSeconds = answerSeconds + ServiceLimits.farSeconds }
        if chosen(.wholeSeconds) != nil {
            limits.wholeSeconds = min(wholeSeconds + ServiceLimits.farSeconds, ServiceLimits.wholeSecondsMax)
        }
        return limits
    }
}

extension Consumer {
    /// The node at which it lives and which speaks for it; nil for one that calls here itself.
    var node: ID<Organisation>? {
        for case .signer(let signer) in credentials where signer.hasPrefix("node:") {
            return ID(String(signer.dropFirst("node:".count).prefix { $0 != " " }))
        }
        return nil
    }
}

// MARK: as JSON

extension GrantedAcross {
    var json: JSON {
        [
            "services": .array(services.sorted { $0.id < $1.id }.map(\.json)),
            "grants": .array(grants.sorted { $0.id < $1.id }.map(\.json)),
        ]
    }

    init(_ bytes: [UInt8]) throws {
        let json = try JSONDocument(
            bytes, limits: JSONLimits(bytes: 16 << 20, depth: 8, nodes: 1_000_000)
        ).root
        services = try json.requireElements("services").map(Service.init(_:))
        grants = try json.requireElements("grants").map(Grant.init(_:))
    }
}

extension SubsystemName {
    init(spelled text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else { throw PeerError.unreadable }
        self.init(instance: parts[0], memberClass: parts[1], member: parts[2], subsystem: parts[3])
    }
}

extension Service {
    fileprivate var json: JSON {
        [
            "id": .string(id), "provider": .string(provider.description), "code": .string(code), "path": .string(path),
            "operations": .array(
                operations.map {
                    ["id": .string($0.id), "method": .string($0.method), "template": .string($0.template)]
                }), "limits": limits.json,
        ]
    }

    fileprivate init(_ json: JSONValue) throws {
        self.init(
            id: try json.requireString("id"), provider: try SubsystemName(spelled: try json.requireString("provider")),
            code: try json.requireString("code"), path: try json.requireString("path"),
            operations: try json.requireElements("operations").map { operation in
                Operation(
                    id: try operation.requireString("id"), method: try operation.requireString("method"),
                    template: try operation.requireString("template"))
            }, upstreams: [], limits: try ServiceLimits(told: try json.optional("limits")))
    }
}

extension ServiceLimits {
    fileprivate var json: JSON {
        .object(
            ServiceLimits.told.map { limit in
                .init(limit.rawValue, limit.isCount ? .integer(Int64(self[limit])) : .number(self[limit]))
            })
    }

    /// What lies outside of our bounds is the nearest that does not. Nodes of before said nothing.
    fileprivate init(told json: JSONValue?) throws {
        self.init()
        guard let json else {
            responseBytes = ServiceLimits.farResponseBytes
            return
        }
        for limit in ServiceLimits.told {
            guard let value = try json.optional(limit.rawValue)?.requireNumber() else { continue }
            self[limit] = min(max(value, limit.bounds.lowerBound), limit.bounds.upperBound)
        }
    }
}

extension Grant {
    fileprivate var json: JSON {
        var json: JSON = [
            "id": .string(id), "client": .string(consumer), "service": .string(service), "purpose": .string(purpose),
            "legalBasis": .string(legalBasis), "from": .integer(from.milliseconds),
            "until": .integer(until.milliseconds),
            "evidence": .string(evidence.rawValue),
        ]
        if let operations { json["operations"] = .array(operations.sorted().map { .string($0) }) }
        if let fields { json["fields"] = .array(fields.sorted().map { .string($0) }) }
        if let rate { json["rate"] = ["perSecond": .number(rate.perSecond), "burst": .integer(Int64(rate.burst))] }
        if let quota {
            json["quota"] = ["calls": .integer(quota.calls), "windowSeconds": .integer(quota.windowSeconds)]
        }
        if let pause {
            var told: JSON = ["from": .integer(pause.from.milliseconds)]
            if pause.until != .distantFuture { told["until"] = .integer(pause.until.milliseconds) }
            json["pause"] = told
        }
        return json
    }

    fileprivate init(_ json: JSONValue) throws {
        func texts(_ key: String) throws -> Set<String>? {
            guard let list = try json.optional(key) else { return nil }
            return Set(try list.requireElements().map { try $0.requireString() })
        }
        guard let evidence = EvidenceClass(rawValue: try json.requireString("evidence")) else {
            throw PeerError.unreadable
        }
        self.init(
            id: try json.requireString("id"), consumer: try json.requireString("client"),
            service: try json.requireString("service"), operations: try texts("operations"),
            fields: try texts("fields"), purpose: try json.requireString("purpose"),
            legalBasis: try json.requireString("legalBasis"),
            rate: try json.optional("rate").map {
                Rate(perSecond: try $0.requireNumber("perSecond"), burst: Int(try $0.requireInteger("burst")))
            },
            quota: try json.optional("quota").map {
                Quota(calls: try $0.requireInteger("calls"), windowSeconds: try $0.requireInteger("windowSeconds"))
            }, from: Instant(milliseconds: try json.requireInteger("from")),
            until: Instant(milliseconds: try json.requireInteger("until")), evidence: evidence,
            pause: try json.optional("pause").map {
                Pause(
                    from: Instant(milliseconds: try $0.requireInteger("from")),
                    until: try $0.optional("until").map { Instant(milliseconds: try $0.requireInteger()) }
                        ?? .distantFuture)
            })
    }
}
