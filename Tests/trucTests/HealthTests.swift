import Crypto
import Database
import Exchange
import House
import Ledger
import Logging
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// What whoever watches a node is told.
@Suite("/healthz")
struct HealthTests {
    @Test("200 while all answers; 503 names what does not, and nothing tells how much happens here")
    func health() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            let watcher = Visitor(node.site)
            let well = await watcher.get("/healthz").expect(200, shows: "\"status\":\"ok\"", "\"H40\"")
            let handler = try await cluster.visitor(at: "H40", roles: [.incidentHandler])
            _ = try await handler.report(
                DemoReport(
                    code: "H40", title: "Mẫu RED", kind: "phishing", summary: "Nội dung", label: "TLP:RED",
                    to: "nobody", named: []), at: node.clock())
            let after = await watcher.get("/healthz").expect(200)
            #expect(after.text == well.text, "a report changes nothing that a stranger reads")
        }
    }

    @Test("503 says that the database does not answer, or that the ledger does not")
    func ill() async throws {
        try await Engine.sqlite.withDatabase { database in
            let home = try TemporaryFolder()
            let ledger = try await Ledger.open(
                folder: home.path + "/ledger", origin: "H40/ledger", key: .init(), now: TestClock().now,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            #expect(await Node.status(of: database, ledger) == "ok")
            let broken = Broken(base: database)
            #expect(await Node.status(of: broken, ledger) == "database")
            try await ledger.close()
            #expect(await Node.status(of: database, ledger) == "ledger")
            home.remove()
            for (status, code) in [("ok", 200), ("database", 503), ("ledger", 503)] {
                let answer = Node.health(of: ID("H40"), status, gateway: "open")
                #expect(answer.status == code && answer.text.contains("\"status\":\"\(status)\""))
            }
        }
    }

    /// A database that does not answer.
    private struct Broken: Database {
        let base: any Database
        var dialect: Dialect { base.dialect }

        struct Gone: Error {}

        func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            throw Gone()
        }
        func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
            throw Gone()
        }
        func close() async throws {}
        func rest() {}
    }
}
