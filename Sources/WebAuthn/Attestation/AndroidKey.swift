/// WebAuthn L3 §8.4: the certificate is of the new key itself and describes it.
extension AttestationStatement {
    /// `KM_PURPOSE_SIGN` and `KM_ORIGIN_GENERATED` of the Keymaster's vocabulary.
    private static let purposeToSign: [UInt8] = [2]
    private static let originGenerated: [UInt8] = [0]

    func androidKey() throws(WebAuthnFault) -> Registration.Attestation {
        try expectMembers(["alg", "sig", "x5c"])
        let (leaf, all) = try certificates()
        let key = try PublicKey(subjectPublicKeyInfo: leaf.subjectPublicKeyInfo, try algorithm())
        guard key.verifies(try signature(), of: message), key.isSameKey(as: attested.key),
            let value = leaf.extensions["1.3.6.1.4.1.11129.2.1.17"]
        else { throw .attestation }
        // Versions and levels, the challenge, an id, what software enforces, what hardware enforces.
        let description = try DER(value).children(of: .sequence)
        guard description.count >= 8, description[4].tag == .octetString,
            Array(description[4].content) == clientDataHash
        else { throw .attestation }
        let lists = [try description[6].children(of: .sequence), try description[7].children(of: .sequence)]
        guard !lists.joined().contains(where: { $0.tag == .context(600) }) else { throw .attestation }
        let properties = Array(lists.joined())
        // What the lists may leave out they leave out; what they say must be right.
        if let origin = properties.first(where: { $0.tag == .context(702) }) {
            guard try origin.children().map({ Array($0.content) }) == [Self.originGenerated] else { throw .attestation }
        }
        if let purposes = properties.first(where: { $0.tag == .context(1) }) {
            guard let set = try purposes.children().first,
                try set.children(of: .set).contains(where: { Array($0.content) == Self.purposeToSign })
            else { throw .attestation }
        }
        return .certificates(all)
    }
}
