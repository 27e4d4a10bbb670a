import Cedar
import Database
import Foundation
import Identity
import Vocabulary

// Figures of decisions, as JSON lines: decide per second and core, its latencies, the first page of a long list.
let town = try BigTown(people: 40_000, organisations: 2_000)
Line.write(["what": "world", "facts": Double(town.factCount), "policies": Double(try Policies.engine().policies.count)])
for (name, questions) in [("doors", town.doors(20_000)), ("records", town.records(20_000))] {
    try Line.write(town.measure(name, questions))
}
try await Line.write(LongList(town).measure(rows: CommandLine.arguments.contains("--short") ? 50_000 : 1_000_000))
