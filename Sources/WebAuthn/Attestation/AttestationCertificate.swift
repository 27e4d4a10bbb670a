/// What an attestation needs to know of a certificate (RFC 5280 §4.1). Its own signature is not looked at: nobody here
/// says which roots to trust, and what counts is that its key made the statement.
struct AttestationCertificate: Sendable {
    static let bytesMax = 16 << 10

    let isVersion3: Bool
    /// Object identifiers of the subject's attributes, with the bytes of their values.
    let subject: [(type: String, value: [UInt8])]
    let subjectPublicKeyInfo: [UInt8]
    /// The value of each extension, by its object identifier.
    let extensions: [String: [UInt8]]

    /// Throws `webauthn.certificate`.
    init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        guard bytes.count <= AttestationCertificate.bytesMax else { throw .certificate }
        let parts = try DER(bytes).children(of: .sequence)
        guard parts.count == 3 else { throw .certificate }
        var fields = try parts[0].children(of: .sequence)[...]
        let version = fields.first?.tag == .context(0) ? try fields.removeFirst().children() : []
        isVersion3 = version.count == 1 && version[0].tag == .integer && Array(version[0].content) == [2]
        // Serial number, signature algorithm, issuer, validity, subject, key.
        guard fields.count >= 6 else { throw .certificate }
        fields = fields.dropFirst(4)
        subject = try AttestationCertificate.attributes(fields.removeFirst())
        let key = fields.removeFirst()
        guard key.tag == .sequence else { throw .certificate }
        subjectPublicKeyInfo = Array(key.whole)
        let last = fields.last.flatMap { $0.tag == .context(3) ? $0 : nil }
        extensions =
            try last.map { last throws(WebAuthnFault) in
                try AttestationCertificate.extensions(last)
            } ?? [:]
    }

    private static func attributes(_ name: DER) throws(WebAuthnFault) -> [(type: String, value: [UInt8])] {
        var found: [(type: String, value: [UInt8])] = []
        for relative in try name.children(of: .sequence) {
            for pair in try relative.children(of: .set) {
                let parts = try pair.children(of: .sequence)
                guard parts.count == 2, let type = parts[0].dotted else { throw .certificate }
                found.append((type, Array(parts[1].content)))
            }
        }
        return found
    }

    private static func extensions(_ list: DER) throws(WebAuthnFault) -> [String: [UInt8]] {
        let outer = try list.children()
        guard outer.count == 1 else { throw .certificate }
        var found: [String: [UInt8]] = [:]
        for one in try outer[0].children(of: .sequence) {
            let parts = try one.children(of: .sequence)
            guard (2...3).contains(parts.count), let name = parts[0].dotted, let value = parts.last,
                value.tag == .octetString, found[name] == nil
            else { throw .certificate }
            found[name] = Array(value.content)
        }
        return found
    }

    /// Whether it may vouch for others (basic constraints).
    var isAuthority: Bool {
        guard let value = extensions["2.5.29.19"], let parts = try? DER(value).children(of: .sequence) else {
            return false
        }
        return parts.contains { $0.tag == .boolean && Array($0.content) != [0] }
    }

    /// Which extended key usages it names.
    var keyUsages: [String] {
        guard let value = extensions["2.5.29.37"], let parts = try? DER(value).children(of: .sequence) else {
            return []
        }
        return parts.compactMap(\.dotted)
    }

    /// The model for which it vouches (§8.2.1), when it names one.
    var aaguid: [UInt8]? {
        guard let value = extensions["1.3.6.1.4.1.45724.1.1.4"] else { return nil }
        guard let string = try? DER(value), string.tag == .octetString else { return [] }
        return Array(string.content)
    }
}
