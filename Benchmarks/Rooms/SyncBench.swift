import Crypto
import Database
import Exchange
import FoundationEssentials
import Ledger
import StrictJSON
import Synchronization
import Threats
import Vocabulary
import Web

/// Two nodes in one process, joined over TLS 1.3 on loopback, SQLite with full sync on both: one publishes real STIX
/// objects, the other takes, verifies and stores them.
enum SyncBench {
    static func run(file: String) async throws -> [String: Double] {
        let lines = try Data(contentsOf: URL(filePath: file)).split(separator: UInt8(ascii: "\n")).map { Array($0) }
        return try await withFolder { folder in
            let first = try await BenchNode("H40", folder: folder)
            let second = try await BenchNode("H23", folder: folder)
            return try await BenchNode.whileServing([first, second]) {
                _ = try await first.exchange.createCluster(Phrase(name: "Cluster"))
                let invitation = try await first.exchange.invite(ID("H23"), name: Phrase(name: "H23"), as: .member)
                _ = try await second.exchange.join(invitation.token)
                return try await measure(lines, from: first, to: second)
            }
        }
    }

    private static func measure(
        _ lines: [[UInt8]], from first: BenchNode, to second: BenchNode
    ) async throws -> [String: Double] {
        let drafts = try lines.enumerated().map { try draft($0.element, number: $0.offset) }
        try await publish(drafts.prefix(100), at: first)
        _ = try await second.exchange.pull(from: ID("H40"))
        let few = try await idle(second)
        let rest = drafts.dropFirst(100)
        let publishing = try await seconds { try await publish(rest, at: first) }
        let taking = try await seconds { _ = try await second.exchange.pull(from: ID("H40")) }
        let stored = try await second.database.read { tx in
            try tx.row("SELECT COUNT(*) AS n FROM exchange_fact WHERE quarantined = \(false)")?.get("n", as: Int.self)
                ?? 0
        }
        guard stored == drafts.count else { throw Incomplete(stored: stored, published: drafts.count) }
        let many = try await idle(second)
        return [
            "publishedPerSecond": Double(rest.count) / publishing, "ingestedPerSecond": Double(rest.count) / taking,
            "nothingNewMilliseconds": many.milliseconds, "nothingNewBytes": many.bytes,
            "nothingNewMillisecondsAfter100": few.milliseconds, "nothingNewBytesAfter100": few.bytes,
            "objects": Double(drafts.count),
        ]
    }

    private static func publish(_ drafts: ArraySlice<FactDraft>, at node: BenchNode) async throws {
        for chunk in drafts.chunks(of: 500) {
            _ = try await node.database.write { tx in try node.exchange.publish(Array(chunk), in: tx) }
        }
    }

    /// The median of fifty pulls that bring nothing, and the bytes of one on the wire in both directions.
    private static func idle(_ node: BenchNode) async throws -> (milliseconds: Double, bytes: Double) {
        _ = try await node.exchange.pull(from: ID("H40"))
        var times: [Double] = []
        let before = SocketBytes.received()
        for _ in 0..<50 {
            times.append(try await seconds { _ = try await node.exchange.pull(from: ID("H40")) } * 1000)
        }
        return (times.sorted()[25], Double(SocketBytes.received() - before) / 50)
    }

    private static func draft(_ bytes: [UInt8], number: Int) throws -> FactDraft {
        let root = try JSONDocument(bytes).root
        let version = root["modified"]?.string ?? root["created"]?.string ?? "\(number)"
        return FactDraft(
            id: root["id"]?.string ?? "object-\(number)", version: version, mediaType: Threats.mediaType, tlp: .amber,
            recipients: .cluster, bytes: bytes)
    }

    struct Incomplete: Error {
        let stored: Int
        let published: Int
    }
}
