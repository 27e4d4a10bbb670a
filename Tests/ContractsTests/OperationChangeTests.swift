import Testing

@testable import Contracts

/// Changes around the schemas of an operation: who may call, which statuses, who sends a field, how a form is written.
@Suite("Compatibility around schemas") struct OperationChangeTests {
    private static func document(
        _ operation: String, all: String = "", schemes: String = "{}", version: String = "3.1.0"
    ) throws -> OpenAPIDocument {
        try OpenAPIDocument(
            Array(
                #"""
                {"openapi":"\#(version)","info":{"title":"T","version":"1"}\#(all),
                "paths":{"/u":{"post":\#(operation)}},"components":{"securitySchemes":\#(schemes)}}
                """#.utf8))
    }

    private static func breakages(_ before: OpenAPIDocument, _ after: OpenAPIDocument) -> [String] {
        Compatibility.breakages(from: before, to: after).map(\.code)
    }

    // MARK: Security

    private static let key = #"{"type":"apiKey","in":"header","name":"X-Key"}"#
    private static let other = #"{"type":"apiKey","in":"query","name":"X-Key"}"#
    private static let open = #"{"type":"http","scheme":"bearer"}"#

    private static func secured(
        _ security: String?, all: String? = nil, _ schemes: [String: String] = ["key": key, "bearer": open]
    ) throws -> OpenAPIDocument {
        let members = schemes.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return try document(
            "{\(security.map { "\"security\":\($0)," } ?? "")\(Samples.ok)}",
            all: all.map { ",\"security\":\($0)" } ?? "",
            schemes: "{\(members.joined(separator: ","))}")
    }

    @Test("another proof of who calls breaks everybody; one less breaks nobody")
    func security() throws {
        let (none, one) = (try Self.secured(nil), try Self.secured(#"[{"key":[]}]"#))
        let broken = ["breaks.security"]
        #expect(Self.breakages(none, one) == broken)
        #expect(Self.breakages(one, none).isEmpty)
        #expect(Self.breakages(one, one).isEmpty)
        let both = try Self.secured(#"[{"key":[],"bearer":[]}]"#)
        #expect(Self.breakages(one, both) == broken)
        #expect(Self.breakages(both, one).isEmpty)
        let either = try Self.secured(#"[{"key":[]},{"bearer":[]}]"#)
        #expect(Self.breakages(one, either).isEmpty)
        #expect(Self.breakages(either, one) == broken, "who showed the other is not let in any more")
        #expect(Self.breakages(either, try Self.secured(#"[{"key":[]},{}]"#)).isEmpty, "nothing need be shown")
        let (reads, writes) = (try Self.secured(#"[{"bearer":["r"]}]"#), try Self.secured(#"[{"bearer":["r","w"]}]"#))
        #expect(Self.breakages(reads, writes) == broken)
        #expect(Self.breakages(writes, reads).isEmpty)
    }

    @Test("what holds for the whole document holds where an operation says nothing, and names of schemes are nobody's")
    func securityOfAll() throws {
        let one = try Self.secured(#"[{"key":[]}]"#)
        #expect(Self.breakages(one, try Self.secured(nil, all: #"[{"key":[]}]"#)).isEmpty)
        #expect(
            Self.breakages(try Self.secured(nil), try Self.secured(nil, all: #"[{"key":[]}]"#)) == ["breaks.security"])
        #expect(Self.breakages(one, try Self.secured("[]", all: #"[{"bearer":[]}]"#)).isEmpty)
        #expect(Self.breakages(one, try Self.secured(#"[{"k":[]}]"#, ["k": Self.key])).isEmpty)
        #expect(Self.breakages(one, try Self.secured(#"[{"key":[]}]"#, ["key": Self.other])) == ["breaks.security"])
    }

    @Test("of more ways than are compared nothing but the same is good")
    func manyWays() throws {
        func many(_ scope: String) throws -> OpenAPIDocument {
            let ways = (0..<40).map { #"{"bearer":["\#(scope)\#($0)"]}"# }
            return try Self.secured("[\(ways.joined(separator: ","))]")
        }
        #expect(Self.breakages(try many("a"), try many("a")).isEmpty)
        #expect(Self.breakages(try many("a"), try many("b")) == ["breaks.security"])
    }

    // MARK: Statuses

    private static func answers(_ schemas: [(String, String)]) throws -> OpenAPIDocument {
        let all = schemas.map { status, schema in
            #""\#(status)":{"description":"x","content":{"application/json":{"schema":\#(schema)}}}"#
        }
        return try document(#"{"responses":{\#(all.joined(separator: ","))}}"#)
    }

    private static let (text, number) = (#"{"type":"string"}"#, #"{"type":"integer"}"#)

    @Test("what is said of one status now was said of its range, or of all", arguments: ["2XX", "default"])
    func narrowed(status: String) throws {
        let before = try Self.answers([(status, Self.text)])
        #expect(
            Self.breakages(before, try Self.answers([(status, Self.text), ("200", Self.number)]))
                == ["breaks.response-type"])
        #expect(Self.breakages(before, try Self.answers([(status, Self.text), ("200", Self.text)])).isEmpty)
    }

    @Test("what is said of a range now was said of one status")
    func widened() throws {
        let success = try Self.answers([("200", Self.text)])
        #expect(Self.breakages(success, try Self.answers([("2XX", Self.text)])).isEmpty)
        #expect(Self.breakages(success, try Self.answers([("2XX", Self.number)])) == ["breaks.response-type"])
        let failure = try Self.answers([("200", Self.text), ("404", Self.text)])
        for wider in ["4XX", "default"] {
            #expect(
                Self.breakages(failure, try Self.answers([("200", Self.text), (wider, Self.number)]))
                    == ["breaks.response-type"])
            #expect(Self.breakages(failure, try Self.answers([("200", Self.text), (wider, Self.text)])).isEmpty)
        }
    }

    @Test("beside a success, default is about failures: another success is new, another failure is not")
    func failures() throws {
        let before = try Self.answers([("200", Self.text), ("default", Self.text)])
        func after(_ status: String) throws -> [String] {
            Self.breakages(
                before, try Self.answers([("200", Self.text), ("default", Self.text), (status, Self.number)]))
        }
        #expect(try after("202").isEmpty)
        #expect(try after("404") == ["breaks.response-type"])
        #expect(try after("5XX") == ["breaks.response-type"])
    }

    // MARK: Who sends a field

    @Test("a field that answers have no more is gone, whatever still describes it; one that they never had is not")
    func marks() throws {
        func answer(_ schema: String) -> String { CompatibilityTests.answer(schema) }
        let sent = answer(#"{"properties":{"a":{"type":"string"}}}"#)
        let kept = answer(#"{"properties":{"a":{"type":"string","writeOnly":true}}}"#)
        #expect(try CompatibilityTests.breakages(sent, kept) == ["breaks.response-field-removed"])
        #expect(try CompatibilityTests.breakages(kept, sent).isEmpty)
        #expect(try CompatibilityTests.breakages(kept, answer(#"{"properties":{}}"#)).isEmpty)
    }

    @Test(
        "a mark of who sends a field counts inside alternatives, too",
        arguments: [("oneOf", "required"), ("not", "other")])
    func marksInside(key: String, broken: String) throws {
        func document(_ mark: String) throws -> OpenAPIDocument {
            let schema = ##"{"properties":{"a":{"$ref":"#/components/schemas/A"\##(mark)}},"required":["a"]}"##
            let body = CompatibilityTests.body(#"{"\#(key)":\#(key == "not" ? schema : "[\(schema)]")}"#)
            return try OpenAPIDocument(
                Samples.api(
                    paths: #"{"/u":{"post":\#(body)}}"#, components: #"{"schemas":{"A":{"type":"string"}}}"#))
        }
        func codes(_ before: String, _ after: String) throws -> [String] {
            Self.breakages(try document(before), try document(after))
        }
        #expect(try codes(#","readOnly":true"#, "") == ["breaks.request-\(broken)"])
        #expect(try codes(#","readOnly":true"#, #","readOnly":true"#).isEmpty)
    }

    // MARK: How values are written

    @Test("a form whose parts are written otherwise breaks who sends it")
    func forms() throws {
        func body(_ encoding: String, _ type: String = "application/x-www-form-urlencoded") -> String {
            let content = #"{"\#(type)":{"schema":{"type":"object"}\#(encoding)}}"#
            return #"{"requestBody":{"content":\#(content)},\#(Samples.ok)}"#
        }
        let exploded = #","encoding":{"a":{"style":"form","explode":true}}"#
        #expect(try CompatibilityTests.breakages(body(""), body(exploded)) == ["breaks.body-form"])
        #expect(try CompatibilityTests.breakages(body(exploded), body(exploded)).isEmpty)
        let files = #","encoding":{"a":{"contentType":"image/png"}}"#
        #expect(
            try CompatibilityTests.breakages(
                body(files, "multipart/form-data"),
                body(files.replacing("png", with: "jpeg"), "multipart/form-data")) == ["breaks.body-form"])
    }

    @Test(
        "a parameter that takes less of what was sent is of another form",
        arguments: ["allowReserved", "allowEmptyValue"])
    func reserved(flag: String) throws {
        func query(_ value: Bool) -> String {
            CompatibilityTests.query(#"{"name":"q","in":"query","\#(flag)":\#(value),"schema":{"type":"string"}}"#)
        }
        #expect(try CompatibilityTests.breakages(query(true), query(false)) == ["breaks.parameter-form"])
        #expect(try CompatibilityTests.breakages(query(false), query(true)).isEmpty)
    }

    // MARK: Names of operations

    @Test("a name that another operation has, because it has none of its own, is refused")
    func names() throws {
        let paths = #"{"/a":{"get":{\#(Samples.ok)}},"/b":{"get":{"operationId":"GET /a",\#(Samples.ok)}}}"#
        let flaws = #expect(throws: Flaws.self) { try OpenAPIDocument(Samples.api(paths: paths)) }
        #expect(flaws?.errors.map(\.code) == ["openapi.operation-id"])
    }
}
