import Testing

@testable import Contracts

@Suite("The fields that answers have")
struct AnswerFieldsTests {
    private func fields(_ schema: String, _ components: String = "{}") throws -> AnswerFields {
        let answer = #"{"description":"ok","content":{"application/json":{"schema":\#(schema)}}}"#
        let paths = #"{"/a":{"get":{"operationId":"a","responses":{"200":\#(answer)}}}}"#
        return AnswerFields(nil, of: try OpenAPIDocument(Samples.api(paths: paths, components: components)))
    }

    private static let unit = #"{"type":"object","properties":{"code":{"type":"string"},"place":{"type":"object"}}}"#

    @Test(
        "a name is looked for within objects and the elements of lists",
        arguments: [
            (unit, "code", nil), (unit, "name", ["code", "place"]), (unit, "code/x", []), (unit, "place/x", nil),
            (#"{"type":"array","items":\#(unit)}"#, "code", nil),
            (#"{"type":"array","items":\#(unit)}"#, "nofield", ["code", "place"]),
            (#"{"type":"object","properties":{"units":{"type":"array","items":\#(unit)}}}"#, "units/code", nil),
            (#"{"type":"object","properties":{"units":{"type":"array","items":\#(unit)}}}"#, "code", ["units"]),
            (
                #"{"type":"object","properties":{"units":{"type":"array","items":\#(unit)}}}"#, "units/x",
                ["units/code", "units/place"]
            ),
            (#"{"type":["object","null"],"properties":{"a":true}}"#, "b", ["a"]),
            (#"{"type":"array","prefixItems":[\#(unit),{"type":"string"}]}"#, "b", ["code", "place"]),
            (#"{"type":"string"}"#, "a", []), (#"{"type":"array","items":{"type":"string"}}"#, "a", []),
        ] as [(String, String, [String]?)])
    func names(schema: String, field: String, missing: [String]?) throws {
        #expect(try fields(schema).firstMissing(of: [field])?.known == missing)
    }

    @Test(
        "an open schema lets any name pass",
        arguments: [
            "{}", "true", #"{"type":"object"}"#, #"{"type":"array"}"#, #"{"description":"any"}"#,
            #"{"type":"object","properties":{"a":true},"additionalProperties":true}"#,
            #"{"type":"object","properties":{"a":true},"additionalProperties":{"type":"string"}}"#,
            #"{"type":"object","properties":{"a":true},"patternProperties":{"^x":true}}"#,
            #"{"oneOf":[{"type":"object","properties":{"a":true}},{"type":"object"}]}"#,
            #"{"allOf":[{"type":"object"},{"required":["a"]}]}"#,
        ])
    func open(schema: String) throws {
        #expect(try fields(schema).firstMissing(of: ["b"]) == nil)
    }

    @Test(
        "references, parts and choices are followed",
        arguments: [
            (##"{"$ref":"#/components/schemas/U"}"##, ["code", "next", "place"]),
            (
                ##"{"allOf":[{"$ref":"#/components/schemas/U"},{"properties":{"x":true}}]}"##,
                ["code", "next", "place", "x"]
            ),
            (##"{"anyOf":[{"$ref":"#/components/schemas/U"},{"type":"null"}]}"##, ["code", "next", "place"]),
            (#"{"type":"object","properties":{"a":true},"anyOf":[{"required":["a"]},{"required":["c"]}]}"#, ["a"]),
            (#"{"type":"object","properties":{"a":true},"additionalProperties":false}"#, ["a"]),
            (
                #"{"properties":{"a":true},"if":{"properties":{"a":{"const":1}}},"then":{"properties":{"b":true}}}"#,
                ["a", "b"]
            ),
        ])
    func followed(schema: String, names: [String]) throws {
        let unit =
            ##"{"type":"object","properties":{"code":true,"place":true,"next":{"$ref":"#/components/schemas/U"}}}"##
        let found = try fields(schema, #"{"schemas":{"U":\#(unit)}}"#)
        #expect(try found.firstMissing(of: ["nofield"])?.known == names)
        if names.contains("next") { #expect(try found.firstMissing(of: ["next/next/next/code"]) == nil) }
    }

    @Test("of several operations one that has the field is enough, and one that says nothing of its answers")
    func several() throws {
        func operation(_ id: String, _ schema: String) -> String {
            let answer = #"{"description":"ok","content":{"application/json":{"schema":\#(schema)}}}"#
            let failure = #"{"description":"no","content":{"application/json":{}}}"#
            return #""/\#(id)":{"get":{"operationId":"\#(id)","responses":{"200":\#(answer),"400":\#(failure)}}}"#
        }
        let parts = [
            operation("a", #"{"type":"object","properties":{"x":true}}"#),
            operation("b", #"{"type":"object","properties":{"y":true}}"#),
            #""/c":{"get":{"operationId":"c",\#(Samples.ok)}}"#,
        ]
        let document = try OpenAPIDocument(Samples.api(paths: "{\(parts.joined(separator: ","))}"))
        #expect(try AnswerFields(["a", "b"], of: document).firstMissing(of: ["y"]) == nil)
        #expect(
            try AnswerFields(["a", "b"], of: document).firstMissing(of: ["z"])?.known == ["x", "y"])
        #expect(
            try AnswerFields(["a"], of: document).firstMissing(of: ["y"])?.known == ["x"],
            "what fails says nothing of a success")
        #expect(try AnswerFields(["a", "c"], of: document).firstMissing(of: ["z"]) == nil)
        #expect(try AnswerFields(nil, of: document).firstMissing(of: ["z"]) == nil)
    }

    @Test("many names of one record are read once; the first that is wrong is told")
    func many() throws {
        let members = (0..<500).map { #""f\#($0)":{"type":"string"}"# }.joined(separator: ",")
        let record = #"{"type":"object","properties":{\#(members)}}"#
        let found = try fields(#"{"type":"object","properties":{"units":{"type":"array","items":\#(record)}}}"#)
        let names = (0..<500).map { "units/f\($0)" }
        var lookup = AnswerFields.Lookup(found)
        #expect(try lookup.firstMissing(of: names) == nil)
        #expect(lookup.steps < 5000, "\(lookup.steps)")
        #expect(try found.firstMissing(of: ["units/f1", "units/no", "other"])?.field == "units/no")
    }

    /// Each record refers to thousands of parts, and each name goes another way through them.
    @Test("500 names in a document made to be slow take no more steps than one grant may, and say so")
    func hostile() throws {
        let parts = Array(repeating: ##"{"$ref":"#/components/schemas/Wide"}"##, count: 3000).joined(separator: ",")
        let wide = (0..<40).map { ##""w\##($0)":{"$ref":"#/components/schemas/U"}"## }.joined(separator: ",")
        let components =
            ##"{"schemas":{"U":{"allOf":[\##(parts)]},"Wide":{"type":"object","properties":{\##(wide)}}}}"##
        let found = try fields(##"{"$ref":"#/components/schemas/U"}"##, components)
        let names = (0..<500).map { "w\($0 % 40)/w\($0 / 40)/w\($0 % 7)" }
        var lookup = AnswerFields.Lookup(found)
        #expect(throws: AnswerFields.TooMuch.self) { try lookup.firstMissing(of: names) }
        #expect(lookup.steps <= AnswerFields.stepsLimit + 3000 * 80, "\(lookup.steps)")
    }
}
