package import StrictJSON
import Vocabulary

/// One resource as a document: values by the key of their attribute, in the spelling of the schema. What has no value
/// is not there: null, the empty list and the empty object count as none (RFC 7643 §2.5).
package struct ScimDocument: Sendable, Hashable {
    package var values: [String: JSON]

    package init(_ values: [String: JSON] = [:]) {
        self.values = values
    }

    /// Reads what a client sent to create or replace a resource. What only the server writes is left out, and so is
    /// what the schemas do not know.
    package init(_ body: JSONValue, of type: ScimResourceType) throws(ScimError) {
        guard let members = body.members else { throw .syntax("the body is no object") }
        try JSONValue.checkSchemas(members.first { $0.key.lowercased() == "schemas" }?.value, name: type.core.id)
        values = [:]
        for (name, value) in members where !value.isNull {
            if let schema = type.extension(name) {
                guard let inner = value.members else { throw .value("\(name) is no object") }
                for (part, value) in inner where !value.isNull { try take("\(schema.id):\(part)", value, type) }
            } else {
                try take(name, value, type)
            }
        }
    }

    private mutating func take(_ name: String, _ value: JSONValue, _ type: ScimResourceType) throws(ScimError) {
        guard let attribute = type.attribute(name), attribute.mutability != .readOnly else { return }
        guard values[attribute.key] == nil else { throw .syntax("\(name) stands there twice") }
        values[attribute.key] = try attribute.checked(JSON(value))
    }

    /// Throws unless everything that must have a value has one.
    package func checkRequired(_ type: ScimResourceType) throws(ScimError) {
        for attribute in type.attributes
        where attribute.isRequired && !attribute.isAssumed && attribute.mutability != .readOnly {
            guard values[attribute.key] != nil else { throw .value("\(attribute.name) is required") }
        }
    }

    /// The whole resource, attributes in the order of their schemas.
    package func json(_ type: ScimResourceType) -> JSON {
        let used = type.extensions.filter { schema in
            schema.attributes.contains { values["\(schema.id):\($0.name)"] != nil }
        }
        var members = [JSON.Member("schemas", .array(([type.core.id] + used.map(\.id)).map { .string($0) }))]
        for attribute in type.attributes where attribute.extended == nil {
            if let value = values[attribute.key] { members.append(.init(attribute.name, value)) }
        }
        for schema in used {
            let inner = schema.attributes.compactMap { attribute in
                values["\(schema.id):\(attribute.name)"].map { JSON.Member(attribute.name, $0) }
            }
            members.append(.init(schema.id, .object(inner)))
        }
        return .object(members)
    }

    package func text(_ key: String) -> String? {
        if case .string(let text) = values[key] { text } else { nil }
    }

    package func flag(_ key: String) -> Bool? {
        if case .bool(let flag) = values[key] { flag } else { nil }
    }

    package func elements(_ key: String) -> [JSON] {
        ScimFilter.elements(values[key])
    }
}

extension JSON {
    package var scimText: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
