import Gateway
import Identity
import Vocabulary

/// A node's own rows, and by what those of other nodes are joined to them.
struct JoinGround: Sendable {
    private(set) var rows = TableRows()
    /// Applications by their X-Road names.
    private var names: [String: String] = [:]
    private var paths = Set<String>()
    /// Services of its own that another node's gateway is called for.
    private(set) var elsewhere = Set<String>()

    init() {}

    init(_ table: Table) { take(TableChange(whole: table)) }

    mutating func take(_ change: TableChange) {
        if change.isWhole { self = JoinGround() }
        for id in change.gone.consumers + change.consumers.map(\.id) {
            if let old = rows.consumers[id] { names[old.name.description] = nil }
        }
        for id in change.gone.services + change.services.map(\.id) {
            guard let old = rows.services[id] else { continue }
            paths.subtract([old.path, old.xroadPath])
            elsewhere.remove(id)
        }
        rows.take(change)
        for consumer in change.consumers { names[consumer.name.description] = consumer.id }
        for service in change.services {
            paths.formUnion([service.path, service.xroadPath])
            if service.standsElsewhere { elsewhere.insert(service.id) }
        }
    }

    fileprivate func consumer(named name: String) -> String? { names[name] }
    fileprivate func has(path: String) -> Bool { paths.contains(path) }
}

/// Services and grants of other nodes beside a node's own. What is registered here by hand goes first, and then what a
/// node before this one said: no id and no path changes hands, and none is taken below another's path.
struct JoinedRows: Sendable {
    private let ground: JoinGround
    private(set) var services: [Service] = []
    private(set) var grants: [Grant] = []
    private var paths = Set<String>()
    private var ids = Set<String>()
    private var held = Set<String>()

    init(to ground: JoinGround) {
        self.ground = ground
    }

    /// - Parameter isTheirs: whether a provider, by its member code, is one that the node speaks for.
    mutating func join(_ found: GrantedAcross, from node: ID<Organisation>, where isTheirs: (String) -> Bool) {
        var known = Set<String>()
        for service in found.services {
            guard ground.rows.services[service.id] == nil, !ids.contains(service.id), isNew(service.xroadPath),
                isTheirs(service.provider.member)
            else { continue }
            let own = "/\(node.text.lowercased())\(service.path)"
            let path = isFree(service.path) ? service.path : own
            guard isFree(path) else { continue }
            ids.insert(service.id)
            known.insert(service.id)
            paths.formUnion([path, service.xroadPath])
            services.append(service.standing(at: node.text, under: path))
        }
        for grant in found.grants where known.contains(grant.service) && ground.rows.grants[grant.id] == nil {
            guard !held.contains(grant.id), let consumer = ground.consumer(named: grant.consumer) else { continue }
            held.insert(grant.id)
            grants.append(grant.held(by: consumer))
        }
    }

    /// Leaves of each grant what the policies of this node let its applications call.
    mutating func keep(by rules: CallRules) {
        if rules.followGrants { return }
        let known = Dictionary(services.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        grants = grants.compactMap { grant in
            guard let service = known[grant.service], let consumer = ground.rows.consumers[grant.consumer] else {
                return nil
            }
            let operations = rules.operations(grant.operations, of: service, kind: nil, for: consumer)
            return operations?.isEmpty == true ? nil : grant.giving(operations)
        }
    }

    private func isNew(_ path: String) -> Bool { !ground.has(path: path) && !paths.contains(path) }

    /// Whether neither the path nor one above it is taken: the longest path gets a call.
    private func isFree(_ path: String) -> Bool {
        isNew(path) && !path.indices.dropFirst().contains { path[$0] == "/" && !isNew(String(path[..<$0])) }
    }
}
