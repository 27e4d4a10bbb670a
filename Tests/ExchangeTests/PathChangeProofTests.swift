import TestKit
import Testing

@testable import Contracts
@testable import Gateway

/// The check against what happens: calls are led through the gateway's own tree, before a random change and after it.
@Suite("Where calls are led, before a change of paths and after it")
struct PathChangeProofTests {
    private struct Dice {
        var random: SeededRandom

        /// Paths of up to three steps, of two texts and names.
        mutating func paths(_ count: Int) -> Set<String> {
            let steps = ["a", "b", "{x}", "{x}"]
            return Set(
                (0..<count).map { _ in
                    let length = Int.random(in: 1...3, using: &random)
                    return (0..<length).map { place in
                        "/" + steps[Int.random(in: 0..<steps.count, using: &random)].replacing("x", with: "x\(place)")
                    }.joined()
                })
        }

        mutating func some(of paths: Set<String>) -> Set<String> {
            paths.filter { _ in Int.random(in: 0..<5, using: &random) > 0 }
        }
    }

    /// All paths of two texts that are known and two that are not.
    private static let calls: [String] = {
        let steps = ["a", "b", "c", "d"].map { "/\($0)" }
        let two = steps.flatMap { one in steps.map { one + $0 } }
        return steps + two + two.flatMap { both in steps.map { both + $0 } }
    }()

    private static func document(_ paths: Set<String>) throws -> OpenAPIDocument {
        let items = paths.sorted().map { path in
            let names = PathTemplate(path)?.names ?? []
            let parameters = names.map { #"{"name":"\#($0)","in":"path","required":true,"schema":{"type":"string"}}"# }
            let answers = #""responses":{"200":{"description":"x"}}"#
            return #""\#(path)":{"get":{"parameters":[\#(parameters.joined(separator: ","))],\#(answers)}}"#
        }
        return try OpenAPIDocument(
            Array(
                #"""
                {"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{\#(items.joined(separator: ","))}}
                """#.utf8))
    }

    /// Which operation each call is led to, by its path.
    private static func led(_ document: OpenAPIDocument) throws -> [String: String] {
        let operations = document.operations.map {
            Operation(id: $0.id, method: $0.method, template: $0.path.text)
        }
        let tree = try PathTree(operations, subject: "test")
        var led: [String: String] = [:]
        for call in calls {
            let (path, method) = (Array(call.utf8), Array("GET".utf8))
            let match = path.withUnsafeBytes { path in method.withUnsafeBytes { tree.match(path, method: $0) } }
            if case .operation(let number) = match { led[call] = operations[number].id }
        }
        return led
    }

    @Test("an operation is broken when calls of it are led elsewhere, and only then", arguments: 0..<8)
    func sound(seed: UInt64) throws {
        var dice = Dice(random: SeededRandom(seed: seed))
        var (kept, taken) = (0, 0)
        for _ in 0..<60 {
            let paths = dice.paths(5)
            let newer = dice.some(of: paths).union(dice.paths(2))
            guard !newer.isEmpty else { continue }
            let documents = try [paths, newer].map { try Self.document($0) }
            let broken = Dictionary(
                Compatibility.breakages(from: documents[0], to: documents[1]).map { ($0.operation, $0.code) }
            ) { first, _ in first }
            let (before, after) = (try Self.led(documents[0]), try Self.led(documents[1]))
            for operation in documents[0].operations {
                let calls = before.filter { $0.value == operation.id }.keys
                let isElsewhere = calls.contains { after[$0] != operation.id }
                #expect(
                    (broken[operation.id] != nil) == isElsewhere || calls.isEmpty,
                    "\(operation.id): \(paths.sorted()) → \(newer.sorted())")
                if broken[operation.id] == nil { kept += 1 }
                if broken[operation.id] == "breaks.operation-shadowed" { taken += 1 }
            }
        }
        #expect(kept > 50 && taken > 10, "\(kept) \(taken)")
    }
}
