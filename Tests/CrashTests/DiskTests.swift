import Foundation
import TestKit
import Testing
import Vocabulary

/// The disk is full or may not be written.
@Suite("disk full", .serialized)
struct DiskTests {
    @Test("in flight: refused clearly, nothing lost, and it goes on when there is space", arguments: Shortage.possible)
    func inFlight(_ shortage: Shortage) async throws {
        let books = Books()
        let mounted = Folders()
        do {
            try await CrashCluster.run(
                CrashCluster.four[..<1], way: shortage.way,
                prepare: { home in
                    await mounted.add(home + "/H40")
                    try await shortage.prepare(home + "/H40")
                }
            ) { cluster in
                let node = cluster.nodes[0]
                let desk = try await cluster.desk(at: node)
                try await desk.signIn()
                try await DiskTests.write(10, desk, books, "truoc")
                let process = await node.identifier
                for round in 0..<3 {
                    try await DiskTests.starve(node, desk, books, shortage, round)
                    #expect(await node.identifier == process)
                }
                try await Invariants(cluster: cluster, books: books).check()
            }
        } catch {
            for folder in await mounted.all { await shortage.clear(folder) }
            throw error
        }
        for folder in await mounted.all { await shortage.clear(folder) }
    }

    /// Takes the space away, expects a clear refusal and a node that still answers, gives it back, expects writes.
    private static func starve(
        _ node: NodeProcess, _ desk: Desk, _ books: Books, _ shortage: Shortage, _ round: Int
    ) async throws {
        try await shortage.begin(node, leaving: round * 20_000)
        var refusal: (any Error)?
        for number in 0..<400 where refusal == nil {
            do {
                try await write(1, desk, books, "day-\(round)-\(number)")
            } catch {
                refusal = error
            }
        }
        guard case .refused(_, let status, let text) = refusal as? Desk.Trouble else {
            Issue.record("\(shortage): no clear refusal but \(refusal.map { "\($0)" } ?? "none")")
            return try await shortage.end(node)
        }
        #expect(status == 503 && text.contains("Ổ đĩa hoặc cơ sở dữ liệu"), "\(shortage): \(status) \(text)")
        #expect(try await desk.checkpoint().contains("H40/ledger"), "reading goes on")
        try await shortage.end(node)
        let isBack = try await eventually(withinSeconds: 30) {
            (try? await write(1, desk, books, "sau-\(round)-\(Int.random(in: 0..<1_000_000))")) != nil
        }
        let said = await node.said.suffix(1500)
        #expect(isBack, "\(shortage): \(said)")
        try await write(5, desk, books, "lai-\(round)")
        say(
            "disk: \(shortage), round \(round): refused with \(status), \(await books.acknowledged) acknowledged so far"
        )
    }

    private static func write(_ count: Int, _ desk: Desk, _ books: Books, _ name: String) async throws {
        let stays = Audience(label: "TLP:RED", to: "nobody")
        for number in 0..<count {
            await books.share(try await desk.indicator("\(name)-\(number).example", stays), at: "H40", stays)
        }
    }

    @Test("at the start: it ends with a clear message, and starts when there is space")
    func atStart() async throws {
        let home = try TemporaryFolder()
        let ports = try LoopbackPorts.claim(2)
        // In blocks of 512 bytes: nothing, half of a key, the keys but no database, a part of the database.
        for blocks in [0, 1, 4, 16, 100, 400] {
            let node = NodeProcess("H40", in: home.path + "/\(blocks)", ports: (ports[0], ports[1]))
            try FileManager.default.createDirectory(
                atPath: home.path + "/\(blocks)", withIntermediateDirectories: true)
            let (ended, words) = try await DiskTests.startStarved(node, in: home.path, blocks)
            #expect(ended != 0, "\(blocks) blocks")
            #expect(words.contains("truc: "), "\(blocks) blocks: \(words)")
            #expect(words.contains(node.folder) && DiskTests.isClear(words), "\(blocks) blocks: \(words)")
            try await node.start(.init(settings: ["--clock-offset-ms=\(CrashCluster.clockOffset)"]))
            try await node.ready()
            let (code, said) = (await node.stop(), await node.said.suffix(800))
            #expect(code == 0, "\(said)")
        }
        home.remove()
    }

    private static func startStarved(
        _ node: NodeProcess, in home: String, _ blocks: Int
    ) async throws -> (code: Int32, words: String) {
        // What it says goes through a pipe: a file could not take it.
        let ended = try await Program.run(
            "/bin/sh",
            [
                "-c",
                "trap '' XFSZ; { ( ulimit -S -f \(blocks); exec \"$@\" ) 2>&1; echo \"ended with $?\"; } | cat", "sh",
                try Program.path(), "serve", "--folder", node.folder, "--organisation", "H40", "--web-port", "0",
                "--exchange-port", "0", "--exchange-address", "127.0.0.1", "--gateway-port", "0",
                "--clock-offset-ms=\(CrashCluster.clockOffset)",
            ], in: home)
        let code = ended.output.firstRange(of: "ended with ").flatMap {
            Int32(ended.output[$0.upperBound...].prefix { $0.isNumber })
        }
        return (code ?? 0, ended.output)
    }

    private static func isClear(_ words: String) -> Bool {
        ["File too large", "No space left", "disk", "full"].contains { words.contains($0) }
    }

    @Test("a data folder that may not be written: it ends with a clear message")
    func readOnly() async throws {
        let home = try TemporaryFolder()
        let folder = home.path + "/H40"
        var before: [String] = []
        if Shortage.mayMount {
            try await Shortage.mount(folder, megabytes: 1, isReadOnly: true)
        } else {
            mkdir(folder, 0o500)
            chmod(home.path, 0o711)
            if getuid() == 0 { before = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] }
        }
        let words =
            before + [try Program.path(), "serve", "--folder", folder, "--organisation", "H49", "--web-port", "0"]
        let ended = try await Program.run(words[0], Array(words.dropFirst()), in: home.path)
        if Shortage.mayMount { await Shortage.unmount(folder) }
        #expect(ended.code != 0)
        #expect(ended.complaints.contains(folder), "\(ended.complaints)")
        #expect(
            ended.complaints.contains("Read-only file system") || ended.complaints.contains("Permission denied"),
            "\(ended.complaints)")
        home.remove()
    }
}

/// Where something was mounted.
actor Folders {
    private(set) var all: [String] = []

    func add(_ folder: String) {
        all.append(folder)
    }
}
