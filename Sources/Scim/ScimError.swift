package import StrictJSON

/// What a SCIM client is told when something does not work: RFC 7644 §3.12.
///
/// `detail` is English and for developers: the programs that read it show it to nobody else.
package struct ScimError: Error, Sendable, Hashable {
    /// RFC 7644 table 9. The raw value is what is written.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case invalidFilter, tooMany, uniqueness, mutability, invalidSyntax, invalidPath, noTarget, invalidValue
        case invalidVers, sensitive
    }

    package let status: Int
    package let kind: Kind?
    package let detail: String

    package init(_ status: Int, _ kind: Kind? = nil, _ detail: String) {
        self.status = status
        self.kind = kind
        self.detail = detail
    }

    package static func filter(_ detail: String) -> ScimError { ScimError(400, .invalidFilter, detail) }
    package static func path(_ detail: String) -> ScimError { ScimError(400, .invalidPath, detail) }
    package static func value(_ detail: String) -> ScimError { ScimError(400, .invalidValue, detail) }
    package static func syntax(_ detail: String) -> ScimError { ScimError(400, .invalidSyntax, detail) }
    package static func mutability(_ detail: String) -> ScimError { ScimError(400, .mutability, detail) }
    package static func noTarget(_ detail: String) -> ScimError { ScimError(400, .noTarget, detail) }

    package static let notFound = ScimError(404, nil, "there is no such resource, or it is not yours to see")

    package static let schema = "urn:ietf:params:scim:api:messages:2.0:Error"

    package var json: JSON {
        var json: JSON = [
            "schemas": [.string(ScimError.schema)], "status": .string(String(status)), "detail": .string(detail),
        ]
        if let kind { json["scimType"] = .string(kind.rawValue) }
        return json
    }
}
