package import StrictJSON
package import Vocabulary

/// What the OpenAPI document says about a door for programs.
package struct APIDoc: Sendable {
    package var summary: Phrase
    package var request: Schema?
    package var response: Schema?
    package var query: [Parameter]
    package var tags: [String]
    package var status: Int
    /// Shapes of the `{name}` segments of the path; text where none is given.
    package var path: [String: Schema] = [:]
    /// What the door asks for beside its guard, one of these; nil when the guard is all.
    package var proofs: [Proof]?
    /// With which scopes a key or a token opens the door as a browser's session does, the narrowest first; empty: with
    /// none.
    package var scopes: [String] = []
    /// How the door itself says no. What the site refuses is a problem (RFC 9457) at every door.
    package var refusal: Schema?
    /// One door for many resources: the document has these in place of the door's own pattern.
    package var places: [Place] = []

    /// By what somebody is known to a program's door.
    package enum Proof: String, Sendable {
        /// A client's name and secret (RFC 6749 §2.3.1).
        case client
        /// An access token, or a service account's key (RFC 6750).
        case bearer
        /// The key of an application: `X-Api-Key`.
        case apiKey
        /// Nothing in the head of the call: public clients, and secrets that stand in the form.
        case none
    }

    /// A path behind a door that takes many, with what is to be said about it.
    package struct Place: Sendable {
        package let path: String
        package let about: APIDoc

        package init(_ path: String, _ about: APIDoc) {
            self.path = path
            self.about = about
        }
    }

    package init(
        _ summary: Phrase, request: Schema? = nil, response: Schema? = nil, query: [Parameter] = [],
        tags: [String] = [],
        status: Int = 200
    ) {
        self.summary = summary
        self.request = request
        self.response = response
        self.query = query
        self.tags = tags
        self.status = status
    }

    /// A query parameter.
    package struct Parameter: Sendable {
        package let name: String
        package let about: Phrase
        package let schema: Schema
        package let isRequired: Bool

        package init(_ name: String, _ about: Phrase, schema: Schema = .string, isRequired: Bool = false) {
            self.name = name
            self.about = about
            self.schema = schema
            self.isRequired = isRequired
        }
    }
}

/// The shape of a body: JSON Schema 2020-12 as OpenAPI 3.1 wants it, with the media type it travels as.
package struct Schema: Sendable {
    package var json: JSON
    package var mediaType = "application/json"

    package init(json: JSON, mediaType: String = "application/json") {
        self.json = json
        self.mediaType = mediaType
    }

    package static let string = Schema(json: ["type": "string"])
    package static let integer = Schema(json: ["type": "integer"])
    package static let number = Schema(json: ["type": "number"])
    package static let boolean = Schema(json: ["type": "boolean"])
    package static let dateTime = Schema(json: ["type": "string", "format": "date-time"])
    package static let any = Schema(json: [:])

    package static func array(_ element: Schema) -> Schema {
        Schema(json: ["type": "array", "items": element.json])
    }

    /// Properties in the order given; those named in `optional` may be absent.
    package static func object(_ properties: KeyValuePairs<String, Schema>, optional: Set<String> = []) -> Schema {
        let required = properties.map(\.key).filter { !optional.contains($0) }
        return Schema(json: [
            "type": "object",
            "properties": .object(properties.map { .init($0.key, $0.value.json) }),
            "required": .array(required.map { .string($0) }),
        ])
    }

    /// The same with more said about it: `.string.with(["minLength": 1])`.
    package func with(_ more: JSON) -> Schema {
        guard case .object(let members) = more else { return self }
        var copy = self
        for member in members { copy.json[member.key] = member.value }
        return copy
    }

    /// The same, or null.
    package var orNull: Schema { Schema(json: ["anyOf": [json, ["type": "null"]]], mediaType: mediaType) }

    package static func oneOf(_ values: [String]) -> Schema {
        Schema(json: ["type": "string", "enum": .array(values.map { .string($0) })])
    }

    /// Bytes of another media type, as they are.
    package static func bytes(_ mediaType: String) -> Schema {
        Schema(json: [:], mediaType: mediaType)
    }

    package func sent(as mediaType: String) -> Schema {
        var copy = self
        copy.mediaType = mediaType
        return copy
    }
}
