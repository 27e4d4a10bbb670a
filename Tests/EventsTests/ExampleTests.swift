import Contracts
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Events
@testable import Exchange

/// What the catalogue says of a type, and what can be pasted from it.
@Suite("Event types in the catalogue")
struct ExampleTests {
    static let schemas = [
        "true", #"{"type":"string","pattern":"^H[0-9]{2}-[A-Z]{3,5}$"}"#,
        #"{"type":["null","integer"],"exclusiveMinimum":4,"multipleOf":3}"#,
        ##"""
        {"type":"object","required":["code","at","unit","tags"],"additionalProperties":false,"properties":{
        "code":{"type":"string","minLength":3,"maxLength":4},"at":{"type":"string","format":"date-time"},
        "unit":{"$ref":"#/$defs/unit"},
        "tags":{"type":"array","minItems":2,"uniqueItems":true,"items":{"type":"string"}},
        "note":{"type":"string"}},"$defs":{"unit":{"type":"object","required":["kind"],"properties":{
        "kind":{"enum":["xã","phường"]},"under":{"$ref":"#/$defs/unit"}}}}}
        """##,
        #"{"oneOf":[{"type":"integer","maximum":-5},{"required":["a"],"properties":{"a":{"const":7}}}]}"#,
        ##"{"properties":{"$ref":{"const":{"$ref":"#/nowhere"}}},"required":["$ref"]}"##,
        #"{"example":{"wrong":true},"type":"array","contains":{"const":"x"},"minItems":2,"items":{"type":"string"}}"#,
    ]

    /// A type with this schema, offered to a publisher; its document, and the body that the page offers to paste.
    private func pasted(_ schema: String, _ world: World) async throws -> (document: OpenAPIDocument, body: JSON?) {
        try await world.register(schema)
        world.grant([("registry", ["publish:\(World.type)"])])
        let document = try OpenAPIDocument(try #require(world.events.openAPI(ofTypeCoded: "dossier-changed")))
        let operation = try #require(document.operations.first)
        return (document, Curl.body(operation, of: document, isChecked: true))
    }

    @Test("what is pasted is taken by the door", arguments: schemas)
    func pastes(schema: String) async throws {
        try await World.open(on: .sqlite) { world in
            let body = try #require(try await pasted(schema, world).body)
            await Visitor(world.site).send(
                .post, "/events/v1",
                headers: ["x-api-key": "key of registry", "content-type": CloudEvent.mediaType], body: body.encoded()
            ).expect(200, shows: "[1]")
        }
    }

    @Test("what fits nothing has no example")
    func none() async throws {
        for schema in ["false", #"{"type":"string","const":1}"#, ##"{"$ref":"#/$defs/a","$defs":{"a":{"not":{}}}}"##] {
            let body = try await World.open(on: .sqlite) { try await pasted(schema, $0).body }
            #expect(body == nil)
        }
    }

    @Test("whatever schema registration takes, an example of it fits and is taken", arguments: 0..<4)
    func anySchema(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var found = 0
        for _ in 0..<15 {
            let schema = RandomSchema.make(depth: 3, &random).text
            let isFound = try await World.open(on: .sqlite) { world -> Bool in
                guard let body = try await pasted(schema, world).body else { return false }
                let registry = try world.application("registry")
                let event = try CloudEvent.read(["content-type": CloudEvent.mediaType], body.encoded())
                #expect(try #require(world.events.types[World.type]).misfits(event[0]).isEmpty, "\(schema)")
                #expect(try await world.events.publish(event, by: registry).count == 1, "\(schema)")
                return true
            }
            if isFound { found += 1 }
        }
        #expect(found >= 10, "\(found)")
    }

    @Test("the page shows what data is made of, in the reader's language")
    func shown() async throws {
        try await World.open(on: .sqlite) { world in
            let schema = #"""
                {"type":"object","required":["dossier"],"properties":{"dossier":{"type":"string",
                "description":"Mã hồ sơ","x-ibm-languages":{"description":{"en":"The dossier's code"}}},
                "days":{"type":"integer"}}}
                """#
            let document = try await pasted(schema, world).document
            let content = try #require(document.operations.first?.body?.content.first?.schema)
            let vi = SchemaWords.tree(content, of: document, in: .vi)
            #expect(vi.contains("dossier: string  — Mã hồ sơ") && vi.contains("days?: integer"), "\(vi)")
            #expect(vi.contains(#"specversion: = "1.0""#))
            #expect(SchemaWords.tree(content, of: document, in: .en).contains("— The dossier's code"))
        }
    }
}

/// Schemas of all keywords that registration takes.
enum RandomSchema {
    static func make(depth: Int, _ random: inout SeededRandom) -> JSON {
        func roll(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
        switch depth > 0 ? roll(8) : roll(4) {
        case 0: return text(roll(6))
        case 1: return number(roll(5))
        case 2: return [true, ["type": "boolean"], ["enum": ["a", 2, [:]]], ["const": ["x": []]]][roll(4)]
        case 3: return [["type": ["null", "string"]], [:], ["type": "null"], ["not": ["type": "string"]]][roll(4)]
        case 4: return list(make(depth: depth - 1, &random), roll: roll(5))
        case 5:
            let parts = [make(depth: depth - 1, &random), make(depth: depth - 1, &random)]
            return .object([.init(["oneOf", "anyOf"][roll(2)], .array(parts))])
        default: return object(depth, &random)
        }
    }

    private static func text(_ roll: Int) -> JSON {
        [
            ["type": "string"], ["type": "string", "minLength": 30], ["type": "string", "maxLength": 2],
            ["type": "string", "pattern": "^(a|b)[0-9]+\\.[^x]{2}$"], ["type": "string", "format": "date"],
            ["type": "string", "pattern": "\\p{Lu}", "minLength": 4],
        ][roll]
    }

    private static func number(_ roll: Int) -> JSON {
        [
            ["type": "integer"], ["type": "integer", "minimum": 10, "multipleOf": 7],
            ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1], ["type": "integer", "maximum": -3],
            ["type": "number", "minimum": 2.5],
        ][roll]
    }

    private static func list(_ items: JSON, roll: Int) -> JSON {
        [
            ["type": "array", "items": items], ["type": "array", "items": items, "minItems": 3],
            ["type": "array", "prefixItems": [items, ["type": "string"]], "items": false, "minItems": 2],
            ["type": "array", "contains": items], ["type": "array", "items": items, "maxItems": 0],
        ][roll]
    }

    private static func object(_ depth: Int, _ random: inout SeededRandom) -> JSON {
        var members: [JSON.Member] = []
        var required: [JSON] = []
        for name in ["mã", "b", "c"] {
            members.append(.init(name, make(depth: depth - 1, &random)))
            if Int.random(in: 0..<2, using: &random) == 0 { required.append(.string(name)) }
        }
        var object: JSON = ["type": "object", "properties": .object(members), "required": .array(required)]
        switch Int.random(in: 0..<6, using: &random) {
        case 0: object["additionalProperties"] = false
        case 1: object["minProperties"] = 4
        case 2: object["dependentRequired"] = ["b": ["c"]]
        case 3: object["patternProperties"] = ["^x": ["type": "integer"]]
        case 4:
            object["if"] = ["required": ["b"]]
            object["then"] = ["required": ["d"]]
        default: break
        }
        return object
    }
}
