import FoundationEssentials

/// Times single rooms in one process and prints one JSON object: `bench ledger`, `bench sync OBJECTS`.
/// `scripts/bench` calls it once a round, between its other measurements.
let arguments = Array(CommandLine.arguments.dropFirst())
let figures: [String: Double]
switch arguments.first {
case "ledger":
    figures = try await LedgerBench.run(seconds: 3, concurrency: 256)
case "sync":
    figures = try await SyncBench.run(file: arguments.count > 1 ? arguments[1] : "")
default:
    throw BenchUsage()
}
let data = try JSONEncoder().encode(figures)
FileOutput.write(data)

struct BenchUsage: Error, CustomStringConvertible {
    let description = "usage: bench ledger | bench sync FILE-OF-STIX-OBJECTS-ONE-PER-LINE"
}
