import HTTPTypes

/// Header names as the wire wants them. The usual ones are checked once, not at every answer.
enum FieldNames {
    private static let usual: [String: HTTPField.Name] = [
        "allow", "cache-control", "connection", "content-disposition", "content-encoding", "content-language",
        "content-security-policy", "content-type", "cross-origin-opener-policy", "cross-origin-resource-policy", "etag",
        "location", "permissions-policy", "pragma", "referrer-policy", "retry-after", "set-cookie",
        "strict-transport-security", "vary", "www-authenticate", "x-content-type-options",
    ].reduce(into: [:]) { names, text in names[text] = HTTPField.Name(text) }

    /// Nil for what cannot be the name of a field.
    static func name(_ text: String) -> HTTPField.Name? {
        usual[text] ?? HTTPField.Name(text)
    }
}
