import Testing

@testable import Contracts

/// What a newer version may change without breaking who uses the older one, and what not.
@Suite("Compatibility of two versions") struct CompatibilityTests {
    static func document(_ operation: String, path: String = "/u") throws -> OpenAPIDocument {
        try OpenAPIDocument(Samples.api(paths: #"{"\#(path)":{"post":\#(operation)}}"#))
    }

    static func breakages(_ before: String, _ after: String) throws -> [String] {
        Compatibility.breakages(from: try document(before), to: try document(after)).map(\.code)
    }

    static func body(_ schema: String, required: Bool = false) -> String {
        let content = #"{"application/json":{"schema":\#(schema)}}"#
        return #"{"requestBody":{"required":\#(required),"content":\#(content)},\#(Samples.ok)}"#
    }

    static func answer(_ schema: String, status: String = "200") -> String {
        #"{"responses":{"\#(status)":{"description":"x","content":{"application/json":{"schema":\#(schema)}}}}}"#
    }

    static func query(_ parameters: String) -> String { #"{"parameters":[\#(parameters)],\#(Samples.ok)}"# }

    static let q = #"{"name":"q","in":"query","schema":{"type":"string"}}"#

    static let cases: [(String, String, [String])] = [
        (query(""), query(q), []),
        (query(""), query(#"{"name":"q","in":"query","required":true,"schema":{}}"#), ["breaks.parameter-added"]),
        (query(q), query(""), ["breaks.parameter-removed"]),
        (query(q), query(#"{"name":"q","in":"query","schema":{"type":"integer"}}"#), ["breaks.request-type"]),
        (query(q), query(#"{"name":"q","in":"query","schema":{"type":["string","null"]}}"#), []),
        (body(#"{"type":"object"}"#), body(#"{"type":"object"}"#, required: true), ["breaks.body-required"]),
        (
            body(#"{"properties":{"a":{}}}"#), body(#"{"properties":{"a":{}},"required":["a"]}"#),
            ["breaks.request-required"]
        ),
        (body(#"{"properties":{"a":{}},"required":["a"]}"#), body(#"{"properties":{"a":{}}}"#), []),
        (body(#"{"enum":["a","b"]}"#), body(#"{"enum":["a"]}"#), ["breaks.request-enum"]),
        (body(#"{"enum":["a"]}"#), body(#"{"enum":["a","b"]}"#), []),
        (body(#"{"maxLength":5}"#), body(#"{"maxLength":4}"#), ["breaks.request-bounds"]),
        (body(#"{"maxLength":5}"#), body(#"{"maxLength":6}"#), []),
        (body(#"{"minimum":1}"#), body(#"{"exclusiveMinimum":1}"#), ["breaks.request-bounds"]),
        (body("{}"), body(#"{"additionalProperties":false}"#), ["breaks.request-closed"]),
        (body(#"{"pattern":"a"}"#), body(#"{"pattern":"b"}"#), ["breaks.request-other"]),
        (body(#"{"pattern":"a"}"#), body("{}"), []),
        (
            answer(#"{"properties":{"a":{},"b":{}},"required":["a","b"]}"#),
            answer(#"{"properties":{"a":{},"b":{}},"required":["a"]}"#), ["breaks.response-optional"]
        ),
        (
            answer(#"{"properties":{"a":{},"b":{}}}"#), answer(#"{"properties":{"a":{}}}"#),
            ["breaks.response-field-removed"]
        ),
        (answer(#"{"properties":{"a":{}}}"#), answer(#"{"properties":{"a":{},"c":{}},"required":["c"]}"#), []),
        (answer(#"{"enum":["a"]}"#), answer(#"{"enum":["a","b"]}"#), ["breaks.response-enum"]),
        (answer(#"{"type":"integer"}"#), answer(#"{"type":"number"}"#), ["breaks.response-type"]),
        (answer(#"{"type":"number"}"#), answer(#"{"type":"integer"}"#), []),
        (answer(#"{"items":{"type":"string"}}"#), answer(#"{"items":{"type":"object"}}"#), ["breaks.response-type"]),
        (answer(#"{"maxItems":5}"#), answer(#"{"maxItems":6}"#), ["breaks.response-bounds"]),
        (answer("{}"), answer("{}", status: "201"), ["breaks.response-removed"]),
        (answer("{}", status: "404"), answer("{}", status: "410"), []),
        (#"{"operationId":"a",\#(Samples.ok)}"#, #"{"operationId":"b",\#(Samples.ok)}"#, ["breaks.operation-renamed"]),
    ]

    @Test("a change breaks what it breaks and nothing else", arguments: cases)
    func judges(before: String, after: String, expected: [String]) throws {
        #expect(try Self.breakages(before, after) == expected)
    }

    @Test("an operation that is gone breaks its consumers; a new one breaks nobody")
    func operations() throws {
        let one = try Self.document("{\(Samples.ok)}")
        let other = try Self.document("{\(Samples.ok)}", path: "/v")
        #expect(Compatibility.breakages(from: one, to: other).map(\.code) == ["breaks.operation-removed"])
        #expect(Compatibility.breakages(from: one, to: other).map(\.operation) == ["POST /u"])
    }

    @Test("every document is compatible with itself, circles and all")
    func itself() throws {
        let document = try OpenAPIDocument(try Samples.bundled())
        #expect(Compatibility.breakages(from: document, to: document).isEmpty)
        let content = ##"{"application/json":{"schema":{"$ref":"#/components/schemas/T"}}}"##
        let tree = Samples.api(
            paths: #"{"/t":{"get":{"responses":{"200":{"description":"x","content":\#(content)}}}}}"#,
            components: ##"{"schemas":{"T":{"properties":{"under":{"items":{"$ref":"#/components/schemas/T"}}}}}}"##)
        let circular = try OpenAPIDocument(tree)
        #expect(Compatibility.breakages(from: circular, to: circular).isEmpty)
    }
}
