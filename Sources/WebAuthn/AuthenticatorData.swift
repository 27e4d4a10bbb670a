/// What the authenticator says and signs (WebAuthn L3 §6.1).
package struct AuthenticatorData: Sendable {
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let userPresent = Flags(rawValue: 0x01)
        package static let userVerified = Flags(rawValue: 0x04)
        /// The key may be copied to other devices of its owner.
        package static let backupEligible = Flags(rawValue: 0x08)
        package static let backedUp = Flags(rawValue: 0x10)
        static let hasCredential = Flags(rawValue: 0x40)
        static let hasExtensions = Flags(rawValue: 0x80)
    }

    /// A new key and what it is called (§6.5.1).
    struct Attested: Sendable {
        let aaguid: [UInt8]
        let credentialID: [UInt8]
        /// As it was sent, which is what is stored.
        let cose: [UInt8]
        let key: PublicKey
    }

    static let credentialIDBytesMax = 1023

    let bytes: [UInt8]
    let rpIDHash: [UInt8]
    package let flags: Flags
    package let counter: UInt32
    let attested: Attested?

    /// Throws `webauthn.authenticator-data`, or what is wrong with the key in it.
    init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        guard bytes.count >= 37, bytes.count <= CBORReader.bytesMax else { throw .authenticatorData }
        self.bytes = bytes
        rpIDHash = Array(bytes[..<32])
        flags = Flags(rawValue: bytes[32])
        counter = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var rest = bytes[37...]
        attested = flags.contains(.hasCredential) ? try Attested(&rest) : nil
        if flags.contains(.hasExtensions) {
            var reader = CBORReader(rest)
            guard try reader.value().entries != nil else { throw .authenticatorData }
            rest = reader.rest
        }
        guard rest.isEmpty else { throw .authenticatorData }
    }
}

extension AuthenticatorData.Attested {
    init(_ rest: inout ArraySlice<UInt8>) throws(WebAuthnFault) {
        guard rest.count >= 18 else { throw .authenticatorData }
        aaguid = Array(rest.prefix(16))
        rest = rest.dropFirst(16)
        let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(2)
        guard length > 0, length <= AuthenticatorData.credentialIDBytesMax, rest.count > length else {
            throw .authenticatorData
        }
        credentialID = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        var reader = CBORReader(rest)
        let map = try reader.value()
        cose = Array(rest.prefix(rest.count - reader.rest.count))
        rest = reader.rest
        key = try PublicKey(cose: map)
    }
}
