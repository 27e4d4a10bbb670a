package import StrictJSON

/// A list of changes to one resource, all or none: RFC 7644 §3.5.2.
package struct ScimPatch: Sendable {
    package enum Verb: String, Sendable {
        case add, replace, remove
    }

    struct Operation: Sendable {
        let verb: Verb
        let path: String?
        let value: JSON?
    }

    package static let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    package static let operationsMax = 500

    let operations: [Operation]

    package init(_ body: JSONValue) throws(ScimError) {
        guard let members = body.members else { throw .syntax("the body is no object") }
        func member(_ name: String, of members: [(key: String, value: JSONValue)]) -> JSONValue? {
            members.first { $0.key.lowercased() == name }?.value
        }
        try JSONValue.checkSchemas(member("schemas", of: members), name: ScimPatch.schema)
        guard let listed = member("operations", of: members)?.elements, !listed.isEmpty else {
            throw .syntax("there are no Operations")
        }
        guard listed.count <= ScimPatch.operationsMax else {
            throw ScimError(413, .tooMany, "there are more than \(ScimPatch.operationsMax) operations")
        }
        var operations: [Operation] = []
        for value in listed {
            guard let members = value.members,
                let verb = (member("op", of: members)?.string).flatMap({ Verb(rawValue: $0.lowercased()) })
            else { throw .syntax("op is one of add, replace, remove") }
            let path = member("path", of: members)
            guard path == nil || path?.isNull == true || path?.string != nil else { throw .path("path is no string") }
            let given = member("value", of: members)
            guard verb == .remove || given != nil else { throw .syntax("an operation has no value") }
            operations.append(Operation(verb: verb, path: path?.string, value: given.map { JSON($0) }))
        }
        self.operations = operations
    }

    /// The document after every change.
    package func applied(to document: ScimDocument, of type: ScimResourceType) throws(ScimError) -> ScimDocument {
        var document = document
        for operation in operations {
            guard let path = operation.path, !path.isEmpty else {
                try ScimPatch.applyWithoutPath(operation, to: &document, type)
                continue
            }
            try ScimPatch.apply(operation.verb, try ScimPath(path, in: type), operation.value, to: &document)
        }
        try document.checkRequired(type)
        return document
    }

    /// Each member of the value is a path of its own: directories send `emails[type eq "work"].value` there too.
    private static func applyWithoutPath(
        _ operation: Operation, to document: inout ScimDocument, _ type: ScimResourceType
    ) throws(ScimError) {
        guard operation.verb != .remove else { throw .noTarget("remove needs a path") }
        guard case .object(let members) = operation.value else { throw .value("without a path the value is an object") }
        for member in members where !["schemas", "id", "meta"].contains(member.key.lowercased()) {
            try apply(operation.verb, try ScimPath(member.key, in: type), member.value, to: &document)
        }
    }

    private static func apply(
        _ verb: Verb, _ path: ScimPath, _ value: JSON?, to document: inout ScimDocument
    ) throws(ScimError) {
        switch path {
        case .everything(let schema):
            try apply(verb, toAllOf: schema, value, &document)
        case .attribute(let attribute, let part):
            guard attribute.mutability != .readOnly, part?.mutability != .readOnly else {
                throw .mutability("\(attribute.name) is written by the server alone")
            }
            try apply(verb, attribute, part, value, &document)
        case .elements(let attribute, let filter, let part):
            guard attribute.mutability != .readOnly, part?.mutability ?? .readWrite == .readWrite else {
                throw .mutability("\(attribute.name) cannot be changed so")
            }
            try apply(verb, to: attribute, where: filter, part, value, &document)
        }
    }

    private static func apply(
        _ verb: Verb, toAllOf schema: ScimSchema, _ value: JSON?, _ document: inout ScimDocument
    ) throws(ScimError) {
        let attributes = schema.attributes.map { attribute in attribute.with { $0.extended = schema.id } }
        if verb == .remove {
            for attribute in attributes { document.values[attribute.key] = nil }
            return
        }
        guard case .object(let members) = value else { throw .value("\(schema.id) is an object") }
        for member in members where member.key.lowercased() != "schemas" {
            guard let attribute = attributes.first(where: { $0.name.lowercased() == member.key.lowercased() }) else {
                throw .path("there is no attribute \(member.key) in \(schema.id)")
            }
            try apply(verb, .attribute(attribute, part: nil), member.value, to: &document)
        }
    }
}
