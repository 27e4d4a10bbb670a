import TestKit
import Testing
import Vocabulary

@testable import WebAuthn

/// Whatever bytes come, an answer comes: never a trap, never more than the input is worth.
@Suite("Mangled ceremonies")
struct FuzzTests {
    @Test("mutants of real registrations end in a fault or in the registration itself", arguments: VectorTests.all)
    func registrations(vector: VectorTests.Vector) throws {
        var random = SeededRandom(seed: 11)
        let object = try #require(vector.registration["attestationObject"])
        let client = try #require(vector.registration["clientDataJSON"])
        let challenge = try #require(vector.registration["challenge"])
        for _ in 0..<1500 {
            _ = try? VectorTests.party.register(
                clientData: Bool.random(using: &random) ? client : mangle(client, &random),
                attestationObject: mangle(object, &random), challenge: challenge)
        }
        let data = try #require(vector.authentication["authenticatorData"])
        for _ in 0..<500 { _ = try? AuthenticatorData(mangle(data, &random)) }
    }

    @Test("random bytes are no CBOR, no DER, no TPM structure, and no trouble")
    func noise() {
        var random = SeededRandom(seed: 12)
        for _ in 0..<30_000 {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? CBOR(bytes)
            _ = try? AttestationCertificate(bytes)
            _ = try? TPMPublicArea(bytes)
            _ = try? TPMCertified([0xFF, 0x54, 0x43, 0x47, 0x80, 0x17] + bytes)
        }
    }

    @Test("mutants of real certificates", arguments: VectorTests.all.filter { $0.title.contains("Attestation with") })
    func certificates(vector: VectorTests.Vector) throws {
        var random = SeededRandom(seed: 13)
        let object = try CBOR(try #require(vector.registration["attestationObject"]))
        for certificate in object["attStmt"]?["x5c"]?.elements?.compactMap(\.bytes) ?? [] {
            #expect(throws: Never.self) { try AttestationCertificate(certificate) }
            for _ in 0..<3000 {
                guard let read = try? AttestationCertificate(mangle(certificate, &random)) else { continue }
                _ = (read.isAuthority, read.keyUsages, read.aaguid)
                _ = try? PublicKey(subjectPublicKeyInfo: read.subjectPublicKeyInfo, .es256)
            }
        }
    }

    private func mangle(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }
}
