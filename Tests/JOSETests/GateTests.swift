import StrictJSON
import Testing
import Vocabulary

@testable import JOSE

@Suite("The gate for tokens")
struct GateTests {
    static let key = Result { try SigningKey(new: .es256, kid: "a") }

    private func keys(_ more: [VerificationKey] = []) throws -> KeySet {
        try KeySet([GateTests.key.get().publicKey] + more)
    }

    /// A token with this header, honestly signed by `key`.
    private func forged(_ header: JSON, _ payload: JSON = [:]) throws -> String {
        let real = try GateTests.key.get().sign(payload, typ: "JWT")
        let body = real.split(separator: ".")[1]
        let input = "\(Base64.encodeURL(header.encoded())).\(body)"
        let whole = try GateTests.key.get()
        return "\(input).\(Base64.encodeURL(try whole.rawSignature(over: Array(input.utf8))))"
    }

    private func refusal(_ token: String, _ kind: JWS.Kind = .plain) -> JOSEError? {
        do {
            _ = try JWS(token, keys: keys(), kind: kind)
            return nil
        } catch {
            return error as? JOSEError
        }
    }

    @Test(
        "what a key signs, its public half believes, and keys survive being kept",
        arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let made = try SigningKey(new: algorithm, kid: "k")
        let kept = try SigningKey(algorithm, kid: "k", secret: made.secret)
        let token = try kept.sign(["sub": "x"], typ: "at+jwt")
        let jwk = try JSONDocument(made.publicKey.jwk.encoded()).root
        let read = try VerificationKey(jwk: jwk)
        let jws = try JWS(token, keys: KeySet([read]), kind: .typed("at+jwt"))
        #expect(try JWT(jws).text("sub") == "x")
        #expect(read.thumbprint == kept.publicKey.thumbprint)
        let other = try SigningKey(new: algorithm, kid: "k").publicKey
        #expect(throws: JOSEError.wrongSignature) { try JWS(token, keys: KeySet([other]), kind: .typed("at+jwt")) }
    }

    @Test("RFC 7638 §3.1: the thumbprint of its example key")
    func thumbprint() throws {
        let text = """
            {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6\
            tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Qvz\
            qY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2\
            NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-0\
            4-29"}
            """
        let key = try VerificationKey(jwk: JSONDocument(text).root)
        #expect(key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test("a header that asks for another algorithm, an extension, or no known key is refused")
    func headers() throws {
        #expect(refusal(try forged(["alg": "ES256", "kid": "a"])) == nil)
        #expect(refusal(try forged(["alg": "ES256"])) == .unknownKey)
        #expect(refusal(try forged(["alg": "ES256", "kid": "b"])) == .unknownKey)
        #expect(refusal(try forged(["alg": "ES256", "kid": 1])) == .headerUnreadable)
        #expect(refusal(try forged(["alg": "none", "kid": "a"])) == .wrongAlgorithm)
        #expect(refusal(try forged(["alg": "HS256", "kid": "a"])) == .wrongAlgorithm)
        #expect(refusal(try forged(["alg": "EdDSA", "kid": "a"])) == .wrongAlgorithm)
        #expect(refusal(try forged(["kid": "a"])) == .wrongAlgorithm)
        #expect(refusal(try forged(["alg": "ES256", "kid": "a", "crit": ["b64"], "b64": false])) == .critical)
        #expect(refusal(try forged(["alg": "ES256", "kid": "a", "crit": []])) == .critical)
        #expect(refusal(try forged(["alg": "ES256", "kid": "a", "zip": "DEF"])) == .critical)
    }

    @Test("a token of one type is not taken for another")
    func types() throws {
        let access = try forged(["alg": "ES256", "kid": "a", "typ": "at+jwt"])
        #expect(refusal(access) == .wrongType)
        #expect(refusal(access, .typed("at+jwt")) == nil)
        #expect(
            refusal(try forged(["alg": "ES256", "kid": "a", "typ": "application/at+jwt"]), .typed("at+jwt")) == nil)
        #expect(refusal(try forged(["alg": "ES256", "kid": "a"]), .typed("at+jwt")) == .wrongType)
    }

    @Test("a key that the token brings along is not looked at")
    func embeddedKey() throws {
        let own = try SigningKey(new: .es256, kid: "a")
        let header: JSON = ["alg": "ES256", "kid": "a", "jwk": own.publicKey.jwk, "jku": "https://evil.example/keys"]
        let input = "\(Base64.encodeURL(header.encoded())).\(Base64.encodeURL(Array("{}".utf8)))"
        let token = "\(input).\(Base64.encodeURL(try own.rawSignature(over: Array(input.utf8))))"
        #expect(refusal(token) == .wrongSignature)
    }

