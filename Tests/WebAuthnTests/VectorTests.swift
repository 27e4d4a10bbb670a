import Foundation
import StrictJSON
import Testing
import Vocabulary

@testable import WebAuthn

/// The vectors of WebAuthn L3 §16: a registration and an authentication each.
@Suite("WebAuthn L3 test vectors")
struct VectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let title: String
        let registration: [String: [UInt8]]
        let authentication: [String: [UInt8]]
        var testDescription: String { title }
    }

    static let party = RelyingParty(
        id: "example.org", origins: ["https://example.org"], requiresUserVerification: false,
        topOrigins: ["https://example.com"])

    /// swift-crypto has no Ed448, so its key cannot be read.
    static let impossible = "Packed Attestation with Ed448 Credential"

    static let all: [Vector] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/vectors.json")
        guard let data = try? Data(contentsOf: file), let root = try? JSONDocument(Array(data)).root else { return [] }
        func parts(_ json: JSONValue?) -> [String: [UInt8]] {
            let pairs = (json?.members ?? []).compactMap { pair in
                pair.value.string.flatMap { Hex.decode($0) }.map { (pair.key, $0) }
            }
            return Dictionary(pairs) { first, _ in first }
        }
        return (root["vectors"]?.elements ?? []).map {
            Vector(
                title: $0["title"]?.string ?? "", registration: parts($0["registration"]),
                authentication: parts($0["authentication"]))
        }
        .filter { !$0.registration.isEmpty }
    }()

    @Test("there are fifteen")
    func count() {
        #expect(VectorTests.all.count == 15)
        #expect(VectorTests.all.filter { $0.title == VectorTests.impossible }.count == 1)
    }

    @Test("registers and authenticates", arguments: all.filter { $0.title != impossible })
    func passes(vector: Vector) throws {
        let made = try register(vector)
        #expect(made.credentialID == vector.registration["credential_id"])
        #expect(made.aaguid == vector.registration["aaguid"])
        let used = try authenticate(vector, made)
        #expect(used.flags.contains(.userPresent))
    }

    @Test("Ed448 is refused by its name")
    func ed448() throws {
        let vector = try #require(VectorTests.all.first { $0.title == VectorTests.impossible })
        #expect(throws: WebAuthnFault.algorithm) { try register(vector) }
    }

    @Test(
        "no byte of a registration or an assertion can change without notice",
        arguments: all.filter { $0.title != impossible })
    func everyByte(vector: Vector) throws {
        let made = try register(vector)
        for name in ["clientDataJSON", "authenticatorData", "signature"] {
            let bytes = try #require(vector.authentication[name])
            // Every byte of short parts, a sample of long ones.
            for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 80)) {
                var changed = vector.authentication
                changed[name]?[place] ^= 1
                let mutant = Vector(title: vector.title, registration: [:], authentication: changed)
                #expect(throws: WebAuthnFault.self, "\(name)[\(place)]") { try authenticate(mutant, made) }
            }
        }
        let object = try #require(vector.registration["attestationObject"])
        let isSigned = made.attestation != .none && !vector.title.contains("U2F")
        for place in stride(from: 0, to: object.count, by: max(1, object.count / 60)) where isSigned {
            var changed = vector.registration
            changed["attestationObject"]?[place] ^= 1
            let mutant = Vector(title: vector.title, registration: changed, authentication: [:])
            // Of certificates only what is read can be noticed: their roots are for somebody else to judge.
            if let again = try? register(mutant) { #expect(again.publicKey == made.publicKey, "\(place)") }
        }
    }

    private func register(_ vector: Vector) throws -> Registration {
        try VectorTests.party.register(
            clientData: try #require(vector.registration["clientDataJSON"]),
            attestationObject: try #require(vector.registration["attestationObject"]),
            challenge: try #require(vector.registration["challenge"]))
    }

    private func authenticate(_ vector: Vector, _ made: Registration) throws -> AuthenticatorData {
        try VectorTests.party.authenticate(
            clientData: try #require(vector.authentication["clientDataJSON"]),
            authenticatorData: try #require(vector.authentication["authenticatorData"]),
            signature: try #require(vector.authentication["signature"]),
            challenge: try #require(vector.authentication["challenge"]),
            with: StoredCredential(
                publicKey: made.publicKey, counter: made.counter,
                isBackupEligible: made.flags.contains(.backupEligible)))
    }
}
