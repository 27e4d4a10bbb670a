import StrictJSON
import TestKit
import Testing

@testable import Contracts

/// Changes within `allOf`, `anyOf` and `oneOf`: judged part by part where that can be proved, as a whole where not.
@Suite("Compatibility of parts and alternatives") struct PartChangeTests {
    private static let unit = #"{"type":"object","properties":{"code":{"type":"string"}}}"#
    private static let wider = #"{"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"}}}"#
    private static let more = #"{"properties":{"level":{"type":"integer"}}}"#
    private static let (null, text, number) = (#"{"type":"null"}"#, #"{"type":"string"}"#, #"{"type":"integer"}"#)

    private static func oneOf(_ alternatives: String...) -> String {
        #"{"oneOf":[\#(alternatives.joined(separator: ","))]}"#
    }

    /// One that says of which of several kinds it is, and more.
    private static func kind(_ numbers: String, _ more: String = "{}", mark: String? = nil) -> String {
        let kind = #"{"enum":[\#(numbers)]\#(mark.map { #","\#($0)":true"# } ?? "")}"#
        return #"{"type":"object","required":["k"],"properties":{"k":\#(kind)},"allOf":[\#(more)]}"#
    }

    /// Before and after, in an answer and in a request.
    static let cases: [(String, String, [String], [String])] = [
        // An answer that has more breaks nobody, whatever it is put together of.
        ("{\"allOf\":[\(unit),\(more)]}", "{\"allOf\":[\(wider),\(more)]}", [], []),
        ("{\"allOf\":[\(wider),\(more)]}", "{\"allOf\":[\(unit),\(more)]}", ["response-field-removed"], []),
        ("{\"allOf\":[\(unit),\(more)]}", "{\"allOf\":[\(more),\(unit)]}", [], []),
        (unit, "{\"allOf\":[\(unit)]}", [], []), ("{\"allOf\":[\(unit)]}", unit, [], []),
        (unit, "{\"allOf\":[\(unit),{\"required\":[\"code\"]}]}", [], ["request-required"]),
        ("{\"allOf\":[\(unit),{\"required\":[\"code\"]}]}", unit, ["response-optional"], []),
        // What may be nothing.
        ("{\"anyOf\":[\(unit),\(null)]}", "{\"anyOf\":[\(wider),\(null)]}", [], []),
        ("{\"oneOf\":[\(null),\(unit)]}", "{\"oneOf\":[\(wider),\(null)]}", [], []),
        ("{\"anyOf\":[\(unit),\(null)]}", unit, [], ["request-type"]),
        (unit, "{\"anyOf\":[\(unit),\(null)]}", ["response-type"], []),
        // More alternatives are more to be understood, and more that is taken.
        ("{\"anyOf\":[\(text)]}", "{\"anyOf\":[\(text),\(number)]}", ["response-type"], []),
        ("{\"anyOf\":[\(text),\(number)]}", "{\"anyOf\":[\(number)]}", [], ["request-type"]),
        ("{\"oneOf\":[\(text),\(number)]}", "{\"oneOf\":[\(number)]}", [], ["request-type"]),
        // Where a value may fit two, `oneOf` is another rule with every change.
        (
            #"{"oneOf":[{"type":"number"},{"minimum":5}]}"#, #"{"oneOf":[{"type":"integer"},{"minimum":5}]}"#,
            ["response-other"], ["request-other"]
        ),
        (
            #"{"oneOf":[{"type":"number"},{"type":"integer"}]}"#, #"{"oneOf":[{"type":"number"}]}"#,
            ["response-other"], []
        ),
        // Where each says of which kind it is, each is judged by itself.
        (oneOf(kind("1"), kind("2")), oneOf(kind("1", more), kind("2")), [], []),
        (oneOf(kind("1", more), kind("2")), oneOf(kind("1"), kind("2")), ["response-field-removed"], []),
        (oneOf(kind("1"), kind("2")), oneOf(kind("2"), kind("1")), [], []),
        (oneOf(kind("1"), kind("2")), oneOf(kind("1")), [], ["request-enum"]),
        (oneOf(kind("1"), kind("2")), oneOf(kind("1"), kind("2"), kind("3")), ["response-enum"], []),
        (oneOf(kind("1,2"), kind("3")), oneOf(kind("1,2,4"), kind("3")), ["response-enum"], []),
        (oneOf(kind("1,2"), kind("2,3")), oneOf(kind("1,2"), kind("2")), ["response-other"], ["request-other"]),
        // Who only receives the kind need not tell it, and by what need not be there no two are apart.
        (
            oneOf(kind("1", mark: "readOnly"), kind("2", mark: "readOnly")),
            oneOf(kind("1", more, mark: "readOnly"), kind("2", mark: "readOnly")), [], ["request-other"]
        ),
        (
            oneOf(kind("1", mark: "writeOnly"), kind("2", mark: "writeOnly")),
            oneOf(kind("1", more, mark: "writeOnly"), kind("2", mark: "writeOnly")), ["response-other"], []
        ),
        // By whole values.
        (#"{"oneOf":[{"enum":[1,2]},{"enum":[3]}]}"#, #"{"oneOf":[{"enum":[3]},{"enum":[2]}]}"#, [], ["request-enum"]),
        (
            #"{"oneOf":[{"enum":[1,2]},{"enum":[2,3]}]}"#, #"{"oneOf":[{"enum":[1,2]},{"enum":[3]}]}"#,
            ["response-other"], ["request-enum"]
        ),
        // What one part says nothing of, another may have promised.
        (
            "{\"allOf\":[\(unit),{\"required\":[\"code\"]}]}", #"{"properties":{"code":{"type":"integer"}}}"#,
            ["response-type", "response-optional"], ["request-type"]
        ),
        ("{\"allOf\":[\(unit),\(more)]}", "{\"allOf\":[\(more),\(wider)]}", [], []),
        (
            "{\"allOf\":[\(wider),\(more)]}",
            "{\"allOf\":[\(unit),{\"properties\":{\"name\":\(text),\"level\":\(number)}}]}", [], []
        ),
    ]

    @Test("in answers and requests", arguments: cases)
    func judges(before: String, after: String, answers: [String], requests: [String]) throws {
        #expect(
            try CompatibilityTests.breakages(CompatibilityTests.answer(before), CompatibilityTests.answer(after))
                == answers.map { "breaks.\($0)" })
        #expect(
            try CompatibilityTests.breakages(CompatibilityTests.body(before), CompatibilityTests.body(after))
                == requests.map { "breaks.\($0)" })
    }

