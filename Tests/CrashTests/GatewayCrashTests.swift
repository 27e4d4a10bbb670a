import Examples
import Foundation
import Ledger
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

/// The gateway under a pulled plug and without a disk.
@Suite("the gateway crashes", .serialized)
struct GatewayCrashTests {
    private static let kills = ProcessInfo.processInfo.environment["TRUC_KILLS"].flatMap(Int.init).map { $0 / 4 } ?? 25
    private static let seed =
        ProcessInfo.processInfo.environment["TRUC_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)

    @Test("kill -9 during traffic: every answer that was given has its leaf, and the log verifies")
    func kill() async throws {
        let answered = Answered()
        try await GatewayStand.run { stand in
            let node = stand.node
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { await stand.callOnAndOn(answered) } }
                group.addTask {
                    var random = SeededRandom(seed: GatewayCrashTests.seed)
                    for _ in 0..<GatewayCrashTests.kills {
                        try await node.ready()
                        try await Task.sleep(for: .milliseconds(Int.random(in: 100..<900, using: &random)))
                        await node.kill()
                        try await node.start()
                    }
                }
                try await group.next()
                group.cancelAll()
            }
            try await node.ready()
            try await stand.verify(answered)
            say(
                """
                gateway, kill -9: seed \(GatewayCrashTests.seed), \(GatewayCrashTests.kills) kills, \
                \(answered.all.count) answers, \(answered.unanswered) calls unanswered
                """)
            #expect(answered.all.count > GatewayCrashTests.kills)
        }
    }

    @Test("what was used of a quota survives kill -9: never more than was granted")
    func quota() async throws {
        try await GatewayStand.run(quota: 40) { stand in
            // The call that found the gateway serving was one already.
            var given = 1
            for round in 0..<4 {
                for _ in 0..<(round == 3 ? 60 : 9) where try await stand.call().status == 200 { given += 1 }
                // One kill comes after what was used was written down (every 10 s), the others before.
                if round == 1 { try await Task.sleep(for: .seconds(11)) }
                await stand.node.kill()
                try await stand.node.start()
                try await stand.node.ready()
                try await stand.isServing(expecting: round == 3 ? [429] : [200])
                if round < 3 { given += 1 }
            }
            #expect(given == 40)
            #expect(try await stand.call().status == 429)
        }
    }

    @Test("without space calls are refused, not lost; with space again they pass", arguments: Shortage.possible)
    func disk(_ shortage: Shortage) async throws {
        let answered = Answered()
        try await GatewayStand.run(shortage: shortage) { stand in
            for _ in 0..<20 { answered.note(try await stand.call()) }
            let process = await stand.node.identifier
            for round in 0..<2 {
                try await shortage.begin(stand.node, leaving: round * 3000)
                let isRefused = try await eventually(withinSeconds: 20) {
                    let answer = try await stand.call()
                    answered.note(answer)
                    return answer.status == 507
                }
                #expect(isRefused, "\(shortage)")
                let health = try await stand.health()
                #expect(health.status == 503 && health.text.contains("without-evidence"), "\(health.text)")
                try await shortage.end(stand.node)
                let isBack = try await eventually(withinSeconds: 30) {
                    let answer = try await stand.call()
                    answered.note(answer)
                    return answer.status == 200
                }
                let words = await stand.node.said.suffix(800)
                #expect(isBack, "\(shortage): \(words)")
                #expect(await stand.node.identifier == process)
            }
            #expect(try await stand.health().status == 200)
            try await stand.verify(answered)
        }
    }
}

/// What callers were answered: the call and the leaf that its answer named.
final class Answered: Sendable {
    private let state = Mutex<(all: [(call: String, leaf: Int64)], unanswered: Int)>(([], 0))

    var all: [(call: String, leaf: Int64)] { state.withLock { $0.all } }
    var unanswered: Int { state.withLock { $0.unanswered } }

    func note(_ answer: FetchResponse?) {
        state.withLock { state in
            guard let answer, answer.status == 200 else {
                if answer == nil { state.unanswered += 1 }
                return
            }
            if let call = answer.headers["truc-call"], let leaf = answer.headers["truc-evidence"].flatMap({ Int64($0) })
            {
                state.all.append((call, leaf))
            } else {
                Issue.record("an answer without evidence: \(answer.headers)")
            }
        }
    }
}

/// One node with a gateway, a service behind it and an application with a grant.
struct GatewayStand: Sendable {
    let cluster: CrashCluster
    let port: Int
    let key: String
    private let fetch = Fetch()

    var node: NodeProcess { cluster.nodes[0] }

