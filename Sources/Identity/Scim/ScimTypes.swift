import Scim

/// What this node keeps of people and groups, in the schemas of RFC 7643 §4: what an administration needs to know of
/// its staff, and no more of what the standard offers.
extension ScimResourceType {
    static let user = ScimResourceType(
        name: "User", endpoint: "Users", about: "A person on the staff", core: .user, extensions: [.enterprise])
    static let group = ScimResourceType(
        name: "Group", endpoint: "Groups", about: "A role in an organisation, or a team", core: .group)
    static let all = [user, group]
}

extension ScimSchema {
    static let user = ScimSchema(
        id: "urn:ietf:params:scim:schemas:core:2.0:User", name: "User", about: "A person on the staff",
        attributes: [
            ScimAttribute("userName", .string, "What the person signs in with: 3 to 64 of a-z, 0-9, dot, -, _").with {
                ($0.isRequired, $0.isUnique, $0.longest) = (true, true, 64)
            },
            ScimAttribute("name", .complex, "The name; the family name comes first in Vietnamese").with {
                $0.parts = [
                    ScimAttribute("formatted", .string, "The whole name").with { $0.longest = 100 },
                    ScimAttribute("familyName", .string, "Họ").with { $0.longest = 60 },
                    ScimAttribute("givenName", .string, "Tên đệm và tên").with { $0.longest = 60 },
                ]
            },
            ScimAttribute("displayName", .string, "What others call the person").with { $0.longest = 100 },
            ScimAttribute("title", .string, "Chức vụ"),
            ScimAttribute("preferredLanguage", .string, "The language of pages").with { $0.canonical = ["vi", "en"] },
            // An account may sign in or may not: there is no third. Who does not say means that it may, or as it was.
            ScimAttribute("active", .boolean, "Whether the person may sign in").with {
                ($0.isRequired, $0.isAssumed) = (true, true)
            },
            ScimAttribute("emails", .complex, "Addresses for notices").with {
                ($0.isMultiValued, $0.longest) = (true, 10)
                $0.parts = contact(types: ["work", "home", "other"])
            },
            ScimAttribute("phoneNumbers", .complex, "Telephone numbers").with {
                ($0.isMultiValued, $0.longest) = (true, 10)
                $0.parts = contact(types: ["work", "mobile", "home", "fax", "other"])
            },
            ScimAttribute("groups", .complex, "Roles and teams of the person").with {
                ($0.isMultiValued, $0.mutability) = (true, .readOnly)
                $0.parts = [
                    readOnly("value", "The id of the group"), readOnly("display", "Its name"),
                    readOnly("type", "Always direct"),
                    ScimAttribute("$ref", .reference, "Its address").with {
                        ($0.mutability, $0.references, $0.isCaseExact) = (.readOnly, ["Group"], true)
                    },
                ]
            },
        ])

    static let enterprise = ScimSchema(
        id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", name: "EnterpriseUser",
        about: "Where the person works",
        attributes: [
            ScimAttribute("employeeNumber", .string, "Mã cán bộ").with { $0.isCaseExact = true },
            ScimAttribute(
                "department", .string, "The unit; its id or name moves the person there, other words are kept"),
            // Everybody works somewhere: with it in every answer the extension could never be unassigned.
            readOnly("organization", "The id of the organisation where the person works").with {
                $0.returned = .request
            },
        ])

    static let group = ScimSchema(
        id: "urn:ietf:params:scim:schemas:core:2.0:Group", name: "Group", about: "A role in an organisation, or a team",
        attributes: [
            ScimAttribute("displayName", .string, "The name").with { ($0.isRequired, $0.longest) = (true, 100) },
            ScimAttribute("members", .complex, "Who is in it").with {
                ($0.isMultiValued, $0.longest) = (true, 10_000)
                $0.parts = [
                    ScimAttribute("value", .string, "The id of the person").with {
                        ($0.isRequired, $0.isCaseExact, $0.mutability) = (true, true, .immutable)
                    },
                    ScimAttribute("$ref", .reference, "The address of the person").with {
                        ($0.references, $0.isCaseExact, $0.mutability) = (["User"], true, .immutable)
                    },
                    ScimAttribute("type", .string, "Always User").with {
                        ($0.canonical, $0.mutability) = (["User"], .immutable)
                    },
                ]
            },
        ])

    private static func contact(types: [String]) -> [ScimAttribute] {
        [
            ScimAttribute("value", .string, "The address or number").with { $0.isRequired = true },
            ScimAttribute("type", .string, "What it is for").with { $0.canonical = types },
            ScimAttribute("primary", .boolean, "Whether it is tried first"),
        ]
    }

    private static func readOnly(_ name: String, _ about: String) -> ScimAttribute {
        ScimAttribute(name, .string, about).with { $0.mutability = .readOnly }
    }
}
