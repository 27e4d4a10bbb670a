import Gateway
import TestKit
import Testing
import Vocabulary

@testable import Exchange

/// Own rows, rows of other nodes and addresses change in random order: what was handed over step by step is what all of
/// it comes to.
@Suite("A table with what other nodes grant, handed over by parts")
struct PlacedBookTests {
    private struct World {
        var random: SeededRandom
        var own = TableRows()
        var far: [String: GrantedAcross] = [:]
        /// Where each node stands.
        var places: [String: Int] = [:]

        mutating func number(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
        mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

        static func name(_ member: String, _ system: String) -> SubsystemName {
            SubsystemName(instance: "VN", memberClass: "GOV", member: member, subsystem: system)
        }

        /// Ids, codes and paths of few, so that own and far ones meet.
        mutating func service(of member: String) -> Service {
            let (id, path) = (number(5), number(6))
            let nodes = ["H23", "H49"].filter { _ in chance(15) }
            return Service(
                id: "v\(id)", provider: World.name(member, "s"), code: "c\(id)",
                path: path == 5 ? "/p0/v1" : "/p\(path)",
                operations: [Operation(id: "read", method: "GET", template: "/\(number(2))")],
                upstreams: nodes.prefix(1).map { Upstream(host: "node", port: 1, node: $0) })
        }

        mutating func grant(_ consumer: String, _ service: String) -> Grant {
            Grant(
                id: "g\(number(12))", consumer: consumer, service: service, purpose: "x\(number(3))", legalBasis: "x",
                from: Instant(milliseconds: 0), until: Instant(milliseconds: 1 << 40))
        }

        mutating func change() -> TableChange {
            var change = TableChange()
            switch number(5) {
            case 0:
                let id = number(4)
                change.consumers = [Consumer(id: "a\(id)", name: World.name("H40", "app\(id)"), credentials: [])]
            case 1:
                let service = service(of: "H40")
                let isTaken = own.services.values.contains { $0.id != service.id && $0.path == service.path }
                guard !isTaken else { return change }
                change.services = [service]
                // As the registry does: what hangs on a service is said again with it.
                change.grants = own.grants.values.filter { $0.service == service.id }
            case 2:
                if let id = own.services.keys.sorted().randomElement(using: &random) { change.gone.services = [id] }
            case 3:
                if let id = own.grants.keys.sorted().randomElement(using: &random) { change.gone.grants = [id] }
            default:
                if let consumer = own.consumers.keys.sorted().randomElement(using: &random),
                    let service = own.services.keys.sorted().randomElement(using: &random)
                {
                    change.grants = [grant(consumer, service)]
                }
            }
            return change
        }

        mutating func document(of member: String) -> GrantedAcross {
            var found = GrantedAcross()
            for _ in 0..<number(4) {
                let service = service(of: member)
                let isTaken = found.services.contains { $0.id == service.id || $0.path == service.path }
                if !isTaken { found.services.append(service) }
            }
            for service in found.services {
                let grant = grant(World.name("H40", "app\(number(4))").description, service.id)
                if !found.grants.contains(where: { $0.id == grant.id }) { found.grants.append(grant) }
            }
            return found
        }

        /// As the exchange does it.
        func standing(_ ground: JoinGround) -> (services: [Service], grants: [Grant]) {
            var joined = JoinedRows(to: ground)
            for (node, found) in far.sorted(by: { $0.key < $1.key }) {
                joined.join(found, from: ID(node)) { $0 == node }
            }
            let own = ground.elsewhere.compactMap { ground.rows.services[$0] }
            return ((own + joined.services).map(placed), joined.grants)
        }

        private func placed(_ service: Service) -> Service {
            Service(
                id: service.id, provider: service.provider, code: service.code, path: service.path,
                operations: service.operations,
                upstreams: service.upstreams.compactMap { upstream in
                    guard let node = upstream.node else { return upstream }
                    return places[node].map { Upstream(host: "10.0.0.\($0)", port: 1, node: node) }
                })
        }

        /// All of it, from nothing.
        var whole: Table {
            let ground = JoinGround(own.table)
            let (services, grants) = standing(ground)
            let named = Set(services.map(\.id))
            return Table(
                consumers: own.table.consumers,
                services: own.table.services.filter { !named.contains($0.id) } + services,
                grants: own.table.grants + grants)
        }
    }

