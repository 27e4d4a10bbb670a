import Examples
import Exchange
import Foundation
import Gateway
import Ledger
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// An application at one province calls a service at another through its own node, over TLS, under a grant.
@Suite("services between nodes", .serialized)
struct BetweenNodesTests {
    private static let members = DemoNode.all.filter { ["H40", "H42"].contains($0.code) }
    private static let target = "/units/v1/units/37?asOf=2025-07-01"

    /// The example service on a free port, for as long as the body runs.
    private func serving(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let data = try longData()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ports = Ports(count: 1)
            group.addTask {
                try await Example.units.run(
                    port: 0, dataIn: data.path, now: Configuration.machineClock, onListening: { ports.set(0, $0) })
            }
            group.addTask { try await body(try #require(await ports.all().first)) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The example's, with so many units more that a list of them is longer than what a gateway holds.
    private func longData() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let more = (0..<1500).map { "[\"\(90_000 + $0)\",\"Đơn vị mẫu \($0)\",\"\"],\n" }.joined()
        for name in ["units-2026-04-30.json", "units-2025-03-01.json"] {
            let text = try String(contentsOf: URL(filePath: "Demo/axis/\(name)"), encoding: .utf8)
            try Data(text.replacing("\"units\":[\n", with: "\"units\":[\n\(more)").utf8).write(
                to: URL(filePath: "\(folder.path)/\(name)"))
        }
        return folder
    }

    /// Registers the service at its node, and what will be granted: to an application of H42, and to one of its own.
    private func open(
        at node: Node, _ address: VersionDraft.Address
    ) async throws -> (across: GrantDraft, own: GrantDraft, key: String) {
        let contract = Array(try Data(contentsOf: URL(filePath: "Demo/axis/units.openapi.yaml")))
        let offered = try await node.exchange.registerService(
            ServiceDraft(
                organisation: ID("H40"), code: "units", name: Example.units.title, contact: "mau@example.vn",
                dataClass: .open, evidence: .beforeRelease,
                first: VersionDraft(document: contract, addresses: [address], mayBePrivate: true)), by: nil)
        let made = try await node.exchange.addApplication(
            "kiosk", named: "Ứng dụng mẫu", of: ID("H42"), at: ID("H42"), by: nil)
        let own = try await node.exchange.addApplication("desk", named: "Ứng dụng tại chỗ", of: ID("H40"), by: nil)
        let now = node.clock()
        let terms = GrantTerms(
            operations: ["readUnit"], purpose: "Thử nghiệm", legalBasis: "47/2020/NĐ-CP",
            quota: Quota(calls: 100_000, windowSeconds: 86_400), from: now, until: now.adding(days: 30))
        func draft(_ application: ID<Application>) -> GrantDraft {
            GrantDraft(application: application, version: offered.version.id, terms: terms)
        }
        return (draft(made.application.id), draft(own.application.id), try #require(own.key))
    }

    private func place(of code: String, at node: Node) async throws -> GatewayPlace {
        let isKnown = try await eventually(withinSeconds: 20) {
            try await node.exchange.standing()?.roster.member(ID(code))?.gateway != nil
        }
        #expect(isKnown)
        return try #require(try await node.exchange.standing()?.roster.member(ID(code))?.gateway)
    }

    private func exchanges(of node: Node) async throws -> [RecordedExchange] {
        let size = node.ledger.checkpoint.size
        return try await node.ledger.entries(0..<size).enumerated().compactMap {
            RecordedExchange($0.element, index: Int64($0.offset))
        }
    }

    @Test("the call is granted at the provider's node, both keep receipts that name each other, and ending ends it")
    func across() async throws {
        try await TestCluster.run(BetweenNodesTests.members) { cluster in
            try await serving { port in
                let (provider, consumer) = (try cluster["H40"], try cluster["H42"])
                let far = try await place(of: "H40", at: consumer)
                let near = try await place(of: "H42", at: consumer)
                let granted = try await open(at: provider, .init("http://127.0.0.1:\(port)"))
                let grant = try await provider.exchange.issueGrant(granted.across).id
                // The consumer's node is told what its application was granted; the key is its own affair.
                let key = try await consumer.exchange.addApplication(
                    "kiosk", named: "Ứng dụng mẫu", of: ID("H42"), by: nil
                ).key
                let caller = GatewayCaller(origin: near.address, key: try #require(key), trust: .pinned(near.tlsPin))
                let isUp = try await eventually(withinSeconds: 20) {
                    try await caller.call(BetweenNodesTests.target).status == 200
                }
                #expect(isUp)
                let answer = try await caller.call(BetweenNodesTests.target)
                #expect(answer.text.contains("Ninh Bình"), "\(answer.text)")
                try await receipts(caller, answer, provider: provider, consumer: consumer)
                // What the grant does not cover, and what is no longer granted.
                #expect(try await caller.call("/units/v1/units?asOf=2025-07-01").status == 403)
                try await longReceipts(caller, granted.across, provider: provider)
                try await suspension(of: grant, at: provider, caller)
                try await givingBack(grant, provider: provider, consumer: consumer, caller)
                let desk = GatewayCaller(origin: far.address, key: granted.key, trust: .pinned(far.tlsPin))
                try await revocation(of: [granted.own, granted.across], at: provider, [desk, caller])
            }
        }
    }

    /// The same code at both nodes, whichever refuses; and the grant is good again afterwards.
    private func suspension(of grant: ID<AccessGrant>, at provider: Node, _ caller: GatewayCaller) async throws {
        let target = BetweenNodesTests.target
        try await provider.exchange.suspendGrant(grant, .security, because: "Thử nghiệm", by: nil)
        #expect(try await eventually { try await caller.call(target).status == 403 })
        for _ in 0..<20 {
            let answer = try await caller.call(target)
            #expect(answer.status == 403 && answer.text.contains(#""code":"grant-suspended""#), "\(answer.text)")
            try await Task.sleep(for: .milliseconds(50))
        }
        try await provider.exchange.resumeGrant(grant, by: nil)
        #expect(try await eventually(withinSeconds: 20) { try await caller.call(target).status == 200 })
    }

    /// Given back at home, it is refused at both nodes, and over where it was given.
    private func givingBack(
        _ grant: ID<AccessGrant>, provider: Node, consumer: Node, _ caller: GatewayCaller
    ) async throws {
        let isKnown = try await eventually(withinSeconds: 20) {
            try await consumer.exchange.grantsElsewhere(all: false).count == 1
        }
        #expect(isKnown)
        let began = ContinuousClock.now
        try await consumer.exchange.giveBack(grant, from: ID("H40"), because: "Thử nghiệm", by: nil)
        #expect(try await eventually { try await caller.call(BetweenNodesTests.target).status == 403 })
        let stopped = ContinuousClock.now - began
        #expect(stopped < .seconds(3), "\(stopped)")
        #expect(try await caller.call(BetweenNodesTests.target).text.contains(#""code":"no-grant""#))
        let isOver = try await eventually(withinSeconds: 20) {
            try await provider.exchange.grant(grant).0.grant.state == .ended
        }
        #expect(isOver)
        #expect(try await eventually { try await consumer.exchange.grantsElsewhere(all: false).isEmpty })
    }

    /// At every node within a second: the provider's refuses its own application and the other node's, and the
    /// consumer's does not even send the call. Whoever refuses says the same. A machine that is busy with other tests
    /// may be slower once, but not three times.
    private func revocation(of drafts: [GrantDraft], at provider: Node, _ callers: [GatewayCaller]) async throws {
        let target = BetweenNodesTests.target
        var rounds: [[Duration]] = []
        while rounds.count < 3, rounds.last?.allSatisfy({ $0 < .seconds(1) }) != true {
            var grants: [ID<AccessGrant>] = []
            for draft in drafts { grants.append(try await provider.exchange.issueGrant(draft).id) }
            for caller in callers {
                #expect(try await eventually { try await caller.call(target).status == 200 })
            }
            let began = ContinuousClock.now
            for grant in grants { try await provider.exchange.endGrant(grant, because: "Thử nghiệm", by: nil) }
            var round: [Duration] = []
            for caller in callers {
                #expect(try await eventually { try await caller.call(target).status == 403 })
                round.append(ContinuousClock.now - began)
            }
            for caller in callers {
                #expect(try await caller.call(target).text.contains(#""code":"no-grant""#))
            }
            rounds.append(round)
        }
        #expect(rounds.last?.allSatisfy { $0 < .seconds(1) } == true, "\(rounds)")
    }

    /// Both logs have a leaf for the call; the consumer gets both receipts from its own gateway, and both verify.
    private func receipts(
        _ caller: GatewayCaller, _ answer: FetchResponse, provider: Node, consumer: Node
    ) async throws {
        let leaf = try #require(answer.headers["truc-evidence"].flatMap { Int64($0) })
        let own = try #require(try await exchanges(of: consumer).first { $0.index == leaf })
        let peer = try #require(own.peer)
        let other = try #require(try await exchanges(of: provider).first { $0.index == peer })
        #expect(own.client == "VN/GOV/H42/kiosk" && other.client == own.client)
        #expect(other.service.hasPrefix("VN/GOV/H40/services/") && other.purpose == "Thử nghiệm")
        let first = try await caller.call("/evidence/\(leaf)")
        #expect(try Verification.receipt(first.body, by: consumer.ledger.verifierKey).receipt.index == leaf)
        let call = try #require(answer.headers["truc-call"])
        let file = try await caller.call("/evidence/\(call)").body
        let verified = VerifyCommand.run(
            arguments: ["receipt", "file"], key: "\(consumer.ledger.verifierKey)", read: { _ in file })
        #expect(verified.exitCode == 0 && verified.lines.contains { $0.en.contains(call) }, "\(verified)")
        let others = try await caller.call("/evidence/\(call)/other")
        let found = try Verification.receipts(others.body, by: provider.ledger.verifierKey)
        #expect(others.status == 200 && found.map(\.receipt.index) == [peer], "\(others.text)")
        let second = try await caller.call("/evidence/\(leaf)/other")
        #expect(second.status == 200, "\(second.text)")
        #expect(try Verification.receipt(second.body, by: provider.ledger.verifierKey).receipt.index == peer)
        #expect(throws: (any Error).self) {
            try Verification.receipt(second.body, by: consumer.ledger.verifierKey)
        }
        let stranger = GatewayCaller(origin: caller.origin, key: "tk_wrong", trust: caller.trust)
        #expect(try await stranger.call("/evidence/\(leaf)").status == 401)
    }

    /// A long answer has two leaves at the provider's node, too, and both come.
    private func longReceipts(_ caller: GatewayCaller, _ draft: GrantDraft, provider: Node) async throws {
        var list = draft
        list.terms.operations = ["listUnits"]
        let grant = try await provider.exchange.issueGrant(list).id
        let target = "/units/v1/units?asOf=2025-07-01"
        #expect(try await eventually(withinSeconds: 20) { try await caller.call(target).status == 200 })
        let answer = try await caller.call(target)
        #expect(answer.body.count > 64 << 10)
        let call = try #require(answer.headers["truc-call"])
        let others = try await caller.call("/evidence/\(call)/other")
        let found = try Verification.receipts(others.body, by: provider.ledger.verifierKey)
        let parts = try found.map { try JSONDocument($0.receipt.leaf.record ?? []).root.requireString("part") }
        #expect(parts == ["opening", "closing"], "\(others.text)")
        try await provider.exchange.endGrant(grant, because: "Thử nghiệm", by: nil)
        #expect(try await eventually(withinSeconds: 20) { try await caller.call(target).status == 403 })
    }
}

/// The same with the program as it is run, by its commands.
@Suite("services between processes", .serialized)
struct BetweenProcessesTests {
    @Test("two nodes, a service, a grant and a call, all typed; a node that is killed is named to the caller")
    func typed() async throws {
        let home = try TemporaryFolder()
        let ports = try LoopbackPorts.claim(7)
        func settings(_ name: String, _ place: Int) -> [String] {
            [
                "--folder", "\(home.path)/\(name)", "--web-port", "\(ports[place])", "--exchange-port",
                "\(ports[place + 1])", "--exchange-address", "127.0.0.1", "--gateway-address", "127.0.0.1",
                "--gateway-port", "\(ports[place + 2])", "--log-level", "error",
            ]
        }
        // The code H42 stands for the organisation H42-2025 today: that of 2020 was another.
        let (a, b) = (settings("a", 0), settings("b", 3))
        let created = try await Program.run(
            ["cluster", "create", "Cụm 3", "--organisation", "H49", "--invite", "H42:member"] + a)
        let token = try #require(created.said.split(separator: "\n").last.map(String.init), "\(created)")
        let provider = try Program.start(["serve"] + a)
        defer { provider.process.signal(SIGKILL) }
        try await answers(ports[0])
        #expect(try await Program.run(["cluster", "join", token] + b).code == 0)
        let consumer = try Program.start(["serve"] + b)
        defer { consumer.process.signal(SIGTERM) }
        try await answers(ports[3])
        let service = try Program.start(["example-service", "units", "--port", "\(ports[6])"])
        defer { service.process.signal(SIGTERM) }

        func typed(_ words: [String]) async throws -> String {
            let ended = try await Program.run(words)
            #expect(ended.code == 0, "\(words.prefix(3)): \(ended)")
            return ended.said.split(separator: "\n").last.map(String.init) ?? ""
        }
        let register = ["service", "register", "units", "Đơn vị", "Demo/axis/units.openapi.yaml", "--owner", "H49"]
        let more = [
            "--contact", "mau@example.vn", "--class", "open", "--evidence", "before-release", "--allow-private",
        ]
        _ = try await typed(register + more + ["--instance", "http://127.0.0.1:\(ports[6])"] + a)
        _ = try await typed(["application", "add", "H42-2025/kiosk", "Ứng dụng mẫu", "--at-node", "H42-2025"] + a)
        let key = try await typed(["application", "add", "H42-2025/kiosk", "Ứng dụng mẫu"] + b)
        let until = Day(Configuration.machineClock().adding(days: 30)).description
        _ = try await typed(
            [
                "grant", "issue", "H42-2025/kiosk", "units/v1", "--purpose", "Thử nghiệm", "--basis", "47/2020/NĐ-CP",
                "--until", until,
            ] + a)
        let call = ["call", "/units/v1/units/37?asOf=2025-07-01", "--key", key, "--head"] + b
        let isUp = try await eventually(withinSeconds: 40) {
            try await Program.run(call).said.contains("Ninh Bình")
        }
        let last = try await Program.run(call)
        #expect(isUp, "\(last)")
        let wrong = try await Program.run(["call", "/units/v1/units/37?asOf=2025-07-01", "--key", "tk_x"] + b)
        #expect(wrong.code == 1 && wrong.said.contains("unknown-caller"))
        let relative = try await Program.run(["call", "units/v1/units", "--key", key] + b)
        #expect(relative.code == 64 && relative.errors.contains("begins with"), "\(relative)")

        provider.process.signal(SIGKILL)
        _ = await provider.process.ended()
        let began = ContinuousClock.now
        let down = try await Program.run(call)
        #expect(down.code == 1 && down.said.contains("node-unreachable") && down.said.contains("H49"), "\(down)")
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    private func answers(_ port: Int) async throws {
        let isUp = try await eventually(withinSeconds: 30) { DemoPorts.isListening(port) }
        #expect(isUp)
    }
}