    static func run(
        quota: Int? = nil, shortage: Shortage? = nil, hasPlugs: Bool = false,
        _ body: @escaping @Sendable (GatewayStand) async throws -> Void
    ) async throws {
        let ports = try LoopbackPorts.claim(2)
        let mounted = Folders()
        do {
            try await CrashCluster.run(
                CrashCluster.four[..<1],
                settings: [
                    "H40": [
                        "--gateway-port", "\(ports[0])", "--gateway-address", "127.0.0.1", "--gateway-tls", "off",
                        "--gateway-loops", "2",
                    ]
                ],
                way: shortage?.way ?? .init(), hasPlugs: hasPlugs,
                prepare: { home in
                    guard let shortage else { return }
                    await mounted.add(home + "/H40")
                    try await shortage.prepare(home + "/H40")
                }
            ) { cluster in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let root = GatewayStand.root
                    group.addTask {
                        try await Example.units.run(
                            port: ports[1], dataIn: root + "/Demo/axis", now: { Instant(milliseconds: 0) })
                    }
                    group.addTask {
                        let key = try await register(at: cluster, service: ports[1], root: root, quota: quota)
                        let stand = GatewayStand(cluster: cluster, port: ports[0], key: key)
                        try await stand.isServing(expecting: [200])
                        try await body(stand)
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        } catch {
            if let shortage { for folder in await mounted.all { await shortage.clear(folder) } }
            throw error
        }
        if let shortage { for folder in await mounted.all { await shortage.clear(folder) } }
    }

    private static func register(
        at cluster: CrashCluster, service port: Int, root: String, quota: Int?
    ) async throws -> String {
        let place = cluster.nodes[0].place
        func typed(_ words: [String]) async throws -> String {
            let ended = try await Program.run(nil, words + place, in: cluster.home)
            try #require(ended.code == 0, "\(words.prefix(3)): \(ended.complaints)")
            return ended.output.split(separator: "\n").last.map(String.init) ?? ""
        }
        _ = try await typed([
            "service", "register", "units", "Đơn vị", "\(root)/Demo/axis/units.openapi.yaml", "--owner", "H40",
            "--contact", "mau@example.vn", "--class", "open", "--evidence", "before-release", "--allow-private",
            "--instance", "http://127.0.0.1:\(port)",
        ])
        let key = try await typed(["application", "add", "H40/kiosk", "Ứng dụng mẫu"])
        _ = try await typed(
            [
                "grant", "issue", "H40/kiosk", "units/v1", "--purpose", "Thử nghiệm", "--basis", "47/2020/NĐ-CP",
                "--until", "2020-12-09",
            ] + (quota.map { ["--quota", "\($0)"] } ?? []))
        return key
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()

    private var origin: String { "http://127.0.0.1:\(port)" }

    func call(_ target: String = "/units/v1/units/37?asOf=2025-07-01") async throws -> FetchResponse {
        try await fetch.send(
            FetchRequest(
                .get, origin + target, headers: ["x-api-key": key], deadlineSeconds: 20, trust: .plain,
                mayReachPrivate: true))
    }

    func health() async throws -> FetchResponse {
        try await fetch.send(FetchRequest(.get, node.origin + "/healthz", trust: .plain, mayReachPrivate: true))
    }

    /// After a start the table takes a moment.
    func isServing(expecting statuses: Set<Int>) async throws {
        let isUp = try await eventually(withinSeconds: 30) {
            guard let status = try? await call().status else { return false }
            return statuses.contains(status)
        }
        let words = await node.said.suffix(1500)
        try #require(isUp, "\(words)")
    }

    func callOnAndOn(_ answered: Answered) async {
        while !Task.isCancelled {
            let answer = try? await call()
            answered.note(answer)
            if answer == nil { try? await Task.sleep(for: .milliseconds(20)) }
        }
    }

    /// Each answer's leaf is there, is of that call, and is proved; then the whole log is read.
    func verify(_ answered: Answered) async throws {
        let verifier = try Log.verifierKey(in: node.folder, of: node.code)
        await node.stop()
        let ended = try await Program.run(
            nil, ["verify", "log", node.folder + "/ledger", "--key", "\(verifier)"],
            in: URL(filePath: node.log).deletingLastPathComponent().path())
        #expect(ended.code == 0, "\(ended.output)")
        let leaves = try await Log.read(in: node.folder, of: node.code, sizes: []).leaves
        for (call, leaf) in answered.all {
            guard leaf < leaves.count, let record = leaves[Int(leaf)].record else {
                Issue.record("the answer of \(call) has no leaf \(leaf)")
                continue
            }
            #expect(try JSONDocument(record).root.requireString("call") == call)
        }
        try await node.start()
        try await node.ready()
    }
}
