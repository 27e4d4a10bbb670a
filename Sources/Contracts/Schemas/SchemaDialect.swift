/// Which keywords a schema may use, and which of them mean something to a validator.
package enum SchemaDialect: Sendable, Hashable {
    /// OpenAPI 3.0.3 §4.7.24: a subset of draft Wright-00 with `nullable`.
    case openAPI30
    /// OpenAPI 3.1.1 §4.8.24: JSON Schema 2020-12 with OpenAPI's annotations.
    case draft2020

    /// Say something about a schema and nothing about whether a value fits it.
    var annotations: Set<String> {
        let both: Set = [
            "title", "description", "default", "readOnly", "writeOnly", "deprecated", "example", "externalDocs", "xml",
            "discriminator",
        ]
        switch self {
        case .openAPI30: return both
        case .draft2020:
            return both.union([
                "examples", "$comment", "$defs", "definitions", "contentEncoding", "contentMediaType", "contentSchema",
            ])
        }
    }

    var checked: Set<String> {
        let both: Set = [
            "type", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
            "minLength", "pattern", "format", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
            "required", "allOf", "anyOf", "oneOf", "not", "items", "properties", "additionalProperties", "$ref",
        ]
        switch self {
        case .openAPI30: return both.union(["nullable"])
        case .draft2020:
            return both.union([
                "const", "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames",
                "dependentRequired", "dependentSchemas", "if", "then", "else", "$schema",
            ])
        }
    }

    /// What `$schema` may say where it stands.
    static let known: Set = [
        "https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/base",
    ]
}

/// Who sends the value: what only the other side may send is not asked of this one (OpenAPI 3.1.1 §4.8.24).
package enum SchemaDirection: Sendable, Hashable {
    case either, request, response
}
