package import StrictJSON

/// One attribute of a resource and its characteristics: RFC 7643 §2 and §7.
package struct ScimAttribute: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case string, boolean, dateTime, reference, complex
    }

    package enum Mutability: String, Sendable, Hashable {
        case readWrite, readOnly, immutable
    }

    package enum Returned: String, Sendable, Hashable {
        case always, `default`
        /// Only where it is asked for by name.
        case request
    }

    package let name: String
    package let kind: Kind
    package var isMultiValued = false
    package var isRequired = false
    /// A resource always has it, but a document need not say it: then it is as it was, or as new ones are.
    package var isAssumed = false
    package var isCaseExact = false
    package var mutability = Mutability.readWrite
    package var returned = Returned.default
    package var isUnique = false
    /// What a string may be; empty where any will do.
    package var canonical: [String] = []
    package var references: [String] = []
    package var parts: [ScimAttribute] = []
    package var about = ""
    /// Characters of a string, elements of a list.
    package var longest = 200
    /// The extension it belongs to; nil for the core schema and what all resources have.
    package var extended: String?

    package init(_ name: String, _ kind: Kind = .string, _ about: String) {
        self.name = name
        self.kind = kind
        self.about = about
    }

    package func with(_ change: (inout ScimAttribute) -> Void) -> ScimAttribute {
        var copy = self
        change(&copy)
        return copy
    }

    /// Its name in a document: `displayName`, `urn:…:enterprise:2.0:User:employeeNumber`.
    package var key: String { extended.map { "\($0):\(name)" } ?? name }

    package func part(_ name: String) -> ScimAttribute? {
        parts.first { $0.name.lowercased() == name.lowercased() }
    }

    /// What a filter means that names the whole of a list: `emails co "@"` looks at the values (RFC 7644 §3.4.2.2).
    var defaultPart: ScimAttribute? { isMultiValued ? part("value") : nil }

    /// RFC 7643 §7.
    var json: JSON {
        var json: JSON = [
            "name": .string(name), "type": .string(kind.rawValue), "multiValued": .bool(isMultiValued),
            "description": .string(about), "required": .bool(isRequired), "mutability": .string(mutability.rawValue),
            "returned": .string(returned.rawValue),
        ]
        if kind == .string || kind == .reference {
            json["caseExact"] = .bool(isCaseExact)
            json["uniqueness"] = .string(isUnique ? "server" : "none")
        }
        if !canonical.isEmpty { json["canonicalValues"] = .array(canonical.map { .string($0) }) }
        if !references.isEmpty { json["referenceTypes"] = .array(references.map { .string($0) }) }
        if !parts.isEmpty { json["subAttributes"] = .array(parts.map(\.json)) }
        return json
    }
}

/// A schema as `/Schemas` tells it.
package struct ScimSchema: Sendable, Hashable {
    package let id: String
    package let name: String
    package let about: String
    package let attributes: [ScimAttribute]

    package init(id: String, name: String, about: String, attributes: [ScimAttribute]) {
        self.id = id
        self.name = name
        self.about = about
        self.attributes = attributes
    }

    package func json(base: String) -> JSON {
        [
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": .string(id), "name": .string(name),
            "description": .string(about), "attributes": .array(attributes.map(\.json)),
            "meta": ["resourceType": "Schema", "location": .string("\(base)/Schemas/\(id)")],
        ]
    }
}