    @Test("more parts than are taken apart are compared as a whole")
    func many() throws {
        func answer(_ last: String) -> String {
            let parts = (0..<100).map { #"{"properties":{"a\#($0)":{"type":"string"}}}"# }
            return CompatibilityTests.answer("{\"allOf\":[\((parts + [last]).joined(separator: ","))]}")
        }
        #expect(try CompatibilityTests.breakages(answer(Self.unit), answer(Self.unit)).isEmpty)
        #expect(try CompatibilityTests.breakages(answer(Self.unit), answer(Self.wider)) == ["breaks.response-other"])
    }

    @Test("more alternatives than are compared with each other, and longer lists, are compared as a whole")
    func manyAlternatives() throws {
        func codes(_ count: Int, _ first: (Int) -> String, more: String = "{}") throws -> [String] {
            let rest = (1..<count).map { Self.kind("\($0)") }
            return try CompatibilityTests.breakages(
                CompatibilityTests.answer("{\"oneOf\":[\((["\(first(0))"] + rest).joined(separator: ","))]}"),
                CompatibilityTests.answer(
                    "{\"oneOf\":[\((["\(Self.kind("0", more))"] + rest).joined(separator: ","))]}"))
        }
        #expect(try codes(64, { Self.kind("\($0)") }, more: Self.more).isEmpty)
        #expect(try codes(65, { Self.kind("\($0)") }, more: Self.more) == ["breaks.response-other"])
        func long(_ place: Int) -> String { Self.kind((0..<100_000).map { "\(-$0)" }.joined(separator: ",")) }
        #expect(try codes(2, long) == ["breaks.response-other"])
    }

    @Test("a list of whole values and one of them hold together")
    func listed() throws {
        let both = #"{"enum":["a","b"],"const":"b"}"#
        #expect(
            try CompatibilityTests.breakages(
                CompatibilityTests.body(#"{"const":"a"}"#),
                CompatibilityTests.body(
                    #"{"enum":["b"],"const":"a"}"#)) == ["breaks.request-enum"])
        #expect(
            try CompatibilityTests.breakages(CompatibilityTests.body(both), CompatibilityTests.body(#"{"const":"b"}"#))
                .isEmpty)
    }

    @Test("members that may be anything are said so in two ways")
    func anything() throws {
        let (open, free) = (#"{"properties":{"a":{}}}"#, #"{"properties":{"a":{}},"additionalProperties":{}}"#)
        for make in [{ CompatibilityTests.answer($0) }, { CompatibilityTests.body($0) }] as [(String) -> String] {
            #expect(try CompatibilityTests.breakages(make(open), make(free)).isEmpty)
            #expect(try CompatibilityTests.breakages(make(free), make(open)).isEmpty)
            let more = free.replacing(#""a":{}"#, with: #""a":{},"b":{"type":"string"}"#)
            #expect(try CompatibilityTests.breakages(make(free), make(more)).isEmpty)
        }
    }
}

/// The check against what happens: whatever an older schema took a newer one takes, and what a newer one sends the
/// older one promised, for all small values.
@Suite("What the check of schemas lets pass") struct SchemaChangeProofTests {
    /// Schemas over two names and three values.
    private struct Dice {
        var random: SeededRandom

        mutating func roll(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

        mutating func leaf() -> JSON {
            let leaves: [JSON] = [
                ["type": "string"], ["type": "integer"], ["type": "number"], ["type": ["string", "null"]],
                ["const": 1], ["enum": ["s", 1]], ["enum": ["s", .null], "const": "s"], ["minimum": 1], ["maximum": 1],
                ["exclusiveMinimum": 0.5], ["minLength": 1], ["type": "null"], [:], true,
            ]
            return leaves[roll(leaves.count)]
        }

        mutating func schema(_ depth: Int) -> JSON {
            guard depth > 0 else { return leaf() }
            switch roll(13) {
            case 0, 1: return leaf()
            case 12: return kinds(depth)
            case 2: return list(depth)
            case 3: return ["anyOf": parts(depth)]
            case 4: return ["oneOf": parts(depth)]
            case 5: return ["allOf": parts(depth)]
            case 6:
                var both = object(depth)
                both[["anyOf", "oneOf", "allOf"][roll(3)]] = parts(depth)
                return both
            case 7:
                var conditional = object(depth)
                conditional["if"] = object(depth)
                conditional[roll(2) == 0 ? "then" : "else"] = object(depth)
                return conditional
            default: return object(depth)
            }
        }

        mutating func parts(_ depth: Int) -> JSON { .array((0..<1 + roll(3)).map { _ in schema(depth - 1) }) }

        /// Alternatives that mostly say of which kind they are, by what may be the same.
        mutating func kinds(_ depth: Int) -> JSON {
            let kinds: [JSON] = [
                ["const": 1], ["enum": ["s", 0.5]], ["type": "null"], ["const": "s"], ["enum": [1, .null]],
                ["type": "integer"],
            ]
            let list = (0..<2 + roll(2)).map { place in
                let which = roll(8) > 0 ? place : roll(kinds.count)
                var kind: JSON = ["properties": ["a": schema(depth - 1), "b": kinds[which]]]
                if roll(8) > 0 { kind["type"] = "object" }
                if roll(8) > 0 { kind["required"] = ["b"] }
                return kind
            }
            return ["oneOf": .array(list)]
        }

        mutating func list(_ depth: Int) -> JSON {
            var list: JSON = roll(2) == 0 ? ["type": "array"] : [:]
            if roll(3) > 0 { list["items"] = schema(depth - 1) }
            if roll(4) == 0 { list["prefixItems"] = [schema(depth - 1)] }
            if roll(4) == 0 { list["contains"] = schema(depth - 1) }
            if roll(4) == 0 { list["minItems"] = .integer(Int64(roll(3))) }
            return list
        }

        mutating func object(_ depth: Int) -> JSON {
            var (properties, required): ([JSON.Member], [JSON]) = ([], [])
            for name in ["a", "b"] where roll(4) > 0 {
                properties.append(.init(name, schema(depth - 1)))
                if roll(3) == 0 { required.append(.string(name)) }
            }
            var object: JSON = ["properties": .object(properties)]
            if roll(2) == 0 { object["type"] = "object" }
            if !required.isEmpty { object["required"] = .array(required) }
            switch roll(6) {
            case 0: object["additionalProperties"] = false
            case 1: object["additionalProperties"] = leaf()
            case 2: object["patternProperties"] = ["^a": leaf()]
            case 3: object["minProperties"] = .integer(Int64(roll(3)))
            default: break
            }
            return object
        }

        /// The same with something taken away, put in, or of another shape.
        mutating func changed(_ schema: JSON) -> JSON {
            guard case .object(var members) = schema, !members.isEmpty, roll(8) > 0 else { return self.schema(1) }
            let place = roll(members.count)
            let (key, value) = (members[place].key, members[place].value)
            switch (key, value) {
            case ("properties", .object(var named)):
                let at = named.isEmpty ? 0 : roll(named.count)
                switch named.isEmpty ? 0 : roll(4) {
                case 0: named = named.filter { $0.key != "b" } + [.init("b", self.schema(1))]
                case 1: named.remove(at: at)
                default: named[at] = .init(named[at].key, changed(named[at].value))
                }
                members[place] = .init(key, .object(named))
            case (_, .array(var parts)) where ["anyOf", "oneOf", "allOf"].contains(key):
                let at = roll(parts.count)
                switch roll(4) {
                case 0: parts.append(self.schema(1))
                case 1 where parts.count > 1: parts.remove(at: at)
                default: parts[at] = changed(parts[at])
                }
                members[place] = .init(key, .array(parts))
            case ("items", _), ("if", _), ("then", _), ("else", _): members[place] = .init(key, changed(value))
            default: members.remove(at: place)
            }
            return .object(members)
        }
    }

    private static let values: [[UInt8]] = {
        let leaves: [JSON] = ["s", 1, 0.5, .null]
        func objects(_ values: [JSON]) -> [JSON] {
            let some: [JSON?] = [nil] + values
            return some.flatMap { a in
                some.map { b in .object([a.map { .init("a", $0) }, b.map { .init("b", $0) }].compactMap { $0 }) }
            }
        }
        let inner = objects(["s", 1])
        let all = leaves + [[], ["s"], [1, "s"], ["s", 1]] + objects(leaves + inner.prefix(4) + [["s"], [1]])
        return (all + inner.map { .array([$0]) }).map { $0.encoded() }
    }()

    private static func accepted(_ schema: JSON) throws -> Set<[UInt8]> {
        let text = try ContractText(schema.encoded())
        let program = try SchemaProgram(text.root, of: text, dialect: .draft2020)
        return Set(try values.filter { program.accepts(try JSONDocument($0).root) })
    }

    @Test("every small value of the narrower is one of the wider", arguments: 0..<16)
    func sound(seed: UInt64) throws {
        var dice = Dice(random: SeededRandom(seed: seed))
        #expect(try Self.passing(150, of: &dice) { $0.schema(2) } > 30)
    }

    @Test("alternatives that are judged by themselves, too", arguments: 0..<4)
    func kinds(seed: UInt64) throws {
        var dice = Dice(random: SeededRandom(seed: 1000 + seed))
        let passed = try Self.passing(100, of: &dice) { $0.kinds(2) }
        #expect(passed > 15, "\(passed)")
    }

    /// How many random changes pass, each of which is looked at.
    private static func passing(_ count: Int, of dice: inout Dice, _ make: (inout Dice) -> JSON) throws -> Int {
        var passed = 0
        for _ in 0..<count {
            let older = make(&dice)
            let newer = dice.changed(older)
            let texts = try [older, newer].map { try ContractText($0.encoded()) }
            let (before, after) = (try Self.accepted(older), try Self.accepted(newer))
            for (direction, sent, taken) in [
                (SchemaDirection.response, after, before), (SchemaDirection.request, before, after),
            ] {
                guard Compatibility.breakages(from: texts[0], to: texts[1], direction).isEmpty else { continue }
                passed += 1
                // What is sent under a name of which the older schema said nothing is nobody's.
                let isTold = direction == .response || !newer.text.contains("properties")
                let more = isTold ? sent.subtracting(taken).first : nil
                #expect(
                    more == nil,
                    "\(direction) \(older.text) → \(newer.text): \(String(decoding: more ?? [], as: UTF8.self))")
            }
        }
        return passed
    }
}
