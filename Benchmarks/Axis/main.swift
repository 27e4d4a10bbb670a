import Crypto
import Foundation
import Gateway
import Ledger
import Logging
import Vocabulary

/// A gateway with so many grants before one backend, for `scripts/bench-axis`: `axis-bench PORT BACKEND-PORT FOLDER
/// GRANTS EVIDENCE`; or what SwiftNIO costs alone: `axis-bench bytes PORT BACKEND-PORT`. Ends with its standard input.
///
/// A line of its standard input says what is done beside the calls: `swap MILLISECONDS`, another table comes in force
/// so often, in which every grant is other; `swap MILLISECONDS ROWS`, so many grants are other in it; `still`, none.
///
/// From the environment: `AXIS_LOOPS`, event loops, 1 unless it says otherwise; `AXIS_BASE`, the path that stands
/// before that of the service.
let words = Array(CommandLine.arguments.dropFirst())
let told = ProcessInfo.processInfo.environment

try await run(words, told)

func run(_ words: [String], _ told: [String: String]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        if words.count == 3, words[0] == "bytes", let port = Int(words[1]), let backend = Int(words[2]) {
            group.addTask { try await BytesProxy.run(port: port, backend: backend) }
            group.addTask { for await _ in Orders.lines() {} }
        } else {
            let (gateway, table) = try await gateway(words, told)
            group.addTask { try await gateway.run() }
            group.addTask { await Orders.follow(gateway, table) }
        }
        try await group.next()
        group.cancelAll()
    }
}

func gateway(_ words: [String], _ told: [String: String]) async throws -> (Gateway, AxisTable) {
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
    return (try Gateway(table.make(0), ledger: ledger, settings: settings, now: now, logger: logger), table)
}

struct AxisBenchUsage: Error, CustomStringConvertible {
    let description = "usage: axis-bench PORT BACKEND-PORT FOLDER GRANTS before-release|within-1s"
}
