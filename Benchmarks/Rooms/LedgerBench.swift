import Crypto
import Ledger
import Synchronization
import Vocabulary

/// Durable appends under signed heads, from many tasks at once, each waiting for its own.
enum LedgerBench {
    static func run(seconds limit: Double, concurrency: Int) async throws -> [String: Double] {
        try await withFolder { folder in
            let ledger = try await Ledger.open(
                folder: folder, origin: "bench/ledger", key: Curve25519.Signing.PrivateKey(), now: clock, logger: quiet)
            let end = ContinuousClock().now.advanced(by: .seconds(limit))
            let digest = LedgerHash(sha256: Array("content".utf8))
            let took = try await seconds {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<concurrency {
                        group.addTask {
                            var count = 0
                            while ContinuousClock().now < end {
                                let leaf = try Leaf(
                                    kind: "bench.leaf", fact: ID("\(worker)-\(count)"), at: clock(), digest: digest)
                                _ = try await ledger.append(leaf)
                                count += 1
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let size = Double(ledger.checkpoint.size)
            try await ledger.close()
            return ["appendsPerSecond": size / took]
        }
    }
}
