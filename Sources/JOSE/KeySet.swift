package import StrictJSON

/// Public keys by name (RFC 7517 §5). There is no default key: a token that names none of them is not believed.
package struct KeySet: Sendable {
    package static let limit = 100

    private let keys: [String: VerificationKey]

    package init(_ keys: [VerificationKey]) throws(JOSEError) {
        guard keys.count <= KeySet.limit else { throw .tooManyKeys }
        var named: [String: VerificationKey] = [:]
        for key in keys {
            guard let kid = key.kid else { throw .keyWithoutName }
            guard named.updateValue(key, forKey: kid) == nil else { throw .keysShareName }
        }
        self.keys = named
    }

    /// A JWK Set from elsewhere. Keys of kinds that we do not know are left out, as §5 says; a key of ours that is
    /// weak, private or nameless, and two keys of one name, spoil the set.
    package init(jwks: JSONValue) throws(JOSEError) {
        guard let all = jwks["keys"]?.elements else { throw .keyUnreadable }
        guard all.count <= KeySet.limit else { throw .tooManyKeys }
        var read: [VerificationKey] = []
        for jwk in all {
            do {
                read.append(try VerificationKey(jwk: jwk))
            } catch JOSEError.keyUnsupported, JOSEError.keyNotForVerifying {
                continue
            }
        }
        try self.init(read)
    }

    package subscript(kid: String) -> VerificationKey? { keys[kid] }

    package var isEmpty: Bool { keys.isEmpty }
}
