import StrictJSON
import Vocabulary

/// An event type as OpenAPI says it: a service whose operations are to publish and to follow.
extension EventType {
    /// What the registry of services is told. The shape of data is no part of it: that has its own revisions and its
    /// own rule about what breaks whom.
    package var openAPI: [UInt8] {
        let example: JSON = [
            "specversion": "1.0", "id": "1", "source": .string("/\(code)"), "type": .string(name), "data": [:],
        ]
        return document(event: ["schema": ["type": "object"], "example": example])
    }

    /// What people and programs read: the same with events as the door takes them now.
    ///
    /// - Parameter dataShape: the JSON Schema of `data`.
    func openAPI(dataShape: JSONValue) -> [UInt8] {
        let schema: JSON = [
            "type": "object", "required": ["specversion", "id", "source", "type", "data"],
            "properties": [
                "specversion": ["const": "1.0"], "id": ["type": "string", "minLength": 1, "example": "1"],
                "source": ["type": "string", "minLength": 1, "example": .string("/\(code)")],
                "type": ["const": .string(name)], "data": ["$ref": "#/components/schemas/data"],
            ],
        ]
        var bytes = document(event: ["schema": schema])
        bytes.removeLast()
        bytes += Array(",\"components\":{\"schemas\":{\"data\":".utf8)
        EventType.move(dataShape, below: "#/components/schemas/data", to: &bytes)
        return bytes + Array("}}}".utf8)
    }

    private func document(event: JSON) -> [UInt8] {
        let ask: JSON = [
            "application/json": ["schema": ["type": "object"], "example": ["types": [.string(name)]]]
        ]
        func both(_ words: Phrase) -> JSON {
            [
                "description": .string(words.vi),
                "x-ibm-languages": ["description": ["en": .string(words.en)]],
            ]
        }
        var subscription = both(.eventSubscription)
        subscription["content"] = ["application/json": ["schema": ["type": "object"]]]
        let document: JSON = [
            "openapi": "3.1.0",
            "info": [
                "title": .string(title.vi), "summary": .string(name), "version": "1",
                "x-ibm-languages": ["title": ["en": .string(title.en)]],
            ],
            "paths": [
                "/events/v1": [
                    "post": [
                        "operationId": .string("publish:\(name)"), "summary": .string(Phrase.publishOperation.vi),
                        "x-ibm-languages": ["summary": ["en": .string(Phrase.publishOperation.en)]],
                        "requestBody": ["required": true, "content": ["application/cloudevents+json": event]],
                        "responses": ["200": both(.eventIsDurable)],
                    ]
                ],
                "/events/v1/subscriptions": [
                    "post": [
                        "operationId": .string("follow:\(name)"), "summary": .string(Phrase.followOperation.vi),
                        "x-ibm-languages": ["summary": ["en": .string(Phrase.followOperation.en)]],
                        "requestBody": ["required": true, "content": ask],
                        "responses": ["201": subscription],
                    ]
                ],
            ],
        ]
        return document.encoded()
    }

    /// Writes a schema that was a document of its own, with its references leading to where it stands now. Only where
    /// a keyword means a schema is one: a value that looks like a reference stays, as all others do, byte for byte.
    private static func move(_ schema: JSONValue, below place: String, to bytes: inout [UInt8]) {
        guard schema.kind == .object else { return bytes += schema.bytes }
        write(schema, to: &bytes) { key, value, bytes in
            switch key {
            case "$ref":
                let target = value.string.map { JSON.string(place + $0.dropFirst()) }
                bytes += target?.encoded() ?? Array(value.bytes)
            case "allOf", "anyOf", "oneOf", "prefixItems":
                bytes.append(UInt8(ascii: "["))
                for (number, part) in (value.elements ?? []).enumerated() {
                    if number > 0 { bytes.append(UInt8(ascii: ",")) }
                    move(part, below: place, to: &bytes)
                }
                bytes.append(UInt8(ascii: "]"))
            case "properties", "patternProperties", "dependentSchemas", "$defs", "definitions":
                write(value, to: &bytes) { _, part, bytes in move(part, below: place, to: &bytes) }
            case "not", "if", "then", "else", "items", "additionalProperties", "contains", "propertyNames":
                move(value, below: place, to: &bytes)
            default: bytes += value.bytes
            }
        }
    }

    private static func write(
        _ object: JSONValue, to bytes: inout [UInt8], each: (String, JSONValue, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "{"))
        for (number, (key, value)) in (object.members ?? []).enumerated() {
            if number > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += JSON.string(key).encoded() + [UInt8(ascii: ":")]
            each(key, value, &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
