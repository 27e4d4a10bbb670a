import Testing
import Vocabulary

@testable import Exchange

/// Cluster 3 on 9 November 2020.
private let nine = Set(["H40", "H23", "H49", "H24", "H31", "H54", "H42", "H25", "H28"].map { ID<Organisation>($0) })
private let coordinator = ID<Organisation>("VNCERT")
private let outsider = ID<Organisation>("H26")
private let cluster3 = Membership(cluster: nine, network: nine.union([coordinator]))

private struct Object: Addressed {
    var origin = ID<Organisation>("H40")
    var tlp: TLP
    var recipients: Recipients
}

@Suite("Who may receive it")
struct AudienceTests {
    private let others = nine.subtracting([ID("H40")])

    private func told(_ tlp: TLP, _ recipients: Recipients) -> Set<ID<Organisation>> {
        audience(Object(tlp: tlp, recipients: recipients), cluster3)
    }

    @Test("AMBER to the cluster is its nine members; the national coordinator only if named")
    func amberToTheCluster() {
        #expect(told(.amber, .cluster) == others)
        #expect(told(.amber, .cluster(and: [coordinator])) == others.union([coordinator]))
        #expect(told(.amber, .named([coordinator])) == [coordinator])
        #expect(told(.amber, .network).isEmpty)
    }

    @Test("AMBER+STRICT goes only to organisations named one by one")
    func strict() {
        #expect(told(.amberStrict, .cluster).isEmpty)
        #expect(told(.amberStrict, .network).isEmpty)
        #expect(told(.amberStrict, .cluster(and: [ID("H23")])) == [ID("H23")])
    }

    @Test("GREEN and CLEAR reach the whole network when it is addressed", arguments: [TLP.clear, .green])
    func network(tlp: TLP) {
        #expect(told(tlp, .network) == others.union([coordinator]))
        #expect(told(tlp, .cluster) == others)
        #expect(told(tlp, .named([ID("H23")])) == [ID("H23")])
        #expect(told(tlp, .nobody).isEmpty)
    }

    @Test("RED goes to nobody, whoever is addressed")
    func red() {
        #expect(told(.red, .network).isEmpty)
        #expect(told(.red, Recipients(groups: [.cluster, .network], named: nine)).isEmpty)
    }

    @Test("who is no member gets nothing, even when named; the origin never gets its own", arguments: TLP.allCases)
    func membersOnly(tlp: TLP) {
        let named = told(tlp, .named([outsider, ID("H40")]))
        #expect(named.isEmpty)
    }

    @Test("a hundred thousand random cases agree with the rules written another way")
    func oracle() {
        var random = Xorshift(state: 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<100_000 {
            let world = World(&random)
            let answer = audience(world.object, world.membership)
            for (index, code) in World.codes.enumerated() where answer.contains(code) != world.mayReceive(index) {
                Issue.record("\(code) under \(world.object)")
                return
            }
            guard answer.isSubset(of: World.everyone) else {
                Issue.record("an audience from nowhere: \(answer)")
                return
            }
        }
    }

    @Test("a stricter label never widens the audience; more recipients never narrow it; fewer members never widen it")
    func monotone() {
        var random = Xorshift(state: 42)
        for _ in 0..<3_000 {
            let world = World(&random)
            let now = audience(world.object, world.membership)
            for label in TLP.allCases where label > world.object.tlp {
                var stricter = world.object
                stricter.tlp = label
                #expect(audience(stricter, world.membership).isSubset(of: now))
            }
            var wider = world.object
            wider.recipients = Recipients(groups: Set(Recipients.Group.allCases), named: World.everyone)
            #expect(now.isSubset(of: audience(wider, world.membership)))
            let gone = World.codes[Int(random.next() % 6)]
            let fewer = Membership(
                cluster: world.membership.cluster.subtracting([gone]),
                network: world.membership.network.subtracting([gone]))
            #expect(audience(world.object, fewer) == now.subtracting([gone]))
        }
    }
}

/// A random object in a random network of six organisations, kept as bits: the oracle below reads only these, with
/// arithmetic and without a set.
private struct World {
    static let codes = ["A", "B", "C", "D", "E", "F"].map { ID<Organisation>($0) }
    static let everyone = Set(codes)

    let origin: Int, label: Int, toCluster: Bool, toNetwork: Bool, named: UInt64, cluster: UInt64, extra: UInt64
    var object: Object
    let membership: Membership

    init(_ random: inout Xorshift) {
        let bits = random.next()
        origin = Int(bits % 6)
        label = Int((bits >> 8) % 5)
        toCluster = bits >> 16 & 1 == 1
        toNetwork = bits >> 17 & 1 == 1
        named = bits >> 20 & 63
        cluster = bits >> 32 & 63
        extra = bits >> 40 & 63
        var groups: Set<Recipients.Group> = []
        if toCluster { groups.insert(.cluster) }
        if toNetwork { groups.insert(.network) }
        object = Object(
            origin: World.codes[origin], tlp: TLP.allCases[label],
            recipients: Recipients(groups: groups, named: World.picked(named)))
        membership = Membership(cluster: World.picked(cluster), network: World.picked(extra))
    }

    /// The rules, clause by clause, as a lawyer would read them to one organisation.
    func mayReceive(_ who: Int) -> Bool {
        let isNamed = named >> UInt64(who) & 1 == 1
        let isInCluster = cluster >> UInt64(who) & 1 == 1
        let isInNetwork = isInCluster || extra >> UInt64(who) & 1 == 1
        if who == origin { return false }
        if !isInNetwork { return false }
        if label == 4 { return false }
        if isNamed { return true }
        if label == 3 { return false }
        if toCluster && isInCluster { return true }
        if label == 2 { return false }
        return toNetwork
    }

    static func picked(_ bits: UInt64) -> Set<ID<Organisation>> { subsets[Int(bits)] }

    /// All 64 subsets, made once: the test spends its time on the function under test.
    private static let subsets = (0..<UInt64(64)).map { bits in
        Set(codes.indices.filter { bits >> UInt64($0) & 1 == 1 }.map { codes[$0] })
    }
}

/// Xorshift64* (Marsaglia, Vigna): the same cases on every run.
struct Xorshift {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
