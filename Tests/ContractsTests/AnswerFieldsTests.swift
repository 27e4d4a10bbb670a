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
        #expect(try fields(schema).missing(field) == missing)
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
        #expect(try fields(schema).missing("b") == nil)
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
        #expect(found.missing("nofield") == names)
        if names.contains("next") { #expect(found.missing("next/next/next/code") == nil) }
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
        #expect(AnswerFields(["a", "b"], of: document).missing("y") == nil)
        #expect(AnswerFields(["a", "b"], of: document).missing("z") == ["x", "y"])
        #expect(AnswerFields(["a"], of: document).missing("y") == ["x"], "what fails says nothing of a success")
        #expect(AnswerFields(["a", "c"], of: document).missing("z") == nil)
        #expect(AnswerFields(nil, of: document).missing("z") == nil)
    }
}
