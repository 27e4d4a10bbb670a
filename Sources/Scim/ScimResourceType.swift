package import StrictJSON

/// A kind of resource: its address, its schema and the extensions of that (RFC 7643 §6).
package struct ScimResourceType: Sendable {
    package let name: String
    /// `Users`, the path below the base.
    package let endpoint: String
    package let about: String
    package let core: ScimSchema
    package let extensions: [ScimSchema]
    /// Every attribute that a document of this type can have, `id` and `meta` included.
    package let attributes: [ScimAttribute]
    private let byName: [String: ScimAttribute]

    package init(name: String, endpoint: String, about: String, core: ScimSchema, extensions: [ScimSchema] = []) {
        self.name = name
        self.endpoint = endpoint
        self.about = about
        self.core = core
        self.extensions = extensions
        let extended = extensions.flatMap { schema in
            schema.attributes.map { attribute in attribute.with { $0.extended = schema.id } }
        }
        attributes = ScimResourceType.common + core.attributes + extended
        byName = Dictionary(attributes.map { ($0.key.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    package var schemas: [ScimSchema] { [core] + extensions }

    /// By its name or by its full name with the schema in front, in whatever case.
    package func attribute(_ name: String) -> ScimAttribute? {
        let name = name.lowercased()
        if let found = byName[name] { return found }
        let prefix = core.id.lowercased() + ":"
        return name.hasPrefix(prefix) ? byName[String(name.dropFirst(prefix.count))] : nil
    }

    package func `extension`(_ id: String) -> ScimSchema? {
        extensions.first { $0.id.lowercased() == id.lowercased() }
    }

    package func json(base: String) -> JSON {
        var json: JSON = [
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": .string(name),
            "name": .string(name), "endpoint": .string("/\(endpoint)"), "description": .string(about),
            "schema": .string(core.id),
            "meta": ["resourceType": "ResourceType", "location": .string("\(base)/ResourceTypes/\(name)")],
        ]
        if !extensions.isEmpty {
            json["schemaExtensions"] = .array(
                extensions.map { ["schema": .string($0.id), "required": false] })
        }
        return json
    }

    /// RFC 7643 §3.1.
    private static let common = [
        ScimAttribute("id", .string, "The identifier of the resource").with {
            ($0.isCaseExact, $0.mutability, $0.returned) = (true, .readOnly, .always)
        },
        ScimAttribute("externalId", .string, "The identifier that the client gave").with { $0.isCaseExact = true },
        ScimAttribute("meta", .complex, "About the resource").with {
            $0.mutability = .readOnly
            $0.parts = [
                ScimAttribute("resourceType", .string, "The type").with { $0.isCaseExact = true },
                ScimAttribute("created", .dateTime, "When it was made"),
                ScimAttribute("lastModified", .dateTime, "When it changed"),
                ScimAttribute("location", .reference, "Its address").with { $0.isCaseExact = true },
                ScimAttribute("version", .string, "Its entity tag").with { $0.isCaseExact = true },
            ]
        },
    ]
}
