import Foundation
import TestKit
import Testing
import Vocabulary

/// Real nodes as real processes: own folders, loopback ports, joined with the real commands.
struct CrashCluster: Sendable {
    /// Code and role, the founder first.
    static let four = [("H40", "lead"), ("H23", "deputy"), ("H49", "member"), ("VNCERT", "coordinator")]
    /// Who is in the cluster and not only in the network.
    static let cluster: Set = ["H40", "H23", "H49"]

    let home: String
    let nodes: [NodeProcess]

    subscript(code: String) -> NodeProcess {
        get throws { try #require(nodes.first { $0.code == code }, "no node \(code)") }
    }

    /// Starts and joins the nodes, runs `body`, and ends every process whatever happens.
    ///
    /// - Parameters:
    ///   - settings: further words for `truc serve` by code.
    ///   - way: how the nodes are started.
    ///   - hasPlugs: whether each node can be stopped at any call that changes its files.
    ///   - prepare: what is done with the folder of all nodes before they start.
    static func run<T: Sendable>(
        _ members: ArraySlice<(String, String)> = four[...], settings: [String: [String]] = [:],
        way: NodeProcess.Way = .init(), hasPlugs: Bool = false, prepare: (String) async throws -> Void = { _ in },
        _ body: (CrashCluster) async throws -> T
    ) async throws -> T {
        let folder = try TemporaryFolder()
        let ports = try LoopbackPorts.claim(members.count * 2)
        let nodes = try members.enumerated().map { place, member in
            let path = "\(folder.path)/\(member.0)"
            return NodeProcess(
                member.0, in: folder.path, ports: (ports[place * 2], ports[place * 2 + 1]),
                settings: ["--clock-offset-ms=\(clockOffset)"] + (settings[member.0] ?? []),
                plug: hasPlugs ? try Plug(at: "\(path).plug", watching: path) : nil)
        }
        let cluster = CrashCluster(home: folder.path, nodes: nodes)
        do {
            try await prepare(folder.path)
            for node in nodes { try await node.start(way) }
            for node in nodes { try await node.ready() }
            try await cluster.join(members)
            let value = try await body(cluster)
            for node in nodes { await node.kill() }
            folder.remove()
            return value
        } catch {
            for node in nodes { await node.kill() }
            Issue.record("what the nodes said last:\n\(await cluster.lastWords)")
            folder.remove()
            throw error
        }
    }

    /// All nodes live on 9 November 2020, when these organisations existed: milliseconds to add to the clock.
    static let clockOffset = 1_604_883_600_000 - Int64(Date.now.timeIntervalSince1970 * 1000)

    private var lastWords: String {
        get async {
            var words = ""
            for node in nodes { words += "— \(node.code)\n\(await node.said.suffix(1500))\n" }
            return words
        }
    }

    private func join(_ members: ArraySlice<(String, String)>) async throws {
        guard let founder = nodes.first, members.count > 1 else { return }
        let invitations = members.dropFirst().flatMap { ["--invite", "\($0.0):\($0.1)"] }
        let founded = try await command(["cluster", "create", "Cụm 3"] + founder.place + invitations)
        // Each invitation is a line of its own, after the sentence that announces it.
        let tokens = founded.output.split(separator: "\n").filter { !$0.contains(" ") }.map(String.init)
        try #require(tokens.count == members.count - 1, "\(founded.output)")
        for (node, token) in zip(nodes.dropFirst(), tokens) {
            _ = try await command(["cluster", "join", token] + node.place)
        }
    }

    /// Runs `truc` and expects it to succeed.
    @discardableResult
    func command(_ words: [String]) async throws -> Program.Ended {
        let ended = try await Program.run(nil, words + ["--language", "en"], in: home)
        try #require(ended.code == 0, "truc \(words.joined(separator: " ")): \(ended.complaints)\(ended.output)")
        return ended
    }

    /// Somebody who may report and share and look at the ledger, at a node.
    func desk(at node: NodeProcess) async throws -> Desk {
        _ = try await command(
            [
                "person", "add", Desk.login, "Người mẫu", "--role", "incident-handler", "--role", "auditor",
                "--password",
                Desk.password,
            ]
                + node.place)
        return Desk(node.origin)
    }
}
