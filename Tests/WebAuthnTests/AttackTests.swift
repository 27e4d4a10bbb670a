import House
import Testing

@testable import WebAuthn

@Suite("What a ceremony refuses, and by which code")
struct AttackTests {
    @Test("an honest one passes")
    func honest() throws {
        let ceremony = Ceremony()
        let made = try ceremony.register()
        #expect(made.credentialID == ceremony.authenticator.id && made.algorithm == .es256)
        #expect(made.attestation == .none)
        #expect(try ceremony.authenticate().flags.contains([.userPresent, .userVerified]))
    }

    /// One lie each, told at registration and at authentication alike.
    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: WebAuthnFault
        let tell: @Sendable (inout Ceremony) -> Void

        init(_ name: String, _ fault: WebAuthnFault, _ tell: @escaping @Sendable (inout Ceremony) -> Void) {
            testDescription = name
            self.fault = fault
            self.tell = tell
        }
    }

    static let lies = [
        Lie("another challenge", .challenge) { $0.signedChallenge = [1, 2, 3] },
        Lie("no challenge", .challenge) { $0.signedChallenge = [] },
        Lie("another site", .origin) { $0.authenticator.origin = "https://attt.example.evil.example" },
        Lie("another port", .origin) { $0.authenticator.origin = "https://attt.example:444" },
        Lie("without TLS", .origin) { $0.authenticator.origin = "http://attt.example" },
        Lie("another site's key", .relyingParty) { $0.authenticator.rpID = "evil.example" },
        Lie("in another site's frame", .crossOrigin) { $0.authenticator.isCrossOrigin = true },
        Lie("nobody there", .userPresence) { $0.authenticator.flags = 0x1C },
        Lie("nobody verified", .userVerification) { $0.authenticator.flags = 0x19 },
        Lie("backed up though it cannot be", .backup) { $0.authenticator.flags = 0x15 },
        Lie("the other ceremony", .type) {
            $0.createType = "webauthn.get"
            $0.getType = "webauthn.create"
        },
        Lie("a payment", .type) {
            $0.createType = "payment.create"
            $0.getType = "payment.get"
        },
    ]

    @Test("refuses", arguments: lies)
    func refuses(lie: Lie) throws {
        var ceremony = Ceremony()
        lie.tell(&ceremony)
        #expect(throws: lie.fault) { try ceremony.register() }
        #expect(throws: lie.fault) { try ceremony.authenticate() }
    }

    @Test("a signature of another key, another message, no signature")
    func signatures() throws {
        var ceremony = Ceremony()
        #expect(throws: WebAuthnFault.signature) { try ceremony.authenticate { _, _, signature in signature = [] } }
        #expect(throws: WebAuthnFault.signature) {
            try ceremony.authenticate { _, _, signature in signature += [0] }
        }
        #expect(throws: WebAuthnFault.signature) {
            try ceremony.authenticate { _, data, _ in data[36] = 9 }
        }
        ceremony.stored = try Ceremony().credential()
        #expect(throws: WebAuthnFault.signature) { try ceremony.authenticate() }
    }

    @Test("a counter that does not grow says that there are two; zero for ever says nothing")
    func counter() throws {
        var ceremony = Ceremony()
        let key = try ceremony.credential().publicKey
        for (stored, sent, isGood) in [
            (0, 0, true), (0, 1, true), (5, 6, true), (5, 5, false), (5, 4, false), (5, 0, false),
        ] {
            ceremony.stored = StoredCredential(publicKey: key, counter: UInt32(stored), isBackupEligible: true)
            ceremony.authenticator.counter = UInt32(sent)
            if isGood {
                #expect(try ceremony.authenticate().counter == UInt32(sent))
            } else {
                #expect(throws: WebAuthnFault.counter, "\(stored) then \(sent)") { try ceremony.authenticate() }
            }
        }
        #expect(throws: WebAuthnFault.signature, "a forged counter is first of all forged") {
            try ceremony.authenticate { _, data, _ in data[33] = 1 }
        }
    }

    @Test("a key that could not be copied cannot become one that can")
    func backupEligibility() throws {
        var ceremony = Ceremony()
        ceremony.stored = StoredCredential(
            publicKey: try ceremony.credential().publicKey, counter: 0, isBackupEligible: false)
        #expect(throws: WebAuthnFault.backup) { try ceremony.authenticate() }
    }

    @Test("a registration without a key, an assertion with one")
    func attested() throws {
        let ceremony = Ceremony()
        let bare = ceremony.authenticator.attestationObject(ceremony.authenticator.data(flags: 0x1D))
        #expect(throws: WebAuthnFault.authenticatorData) {
            try ceremony.party.register(
                clientData: ceremony.authenticator.clientData("webauthn.create", ceremony.challenge),
                attestationObject: bare, challenge: ceremony.challenge)
        }
        let client = ceremony.authenticator.clientData("webauthn.get", ceremony.challenge)
        let data = ceremony.authenticator.data(flags: 0x5D, attested: ceremony.authenticator.attested)
        #expect(throws: WebAuthnFault.authenticatorData) {
            try ceremony.party.authenticate(
                clientData: client, authenticatorData: data, signature: try ceremony.authenticator.sign(data, client),
                challenge: ceremony.challenge, with: try ceremony.credential())
        }
    }

    @Test("an attestation of a kind nobody knows, or a statement where there must be none")
    func formats() {
        let ceremony = Ceremony()
        let object = ceremony.authenticator.attestationObject()
        let client = ceremony.authenticator.clientData("webauthn.create", ceremony.challenge)
        func register(_ object: [UInt8]) throws -> Registration {
            try ceremony.party.register(clientData: client, attestationObject: object, challenge: ceremony.challenge)
        }
        var unknown = object
        unknown[6] = UInt8(ascii: "m")
        #expect(throws: WebAuthnFault.attestationFormat) { try register(unknown) }
        var stated = object
        stated.replaceSubrange(18..<19, with: [0xA1, 0x61, 0x78, 0xF5])
        #expect(throws: WebAuthnFault.attestation) { try register(stated) }
        #expect(throws: WebAuthnFault.cbor) { try register(object + [0]) }
        #expect(throws: WebAuthnFault.cbor) { try register([]) }
    }

    @Test(
        "keys that are none",
        arguments: [
            ("not on the curve", 30), ("another kind", 2), ("another curve", 6), ("another algorithm", 4),
        ])
    func keys(name: String, place: Int) {
        var cose = Ceremony().authenticator.cose
        cose[place] ^= 2
        #expect(throws: WebAuthnFault.self, "\(name)") { try PublicKey(coseKey: cose) }
    }

    @Test("RSA keys: 2048 to 4096 bits, odd, exponent 65537")
    func rsa() {
        func cose(_ modulus: [UInt8], _ exponent: [UInt8] = [1, 0, 1]) -> [UInt8] {
            let length = modulus.count
            let head = length < 256 ? [0x58, UInt8(length)] : [0x59, UInt8(length >> 8), UInt8(length & 255)]
            return [0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20] + head + modulus
                + [0x21, 0x40 | UInt8(exponent.count)] + exponent
        }
        func modulus(_ count: Int, first: UInt8 = 0xC1, last: UInt8 = 0x0B) -> [UInt8] {
            [first] + [UInt8](repeating: 0x5A, count: count - 2) + [last]
        }
        #expect(throws: Never.self) { try PublicKey(coseKey: cose(modulus(256))) }
        for bad in [
            cose(modulus(255)), cose(modulus(513)), cose(modulus(256, first: 0x41)),
            cose(modulus(256, last: 0x0A)), cose(modulus(256), [3]), cose([0] + modulus(256)),
        ] {
            #expect(throws: WebAuthnFault.key) { try PublicKey(coseKey: bad) }
        }
    }
}
