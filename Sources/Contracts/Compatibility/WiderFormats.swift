/// Formats of which one takes whatever another does (JSON Schema 2020-12 validation §7.3, the registry of OpenAPI).
enum WiderFormats {
    /// What is checked here is never wider than what is not: nobody held whoever sent the other to it.
    private static let wider: [String: Set<String>] = [
        "int32": ["int64", "double"], "float": ["double"], "email": ["idn-email"], "hostname": ["idn-hostname"],
        "uri": ["uri-reference", "iri", "iri-reference"], "uri-reference": ["iri-reference"], "iri": ["iri-reference"],
    ]

    /// - Parameter sent: nil when nothing is said of what is sent.
    static func isTaken(_ sent: String?, as taken: String?) -> Bool {
        // How a field is shown to whoever types into it, and nothing about its value.
        if taken == "password" { return true }
        guard let sent, let taken else { return false }
        return wider[sent]?.contains(taken) ?? false
    }
}
