import StrictJSON

/// Which keywords a schema may use, and which of them mean something to a validator.
package enum SchemaDialect: Sendable, Hashable {
    /// OpenAPI 3.0.3 §4.7.24: a subset of draft Wright-00 with `nullable`.
    case openAPI30
    /// OpenAPI 3.1.1 §4.8.24: JSON Schema 2020-12 with OpenAPI's annotations.
    case draft2020

    /// Say something about a schema and nothing about whether a value fits it.
    var annotations: Set<String> { self == .openAPI30 ? SchemaDialect.told30 : SchemaDialect.told2020 }

    var checked: Set<String> { self == .openAPI30 ? SchemaDialect.checked30 : SchemaDialect.checked2020 }

    private static let told30: Set = [
        "title", "description", "default", "readOnly", "writeOnly", "deprecated", "example", "externalDocs", "xml",
        "discriminator",
    ]
    private static let told2020 = told30.union([
        "examples", "$comment", "$defs", "definitions", "contentEncoding", "contentMediaType", "contentSchema",
    ])
    private static let checkedByBoth: Set = [
        "type", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
        "minLength", "pattern", "format", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
        "required", "allOf", "anyOf", "oneOf", "not", "items", "properties", "additionalProperties", "$ref",
    ]
    private static let checked30 = checkedByBoth.union(["nullable"])
    private static let checked2020 = checkedByBoth.union([
        "const", "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames",
        "dependentRequired", "dependentSchemas", "if", "then", "else", "$schema",
    ])

    /// What `$schema` may say where it stands.
    static let known: Set = [
        "https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/base",
    ]
}

/// Who sends the value: what only the other side may send is not asked of this one (OpenAPI 3.1.1 §4.8.24).
package enum SchemaDirection: Sendable, Hashable {
    case either, request, response
}

extension ContractText {
    /// A property that only the other side sends is not required of this one. In 3.0 nothing beside `$ref` counts.
    func isOthersToSend(_ property: JSONValue, _ direction: SchemaDirection, _ dialect: SchemaDialect) -> Bool {
        let mark: String
        switch direction {
        case .either: return false
        case .request: mark = "readOnly"
        case .response: mark = "writeOnly"
        }
        var property = property
        for _ in 0..<Compatibility.referenceLimit {
            guard let target = property["$ref"]?.string.flatMap({ self.target(of: $0) }) else { break }
            if dialect == .draft2020, property[mark]?.bool == true { return true }
            property = target
        }
        return property[mark]?.bool == true
    }
}
