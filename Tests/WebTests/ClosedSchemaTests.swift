import StrictJSON
import Testing
import Vocabulary

@testable import Web

@Suite("Bodies of which nothing is passed over")
struct ClosedSchemaTests {
    private static let schema = Schema.object([
        "name": .string, "data": .any,
        "places": .array(.object(["address": .string, "limits": .object(["days": .integer])])),
    ]).closed

    private func refused(_ text: String) throws -> Problem? {
        do {
            try Self.schema.refuseOthers(in: try JSONDocument(Array(text.utf8)).root, code: "test.unknown-member")
            return nil
        } catch let problem as Problem {
            return problem
        }
    }

    private func places(_ text: String) throws -> Set<String> {
        guard let problem = try refused(text) else { return [] }
        guard case .rejected(let code, let errors) = problem, code == "test.unknown-member" else {
            Issue.record("\(problem)")
            return []
        }
        return Set(errors.keys)
    }

    @Test("a member that the schema does not name is refused at its place, at every depth")
    func others() throws {
        #expect(try places(#"{"name":"a","places":[{"address":"b","limits":{"days":1}}]}"#) == [])
        #expect(try places(#"{"name":"a","nam":"b"}"#) == ["nam"])
        #expect(
            try places(#"{"places":[{"address":"a"},{"adress":"b","limits":{"day":1}}],"Name":1}"#)
                == ["places/1/adress", "places/1/limits/day", "Name"])
        // Of what the schema leaves open nothing is said, nor of what is no object where one should be.
        #expect(try places(#"{"data":{"anything":1},"places":{"address":"a"}}"#) == [])
        #expect(throws: JSONError.self) { try refused("[]") }
    }

    @Test("what is said of a body full of strange members is short")
    func bounded() throws {
        let members = (0..<1000).map { #""\#(String(repeating: "x", count: 500))\#($0)":1"# }
        let found = try places("{\(members.joined(separator: ","))}")
        #expect(!found.isEmpty && found.count <= 20 && found.allSatisfy { $0.count <= 100 })
    }

    @Test("the document says of every object in it that it has no other members")
    func said() throws {
        let inner = try #require(Self.schema.json["properties"]?["places"]?["items"])
        #expect(Self.schema.json["additionalProperties"] == false && inner["additionalProperties"] == false)
        #expect(inner["properties"]?["limits"]?["additionalProperties"] == false)
        #expect(Self.schema.json["properties"]?["data"] == [:])
    }
}
