import StrictJSON
import Testing

@testable import Contracts

@Suite("JSON Schema") struct SchemaTests {
    static func program(
        _ schema: String, _ dialect: SchemaDialect = .draft2020, _ direction: SchemaDirection = .either
    ) throws -> SchemaProgram {
        let text = try ContractText(Array(schema.utf8))
        return try SchemaProgram(text.root, of: text, dialect: dialect, direction: direction)
    }

    static let cases: [(String, [String], [String])] = [
        ("{}", ["1", "null"], []),
        (#"{"type":"integer"}"#, ["1", "1.0", "-0", "10e2"], ["1.5", #""1""#]),
        (#"{"type":["string","null"]}"#, ["null", #""""#], ["0"]),
        (#"{"enum":[1,"a",{"b":[1]}]}"#, ["1.0", #""a""#, #"{"b":[1e0]}"#], ["2", #"{"b":[2]}"#]),
        (#"{"const":"é"}"#, [#""é""#], [#""e\u0301""#]),
        (#"{"multipleOf":0.01}"#, ["0.07", "19.99", "3"], ["0.075"]),
        (#"{"minimum":9007199254740993}"#, ["9007199254740993"], ["9007199254740992"]),
        (#"{"exclusiveMinimum":0,"maximum":1}"#, ["0.1", "1"], ["0", "1.1"]),
        (#"{"minLength":2,"maxLength":2}"#, [#""đờ""#, #""👍👍""#], [#""a""#, #""abc""#]),
        (#"{"pattern":"^H[0-9]+$"}"#, [#""H40""#, "4"], [#""h40""#]),
        (#"{"items":{"type":"string"},"minItems":1}"#, [#"["a"]"#], ["[]", "[1]"]),
        (#"{"prefixItems":[{"type":"string"}],"items":false}"#, [#"["a"]"#, "[]"], [#"["a",1]"#]),
        (#"{"contains":{"type":"null"},"maxContains":1}"#, ["[1,null]"], ["[1]", "[null,null]"]),
        (#"{"contains":{"type":"null"},"minContains":0}"#, ["[]"], []),
        (#"{"uniqueItems":true}"#, ["[1,2]", #"[[1],[2]]"#], ["[1,1.0]", #"[{"a":1,"b":2},{"b":2,"a":1}]"#]),
        (#"{"required":["a"]}"#, [#"{"a":null}"#, "3"], ["{}"]),
        (#"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#, [#"{"a":"x"}"#], [#"{"b":1}"#]),
        (
            #"{"patternProperties":{"^x":{"type":"integer"}},"additionalProperties":{"type":"string"}}"#,
            [#"{"x1":1,"y":"z"}"#], [#"{"x1":"z"}"#, #"{"y":1}"#]
        ),
        (#"{"propertyNames":{"maxLength":1}}"#, [#"{"a":1}"#], [#"{"ab":1}"#]),
        (#"{"dependentRequired":{"a":["b"]}}"#, [#"{"b":1}"#, #"{"a":1,"b":2}"#], [#"{"a":1}"#]),
        (#"{"dependentSchemas":{"a":{"maxProperties":1}}}"#, [#"{"a":1}"#], [#"{"a":1,"b":2}"#]),
        (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, ["1"], ["0", "3"]),
        (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, [#""x""#, "5", "null"], ["4"]),
        (#"{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}"#, ["2", "3"], ["1", "6"]),
        (#"{"not":{"type":"string"}}"#, ["1"], [#""x""#]),
        (#"{"if":{"minimum":10},"then":{"multipleOf":10},"else":{"type":"integer"}}"#, ["20", "3"], ["15", "3.5"]),
        (##"{"$ref":"#/$defs/n","minimum":1,"$defs":{"n":{"type":"number"}}}"##, ["1"], ["0", #""x""#]),
        (
            ##"{"type":"object","properties":{"next":{"$ref":"#"}},"additionalProperties":false}"##,
            [#"{"next":{"next":{}}}"#], [#"{"next":{"other":1}}"#]
        ),
        (#"{"format":"date"}"#, [#""2024-02-29""#], [#""2023-02-29""#]),
        (#"{"format":"date-time"}"#, [#""2020-11-09T01:30:00Z""#], [#""2020-11-09""#]),
        (#"{"format":"ipv6"}"#, [#""::1""#, #""1:2:3:4:5:6:7:8""#, #""::ffff:1.2.3.4""#], [#"":::""#, #""1:2""#]),
        (#"{"format":"int32"}"#, ["2147483647"], ["2147483648"]),
        (#"{"format":"something-of-theirs"}"#, [#""x""#], []),
        ("false", [], ["1"]),
    ]

    @Test("2020-12 accepts and refuses", arguments: cases)
    func decides(schema: String, fitting: [String], other: [String]) throws {
        let program = try Self.program(schema)
        for value in fitting {
            let root = try JSONDocument(value).root
            #expect(program.accepts(root), "\(schema) takes \(value)")
            #expect(program.misfits(root).isEmpty)
        }
        for value in other {
            let root = try JSONDocument(value).root
            #expect(!program.accepts(root), "\(schema) refuses \(value)")
            #expect(!program.misfits(root).isEmpty)
        }
    }

    @Test("OpenAPI 3.0 has nullable, boolean exclusive bounds and no null type")
    func older() throws {
        let schema = #"{"type":"integer","nullable":true,"minimum":0,"exclusiveMinimum":true}"#
        let program = try Self.program(schema, .openAPI30)
        for (value, fits) in [("null", true), ("1", true), ("0", false), (#""x""#, false)] {
            #expect(program.accepts(try JSONDocument(value).root) == fits)
        }
    }

    static let refused: [(String, SchemaDialect, [String])] = [
        (#"{"unevaluatedProperties":false}"#, .draft2020, ["schema.unsupported-keyword /unevaluatedProperties"]),
        (
            ##"{"properties":{"a":{"$dynamicRef":"#x"}}}"##, .draft2020,
            ["schema.unsupported-keyword /properties/a/$dynamicRef"]
        ),
        (#"{"minLenght":3}"#, .draft2020, ["schema.unsupported-keyword /minLenght"]),
        (#"{"const":1}"#, .openAPI30, ["schema.unsupported-keyword /const"]),
        (#"{"type":"null"}"#, .openAPI30, ["schema.type /type"]),
        (#"{"type":"array"}"#, .openAPI30, ["schema.items-missing "]),
        (
            #"{"type":"text","minItems":-1,"required":"a","multipleOf":0}"#, .draft2020,
            ["schema.type /type", "schema.multiple-of /multipleOf", "schema.count /minItems", "schema.names /required"]
        ),
        (##"{"allOf":[{"$ref":"#"}]}"##, .draft2020, ["schema.circle "]),
        (
            ##"{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}"##,
            .draft2020, ["schema.circle"]
        ),
        (#"{"$ref":"http://x.vn/s.json"}"#, .draft2020, ["reference.outside /$ref"]),
        (##"{"$ref":"#/nowhere"}"##, .draft2020, ["reference.nowhere /$ref"]),
        (#"{"pattern":"(?=a)"}"#, .draft2020, ["pattern.unsupported /pattern"]),
        (
            #"{"$schema":"http://json-schema.org/draft-04/schema#"}"#, .draft2020,
            ["schema.unsupported-dialect /$schema"]
        ),
        ("3", .draft2020, ["schema.not-an-object "]),
    ]

    @Test("what is not supported or not well formed is refused at its place, never ignored", arguments: refused)
    func refuses(schema: String, dialect: SchemaDialect, expected: [String]) {
        let flaws = #expect(throws: Flaws.self) { try Self.program(schema, dialect) }
        let found = flaws?.all.map { "\($0.code) \($0.pointer)" } ?? []
        #expect(found.count == expected.count)
        for (flaw, wanted) in zip(found, expected) { #expect(flaw.hasPrefix(wanted)) }
    }

    @Test("misfits name the place and the rule")
    func misfits() throws {
        let program = try Self.program(
            #"{"required":["id"],"properties":{"list":{"items":{"type":"integer"}},"name":{"maxLength":2}}}"#)
        let value = try JSONDocument(#"{"list":[1,"x",2,null],"name":"abc"}"#).root
        #expect(
            program.misfits(value).map { "\($0.code) \($0.pointer)" } == [
                "schema.type /list/1", "schema.type /list/3", "schema.maxLength /name", "schema.required ",
            ])
        #expect(program.misfits(value, limit: 2).count == 2)
    }

    @Test("a schema built to take for ever counts as refused after a bounded number of steps", .timeLimit(.minutes(1)))
    func bounded() throws {
        var levels = (0..<30).map { level in
            let next = ##"{"$ref":"#/$defs/l\##(level + 1)"}"##
            return #""l\#(level)":{"anyOf":[\#(next),\#(next)]}"#
        }
        levels.append(#""l30":{"type":"string"}"#)
        let program = try Self.program("{\"$ref\":\"#/$defs/l0\",\"$defs\":{\(levels.joined(separator: ","))}}")
        let value = try JSONDocument("1").root
        #expect(!program.accepts(value))
        #expect(program.misfits(value).map(\.code) == ["schema.too-costly"])
    }

    @Test(
        "rules that lead into one another without end are as costly: each takes its part of a thread's stack",
        arguments: [##"{"$ref":"#/$defs/lNEXT"}"##, ##"{"not":{"$ref":"#/$defs/lNEXT"}}"##])
    func deep(form: String) throws {
        let levels = (0..<20_000).map { #""l\#($0)":"# + form.replacing("NEXT", with: "\($0 + 1)") }
        let schema = "{\"$ref\":\"#/$defs/l0\",\"$defs\":{\(levels.joined(separator: ",")),\"l20000\":{}}}"
        let program = try Self.program(schema)
        let value = try JSONDocument("\"\(String(repeating: "a", count: 100_000))\"").root
        #expect(!program.accepts(value) && program.mayAccept(value))
        #expect(program.misfits(value).map(\.code) == ["schema.too-costly"])
    }

    @Test(
        "patterns, names and what must be unique are steps, too",
        arguments: [
            (#"{"pattern":"[CLASS]{900}x"}"#, #""LONG""#),
            (#"{"patternProperties":{"[CLASS]{900}x":{}}}"#, #"{"LONG":1}"#),
            (#"{"allOf":[UNIQUE]}"#, #"["LONG","b"]"#),
        ])
    func counted(schema: String, value: String) throws {
        let characters = (0..<1900).map { String(UnicodeScalar(0x4E00 + 2 * $0) ?? "a") }.joined()
        let unique = Array(repeating: #"{"uniqueItems":true}"#, count: 20_000).joined(separator: ",")
        let long = String(repeating: "\u{4E00}", count: 20_000)
        let program = try Self.program(
            schema.replacing("CLASS", with: characters).replacing("UNIQUE", with: unique))
        let document = try JSONDocument(value.replacing("LONG", with: long))
        #expect(program.misfits(document.root).map(\.code) == ["schema.too-costly"])
    }

    @Test("what only the other side sends is not asked of this one")
    func directions() throws {
        let schema =
            #"{"required":["id","secret"],"properties":{"id":{"readOnly":true},"secret":{"writeOnly":true}}}"#
        let request = try Self.program(schema, .draft2020, .request)
        let response = try Self.program(schema, .draft2020, .response)
        #expect(request.accepts(try JSONDocument(#"{"secret":1}"#).root))
        #expect(!request.accepts(try JSONDocument(#"{"id":1}"#).root))
        #expect(response.accepts(try JSONDocument(#"{"id":1}"#).root))
    }
}
