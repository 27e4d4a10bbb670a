import Crypto
import Foundation
import Gateway
import Ledger
import Logging
import Vocabulary

/// A gateway with so many grants before one backend, for `scripts/bench-axis`: `axis-bench PORT BACKEND-PORT FOLDER
/// GRANTS EVIDENCE`; or what SwiftNIO costs alone: `axis-bench bytes PORT BACKEND-PORT`. Ends with its standard input.
///
/// From the environment: `AXIS_LOOPS`, event loops, 1 unless it says otherwise; `AXIS_SWAP`, every how many
/// milliseconds another table comes in force; `AXIS_SWAP_ROWS`, how many grants are other in it, all unless it says
/// so; `AXIS_BASE`, the path that stands before that of the service.
let words = Array(CommandLine.arguments.dropFirst())
let told = ProcessInfo.processInfo.environment

try await run(words, told)

func run(_ words: [String], _ told: [String: String]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        if words.count == 3, words[0] == "bytes", let port = Int(words[1]), let backend = Int(words[2]) {
            group.addTask { try await BytesProxy.run(port: port, backend: backend) }
        } else {
            try await serve(words, told, in: &group)
        }
        group.addTask {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    while !FileHandle.standardInput.availableData.isEmpty {}
                    continuation.resume()
                }
            }
        }
        try await group.next()
        group.cancelAll()
    }
}

func serve(
    _ words: [String], _ told: [String: String], in group: inout ThrowingTaskGroup<Void, any Error>
) async throws {
    guard words.count == 5, let port = Int(words[0]), let backend = Int(words[1]), let grants = Int(words[3]),
        let evidence = EvidenceClass(rawValue: words[4])
    else { throw AxisBenchUsage() }
    let now: Clock = { Instant(milliseconds: Int64(Date.timeIntervalSinceReferenceDate * 1000) + 978_307_200_000) }
    var logger = Logger(label: "bench")
    logger.logLevel = .warning
    let ledger = try await Ledger.open(
        folder: words[2], origin: "bench.example/ledger", key: Curve25519.Signing.PrivateKey(), now: now,
        logger: logger)
    var settings = Gateway.Settings()
    settings.port = port
    settings.loops = told["AXIS_LOOPS"].flatMap { Int($0) } ?? 1
    let table = AxisTable(backend: backend, basePath: told["AXIS_BASE"] ?? "", grants: grants, evidence: evidence)
    let gateway = try Gateway(table.make(0), ledger: ledger, settings: settings, now: now, logger: logger)
    group.addTask { try await gateway.run() }
    guard let milliseconds = told["AXIS_SWAP"].flatMap({ Int($0) }), milliseconds > 0 else { return }
    let rows = told["AXIS_SWAP_ROWS"].flatMap { Int($0) }
    // Whoever brings a table has made it already: two of which every grant is other, in turn.
    let tables = rows == nil ? [table.make(1), table.make(2)] : []
    group.addTask {
        var round = 0
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(milliseconds))
            round += 1
            if let rows {
                _ = try await gateway.change(table.change(round, rows: rows))
            } else {
                try await gateway.swap(tables[round % 2])
            }
        }
    }
}

struct AxisBenchUsage: Error, CustomStringConvertible {
    let description = "usage: axis-bench PORT BACKEND-PORT FOLDER GRANTS before-release|within-1s"
}
