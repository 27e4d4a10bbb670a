import Testing
import Vocabulary

@testable import Contracts

/// A path that is new may take calls of one that stays.
@Suite("Compatibility of paths") struct PathChangeTests {
    /// Paths, each with its methods; each of its names is a text unless a schema is told.
    private static func document(
        _ paths: [String: String], _ schemas: [String: String] = [:]
    ) throws -> OpenAPIDocument {
        let items = paths.map { path, methods in
            let parameters = (PathTemplate(path)?.names ?? []).map { name in
                let schema = schemas[name] ?? #""schema":{"type":"string"}"#
                return #"{"name":"\#(name)","in":"path","required":true,\#(schema)}"#
            }
            let operations = methods.split(separator: " ").map { #""\#($0)":{\#(Samples.ok)}"# }
            let members = [#""parameters":[\#(parameters.joined(separator: ","))]"#] + operations
            return #""\#(path)":{\#(members.joined(separator: ","))}"#
        }
        return try OpenAPIDocument(Samples.api(paths: "{\(items.joined(separator: ","))}"))
    }

    private static func broken(
        _ before: [String: String], _ after: [String: String], _ schemas: [String: String] = [:]
    ) throws -> [String] {
        Compatibility.breakages(from: try document(before, schemas), to: try document(after, schemas))
            .map { "\($0.operation): \($0.code.dropFirst("breaks.".count))" }.sorted()
    }

    private static let shadowed = ["GET /u/{code}: operation-shadowed"]

    @Test("a text takes the calls of a name before it, by the methods that both have")
    func texts() throws {
        let one = ["/u/{code}": "get"]
        #expect(try Self.broken(one, ["/u/{code}": "get", "/u/list": "get"]) == Self.shadowed)
        let renamed = try Self.broken(one, ["/u/{id}": "get", "/u/list": "get"])
        #expect(renamed.last == Self.shadowed[0] && renamed.count == 2, "whatever the name is")
        #expect(try Self.broken(one, ["/u/{code}": "get", "/u/list": "post"]).isEmpty)
        #expect(try Self.broken(["/u/{code}": "get post"], ["/u/{code}": "get post", "/u/list": "post"]).count == 1)
        #expect(try Self.broken(one, ["/u/{code}": "get", "/u/list/all": "get", "/v/list": "get"]).isEmpty)
        #expect(try Self.broken(one, ["/u/{code}": "get", "/u/": "get"]).isEmpty, "a name is never empty")
        let breakage = try Compatibility.breakages(
            from: Self.document(one), to: Self.document(["/u/{code}": "get", "/u/list": "get"])
        ).first
        #expect(breakage?.words.en == "“GET /u/list” takes calls now that were led to “GET /u/{code}” (code = list)")
    }

    @Test("what was there takes what it took, and what is removed leaves its calls to others")
    func stays() throws {
        let both = ["/u/{code}": "get", "/u/list": "get"]
        #expect(try Self.broken(both, both).isEmpty)
        #expect(try Self.broken(both, ["/u/{code}": "get"]) == ["GET /u/list: operation-removed"])
        #expect(try Self.broken(["/u/list": "get"], both).isEmpty)
        // Of another method it was not there.
        #expect(try Self.broken(["/u/{code}": "get", "/u/list": "post"], both).contains(Self.shadowed[0]))
    }

    @Test("of several names and texts the first that differ decide")
    func several() throws {
        func broken(_ before: String, _ after: String, beside: [String: String] = [:]) throws -> Bool {
            let old = [before: "get"].merging(beside) { first, _ in first }
            return try !Self.broken(old, old.merging([after: "get"]) { first, _ in first }).isEmpty
        }
        #expect(try broken("/{a}/{b}", "/{a}/me"))
        #expect(try broken("/{a}/me", "/u/{b}"), "/u/me")
        #expect(try !broken("/u/{b}", "/{a}/me"), "the text of what was there comes first")
        #expect(try broken("/{a}/x/{b}", "/{a}/{c}/y") == false)
        #expect(try broken("/{a}/{b}/{c}", "/{a}/x/{c}"))
        // What led all of them elsewhere before is no change.
        #expect(try !broken("/{a}/{b}", "/u/me", beside: ["/u/{b}": "get", "/{a}/me": "get"]) == false)
        #expect(try !broken("/{a}/{b}", "/u/me", beside: ["/u/me": "get"]))
    }

    @Test(
        "a text that the parameter never allowed was nobody's",
        arguments: [
            (#""schema":{"type":"integer"}"#, "list", false), (#""schema":{"type":"integer"}"#, "12", true),
            (#""schema":{"type":["integer","null"]}"#, "list", false),
            (#""schema":{"type":"boolean"}"#, "true", true), (#""schema":{"type":"boolean"}"#, "list", false),
            (#""schema":{"type":"string","pattern":"^[0-9]+$"}"#, "list", false),
            (#""schema":{"type":"string","pattern":"^[0-9]+$"}"#, "12", true),
            (#""schema":{"type":"string","maxLength":3}"#, "list", false),
            (#""schema":{"type":"string","format":"uuid"}"#, "list", false),
            (#""schema":{"type":"string","format":"slug"}"#, "list", true),
            (#""schema":{"enum":["a","b"]}"#, "list", false), (#""schema":{"enum":["a","list"]}"#, "list", true),
            (#""schema":{"enum":[1,2]}"#, "2", true), (#""schema":{"enum":[1,2]}"#, "3", false),
            // What may be a list, or is written in another way, may be anything.
            (#""schema":{}"#, "list", true), (#""schema":{"pattern":"^[0-9]+$"}"#, "list", true),
            (#""schema":{"type":"array","items":{"type":"integer"}}"#, "list", true),
            (#""style":"matrix","schema":{"type":"integer"}"#, ";code=1", true),
            (#""content":{"application/json":{"schema":{"type":"integer"}}}"#, "list", true),
        ])
    func values(schema: String, text: String, isBroken: Bool) throws {
        let found = try Self.broken(
            ["/u/{code}": "get"], ["/u/{code}": "get", "/u/\(text)": "get"], ["code": schema])
        #expect(found == (isBroken ? Self.shadowed : []))
    }

    @Test("it breaks consumers of that operation, whatever fields they are granted, and no others")
    func operations() throws {
        let older = try Self.document(["/u/{code}": "get post"])
        let newer = try Self.document(["/u/{code}": "get post", "/u/list": "get"])
        for (operation, codes) in [("GET /u/{code}", ["breaks.operation-shadowed"]), ("POST /u/{code}", [])] {
            var budget = Compatibility.Budget.ofConsumers
            let found = Compatibility.breakages(
                from: older, to: newer, of: [operation], under: .open, within: &budget)
            #expect(found.map(\.code) == codes)
        }
    }

    @Test("many new paths are told up to so many, and cost no more than so much")
    func many() throws {
        let one = ["/u/{code}": "get"]
        let more = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("/u/list\($0)", "get") })
        let found = try Self.broken(one, one.merging(more) { first, _ in first })
        #expect(found.count == Compatibility.limit)
        let many = Dictionary(uniqueKeysWithValues: (0..<200).map { ("/{a}/{b}/c\($0)", "get") })
        let all = many.merging((0..<5000).map { ("/x\($0)/y/z", "get") }) { first, _ in first }
        let documents = try [many, all].map { try Self.document($0) }
        let left = Compatibility.breakages(
            from: documents[0], to: documents[1], within: .init(pairs: 5000, trials: 0))
        #expect(Set(left.map(\.code)) == ["breaks.not-compared"] && left.count > 100, "\(left.count)")
    }
}
