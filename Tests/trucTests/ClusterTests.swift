import Database
import Exchange
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// The first useful day: ten nodes, a person at Nam Định, and who learns what.
@Suite("a cluster of ten nodes")
struct ClusterTests {
    /// What is shared at Nam Định, and the nodes that may know it.
    private static let cases: [(report: DemoReport, entitled: Set<String>)] = [
        (report("TLP:CLEAR", to: "network"), others),
        (report("TLP:GREEN", to: "network"), others),
        (report("TLP:AMBER", to: "cluster"), others.subtracting(["VNCERT"])),
        (report("TLP:AMBER+STRICT", to: "named", ["H23", "VNCERT"]), ["H23", "VNCERT"]),
        (report("TLP:RED", to: "nobody"), []),
    ]

    private static let others = Set(DemoNode.all.map(\.code)).subtracting(["H40"])

    private static func report(_ label: String, to: String, _ named: [String] = []) -> DemoReport {
        DemoReport(
            code: "H40", title: "Mẫu thử \(label).", kind: "phishing", summary: "Nội dung \(label)", label: label,
            to: to, named: named)
    }

    @Test("what is shared reaches whom its label entitles, signed, and nobody else")
    func sharing() async throws {
        try await TestCluster.run { cluster in
            let handler = try await cluster.visitor(at: "H40", roles: [.incidentHandler])
            let now = try cluster["H40"].clock()
            for (report, _) in ClusterTests.cases { _ = try await handler.report(report, at: now) }
            try await ClusterTests.converge(cluster)
            for code in ClusterTests.others.sorted() {
                let reader = try await cluster.visitor(at: code, roles: [.incidentHandler])
                let list = await reader.get("/incidents")
                for (report, entitled) in ClusterTests.cases {
                    #expect(
                        list.text.contains(report.title) == entitled.contains(code), "\(report.label) at \(code)")
                }
            }
            try await ClusterTests.readArrived(at: "H23", cluster)
            for code in ClusterTests.others { try await ClusterTests.expectNothingOfRed(at: code, cluster) }
        }
    }

    /// Waits until nobody has anything left to fetch.
    private static func converge(_ cluster: TestCluster) async throws {
        let keeper = try cluster["H40"].exchange
        let done = try await eventually {
            let waiting = try await keeper.standing()?.waiting ?? [:]
            return waiting.values.allSatisfy { $0 == 0 }
        }
        #expect(done)
    }

    /// The page of one that arrived, in both languages: whose it is and that its signature holds.
    private static func readArrived(at code: String, _ cluster: TestCluster) async throws {
        let reader = try await cluster.visitor(at: code, roles: [.incidentHandler])
        let list = await reader.get("/incidents").text
        let start = try #require(list.ranges(of: "/incidents/arrived/H40/").first?.lowerBound)
        let place = String(list[start...].prefix { $0 != "\"" })
        await reader.get(place + "?lang=vi").expect(200, shows: "Hợp lệ", "Nam Định", "lang=\"vi\"")
        await reader.get(place + "?lang=en").expect(200, shows: "Holds", "lang=\"en\"")
    }

    /// Not in a table, not in a log, not in an index: the bytes are nowhere in the node's folder.
    private static func expectNothingOfRed(at code: String, _ cluster: TestCluster) async throws {
        let node = try cluster[code]
        let found = try FolderSearch.files(in: node.folder.path, holding: "Nội dung TLP:RED")
        #expect(found.isEmpty, "\(code): \(found)")
        let itself = try FolderSearch.files(in: try cluster["H40"].folder.path, holding: "Nội dung TLP:RED")
        #expect(!itself.isEmpty, "the search must find it where it is")
    }

    @Test("two nodes on PostgreSQL and one on SQLite are one cluster")
    func engines() async throws {
        try await Engine.postgres.withAddress { first in
            try await Engine.postgres.withAddress { second in
                guard case .postgres(let a) = first, case .postgres(let b) = second else { return }
                let members = Array(DemoNode.all.prefix(3))
                try await TestCluster.run(members, database: ["H40": a.address, "H23": b.address]) { cluster in
                    let handler = try await cluster.visitor(at: "H40", roles: [.incidentHandler])
                    _ = try await handler.report(
                        ClusterTests.report("TLP:GREEN", to: "network"), at: try cluster["H40"].clock())
                    try await ClusterTests.converge(cluster)
                    for code in ["H23", "H49"] {
                        let reader = try await cluster.visitor(at: code, roles: [.officer])
                        await reader.get("/incidents").expect(200, shows: "Mẫu thử TLP:GREEN.")
                    }
                }
            }
        }
    }
}
