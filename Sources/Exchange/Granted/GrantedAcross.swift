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
    static func all(in table: Table) -> [ID<Organisation>: GrantedAcross] {
        var names: [String: (node: ID<Organisation>, name: SubsystemName)] = [:]
        for consumer in table.consumers {
            for case .signer(let signer) in consumer.credentials where signer.hasPrefix("node:") {
                let code = signer.dropFirst("node:".count).prefix { $0 != " " }
                names[consumer.id] = (ID(String(code)), consumer.name)
            }
        }
        let services = Dictionary(table.services.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [ID<Organisation>: GrantedAcross] = [:]
        for grant in table.grants {
            // What another node offers is that node's to pass on.
            guard let (node, name) = names[grant.consumer], let service = services[grant.service],
                !service.upstreams.contains(where: { $0.node != nil })
            else { continue }
            found[node, default: GrantedAcross()].grants.append(grant.held(by: name.description))
            if found[node]?.services.contains(where: { $0.id == service.id }) != true {
                found[node]?.services.append(service)
            }
        }
        return found
    }

    /// The table with what may be called at `node`, for those applications that are registered here, too. What is
    /// registered here by hand goes first, and then what a node before this one said: no id and no path changes hands,
    /// and none is taken below another's path.
    ///
    /// - Parameter isTheirs: whether a provider, by its member code, is one that the node speaks for.
    func joined(
        to table: Table, from node: ID<Organisation>, where isTheirs: (String) -> Bool = { _ in true }
    ) -> Table {
        var table = table
        let consumers = Dictionary(
            table.consumers.map { ($0.name.description, $0.id) }, uniquingKeysWith: { first, _ in first })
        var paths = Set(table.services.flatMap { [$0.path, $0.xroadPath] })
        var ids = Set(table.services.map(\.id))
        var known = Set<String>()
        for service in services where !ids.contains(service.id) && !paths.contains(service.xroadPath) {
            guard isTheirs(service.provider.member) else { continue }
            let own = "/\(node.text.lowercased())\(service.path)"
            let path = GrantedAcross.isFree(service.path, among: paths) ? service.path : own
            guard GrantedAcross.isFree(path, among: paths) else { continue }
            ids.insert(service.id)
            paths.formUnion([path, service.xroadPath])
            known.insert(service.id)
            table.services.append(service.standing(at: node.text, under: path))
        }
        var held = Set(table.grants.map(\.id))
        for grant in grants where known.contains(grant.service) && !held.contains(grant.id) {
            guard let consumer = consumers[grant.consumer] else { continue }
            held.insert(grant.id)
            table.grants.append(grant.held(by: consumer))
        }
        return table
    }

    /// Whether neither the path nor one above it is taken: the longest path gets a call.
    private static func isFree(_ path: String, among paths: Set<String>) -> Bool {
        if paths.contains(path) { return false }
        return !path.indices.dropFirst().contains { path[$0] == "/" && paths.contains(String(path[..<$0])) }
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
    fileprivate func held(by consumer: String) -> Grant {
        Grant(
            id: id, consumer: consumer, service: service, operations: operations, fields: fields, purpose: purpose,
            legalBasis: legalBasis, rate: rate, quota: quota, from: from, until: until, evidence: evidence)
    }
}

extension Service {
    fileprivate func standing(at node: String, under path: String) -> Service {
        Service(
            id: id, provider: provider, code: code, path: path, operations: operations,
            upstreams: [Upstream(host: "node", port: 443, mayBePrivate: true, node: node)], limits: limits)
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
                }),
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
            }, upstreams: [])
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
            until: Instant(milliseconds: try json.requireInteger("until")), evidence: evidence)
    }
}
