import StrictJSON
import Testing

@testable import Contracts
@testable import Exchange
@testable import Gateway

/// A consumer is broken by what he is granted, and by nothing that the gateway keeps back from him.
@Suite("Changes of a document under a grant for some fields")
struct DocumentChangeTests {
    static func document(
        _ answers: String, components: String = "{}", parameters: String = "[]"
    ) throws -> OpenAPIDocument {
        let operation = #"{"operationId":"read","parameters":\#(parameters),"responses":\#(answers)}"#
        return try OpenAPIDocument(
            Array(
                #"""
                {"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/a":{"get":\#(operation)}},
                "components":{"schemas":\#(components)}}
                """#.utf8))
    }

    static func answer(_ schema: String) -> String {
        #"{"200":{"description":"x","content":{"application/json":{"schema":\#(schema)}}}}"#
    }

    static func codes(
        _ before: OpenAPIDocument, _ after: OpenAPIDocument, _ fields: Set<String>
    ) throws -> [String] {
        var budget = Compatibility.Budget.ofConsumers
        let sieve = AnswerSieve(try FieldTree(fields, subject: "test"))
        return Compatibility.breakages(from: before, to: after, of: nil, under: sieve, within: &budget).map(\.code)
    }

    private static let removed = ["breaks.response-field-removed"]
    private static let unit = #"{"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"}}}"#
    private static let coded = #"{"type":"object","properties":{"code":{"type":"string"}}}"#

    /// Before, after, fields, what breaks.
    static let cases: [(String, String, Set<String>, [String])] = [
        (unit, coded, ["code"], []), (unit, coded, ["name"], removed), (unit, coded, ["code", "name"], removed),
        // Lists stand in nobody's way.
        (#"{"items":\#(unit)}"#, #"{"items":\#(coded)}"#, ["code"], []),
        (#"{"items":\#(unit)}"#, #"{"items":\#(coded)}"#, ["name"], removed),
        // Ancestors let all below them pass, descendants need what is above them.
        (#"{"properties":{"u":\#(unit)}}"#, #"{"properties":{"u":\#(coded)}}"#, ["u"], removed),
        (#"{"properties":{"u":\#(unit)}}"#, #"{"properties":{"u":\#(coded)}}"#, ["u/code"], []),
        (#"{"properties":{"u":\#(unit)}}"#, #"{"properties":{"u":\#(coded)}}"#, ["u/name"], removed),
        (#"{"properties":{"u":\#(unit)}}"#, #"{"properties":{"u":\#(coded)}}"#, ["name"], []),
        (#"{"properties":{"u":\#(unit)}}"#, #"{"properties":{"v":\#(unit)}}"#, ["u/code"], removed),
        (
            #"{"properties":{"u":\#(unit)},"required":["u"]}"#, #"{"properties":{"u":\#(unit)}}"#, ["u/code"],
            ["breaks.response-optional"]
        ),
        (
            #"{"properties":{"u":\#(unit)}}"#, #"{"properties":{"u":{"type":"string"}}}"#, ["u/code"],
            ["breaks.response-type"]
        ),
        // What kind of thing is kept back is nobody's.
        (
            #"{"properties":{"a":{},"b":{"type":"string"}},"required":["b"]}"#,
            #"{"properties":{"a":{},"b":{"type":"integer"}}}"#, ["a"], []
        ),
        // Free objects: a field that no property names is one of the others.
        (
            #"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#,
            #"{"properties":{"a":{}},"additionalProperties":{"type":"integer"}}"#, ["a"], []
        ),
        (
            #"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#,
            #"{"properties":{"a":{}},"additionalProperties":{"type":"integer"}}"#, ["b"], ["breaks.response-type"]
        ),
        (
            #"{"properties":{"a":{}},"additionalProperties":\#(unit)}"#,
            #"{"properties":{"a":{}},"additionalProperties":\#(coded)}"#, ["b/code"], []
        ),
        (
            #"{"properties":{"a":{}},"additionalProperties":\#(unit)}"#,
            #"{"properties":{"a":{}},"additionalProperties":\#(coded)}"#, ["b/name"], removed
        ),
        (#"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"properties":{"a":{}}}"#, ["a"], []),
        (
            #"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"properties":{"a":{}}}"#, ["b"],
            ["breaks.response-opened"]
        ),
        // Alternatives and parts, as they say something of the fields that pass.
        (#"{"oneOf":[\#(unit),{"type":"null"}]}"#, #"{"oneOf":[\#(coded),{"type":"null"}]}"#, ["code"], []),
        (
            #"{"oneOf":[\#(unit),{"type":"null"}]}"#, #"{"oneOf":[\#(coded),{"type":"null"}]}"#, ["name"], removed
        ),
        // Each by itself where no two fit one value, by their types or by a member that must be there.
        (kinds(("1", short), ("2", text)), kinds(("3", short), ("2", text)), ["a"], []),
        (kinds(("1", short), ("2", text)), kinds(("1", text), ("2", text)), ["a"], []),
        (kinds(("1", short), ("2", text)), kinds(("1", text), ("2", text)), ["a", "k"], ["breaks.response-bounds"]),
        (kinds(("1", short), ("2", short)), kinds(("1", text), ("2", short)), ["a"], ["breaks.response-bounds"]),
        // What fits both is not sent: as soon as the kinds differ, it is.
        (kinds(("1", short), ("1", text)), kinds(("1", short), ("2", text)), ["a"], ["breaks.response-other"]),
        (kinds(("1", short), ("1", text), is: "anyOf"), kinds(("1", short), ("2", text), is: "anyOf"), ["a"], []),
        (
            #"{"oneOf":[\#(kind(1, "string")),\#(kind(2, "integer"))]}"#,
            #"{"oneOf":[\#(kind(3, "string")),\#(kind(2, "integer"))]}"#, ["a"], ["breaks.response-other"]
        ),
        (#"{"anyOf":[{"items":\#(unit)}]}"#, #"{"anyOf":[{"items":\#(coded)}]}"#, ["code"], []),
        (#"{"allOf":[\#(unit),{"type":"object"}]}"#, #"{"allOf":[\#(coded),{"type":"object"}]}"#, ["code"], []),
        (
            #"{"allOf":[\#(unit),{"required":["name"]}]}"#, #"{"allOf":[\#(unit),{"minLength":1}]}"#, ["code"], []
        ),
        (
            #"{"allOf":[\#(unit),{"required":["name"]}]}"#, #"{"allOf":[\#(unit),{"minLength":1}]}"#, ["name"],
            ["breaks.response-optional"]
        ),
        // What ties members to each other makes all of them count.
        (
            #"{"properties":{"k":{"enum":["a"]},"code":{}},"required":["k"],"# + when + "}",
            #"{"properties":{"k":{"enum":["b"]},"code":{}},"required":["k"],"# + when + "}", ["code"],
            ["breaks.response-enum"]
        ),
        (
            #"{"properties":{"a":{},"k":{"const":1}},"oneOf":\#(byKind)}"#,
            #"{"properties":{"a":{},"k":{"const":2}},"oneOf":\#(byKind)}"#, ["a"], ["breaks.response-enum"]
        ),
        (
            #"{"properties":{"a":{},"k":{}},"required":["k"],"minProperties":2,"maxProperties":2}"#,
            #"{"properties":{"a":{},"k":{}},"minProperties":2,"maxProperties":2}"#, ["a"], ["breaks.response-optional"]
        ),
        (
            #"{"allOf":[{"properties":{"u":{"properties":{"k":{"const":1}}}}},\#(inside)]}"#,
            #"{"allOf":[{"properties":{"u":{"properties":{"k":{"const":2}}}}},\#(inside)]}"#, ["u/a"],
            ["breaks.response-enum"]
        ),
        (
            #"{"items":{"properties":{"a":{"const":1},"k":{"const":1}}},"uniqueItems":true}"#,
            #"{"items":{"properties":{"a":{"const":1},"k":{}}},"uniqueItems":true}"#, ["a"], ["breaks.response-enum"]
        ),
    ]

    private static let when = #""if":{"properties":{"k":{"const":"a"}}},"then":{"required":["code"]}"#
    private static let byKind = "[\(kind(1, "string")),\(kind(2, "integer"))]"
    private static let inside = #"{"properties":{"u":{"oneOf":\#(byKind)}}}"#

    private static let (short, text) = (#"{"type":"string","maxLength":3}"#, #"{"type":"string"}"#)

    /// Alternatives that say of which kind they are, and what `a` is.
    private static func kinds(
        _ one: (kind: String, a: String), _ other: (kind: String, a: String), is word: String = "oneOf"
    ) -> String {
        let cases = [one, other].map { one in
            #"{"type":"object","required":["k"],"properties":{"k":{"enum":[\#(one.kind)]},"a":\#(one.a)}}"#
        }
        return #"{"\#(word)":[\#(cases.joined(separator: ","))]}"#
    }

    private static func kind(_ number: Int, _ type: String) -> String {
        #"{"properties":{"k":{"const":\#(number)},"a":{"type":"\#(type)"}}}"#
    }

    @Test("a change of an answer breaks whoever it reaches", arguments: cases)
    func judges(before: String, after: String, fields: Set<String>, expected: [String]) throws {
        let documents = try [before, after].map { try Self.document(Self.answer($0)) }
        #expect(try Self.codes(documents[0], documents[1], fields) == expected)
    }

    @Test("alternatives are told apart behind references, and too many of them count as a whole")
    func alternatives() throws {
        func kind(_ number: Int) -> String {
            ##"{"type":"object","required":["k"],"properties":{"k":{"$ref":"#/components/schemas/N\##(number)"}}}"##
        }
        func document(_ first: Int, of count: Int) throws -> OpenAPIDocument {
            let numbers = [first] + Array(2..<count + 1)
            let list = numbers.map { ##"{"$ref":"#/components/schemas/K\##($0)"}"## }.joined(separator: ",")
            let components = numbers.map { #""K\#($0)":\#(kind($0)),"N\#($0)":{"const":\#($0)}"# }.joined(
                separator: ",")
            return try Self.document(Self.answer(#"{"oneOf":[\#(list)]}"#), components: "{\(components)}")
        }
        #expect(try Self.codes(try document(1, of: 3), try document(99, of: 3), ["a"]) == [])
        #expect(try Self.codes(try document(1, of: 3), try document(99, of: 3), ["k"]) == ["breaks.response-enum"])
        #expect(try Self.codes(try document(1, of: 64), try document(99, of: 64), ["a"]) == [])
        #expect(try Self.codes(try document(1, of: 65), try document(99, of: 65), ["a"]) == ["breaks.response-other"])
    }

    @Test("behind references, shared and in circles")
    func references() throws {
        func document(_ more: String) throws -> OpenAPIDocument {
            let two = ##"{"properties":{"a":{"$ref":"#/components/schemas/U"},"b":{"$ref":"#/components/schemas/U"}}}"##
            let unit = ##"{"properties":{"code":{}\##(more),"next":{"$ref":"#/components/schemas/U"}}}"##
            return try Self.document(Self.answer(two), components: #"{"U":\#(unit)}"#)
        }
        let (older, newer) = (try document(#","name":{}"#), try document(""))
        // Of two ways to the same schema, one may pass.
        #expect(try Self.codes(older, newer, ["a/code", "b/name"]) == Self.removed)
        #expect(try Self.codes(older, newer, ["a/code", "b/code", "a/next/code"]).isEmpty)
        #expect(try Self.codes(older, newer, ["a/code", "b/next/next/name"]) == Self.removed)
        #expect(try Self.codes(older, newer, ["a/next"]) == Self.removed)
    }

    @Test("requests count whatever fields are granted, and so does what of a head passes")
    func beside() throws {
        func document(_ parameters: String, _ header: String?) throws -> OpenAPIDocument {
            let headers = header.map { #","headers":{"\#($0)":{"schema":{"type":"string"}}}"# } ?? ""
            return try Self.document(#"{"200":{"description":"x"\#(headers)}}"#, parameters: parameters)
        }
        let asked = #"[{"name":"q","in":"query","required":true,"schema":{}}]"#
        #expect(try Self.codes(document("[]", nil), document(asked, nil), ["a"]) == ["breaks.parameter-added"])
        #expect(try Self.codes(document("[]", "Link"), document("[]", nil), ["a"]).isEmpty)
        #expect(
            try Self.codes(document("[]", "retry-after"), document("[]", nil), ["a"])
                == ["breaks.response-header-removed"])
    }

    @Test("bodies that the gateway reads by other rules are judged by these")
    func bodies() throws {
        func document(_ status: String, _ media: String, _ schema: String) throws -> OpenAPIDocument {
            try Self.document(
                #"{"\#(status)":{"description":"x","content":{"\#(media)":{"schema":\#(schema)}}}}"#)
        }
        func codes(_ status: String, _ media: String, _ fields: Set<String>) throws -> [String] {
            let detailed = #"{"properties":{"code":{},"detail":{}}}"#
            return try Self.codes(
                document(status, media, detailed), document(status, media, #"{"properties":{}}"#), fields)
        }
        #expect(try codes("200", "text/csv", ["code"]).isEmpty, "what is no JSON never passes")
        #expect(try codes("200", "application/geo+json", ["code"]) == Self.removed)
        #expect(try codes("404", "application/json", ["code"]) == Self.removed)
        // Of problem details passes what the RFC names, whatever is granted.
        #expect(try codes("404", "application/problem+json", ["code"]) == Self.removed)
        #expect(try codes("404", "application/problem+json", ["x"]) == Self.removed)
        #expect(try codes("default", "application/problem+json", ["code"]).count == 2)
    }

    @Test("with nothing left to spend, all counts as broken")
    func spent() throws {
        let documents = try [Self.unit, Self.coded].map { try Self.document(Self.answer($0)) }
        let sieve = AnswerSieve(try FieldTree(["code"], subject: "test"))
        var budget = Compatibility.Budget(pairs: 2, trials: 0)
        func codes() -> [String] {
            Compatibility.breakages(from: documents[0], to: documents[0], of: nil, under: sieve, within: &budget)
                .map(\.code)
        }
        #expect(codes().isEmpty)
        #expect(codes() == ["breaks.not-compared"], "what one kind of consumer took is gone for the next")
    }
}
