import StrictJSON
import Vocabulary

@testable import Scim

/// A small type with one of each: a text, an exact text, a flag, a moment, a complex value, a list, an extension.
extension ScimResourceType {
    static let sample = ScimResourceType(
        name: "Sample", endpoint: "Samples", about: "For tests",
        core: ScimSchema(
            id: "urn:test:Sample", name: "Sample", about: "For tests",
            attributes: [
                ScimAttribute("userName", .string, "").with { $0.isRequired = true },
                ScimAttribute("code", .string, "").with { $0.isCaseExact = true },
                ScimAttribute("active", .boolean, ""), ScimAttribute("since", .dateTime, ""),
                ScimAttribute("name", .complex, "").with {
                    $0.parts = [ScimAttribute("familyName", .string, ""), ScimAttribute("givenName", .string, "")]
                },
                ScimAttribute("emails", .complex, "").with {
                    ($0.isMultiValued, $0.longest) = (true, 5)
                    $0.parts = [
                        ScimAttribute("value", .string, "").with { $0.isRequired = true },
                        ScimAttribute("type", .string, "").with { $0.canonical = ["work", "home"] },
                        ScimAttribute("primary", .boolean, ""),
                    ]
                },
                ScimAttribute("groups", .complex, "").with {
                    ($0.isMultiValued, $0.mutability) = (true, .readOnly)
                    $0.parts = [ScimAttribute("value", .string, "")]
                },
            ]),
        extensions: [
            ScimSchema(
                id: "urn:test:More", name: "More", about: "For tests", attributes: [ScimAttribute("unit", .string, "")])
        ])
}

func sample(_ json: String) throws -> ScimDocument {
    try ScimDocument(try JSONDocument("{\"schemas\":[\"urn:test:Sample\"],\(json)}").root, of: .sample)
}

func patched(_ document: ScimDocument, _ operations: String) throws -> ScimDocument {
    let body = "{\"schemas\":[\"\(ScimPatch.schema)\"],\"Operations\":[\(operations)]}"
    return try ScimPatch(try JSONDocument(body).root).applied(to: document, of: .sample)
}
