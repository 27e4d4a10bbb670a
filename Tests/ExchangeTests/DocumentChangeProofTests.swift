import StrictJSON
import TestKit
import Testing

@testable import Contracts
@testable import Exchange
@testable import Gateway

/// The check against what happens: all small answers are sent through the gateway's own filter, before a random change
/// and after it.
@Suite("What the check lets pass changes nothing that a consumer sees")
struct DocumentChangeProofTests {
    /// Schemas over two names and two values, and now and then a change of one.
    private struct Dice {
        var random: SeededRandom

        mutating func roll(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

        mutating func leaf() -> JSON {
            [["type": "string"], ["type": "integer"], ["const": 1], ["enum": ["s", 1]], [:]][roll(5)]
        }

        mutating func schema(_ depth: Int) -> JSON {
            guard depth > 0 else { return leaf() }
            switch roll(11) {
            case 0, 1: return leaf()
            case 2: return ["type": "array", "items": schema(depth - 1)]
            case 3: return ["anyOf": [schema(depth - 1), schema(depth - 1)]]
            case 4: return ["allOf": [object(depth, ["a"]), object(depth, ["b"])]]
            case 5: return conditional(depth)
            case 6: return alternatives(depth)
            default: return object(depth)
            }
        }

        /// What is said of one name hangs on another.
        mutating func conditional(_ depth: Int) -> JSON {
            var conditional = object(depth)
            conditional["if"] = ["properties": ["a": leaf()]]
            conditional["then"] = ["required": ["b"]]
            return conditional
        }

        mutating func whole() -> JSON {
            switch roll(5) {
            case 0, 1: conditional(2)
            case 2: alternatives(2)
            default: object(2)
            }
        }

        /// Some of which say of which kind they are, whether that is the same or not.
        mutating func alternatives(_ depth: Int) -> JSON {
            guard roll(3) > 0 else { return ["oneOf": [schema(depth - 1), schema(depth - 1)]] }
            return ["oneOf": .array((0..<2).map { _ in kind(depth) })]
        }

        private mutating func kind(_ depth: Int) -> JSON {
            let numbers: [JSON] = [1, "s"]
            return [
                "type": "object", "properties": ["a": schema(depth - 1), "b": ["const": numbers[roll(2)]]],
                "required": ["b"],
            ]
        }

        /// Two or three that mostly say of which kind they are, by what may be the same. Each fits something.
        mutating func kinds() -> JSON {
            let kinds: [JSON] = [["const": 1], ["enum": ["s"]], ["type": "array"], ["enum": ["s", 1]], ["const": "s"]]
            let list = (0..<2 + roll(2)).map { place in
                let which = roll(4) > 0 ? place : roll(kinds.count)
                let a = roll(2) == 0 ? leaf() : object(1)
                var kind: JSON = ["properties": ["a": a, "b": kinds[which]]]
                if roll(8) > 0 { kind["type"] = "object" }
                if roll(8) > 0 { kind["required"] = ["b"] }
                return kind
            }
            return ["oneOf": .array(list)]
        }

        /// Of these names; only one of both is closed, so that there is something that fits.
        mutating func object(_ depth: Int, _ names: [String] = ["a", "b"]) -> JSON {
            var (properties, required): ([JSON.Member], [JSON]) = ([], [])
            for name in names where roll(4) > 0 {
                properties.append(.init(name, schema(depth - 1)))
                if roll(3) == 0 { required.append(.string(name)) }
            }
            var object: JSON = ["properties": .object(properties)]
            if roll(2) == 0 { object["type"] = "object" }
            if !required.isEmpty { object["required"] = .array(required) }
            switch names.count == 2 ? roll(4) : 3 {
            case 0: object["additionalProperties"] = false
            case 1: object["additionalProperties"] = leaf()
            default: break
            }
            if properties.count == 2, roll(10) == 0 { object["minProperties"] = 2 }
            return object
        }

        /// The same with something taken away, or of another shape.
        mutating func changed(_ schema: JSON) -> JSON {
            guard case .object(var members) = schema, !members.isEmpty else { return leaf() }
            let place = roll(members.count)
            let (key, value) = (members[place].key, members[place].value)
            switch (key, value) {
            case ("properties", .object(let named)) where !named.isEmpty:
                var named = named
                let at = roll(named.count)
                let other = JSON.Member(named[at].key, changed(named[at].value))
                if roll(2) == 0 { named.remove(at: at) } else { named[at] = other }
                members[place] = .init(key, .object(named))
            case ("anyOf", .array(var parts)), ("allOf", .array(var parts)), ("oneOf", .array(var parts)):
                let at = roll(parts.count)
                parts[at] = changed(parts[at])
                members[place] = .init(key, .array(parts))
            case ("items", _): members[place] = .init(key, changed(value))
            default: members.remove(at: place)
            }
            return .object(members)
        }

        mutating func fields() -> Set<String> {
            let all = ["a", "b", "a/a", "a/b", "b/a"]
            return Set((0..<1 + roll(2)).map { _ in all[roll(all.count)] })
        }
    }

