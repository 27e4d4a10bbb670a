import Exchange
import Foundation
import House
import Identity
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// Nodes in this process, as they would run anywhere: own folders and keys, real TLS between them on loopback.
struct TestCluster: Sendable {
    let nodes: [String: Node]
    static let password = "sen-ho-tay-2020"

    subscript(code: String) -> Node {
        get throws { try #require(nodes[code], "no node \(code)") }
    }

    /// Opens the nodes on 9 November 2020, joins them, runs `body`, and stops them.
    static func run(
        _ members: [DemoNode] = DemoNode.all, database: [String: String] = [:],
        _ body: @escaping @Sendable (TestCluster) async throws -> Void
    ) async throws {
        let home = try TemporaryFolder()
        let ports = try LoopbackPorts.claim(members.count)
        var nodes: [String: Node] = [:]
        // One clock for all, however long the opening of each takes.
        let offset = DemoNode.day.milliseconds - Configuration.machineClock().milliseconds
        for (member, port) in zip(members, ports) {
            nodes[member.code] = try await open(member, in: home.path, port, database[member.code], offset)
        }
        let cluster = TestCluster(nodes: nodes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let listening = Ports(count: nodes.count)
            for (place, node) in nodes.values.enumerated() {
                group.addTask { try await node.run { _ in listening.set(place, 1) } }
            }
            group.addTask {
                _ = await listening.all()
                try await cluster.joinUp(members)
                try await body(cluster)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        for node in nodes.values { try await node.close() }
        home.remove()
    }

    private static func open(
        _ member: DemoNode, in home: String, _ port: Int, _ database: String?, _ clockOffset: Int64
    ) async throws -> Node {
        var flags = [
            "folder": "\(home)/\(member.code)", "organisation": member.code, "web.port": "0", "log.level": "critical",
            "exchange.address": "127.0.0.1", "exchange.port": String(port), "gateway.address": "127.0.0.1",
            "gateway.port": "0", "web.drain-seconds": "0",
            "identity.administrators-two-steps": "optional",
            "clock-offset-ms": String(clockOffset),
        ]
        flags["database"] = database
        return try await Node.open(try Configuration.load(flags: flags, file: nil, environment: [:]) { _ in nil })
    }

    private func joinUp(_ members: [DemoNode]) async throws {
        guard let first = members.first else { return }
        let keeper = try self[first.code]
        try await keeper.exchange.createCluster(Phrase(vi: "Cụm 3", en: "Cluster 3"))
        for member in members.dropFirst() {
            let invitation = try await keeper.exchange.invite(
                ID(member.code), name: Phrase(name: member.code), as: member.role)
            try await self[member.code].exchange.join(invitation.token)
        }
    }

    /// Somebody with these roles who has signed in at a node through its page.
    func visitor(at code: String, _ login: String = "nguoi-mau", roles: Set<Role>) async throws -> Visitor {
        let node = try self[code]
        let phc = try PasswordHash.make(TestCluster.password)
        _ = try? await node.identity.createPerson(login: login, name: "Người mẫu", roles: roles, phc: phc)
        let visitor = Visitor(node.site)
        let answer = await visitor.post("/sign-in", ["login": login, "password": TestCluster.password])
        #expect(answer.status == 303, "\(answer.text.prefix(300))")
        return visitor
    }
}

extension Visitor {
    /// Reports through the form and, when the label allows it, shares through the form. Returns the incident's page.
    func report(_ report: DemoReport, at now: Instant) async throws -> String {
        let sent = await post("/incidents/new", report.fields(at: now))
        let place = String(try #require(sent.location, "\(sent.text.prefix(2000))").prefix { $0 != "?" })
        if report.label != "TLP:RED" {
            let shared = await post(place + "/share", ["title": report.title, "text": report.summary])
            #expect(shared.status == 303, "\(shared.text.prefix(300))")
        }
        return place
    }
}
