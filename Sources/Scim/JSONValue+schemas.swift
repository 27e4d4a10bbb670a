package import StrictJSON

extension JSONValue {
    /// Throws unless this, the `schemas` of a message or a resource, names `id`, and nothing twice (RFC 7643 §3). Other
    /// names are of extensions that nobody here knows. Names are compared without case.
    package static func checkSchemas(_ value: JSONValue?, name id: String) throws(ScimError) {
        var names: Set<String> = []
        for element in value?.elements ?? [] {
            guard let name = element.string else { throw .syntax("schemas names what is no text") }
            guard names.insert(name.lowercased()).inserted else { throw .syntax("schemas names \(name) twice") }
        }
        guard names.contains(id.lowercased()) else { throw .syntax("schemas does not name \(id)") }
    }
}