    /// Every value of two names, two texts and two levels.
    private static let answers: [[UInt8]] = {
        let leaves: [JSON] = ["s", 1]
        func objects(_ values: [JSON]) -> [JSON] {
            let some: [JSON?] = [nil] + values
            return some.flatMap { a in
                some.map { b in
                    .object([a.map { .init("a", $0) }, b.map { .init("b", $0) }].compactMap { $0 })
                }
            }
        }
        let inner = objects(leaves)
        let values: [JSON] = leaves + inner + [[], ["s"], [1]]
        return (values + objects(values) + inner.map { .array([$0]) }).map { $0.encoded() }
    }()

    private static func filtered(_ answer: [UInt8], _ tree: FieldTree) -> [UInt8] {
        var (filter, output) = (FieldFilter(tree), [UInt8]())
        _ = answer.withUnsafeBytes { filter.feed($0, to: &output) }
        return output
    }

    private static func seen(_ schema: JSON, through tree: FieldTree) throws -> Set<[UInt8]> {
        let text = try ContractText(schema.encoded())
        let program = try SchemaProgram(text.root, of: text, dialect: .draft2020)
        return Set(
            try answers.filter { program.accepts(try JSONDocument($0).root) }.map { filtered($0, tree) })
    }

    private static func withoutB(_ value: JSON) -> JSON {
        if case .array(let elements) = value { return .array(elements.map(withoutB)) }
        var shorter = value
        shorter["b"] = nil
        return shorter
    }

    @Test("no answer of the newer document looks to a consumer as none of the older did", arguments: 0..<8)
    func sound(seed: UInt64) throws {
        var dice = Dice(random: SeededRandom(seed: seed))
        let (passed, narrowed) = try Self.passing(60, of: &dice) { $0.whole() }
        #expect(passed > 5 && narrowed > 0, "\(passed) \(narrowed)")
    }

    @Test("nor of alternatives, whether a value may fit two of them or not", arguments: 0..<4)
    func kinds(seed: UInt64) throws {
        var dice = Dice(random: SeededRandom(seed: 200 + seed))
        let (passed, narrowed) = try Self.passing(60, of: &dice) { $0.kinds() }
        #expect(passed > 5 && narrowed > 0, "\(passed) \(narrowed)")
    }

    /// How many random changes pass, each of which is looked at, and how many of them for want of a field alone.
    private static func passing(
        _ count: Int, of dice: inout Dice, _ make: (inout Dice) -> JSON
    ) throws -> (passed: Int, narrowed: Int) {
        var (passed, narrowed) = (0, 0)
        for _ in 0..<count {
            let older = make(&dice)
            let newer = dice.changed(older)
            let fields = dice.fields()
            let documents = try [older, newer].map {
                try DocumentChangeTests.document(DocumentChangeTests.answer($0.text))
            }
            guard try DocumentChangeTests.codes(documents[0], documents[1], fields).isEmpty else { continue }
            passed += 1
            if !Compatibility.breakages(from: documents[0], to: documents[1]).isEmpty { narrowed += 1 }
            let tree = try FieldTree(fields, subject: "test")
            let (before, after) = (try Self.seen(older, through: tree), try Self.seen(newer, through: tree))
            let more = after.subtracting(before).first.map { String(decoding: $0, as: UTF8.self) }
            #expect(more == nil, "\(fields) \(older.text) → \(newer.text)")
        }
        return (passed, narrowed)
    }

    @Test("an answer from which a field is taken that the check gives free looks the same", arguments: 0..<8)
    func removal(seed: UInt64) throws {
        var dice = Dice(random: SeededRandom(seed: 100 + seed))
        var freed = 0
        for _ in 0..<60 {
            let (inner, fields) = (dice.schema(2), dice.fields())
            func schema(_ names: [String]) -> JSON {
                ["items": ["properties": .object(names.map { .init($0, inner) }), "additionalProperties": inner]]
            }
            let documents = try [["a", "b"], ["a"]].map {
                try DocumentChangeTests.document(DocumentChangeTests.answer(schema($0).text))
            }
            guard try DocumentChangeTests.codes(documents[0], documents[1], fields).isEmpty else { continue }
            freed += 1
            let text = try ContractText(schema(["a", "b"]).encoded())
            let program = try SchemaProgram(text.root, of: text, dialect: .draft2020)
            let tree = try FieldTree(fields, subject: "test")
            for answer in Self.answers where program.accepts(try JSONDocument(answer).root) {
                let shorter = Self.withoutB(JSON(try JSONDocument(answer).root)).encoded()
                #expect(
                    Self.filtered(answer, tree) == Self.filtered(shorter, tree),
                    "\(fields) \(String(decoding: answer, as: UTF8.self))")
            }
        }
        #expect(freed > 5)
    }
}