    @Test("comes to what all of it comes to", arguments: 1...30 as ClosedRange<UInt64>)
    func equal(seed: UInt64) throws {
        var world = World(random: SeededRandom(seed: seed))
        let book = PlacedBook()
        var (rows, compiled) = (TableRows(), try CompiledTable(Table()))
        _ = book.take(TableChange(whole: Table()))
        var wholes = 0
        for _ in 0..<150 {
            switch world.number(6) {
            case 0:
                let node = world.chance(50) ? "H23" : "H49"
                world.far[node] = world.document(of: node)
            case 1: world.places[world.chance(50) ? "H23" : "H49"] = world.chance(30) ? nil : world.number(3)
            case 2 where world.chance(10): book.forget()
            default:
                for _ in 0..<1 + world.number(3) {
                    let change = world.change()
                    world.own.take(change)
                    _ = book.take(change)
                }
            }
            if world.chance(30) { continue }
            let change = book.next(world.standing)
            if change.isWhole { wholes += 1 }
            rows.take(change)
            compiled = try CompiledTable(change, after: compiled)
            let whole = TableRows(world.whole)
            #expect(rows.consumers == whole.consumers && rows.grants == whole.grants)
            #expect(Set(rows.services.keys) == Set(whole.services.keys))
            for (id, service) in rows.services { #expect(whole.services[id].map { $0.isSame(as: service) } == true) }
            let fresh = try CompiledTable(world.whole)
            for (grant, path) in whole.grants.values.flatMap({ one in (0..<2).map { (one, $0) } }) {
                let target = "\(whole.services[grant.service]?.path ?? "")/\(path)"
                #expect(
                    compiled.grantFor(consumer: grant.consumer, method: "GET", path: target, at: grant.from)
                        == fresh.grantFor(consumer: grant.consumer, method: "GET", path: target, at: grant.from))
            }
        }
        #expect(wholes < 8)
    }

    @Test("other nodes are told of a change only when it is theirs")
    func told() {
        func consumer(_ id: String, at node: String) -> Consumer {
            let name = World.name(node, "app")
            return Consumer(id: id, name: name, credentials: [.signer("node:\(node) \(name)")])
        }
        func grant(_ id: String, _ consumer: String) -> Grant {
            Grant(
                id: id, consumer: consumer, service: "v", purpose: "x", legalBasis: "x",
                from: Instant(milliseconds: 0), until: Instant(milliseconds: 1 << 40))
        }
        let book = PlacedBook()
        let service = Service(
            id: "v", provider: World.name("H40", "s"), code: "c", path: "/p", operations: [], upstreams: [])
        let table = Table(
            consumers: [
                consumer("a", at: "H23"), consumer("b", at: "H49"),
                Consumer(id: "c", name: World.name("H40", "own"), credentials: []),
            ], services: [service], grants: [grant("g1", "a"), grant("g2", "b")])
        #expect(Set(book.take(TableChange(whole: table)).new.keys.map(\.text)) == ["H23", "H49"])
        var change = TableChange()
        change.grants = [grant("g3", "c")]
        #expect(book.take(change).nodes == [])
        change.grants = [grant("g4", "a")]
        let (new, nodes) = book.take(change)
        #expect(nodes == [ID("H23")] && new[ID("H23")]?.grants.map(\.id) == ["g1", "g4"] && new.count == 1)
        change.grants = []
        change.gone.grants = ["g2"]
        #expect(book.take(change).nodes == [ID("H49")])
        change.gone.grants = []
        change.services = [service]
        #expect(book.take(change).nodes == [ID("H23")])
    }
}
