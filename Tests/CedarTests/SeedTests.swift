import Foundation
import StrictJSON
import Testing

@testable import Cedar
@testable import cedar_answers

/// Worlds of the oracle in which a list once had other rows than `decide` allows; their policies are such as no type
/// checker takes. Each line of `Fixtures/worlds.jsonl` is one, with its seed and the requests that are asked as lists.
@Suite("lists that once differed from decide")
struct SeedTests {
    @Test(
        "rows and short answers are those of decide",
        arguments: [
            (100_048, "an entity that is only named has the type of its attribute"),
            (117_985, "a set is no condition"), (200_026, "a set that is not there makes the question fail"),
        ])
    func rows(seed: Int64, why: String) throws {
        let worlds = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/worlds.jsonl"),
            encoding: .utf8
        ).split(separator: "\n").map { try JSONDocument(String($0)).root }
        let world = try #require(try worlds.first { try $0.require("seed").requireInteger() == seed }, "\(why)")
        let found = try World.compared(world, everyList: 1)
        #expect(found.rows > 0 && found.rowsDiffer == 0 && found.shortDiffer == 0, "\(why)")
    }
}
