import Database
import Ledger
import StrictJSON
import Testing
import Vocabulary

/// What must hold when everything is quiet, however often the plug was pulled.
struct Invariants: Sendable {
    let cluster: CrashCluster
    let books: Books
    /// Where the database of a node is, when it is not the file in its folder.
    var addresses: [String: DatabaseAddress] = [:]

    private var members: Set<String> { Set(cluster.nodes.map(\.code)) }

    /// Waits until no node has anything left to give, and says whether that came to pass.
    func quiet(_ desks: [String: Desk], withinSeconds limit: Double) async throws -> Duration? {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(limit) {
            var waiting: Int64 = 0
            for desk in desks.values {
                for member in (try await desk.status())["members"]?.elements ?? [] {
                    waiting += member["waiting"]?.integer ?? 0
                }
            }
            if waiting == 0 { return ContinuousClock.now - start }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    /// Stops the nodes that run as an administrator would and looks into their folders.
    func check() async throws {
        for node in cluster.nodes {
            let (code, said) = (await node.stop(), await node.said)
            #expect(code ?? 0 == 0, "\(node.code): \(said.suffix(2000))")
        }
        var inventories: [String: Inventory] = [:]
        for node in cluster.nodes {
            let address = addresses[node.code] ?? .sqlite(path: node.folder + "/truc.sqlite")
            inventories[node.code] = try await Inventory(of: node.code, at: address)
        }
        for node in cluster.nodes {
            let inventory = try #require(inventories[node.code])
            await nothingIsLost(inventory)
            try await logHolds(node, inventory)
            expectExactly(inventory, inventories)
            expectDelivered(inventory, inventories)
        }
    }

    /// Whatever was acknowledged is where it was acknowledged.
    private func nothingIsLost(_ inventory: Inventory) async {
        let published = Set(inventory.facts.filter(\.isOwn).map(\.id))
        for entry in await books.shared where entry.origin == inventory.code {
            let isThere = inventory.threats.contains(entry.id) || published.contains(entry.id)
            #expect(isThere, "\(entry) is lost")
            let isPublished = published.contains(entry.id)
            #expect(isPublished == (entry.audience.label != "TLP:RED"), "\(entry)")
        }
        let lost = (await books.reported[inventory.code] ?? []).subtracting(inventory.incidents)
        #expect(lost.isEmpty, "reports lost at \(inventory.code): \(lost)")
    }

    /// `truc verify log` finds nothing, no head that was handed out is contradicted, and every fact of the outbox is
    /// exactly one leaf.
    private func logHolds(_ node: NodeProcess, _ inventory: Inventory) async throws {
        let key = try Log.verifierKey(in: node.folder, of: node.code)
        let verified = try await Program.run(
            nil, ["verify", "log", node.folder + "/ledger", "--key", "\(key)"], in: cluster.home)
        #expect(verified.code == 0, "\(node.code): \(verified.output)\(verified.complaints)")
        let heads = try (await books.heads[node.code] ?? []).map { try Checkpoint($0, by: key) }
        let log = try await Log.read(in: node.folder, of: node.code, sizes: Set(heads.map(\.size)))
        for head in heads { #expect(log.roots[head.size] == head.root, "\(node.code) took back \(head.size)") }
        let leaves = log.leaves.filter { $0.source == .outbox }.map(\.fact.text)
        #expect(Set(leaves).count == leaves.count, "\(node.code): a fact is in the log twice")
        #expect(Set(leaves) == Set(inventory.recorded.map(\.fact)), "\(node.code): outbox and log differ")
        for (fact, index) in inventory.recorded {
            let leaf = index.flatMap { log.leaves.indices.contains(Int($0)) ? log.leaves[Int($0)].fact.text : nil }
            #expect(leaf == fact, "\(node.code): \(fact) says it is leaf \(index ?? -1)")
        }
        #expect(inventory.cursor == Int64(log.leaves.count), "\(node.code)")
    }

    /// A node holds what its audience allows, of every node, byte for byte, once, and nothing else.
    private func expectExactly(_ inventory: Inventory, _ all: [String: Inventory]) {
        var expected: Set<Inventory.Fact> = []
        for other in all.values {
            for fact in other.facts where fact.isOwn {
                let isEntitled = Invariants.audience(of: fact, among: members).contains(inventory.code)
                if other.code == inventory.code || isEntitled { expected.insert(fact.held(by: inventory.code)) }
            }
        }
        let held = inventory.facts.map { $0.held(by: inventory.code) }
        #expect(Set(held).count == held.count, "\(inventory.code) holds something twice")
        let missing = expected.subtracting(held).map(\.id)
        let excess = Set(held).subtracting(expected).map(\.id)
        #expect(missing.isEmpty, "\(inventory.code) lacks \(missing.count): \(missing.prefix(5))")
        #expect(excess.isEmpty, "\(inventory.code) has what it must not: \(excess.prefix(5))")
        #expect(inventory.quarantined == 0, "\(inventory.code)")
    }

    /// Numbers without gaps, all of them confirmed, and the same at both ends.
    private func expectDelivered(_ inventory: Inventory, _ all: [String: Inventory]) {
        for (peer, numbers) in inventory.given {
            #expect(numbers == Array(1...Int64(numbers.count)), "\(inventory.code) to \(peer): gaps")
            let counters = inventory.counters[peer]
            #expect(counters?.given == Int64(numbers.count), "\(inventory.code) to \(peer)")
            #expect(counters?.acked == counters?.given, "\(inventory.code) to \(peer): not confirmed")
            #expect(inventory.acknowledged[peer] == counters?.given, "\(inventory.code) to \(peer): no acknowledgement")
            #expect(all[peer]?.counters[inventory.code]?.taken == counters?.given, "\(peer) from \(inventory.code)")
            let due = inventory.facts.filter { $0.isOwn && Invariants.audience(of: $0, among: members).contains(peer) }
            #expect(numbers.count == due.count, "\(inventory.code) to \(peer): each entitled fact once")
        }
    }

    /// The rules of the labels, written here anew from the label and the addressees as they are stored.
    private static func audience(of fact: Inventory.Fact, among members: Set<String>) -> Set<String> {
        var addressed: Set<String> = []
        for part in fact.recipients.split(separator: ",") {
            switch part {
            case "@network": addressed.formUnion(fact.tlp == "TLP:GREEN" ? members : [])
            case "@cluster": addressed.formUnion(fact.tlp == "TLP:AMBER+STRICT" ? [] : CrashCluster.cluster)
            default: addressed.insert(String(part))
            }
        }
        return fact.tlp == "TLP:RED" ? [] : addressed.intersection(members).subtracting([fact.origin])
    }
}

extension Inventory.Fact {
    /// The same fact as it should lie at a node, whoever made it.
    fileprivate func held(by code: String) -> Inventory.Fact {
        Inventory.Fact(
            id: id, version: version, sha256: sha256, origin: origin, tlp: tlp, recipients: recipients,
            isOwn: origin == code)
    }
}