    @Test("texts that are no token are refused in bounded time")
    func malformed() throws {
        let good = try forged(["alg": "ES256", "kid": "a"])
        for text in ["", ".", "..", "a.b", good + ".x", good + "=", good.replacing(".", with: " ."), "." + good] {
            #expect(refusal(text) == .malformed, "\(text.prefix(20))")
        }
        #expect(refusal(String(repeating: "a", count: JWS.limitBytes + 1)) == .tooLong)
        let twice = Base64.encodeURL(Array(#"{"alg":"ES256","alg":"none","kid":"a"}"#.utf8))
        #expect(refusal("\(twice).e30.\(good.split(separator: ".")[2])") == .headerUnreadable)
        let cut = good.split(separator: ".")
        #expect(refusal("\(cut[0]).\(cut[1]).") == .malformed)
    }

    @Test("keys that are private, shared in name, nameless or too many spoil a set; unknown kinds are left out")
    func sets() throws {
        let key = try GateTests.key.get().publicKey
        #expect(throws: JOSEError.keysShareName) { try KeySet([key, key]) }
        #expect(throws: JOSEError.keyWithoutName) { try KeySet([VerificationKey(key.material, .es256, kid: nil)]) }
        func set(_ more: JSON...) throws -> KeySet {
            try KeySet(jwks: JSONDocument(JSON.object([.init("keys", .array([key.jwk] + more))]).encoded()).root)
        }
        #expect(try set(["kty": "EC", "crv": "P-521", "kid": "x", "x": "AA", "y": "AA"])["x"] == nil)
        #expect(throws: JOSEError.keyNotPublic) { try set(["kty": "oct", "kid": "x", "k": "AAAA"]) }
        var leaked = key.jwk
        leaked["kid"] = "leaked"
        leaked["d"] = "AAAA"
        let spoiled = leaked
        #expect(throws: JOSEError.keyNotPublic) { try set(spoiled) }
        #expect(throws: JOSEError.tooManyKeys) {
            try KeySet((0...KeySet.limit).map { VerificationKey(key.material, .es256, kid: "\($0)") })
        }
    }

    @Test("points of small order and spellings beyond the field are no Ed25519 keys")
    func weakPoints() throws {
        for hex in [
            String(repeating: "00", count: 32), "01" + String(repeating: "00", count: 31),
            "ec" + String(repeating: "ff", count: 30) + "7f", "ee" + String(repeating: "ff", count: 31),
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        ] {
            let jwk: JSON = ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64.encodeURL(Hex.decode(hex) ?? []))]
            #expect(throws: JOSEError.keyWeak) { try VerificationKey(jwk: JSONDocument(jwk.encoded()).root) }
        }
    }

    @Test("claims are held against issuer, audience and clock")
    func claims() throws {
        let now = Instant(milliseconds: 1_700_000_000_000)
        func check(_ change: (inout JSON) -> Void, leeway: Int64 = 30) throws {
            var claims: JSON = [
                "iss": "https://a", "aud": ["x", "me"], "exp": .integer(now.seconds + 60), "iat": .integer(now.seconds),
            ]
            change(&claims)
            let jws = try JWS(GateTests.key.get().sign(claims, typ: "JWT"), keys: keys(), kind: .plain)
            try JWT(jws).check(issuer: "https://a", audience: "me", at: now, leewaySeconds: leeway)
        }
        try check { _ in }
        #expect(throws: JOSEError.wrongIssuer) { try check { $0["iss"] = "https://b" } }
        #expect(throws: JOSEError.wrongAudience) { try check { $0["aud"] = "x" } }
        #expect(throws: JOSEError.expired) { try check { $0["exp"] = nil } }
        #expect(throws: JOSEError.expired) { try check { $0["exp"] = .integer(now.seconds - 31) } }
        #expect(throws: JOSEError.expired) { try check { $0["exp"] = "tomorrow" } }
        #expect(throws: JOSEError.notYet) { try check { $0["nbf"] = .integer(now.seconds + 31) } }
        #expect(throws: JOSEError.notYet) { try check { $0["iat"] = .integer(now.seconds + 31) } }
        try check { $0["exp"] = .integer(now.seconds - 29) }
    }
}
