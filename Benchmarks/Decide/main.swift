import Cedar
import Database
import Foundation
import Identity
import Vocabulary

// Figures of decisions, as JSON lines; `scripts/bench-decide` asks for each part in turn:
//   bench-decide decisions        decide per second and core, and its latencies
//   bench-decide lists ROWS       the first page of a list over so many records
//   bench-decide export FOLDER    the same world and questions for another engine
let town = try BigTown(people: 40_000, organisations: 2_000)
let shapes = [(name: "doors", questions: town.doors(20_000)), (name: "records", questions: town.records(20_000))]
switch CommandLine.arguments.dropFirst().first {
case "lists":
    let rows = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1_000_000
    try await Line.write(LongList(town).measure(rows: rows))
case "export":
    let some = shapes.map { (name: $0.name, questions: Array($0.questions.prefix(2_000))) }
    let folder = CommandLine.arguments.dropFirst(2).first ?? "."
    try Exported(town: town).write(to: URL(fileURLWithPath: folder), some)
default:
    Line.write(["what": "world", "facts": town.factCount, "policies": try Policies.engine().policies.count])
    for shape in shapes { try Line.write(town.measure(shape.name, shape.questions)) }
}
