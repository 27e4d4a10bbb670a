import Exchange
import House
import Identity
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// Every door of a node, and who may open it. A new door fails here until it is listed.
@Suite("who may open which door")
struct AccessTests {
    @Test("every door is listed, and opens to those listed and to nobody else")
    func walk() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            let doors = node.site.table.filter { $0.kind != .asset }
            let names = Set(doors.map { "\($0.method.rawValue) \($0.pattern)" })
            #expect(names.subtracting(AccessTable.pages.keys).sorted() == [], "doors that are not listed")
            #expect(Set(AccessTable.pages.keys).subtracting(names).sorted() == [], "listed doors that are not there")
            for cast in Cast.allCases {
                let visitor = try await cast.enter(cluster)
                for door in doors {
                    guard let expected = AccessTable.pages["\(door.method.rawValue) \(door.pattern)"] else { continue }
                    let opened = await AccessTests.opens(door, to: visitor)
                    #expect(opened == expected.contains(cast), "\(door.method.rawValue) \(door.pattern) as \(cast)")
                }
            }
        }
    }

    /// Knocks: forms without their token and programs without a body, so that nothing happens behind the door.
    private static func opens(_ door: Route, to visitor: Visitor) async -> Bool {
        let path = door.pattern.split(separator: "/", omittingEmptySubsequences: false).map {
            $0.hasPrefix("{") ? "0" : $0
        }
        .joined(separator: "/")
        if door.kind == .events { return await visitor.mayHear(path) }
        let answer = await visitor.send(door.method, path, headers: ["accept": "text/html"])
        // The second step sends whoever owes none back to the sign-in page: that is behind its door.
        let isSentAway = answer.location?.hasPrefix("/sign-in") == true && door.permission != .everyone
        let isForbidden = answer.text.contains("Bạn không có quyền") || answer.text.contains("/problems/forbidden")
        // SCIM asks for its key behind the door, in its own words.
        let isBehind = door.pattern.hasPrefix("/scim/")
        return !isSentAway && (answer.status != 401 || isBehind) && !isForbidden
    }

    @Test("another node's door opens to nodes of the roster alone, and people's doors not to nodes")
    func nodes() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            let peer = Person(id: ID("H23"), name: "H23", organisation: ID("H23"), roles: [.peerNode])
            let doors = node.peerSite.table.filter { $0.kind != .asset && $0.pattern.hasPrefix("/exchange") }
            #expect(Set(doors.map { "\($0.method.rawValue) \($0.pattern)" }) == Set(AccessTable.peers.keys))
            for door in doors {
                let expected = AccessTable.peers["\(door.method.rawValue) \(door.pattern)"] ?? .everyone
                #expect(door.permission == expected, "\(door.pattern)")
            }
            let keeper = node.exchange.peerDoorkeeper
            #expect(keeper.decide(peer, .peer))
            #expect(!keeper.decide(nil, .peer))
            #expect(
                !keeper.decide(
                    Person(id: ID("a"), name: "", organisation: ID("H40"), roles: [.nodeAdministrator]), .peer))
            for door in node.site.table
            where door.permission != .everyone && door.permission.name != "ledger.checkpoint" {
                #expect(
                    !node.identity.doorkeeper.decide(peer, door.permission) || door.permission.name == "design.view",
                    "\(door.pattern)")
            }
        }
    }
}

/// Who knocks.
enum Cast: CaseIterable {
    case stranger, citizen, officer, handler, lead, administrator, unit, auditor

    var role: Role? {
        switch self {
        case .stranger: nil
        case .citizen: .citizen
        case .officer: .officer
        case .handler: .incidentHandler
        case .lead: .departmentLead
        case .administrator: .nodeAdministrator
        case .unit: .unitAdministrator
        case .auditor: .auditor
        }
    }

    func enter(_ cluster: TestCluster) async throws -> Visitor {
        guard let role else { return Visitor(try cluster["H40"].site) }
        return try await cluster.visitor(at: "H40", "\(self)-mau", roles: [role])
    }
}

extension Visitor {
    /// Whether a live stream would begin, without waiting for it to end. 404 is said behind the door: nothing is there.
    func mayHear(_ path: String) async -> Bool {
        let answer = await send(.get, path, headers: ["accept": "text/event-stream"])
        return [200, 404].contains(answer.status)
    }
}
