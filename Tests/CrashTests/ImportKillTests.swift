import Database
import Foundation
import TestKit
import Testing
import Vocabulary

/// The plug is pulled while a real MISP feed is read in.
@Suite("kill -9 during an import", .serialized)
struct ImportKillTests {
    @Test("the import goes on by itself and ends with the same set as an undisturbed one", .timeLimit(.minutes(4)))
    func goesOn() async throws {
        let file = try await ImportKillTests.feed()
        let undisturbed = try await CrashCluster.run(CrashCluster.four[..<1]) { cluster in
            try await cluster.command(["threats", "import", file.path] + cluster.nodes[0].place)
            return try await ImportKillTests.objects(at: cluster.nodes[0])
        }
        let (disturbed, kills) = try await CrashCluster.run(CrashCluster.four[..<1]) { cluster in
            let kills = try await ImportKillTests.disturb(cluster, file.path)
            return (try await ImportKillTests.objects(at: cluster.nodes[0]), kills)
        }
        #expect(undisturbed.count > 1000)
        #expect(disturbed == undisturbed)
        #expect(kills >= 3)
        file.folder.remove()
        say("kill -9 during an import: \(kills) kills, \(disturbed.count) objects as without")
    }

    /// A part of the feed that comes with the demo: one event of 1.1 MB.
    private static func feed() async throws -> (folder: TemporaryFolder, path: String) {
        let folder = try TemporaryFolder()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let archive = root.appending(path: "Demo/threat/infoblox-misp-feed.tar.gz").path()
        let name = "./1d1ff717-426f-40f7-b9e2-dfbc2345cdde.json"
        let unpacked = try await Program.run(
            "/bin/tar", ["-xzf", archive, "-C", folder.path, name], in: folder.path)
        try #require(unpacked.code == 0, "\(unpacked.complaints)")
        return (folder, folder.path + "/" + name)
    }

    /// Begins the import and kills the node each time it has come further, three times at least.
    private static func disturb(_ cluster: CrashCluster, _ file: String) async throws -> Int {
        let node = cluster.nodes[0]
        let begun = Task { try? await Program.run(nil, ["threats", "import", file] + node.place, in: cluster.home) }
        var (kills, done) = (0, 0)
        while let state = try await further(than: done, at: node) {
            done = state.done
            if state.state == "done" { break }
            if kills == 3 { continue }
            await node.kill()
            kills += 1
            try await node.start()
            try await node.ready()
        }
        begun.cancel()
        _ = await begun.value
        return kills
    }

    /// Waits until the import is further than that, or over.
    private static func further(than done: Int, at node: NodeProcess) async throws -> (state: String, done: Int)? {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while ContinuousClock.now < deadline {
            if let state = try? await progress(of: node), state.done > done || state.state == "done" { return state }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("the import stands still at \(done)")
        return nil
    }

    private static func progress(of node: NodeProcess) async throws -> (state: String, done: Int) {
        try await read(node) { tx in
            guard let row = try tx.row("SELECT state, done FROM threats_import") else { return ("", 0) }
            return (try row.get("state"), try row.get("done"))
        }
    }

    private static func objects(at node: NodeProcess) async throws -> [String] {
        try await read(node) { tx in
            try tx.rows("SELECT id, version, sha256 FROM threats_object ORDER BY id, version").map { row in
                let hash = Hex.encode(try row.get("sha256", as: [UInt8].self))
                return "\(try row.get("id", as: String.self)) \(try row.get("version", as: String.self)) \(hash)"
            }
        }
    }

    private static func read<T: Sendable>(
        _ node: NodeProcess, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        let database = try await DatabaseAddress.sqlite(path: node.folder + "/truc.sqlite").open()
        do {
            let value = try await database.read(body)
            try await database.close()
            return value
        } catch {
            try? await database.close()
            throw error
        }
    }
}

/// A line for whoever reads the output of the tests.
func say(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
