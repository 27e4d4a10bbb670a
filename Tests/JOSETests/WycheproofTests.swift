import Foundation
import StrictJSON
import Testing
import Vocabulary

@testable import JOSE

/// Vectors of Project Wycheproof that somebody else wrote: nothing invalid passes, and everything valid of our three
/// algorithms does.
@Suite("Wycheproof")
struct WycheproofTests {
    struct Case: Sendable {
        let name: String
        let key: JSONValue
        let token: String
        let isValid: Bool
        let isOurs: Bool
    }

    /// How many cases each file has, and how many of them are of signatures; the others of the last are encryption.
    private static let files = [
        "json_web_signature_test": (401, 401), "json_web_key_test": (26, 26), "json_web_crypto_test": (83, 49),
    ]

    @Test("tokens and keys of", arguments: files.keys.sorted())
    func tokens(file: String) throws {
        let cases = try WycheproofTests.cases(file)
        let (all, signed) = try #require(WycheproofTests.files[file])
        #expect(cases.count == signed)
        let root = try JSONDocument(Array(try WycheproofTests.file("\(file).json"))).root
        #expect(try root.requireInteger("numberOfTests") == Int64(all))
        var accepted = 0
        for one in cases {
            let isAccepted = WycheproofTests.accepts(one)
            if isAccepted { accepted += 1 }
            if !one.isValid { #expect(!isAccepted, "\(file) \(one.name) is invalid") }
            if one.isValid, one.isOurs { #expect(isAccepted, "\(file) \(one.name) is valid") }
        }
        #expect(accepted > 0)
    }

    @Test("413 bare signatures of P-256 and Ed25519")
    func signatures() throws {
        let lines = try String(decoding: WycheproofTests.file("signatures.txt"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 413)
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            let bytes = parts[2...4].map { $0 == "-" ? [] : Hex.decode($0) ?? [] }
            let jwk: JSON =
                parts[0] == "ES256"
                ? [
                    "kty": "EC", "crv": "P-256", "x": .string(Base64.encodeURL(bytes[0][1..<33])),
                    "y": .string(Base64.encodeURL(bytes[0][33...])),
                ] : ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64.encodeURL(bytes[0]))]
            let key = try? VerificationKey(jwk: JSONDocument(jwk.encoded()).root)
            let isAccepted = key?.isValid(bytes[2], over: bytes[1]) ?? false
            #expect(isAccepted == (parts[1] != "invalid"), "\(parts[0]) \(parts[5])")
        }
    }

    private static func accepts(_ one: Case) -> Bool {
        do {
            if one.key["keys"] != nil {
                _ = try JWS(one.token, keys: KeySet(jwks: one.key), kind: .plain)
            } else {
                _ = try JWS(one.token, key: VerificationKey(jwk: one.key), kind: .plain)
            }
            return true
        } catch {
            return false
        }
    }

    private static func cases(_ name: String) throws -> [Case] {
        let root = try JSONDocument(Array(try file("\(name).json"))).root
        return try root.requireElements("testGroups").flatMap { group -> [Case] in
            guard let key = group["public"] ?? group["private"] else { return [] }
            let algorithms = (key["keys"]?.elements ?? [key]).map { $0["alg"]?.string ?? "" }
            return try group.requireElements("tests").compactMap { test -> Case? in
                // One is the JSON serialization (RFC 7515 §7.2), which is no token.
                guard let token = test["jws"].map({ $0.string ?? String(decoding: $0.bytes, as: UTF8.self) }) else {
                    return nil
                }
                return Case(
                    name: "\(test["tcId"]?.integer ?? 0) \(test["comment"]?.string ?? "")", key: key, token: token,
                    isValid: try test.requireString("result") != "invalid",
                    isOurs: algorithms.allSatisfy { SignatureAlgorithm(rawValue: $0) != nil })
            }
        }
    }

    private static func file(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)"))
    }
}
