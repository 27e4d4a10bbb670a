/// Accessors that say what is wrong and where. Missing: `json.missing`; another kind: `json.type`.
extension JSONValue {
    package func error(_ code: String) -> JSONError {
        JSONError(code: code, offset: range.lowerBound, pointer: pointer)
    }

    /// The member `key`, which must be there (it may be null).
    package func require(_ key: String) throws(JSONError) -> JSONValue {
        guard node.kind == .object else { throw error("json.type") }
        guard let value = self[key] else {
            throw JSONError(
                code: "json.missing", offset: range.lowerBound, pointer: pointer + "/" + JSONPointer.escape(key))
        }
        return value
    }

    /// The member `key`, or nil when it is missing or null.
    package func optional(_ key: String) throws(JSONError) -> JSONValue? {
        guard node.kind == .object else { throw error("json.type") }
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }

    /// A string without U+0000, which PostgreSQL does not store.
    package func requireString() throws(JSONError) -> String {
        guard let text = string else { throw error("json.type") }
        if text.utf8.contains(0) { throw error("json.nul") }
        return text
    }

    package func requireInteger() throws(JSONError) -> Int64 {
        guard let value = integer else { throw error("json.type") }
        return value
    }

    package func requireNumber() throws(JSONError) -> Double {
        guard let value = number else { throw error("json.type") }
        return value
    }

    package func requireBool() throws(JSONError) -> Bool {
        guard let value = bool else { throw error("json.type") }
        return value
    }

    package func requireElements() throws(JSONError) -> [JSONValue] {
        guard let value = elements else { throw error("json.type") }
        return value
    }

    package func requireMembers() throws(JSONError) -> [(key: String, value: JSONValue)] {
        guard let value = members else { throw error("json.type") }
        return value
    }

    package func requireString(_ key: String) throws(JSONError) -> String { try require(key).requireString() }
    package func requireInteger(_ key: String) throws(JSONError) -> Int64 { try require(key).requireInteger() }
    package func requireNumber(_ key: String) throws(JSONError) -> Double { try require(key).requireNumber() }
    package func requireBool(_ key: String) throws(JSONError) -> Bool { try require(key).requireBool() }
    package func requireElements(_ key: String) throws(JSONError) -> [JSONValue] { try require(key).requireElements() }

    package func requireObject(_ key: String) throws(JSONError) -> JSONValue {
        let value = try require(key)
        guard value.kind == .object else { throw value.error("json.type") }
        return value
    }

    /// The strings of an array member.
    package func requireStrings(_ key: String) throws(JSONError) -> [String] {
        var texts: [String] = []
        for element in try requireElements(key) { texts.append(try element.requireString()) }
        return texts
    }

    /// Nil when missing or null; still an error when it is something other than a string.
    package func optionalString(_ key: String) throws(JSONError) -> String? {
        try optional(key)?.requireString()
    }

    package func optionalInteger(_ key: String) throws(JSONError) -> Int64? {
        try optional(key)?.requireInteger()
    }

    package func optionalBool(_ key: String) throws(JSONError) -> Bool? {
        try optional(key)?.requireBool()
    }
}
