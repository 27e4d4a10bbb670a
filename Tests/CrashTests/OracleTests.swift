import Database
import Foundation
import Synchronization
import Testing
import Vocabulary

/// The invariants would see a loss if there were one: here something is taken away by hand.
@Suite("the invariants of the crash tests", .serialized)
struct OracleTests {
    /// Where something is changed by hand, how, and what must be said about it.
    struct Sabotage: Sendable, CustomStringConvertible {
        let code: String
        let sql: SQL
        let complaint: String
        var description: String { complaint }
    }

    private static let sabotages = [
        Sabotage(
            code: "H23", sql: "DELETE FROM exchange_fact WHERE came_from = 'H40'", complaint: "H23 lacks 1"),
        Sabotage(code: "H40", sql: "DELETE FROM threats_object", complaint: "is lost"),
        Sabotage(
            code: "H40", sql: "UPDATE exchange_peer SET acked_seq = 0", complaint: "H40 to H23: not confirmed"),
        Sabotage(
            code: "H40", sql: "DELETE FROM ledger_fact WHERE leaf_index = 1", complaint: "outbox and log differ"),
        Sabotage(
            code: "H23", sql: "UPDATE exchange_fact SET sha256 = signature WHERE came_from = 'H40'",
            complaint: "H23 has what it must not"),
    ]

    @Test("they hold for what is whole and complain about each loss")
    func complain() async throws {
        try await CrashCluster.run(CrashCluster.four[..<2]) { cluster in
            let books = Books()
            let desk = try await cluster.desk(at: cluster.nodes[0])
            for (name, audience) in zip(["mot", "hai"], [Audience.all[0], Audience.all[5]]) {
                let id = try await desk.indicator("\(name).example", audience)
                await books.share(id, at: "H40", audience)
            }
            let invariants = Invariants(cluster: cluster, books: books)
            #expect(try await invariants.quiet(["H40": desk], withinSeconds: 30) != nil)
            try await invariants.check()
            for sabotage in OracleTests.sabotages { try await expect(sabotage, invariants) }
        }
    }

    /// The file is put back afterwards.
    private func expect(_ sabotage: Sabotage, _ invariants: Invariants) async throws {
        let path = try invariants.cluster[sabotage.code].folder + "/truc.sqlite"
        let files = ["", "-wal", "-shm"].map { path + $0 }
        let whole = files.map { FileManager.default.contents(atPath: $0) }
        let database = try await DatabaseAddress.sqlite(path: path).open()
        try await database.write { tx in _ = try tx.execute(sabotage.sql) }
        try await database.close()
        let complaints = Mutex<[String]>([])
        try await withKnownIssue("\(sabotage)") {
            try await invariants.check()
        } matching: { issue in
            complaints.withLock { $0 += issue.comments.map(\.rawValue) }
            return true
        }
        let said = complaints.withLock { $0 }
        #expect(said.contains { $0.contains(sabotage.complaint) }, "\(sabotage): \(said)")
        for (file, bytes) in zip(files, whole) {
            try? FileManager.default.removeItem(atPath: file)
            try bytes?.write(to: URL(filePath: file))
        }
    }
}
