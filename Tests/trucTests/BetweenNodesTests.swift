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
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ports = Ports(count: 1)
            group.addTask {
                try await Example.units.run(
                    port: 0, dataIn: "Demo/axis", now: Configuration.machineClock, onListening: { ports.set(0, $0) })
            }
            group.addTask { try await body(try #require(await ports.all().first)) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Registers the service at its node and grants it to an application of H42.
    private func open(at node: Node, _ address: VersionDraft.Address) async throws -> ID<AccessGrant> {
        let contract = Array(try Data(contentsOf: URL(filePath: "Demo/axis/units.openapi.yaml")))
        let offered = try await node.exchange.registerService(
            ServiceDraft(
                organisation: ID("H40"), code: "units", name: Example.units.title, contact: "mau@example.vn",
                dataClass: .open, evidence: .beforeRelease,
                first: VersionDraft(document: contract, addresses: [address], mayBePrivate: true)), by: nil)
        let made = try await node.exchange.addApplication(
            "kiosk", named: "Ứng dụng mẫu", of: ID("H42"), at: ID("H42"), by: nil)
        let now = node.clock()
        let grant = try await node.exchange.issueGrant(
            GrantDraft(
                application: made.application.id, version: offered.version.id,
                terms: GrantTerms(
                    operations: ["readUnit"], purpose: "Thử nghiệm", legalBasis: "47/2020/NĐ-CP",
                    quota: Quota(calls: 1000, windowSeconds: 86_400), from: now, until: now.adding(days: 30))))
        return grant.id
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
                _ = try await place(of: "H40", at: consumer)
                let near = try await place(of: "H42", at: consumer)
                let grant = try await open(at: provider, .init("http://127.0.0.1:\(port)"))
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
                try await provider.exchange.endGrant(grant, because: "Thử nghiệm", by: nil)
                // At the provider's node at once; the consumer's learns it a moment later and knows no service then.
                let isOver = try await eventually(withinSeconds: 5) {
                    [403, 404].contains(try await caller.call(BetweenNodesTests.target).status)
                }
                #expect(isOver)
                let isGone = try await eventually(withinSeconds: 20) {
                    try await caller.call(BetweenNodesTests.target).status == 404
                }
                #expect(isGone)
            }
        }
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
        let second = try await caller.call("/evidence/\(leaf)/other")
        #expect(second.status == 200, "\(second.text)")
        #expect(try Verification.receipt(second.body, by: provider.ledger.verifierKey).receipt.index == peer)
        #expect(throws: (any Error).self) {
            try Verification.receipt(second.body, by: consumer.ledger.verifierKey)
        }
        let stranger = GatewayCaller(origin: caller.origin, key: "tk_wrong", trust: caller.trust)
        #expect(try await stranger.call("/evidence/\(leaf)").status == 401)
    }
}

/// The same with the program as it is run, by its commands.
@Suite("services between processes", .serialized)
struct BetweenProcessesTests {
    @Test("two nodes, a service, a grant and a call, all typed; a node that is killed is named to the caller")
    func typed() async throws {
        let home = try TemporaryFolder()
        let ports = try FreePorts.take(7, from: 20_000 + Int.random(in: 0..<12_000))
        func settings(_ name: String, _ place: Int) -> [String] {
            [
                "--folder", "\(home.path)/\(name)", "--web-port", "\(ports[place])", "--exchange-port",
                "\(ports[place + 1])", "--exchange-address", "127.0.0.1", "--gateway-address", "127.0.0.1",
                "--gateway-port", "\(ports[place + 2])", "--log-level", "error",
            ]
        }
        // The code H42 stands for the organisation H42-2025 today: that of 2020 was another.
        let (a, b) = (settings("a", 0), settings("b", 3))
        let created = try Program.run(
            ["cluster", "create", "Cụm 3", "--organisation", "H40", "--invite", "H42:member"] + a)
        let token = try #require(created.said.split(separator: "\n").last.map(String.init), "\(created)")
        let provider = try Program.start(["serve"] + a)
        defer { kill(provider.process.processIdentifier, SIGKILL) }
        try await answers(ports[0])
        #expect(try Program.run(["cluster", "join", token] + b).code == 0)
        let consumer = try Program.start(["serve"] + b)
        defer { consumer.process.terminate() }
        try await answers(ports[3])
        let service = try Program.start(["example-service", "units", "--port", "\(ports[6])"])
        defer { service.process.terminate() }

        func typed(_ words: [String]) throws -> String {
            let ended = try Program.run(words)
            #expect(ended.code == 0, "\(words.prefix(3)): \(ended)")
            return ended.said.split(separator: "\n").last.map(String.init) ?? ""
        }
        let register = ["service", "register", "units", "Đơn vị", "Demo/axis/units.openapi.yaml", "--owner", "H40"]
        let more = [
            "--contact", "mau@example.vn", "--class", "open", "--evidence", "before-release", "--allow-private",
        ]
        _ = try typed(register + more + ["--instance", "http://127.0.0.1:\(ports[6])"] + a)
        _ = try typed(["application", "add", "H42-2025/kiosk", "Ứng dụng mẫu", "--at-node", "H42-2025"] + a)
        let key = try typed(["application", "add", "H42-2025/kiosk", "Ứng dụng mẫu"] + b)
        let until = Day(Configuration.machineClock().adding(days: 30)).description
        _ = try typed(
            [
                "grant", "issue", "H42-2025/kiosk", "units/v1", "--purpose", "Thử nghiệm", "--basis", "47/2020/NĐ-CP",
                "--until", until,
            ] + a)
        let call = ["call", "/units/v1/units/37?asOf=2025-07-01", "--key", key, "--head"] + b
        let isUp = try await eventually(withinSeconds: 40) {
            try Program.run(call).said.contains("Ninh Bình")
        }
        let last = try Program.run(call)
        #expect(isUp, "\(last)")
        let wrong = try Program.run(["call", "/units/v1/units/37?asOf=2025-07-01", "--key", "tk_x"] + b)
        #expect(wrong.code == 1 && wrong.said.contains("unknown-caller"))

        kill(provider.process.processIdentifier, SIGKILL)
        provider.process.waitUntilExit()
        let began = ContinuousClock.now
        let down = try Program.run(call)
        #expect(down.code == 1 && down.said.contains("node-unreachable") && down.said.contains("H40"), "\(down)")
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    private func answers(_ port: Int) async throws {
        let isUp = try await eventually(withinSeconds: 30) { DemoPorts.isListening(port) }
        #expect(isUp)
    }
}
