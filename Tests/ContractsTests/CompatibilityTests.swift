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

    static let list =
        #"{"name":"q","in":"query","explode":true,"schema":{"type":"array","items":{"type":"string"}}}"#

    /// An answer that promises the header ETag with this schema.
    static func answered(_ schema: String?, required: Bool = false) -> String {
        let headers = schema.map { #","headers":{"ETag":{"required":\#(required),"schema":\#($0)}}"# } ?? ""
        return #"{"responses":{"200":{"description":"x"\#(headers)}}}"#
    }

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
        // A format that takes more, of what is asked; one that gives less, of what is promised.
        (body(#"{"format":"date"}"#), body("{}"), []),
        (body("{}"), body(#"{"format":"date"}"#), ["breaks.request-other"]),
        (answer("{}"), answer(#"{"format":"date"}"#), []),
        (answer(#"{"format":"date"}"#), answer("{}"), ["breaks.response-other"]),
        (body(#"{"format":"int32"}"#), body(#"{"format":"int64"}"#), []),
        (body(#"{"format":"int64"}"#), body(#"{"format":"int32"}"#), ["breaks.request-other"]),
        (answer(#"{"format":"int64"}"#), answer(#"{"format":"int32"}"#), []),
        (answer(#"{"format":"int32"}"#), answer(#"{"format":"int64"}"#), ["breaks.response-other"]),
        (body(#"{"format":"uri"}"#), body(#"{"format":"iri-reference"}"#), []),
        (body(#"{"format":"date"}"#), body(#"{"format":"date-time"}"#), ["breaks.request-other"]),
        (body("{}"), body(#"{"format":"password"}"#), []),
        (body(#"{"format":"date"}"#), body(#"{"format":"password"}"#), []),
        (body(#"{"format":"password"}"#), body(#"{"format":"date"}"#), ["breaks.request-other"]),
        (
            answer(#"{"properties":{"a":{},"b":{}},"required":["a","b"]}"#),
            answer(#"{"properties":{"a":{},"b":{}},"required":["a"]}"#), ["breaks.response-optional"]
        ),
        (
            answer(#"{"properties":{"a":{},"b":{}}}"#), answer(#"{"properties":{"a":{}}}"#),
            ["breaks.response-field-removed"]
        ),
        (answer(#"{"properties":{"a":{}}}"#), answer(#"{"properties":{"a":{},"c":{}},"required":["c"]}"#), []),
        (
            answer(#"{"properties":{"a":{}},"additionalProperties":false}"#),
            answer(#"{"properties":{"a":{}}}"#), ["breaks.response-opened"]
        ),
        (
            answer(#"{"properties":{"a":{}},"additionalProperties":false}"#),
            answer(#"{"properties":{"a":{},"b":{}},"additionalProperties":false}"#), ["breaks.response-field-added"]
        ),
        (
            answer(#"{"additionalProperties":{"type":"string"}}"#),
            answer(#"{"properties":{"b":{"type":"integer"}},"additionalProperties":{"type":"string"}}"#),
            ["breaks.response-type"]
        ),
        (answer(#"{"properties":{"a":{}}}"#), answer(#"{"properties":{"a":{}},"additionalProperties":false}"#), []),
        (
            body(#"{"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"integer"}}"#),
            body(#"{"additionalProperties":{"type":"integer"}}"#), ["breaks.request-type"]
        ),
        (body(#"{"properties":{"a":true}}"#), body(#"{"properties":{"a":false}}"#), ["breaks.request-type"]),
        (answer(#"{"properties":{"a":true}}"#), answer(#"{"properties":{"a":false}}"#), ["breaks.response-type"]),
        (
            answer(#"{"prefixItems":[{}],"items":false}"#), answer(#"{"prefixItems":[{}],"items":{}}"#),
            ["breaks.response-type"]
        ),
        (
            body(#"{"prefixItems":[{}],"items":false}"#), body(#"{"items":false}"#), ["breaks.request-other"]
        ),
        (
            body(#"{"contains":{},"minContains":0}"#), body(#"{"contains":{}}"#), ["breaks.request-other"]
        ),
        (
            body(#"{"patternProperties":{"^a":{}},"additionalProperties":false}"#),
            body(#"{"additionalProperties":false}"#), ["breaks.request-other"]
        ),
        (
            body(#"{"properties":{"a":{"readOnly":true}},"required":["a"]}"#),
            body(#"{"properties":{"a":{}},"required":["a"]}"#), ["breaks.request-required"]
        ),
        (body(#"{"minimum":9007199254740992}"#), body(#"{"minimum":9007199254740993}"#), ["breaks.request-bounds"]),
        (
            body(#"{"anyOf":[{"enum":[{"title":1}]}]}"#), body(#"{"anyOf":[{"enum":[{"title":2}]}]}"#),
            ["breaks.request-enum"]
        ),
        (
            body(#"{"anyOf":[{"required":["a","b"],"title":"x"}]}"#),
            body(#"{"anyOf":[{"required":["b","a"],"title":"y"}]}"#), []
        ),
        (query(list), query(list.replacing("true", with: "false")), ["breaks.parameter-form"]),
        (answered("{}"), answered(nil), ["breaks.response-header-removed"]),
        (answered("{}", required: true), answered("{}"), ["breaks.response-optional"]),
        (answered(#"{"type":"string"}"#), answered(#"{"type":"integer"}"#), ["breaks.response-type"]),
        (answered(nil), answered("{}"), []),
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

    /// Documents whose bodies differ behind references only.
    static func throughReferences(
        _ schema: String, _ before: String, _ after: String, answers: Bool = true, version: String = "3.1.0"
    ) throws -> [String] {
        let operation = answers ? answer(schema) : body(schema)
        let documents = try [before, after].map { schemas in
            try OpenAPIDocument(
                Samples.api(
                    paths: #"{"/u":{"post":\#(operation)}}"#, components: #"{"schemas":\#(schemas)}"#,
                    version: version))
        }
        return Compatibility.breakages(from: documents[0], to: documents[1]).map(\.code)
    }

    static let unit = #"{"Unit":{"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"}}}}"#
    static let shorter = #"{"Unit":{"type":"object","properties":{"code":{"type":"string"}}}}"#

    @Test(
        "a field removed behind a reference is found whatever stands beside the reference",
        arguments: [
            ##"{"$ref":"#/components/schemas/Unit"}"##,
            ##"{"$ref":"#/components/schemas/Unit","description":"x"}"##,
            ##"{"$ref":"#/components/schemas/Unit","$comment":"x","x-note":1,"deprecated":true}"##,
            ##"{"$ref":"#/components/schemas/Unit","required":["code"]}"##,
            ##"{"$ref":"#/components/schemas/Unit","properties":{"more":{"type":"integer"}}}"##,
            ##"{"items":{"$ref":"#/components/schemas/Unit","description":"x"}}"##,
            ##"{"properties":{"unit":{"$ref":"#/components/schemas/Unit","description":"x"}}}"##,
            ##"{"additionalProperties":{"$ref":"#/components/schemas/Unit","minProperties":1}}"##,
        ])
    func besideReference(schema: String) throws {
        #expect(try Self.throughReferences(schema, Self.unit, Self.shorter) == ["breaks.response-field-removed"])
        #expect(try Self.throughReferences(schema, Self.unit, Self.unit).isEmpty)
        #expect(try Self.throughReferences(schema, Self.shorter, Self.unit).isEmpty)
    }

    private static let (removed, other) = ("breaks.response-field-removed", "breaks.response-other")

    @Test(
        "what differs behind a reference inside of alternatives is found",
        arguments: [
            (##"{"anyOf":[{"$ref":"#/components/schemas/Unit","description":"x"},{"type":"null"}]}"##, removed),
            (##"{"anyOf":[{"$ref":"#/components/schemas/Unit","required":["code"]},{"type":"null"}]}"##, removed),
            (##"{"allOf":[{"$ref":"#/components/schemas/Unit"}]}"##, removed),
            (##"{"oneOf":[{"properties":{"title":{"$ref":"#/components/schemas/Unit"}}}]}"##, removed),
            (##"{"not":{"properties":{"description":{"$ref":"#/components/schemas/Unit"}}}}"##, other),
        ])
    func insideAlternatives(schema: String, broken: String) throws {
        #expect(try Self.throughReferences(schema, Self.unit, Self.shorter) == [broken])
        #expect(try Self.throughReferences(schema, Self.unit, Self.unit).isEmpty)
    }

    @Test("a rule beside a reference is compared as the reference is")
    func rulesBeside() throws {
        func schema(_ rule: String) -> String { ##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"string"}}\##(rule)}"## }
        func codes(_ before: String, _ after: String, _ direction: SchemaDirection) throws -> [String] {
            let texts = try [before, after].map { try ContractText(Array($0.utf8)) }
            return Compatibility.breakages(from: texts[0], to: texts[1], direction).map(\.code)
        }
        let (five, four) = (schema(#","maxLength":5"#), schema(#","maxLength":4"#))
        #expect(try codes(five, four, .request) == ["breaks.request-bounds"])
        #expect(try codes(five, four, .response).isEmpty)
        #expect(try codes(four, five, .response) == ["breaks.response-bounds"])
        #expect(try codes(schema(""), four, .request) == ["breaks.request-bounds"])
        #expect(try codes(schema(""), four, .response).isEmpty)
        #expect(try codes(four, schema(""), .request).isEmpty)
        #expect(try codes(#"{"type":"string","maxLength":4}"#, four, .request).isEmpty)
        #expect(try codes(#"{"type":"integer","maxLength":4}"#, four, .request) == ["breaks.request-type"])
    }

    @Test("what is asked of requests behind a reference counts whatever stands beside it")
    func askedBesideReference() throws {
        let schema = ##"{"$ref":"#/components/schemas/Unit","required":["code"]}"##
        let other = Self.unit.replacing(#""code":{"type":"string"}"#, with: #""code":{"type":"integer"}"#)
        #expect(try Self.throughReferences(schema, Self.unit, other, answers: false) == ["breaks.request-type"])
    }

    @Test("beside a reference of 3.0 nothing counts, and what it leads to does")
    func olderDialect() throws {
        let schema = ##"{"$ref":"#/components/schemas/Unit","description":"x"}"##
        let codes = try Self.throughReferences(schema, Self.unit, Self.shorter, version: "3.0.3")
        #expect(codes == ["breaks.response-field-removed"])
    }

    /// `T0` leads to `T1` and so on, each by a property, and the last is as told.
    static func chain(_ count: Int, _ last: String, by link: (Int) -> String) -> String {
        let schemas = (0..<count).map { "\"T\($0)\":\(link($0 + 1))" } + ["\"T\(count)\":\(last)"]
        return "{\(schemas.joined(separator: ","))}"
    }

    @Test("what is too much to be compared is broken, and what is deep is compared to its end")
    func tooMuch() throws {
        let first = ##"{"$ref":"#/components/schemas/T0"}"##
        func property(_ next: Int) -> String { ##"{"properties":{"p":{"$ref":"#/components/schemas/T\##(next)"}}}"## }
        let (text, number) = (#"{"type":"string"}"#, #"{"type":"integer"}"#)
        let deep = try Self.throughReferences(
            first, Self.chain(500, text, by: property), Self.chain(500, number, by: property))
        #expect(deep == ["breaks.response-type"])
        func alternatives(_ next: Int) -> String { ##"{"anyOf":[{"$ref":"#/components/schemas/T\##(next)"}]}"## }
        let most = Self.chain(500, text, by: alternatives)
        #expect(try Self.throughReferences(first, most, most).isEmpty)
        let other = Self.chain(500, number, by: alternatives)
        #expect(try Self.throughReferences(first, most, other) == ["breaks.response-type"])
        let references = Self.chain(70, text) { ##"{"$ref":"#/components/schemas/T\##($0)"}"## }
        #expect(try Self.throughReferences(first, references, references) == ["breaks.not-compared"])
    }

    @Test("with more pairs than are compared for one operation, it is broken")
    func pairs() throws {
        let long = Self.chain(200, #"{"type":"string"}"#) {
            ##"{"properties":{"p":{"$ref":"#/components/schemas/T\##($0)"}}}"##
        }
        let paths = #"{"/u":{"post":\#(Self.answer(##"{"$ref":"#/components/schemas/T0"}"##))}}"#
        let document = try OpenAPIDocument(
            Samples.api(paths: paths, components: #"{"schemas":\#(long)}"#, version: "3.1.0"))
        let operation = try #require(document.operations.first)
        for (left, expected) in [(100, ["breaks.not-compared"]), (300, [])] {
            var comparison = Comparison(older: document, newer: document, operation: operation.id)
            comparison.pairs = Compatibility.pairLimit - left
            comparison.compare(operation, operation)
            #expect(comparison.found.map(\.code) == expected)
        }
    }

    @Test("what operations share is compared once, and a document of many costs no more than so much")
    func shared() throws {
        let long = Self.chain(100, #"{"type":"string"}"#) {
            ##"{"properties":{"p":{"$ref":"#/components/schemas/T\##($0)"}}}"##
        }
        let answer = Self.answer(##"{"$ref":"#/components/schemas/T0"}"##)
        let paths = "{\((0..<50).map { #""/u\#($0)":{"post":\#(answer)}"# }.joined(separator: ","))}"
        func document(_ schemas: String) throws -> OpenAPIDocument {
            try OpenAPIDocument(
                Samples.api(paths: paths, components: #"{"schemas":\#(schemas)}"#, version: "3.1.0"))
        }
        let (older, other) = (try document(long), try document(long.replacing(#""string""#, with: #""integer""#)))
        func found(_ newer: OpenAPIDocument, _ pairs: Int) -> [String] {
            Compatibility.breakages(from: older, to: newer, within: .init(pairs: pairs, trials: 0)).map(\.code)
        }
        #expect(found(older, 150).isEmpty, "101 pairs for the first operation, none for the others")
        // What is broken is told of each operation anew, until it is too much.
        let (broken, left) = ("breaks.response-type", "breaks.not-compared")
        #expect(found(other, 50 * 101) == Array(repeating: broken, count: 50))
        #expect(found(other, 2 * 101) == [broken, broken] + Array(repeating: left, count: 48))
    }

    @Test("a version of a schema that leads nowhere is never taken for the same")
    func nowhere() throws {
        let (before, after) = (##"{"$ref":"#/$defs/A"}"##, ##"{"$ref":"#/$defs/B"}"##)
        let texts = try [before, after].map { try ContractText(Array($0.utf8)) }
        let found = Compatibility.breakages(from: texts[0], to: texts[1], .response)
        #expect(found.map(\.code) == ["breaks.not-compared"])
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
