package import StrictJSON

/// What a list is asked for, in the address or in the body of `/.search`: RFC 7644 §3.4.2 and §3.4.3.
package struct ScimQuery: Sendable {
    package var filter: String?
    package var sortBy: String?
    package var isDescending = false
    /// From 1; anything less counts as 1.
    package var startIndex = 1
    package var count = ScimQuery.countDefault
    package var attributes: [String] = []
    package var excludedAttributes: [String] = []

    package static let countDefault = 100
    package static let countMax = 200
    package static let searchSchema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

    package init() {}

    /// Names are compared without case.
    package init(_ fields: [(name: String, value: String)]) throws(ScimError) {
        for (name, value) in fields {
            switch name.lowercased() {
            case "filter": filter = value
            case "sortby": sortBy = value
            case "sortorder": isDescending = try ScimQuery.isDescending(value)
            case "startindex": startIndex = try ScimQuery.number(value, name)
            case "count": count = try ScimQuery.number(value, name)
            case "attributes": attributes = ScimQuery.names(value)
            case "excludedattributes": excludedAttributes = ScimQuery.names(value)
            default: break
            }
        }
        settle()
    }

    package init(_ body: JSONValue) throws(ScimError) {
        guard let members = body.members else { throw .syntax("the body is no object") }
        try JSONValue.checkSchemas(
            members.first { $0.key.lowercased() == "schemas" }?.value, name: ScimQuery.searchSchema)
        for (name, value) in members where !value.isNull {
            switch (name.lowercased(), value.kind) {
            case ("filter", .string): filter = value.string
            case ("sortby", .string): sortBy = value.string
            case ("sortorder", .string): isDescending = try ScimQuery.isDescending(value.string ?? "")
            case ("startindex", .number): startIndex = try ScimQuery.number(value, name)
            case ("count", .number): count = try ScimQuery.number(value, name)
            case ("attributes", .array): attributes = try ScimQuery.names(value, of: name)
            case ("excludedattributes", .array): excludedAttributes = try ScimQuery.names(value, of: name)
            case ("filter", _), ("sortby", _), ("sortorder", _), ("startindex", _), ("count", _), ("attributes", _),
                ("excludedattributes", _):
                throw .value("\(name) has the wrong type")
            default: break
            }
        }
        settle()
    }

    private mutating func settle() {
        startIndex = min(max(1, startIndex), Int(Int32.max))
        count = min(max(0, count), ScimQuery.countMax)
        if filter?.isEmpty == true { filter = nil }
    }

    private static func isDescending(_ text: String) throws(ScimError) -> Bool {
        guard let isDescending = ["ascending": false, "descending": true][text.lowercased()] else {
            throw .value("sortOrder is ascending or descending")
        }
        return isDescending
    }

    private static func number(_ text: String, _ name: String) throws(ScimError) -> Int {
        guard let number = Int(text) else { throw .value("\(name) is no number") }
        return number
    }

    private static func number(_ value: JSONValue, _ name: String) throws(ScimError) -> Int {
        guard let number = value.integer else { throw .value("\(name) is no whole number") }
        return Int(number)
    }

    private static func names(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    }

    private static func names(_ list: JSONValue, of name: String) throws(ScimError) -> [String] {
        var names: [String] = []
        for element in list.elements ?? [] {
            guard let text = element.string else { throw .value("\(name) names what is no text") }
            names.append(text)
        }
        return names
    }

    /// RFC 7644 §3.4.2, `ListResponse`.
    package static func list(_ resources: [JSON], total: Int, startIndex: Int = 1) -> JSON {
        [
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": .integer(Int64(total)),
            "startIndex": .integer(Int64(startIndex)), "itemsPerPage": .integer(Int64(resources.count)),
            "Resources": .array(resources),
        ]
    }
}
