import Crypto
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Message signatures, RFC 9421 and RFC 9530")
struct MessageSignatureTests {
    /// RFC 9421 appendix B.1.4 and B.2.6.
    private let publicKey = "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
    private let privateKey = "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU="
    private let input =
        #"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")"#
        + #";created=1618884473;keyid="test-key-ed25519""#
    private let signature =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
    private let request = SignableMessage.request(
        "POST", authority: "example.com", target: "/foo?param=Value&Pet=dog",
        headers: ["date": "Tue, 20 Apr 2021 02:07:55 GMT", "content-type": "application/json", "content-length": "18"],
        body: Array(#"{"hello": "world"}"#.utf8))

    @Test("the Ed25519 vector of appendix B.2.6 holds, and signing again gives the same bytes")
    func vector() throws {
        var message = request
        message.headers["signature-input"] = input
        message.headers["signature"] = signature
        let read = try #require(MessageSignature(of: message, label: "sig-b26"))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: try #require(Base64.decode(publicKey)))
        #expect(read.isValid(for: message, by: key))
        #expect(read.integer("created") == 1_618_884_473)
        #expect(read.string("keyid") == "test-key-ed25519")
        let secret = try Curve25519.Signing.PrivateKey(rawRepresentation: try #require(Base64.decode(privateKey)))
        let again = try MessageSignature.sign(
            request, covering: read.components, with: read.parameters, label: "sig-b26", by: secret)
        #expect(again?.input == input)
        #expect(secret.publicKey.isValidSignature(read.signature, for: try #require(base(read))))
        message.method = "PUT"
        #expect(!read.isValid(for: message, by: key))
    }

    private func base(_ read: MessageSignature) -> [UInt8]? {
        MessageSignature.base(request, nil, read.components, read.parameters)
    }

    @Test("an answer can bind the signature of its request")
    func answer() throws {
        let key = Curve25519.Signing.PrivateKey()
        var asked = request
        asked.headers["signature-input"] = input
        asked.headers["signature"] = signature
        let components = [
            StructuredField.Item(text: "@status"),
            StructuredField.Item(
                text: "signature",
                parameters: [.init(name: "req", value: .flag), .init(name: "key", value: .string("sig-b26"))]),
        ]
        var answer = SignableMessage.response(204, headers: [:], body: [])
        let made = try #require(
            try MessageSignature.sign(answer, answering: asked, covering: components, with: [], label: "truc", by: key))
        answer.headers["signature-input"] = made.input
        answer.headers["signature"] = made.signature
        #expect(made.input == #"truc=("@status" "signature";req;key="sig-b26")"#)
        let read = try #require(MessageSignature(of: answer, label: "truc"))
        #expect(read.isValid(for: answer, answering: asked, by: key.publicKey))
        #expect(!read.isValid(for: answer, answering: request, by: key.publicKey))
        #expect(!read.isValid(for: answer, by: key.publicKey))
    }

    @Test("the digest of RFC 9530 is checked")
    func digest() {
        let body = Array(#"{"hello": "world"}"#.utf8)
        #expect(ContentDigest.make(body) == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")
        #expect(ContentDigest.matches(ContentDigest.make(body), body))
        #expect(!ContentDigest.matches(ContentDigest.make(body), body + [10]))
        #expect(!ContentDigest.matches("sha-512=:AA==:", body))
    }

    @Test(
        "fields that are not spelled the one way are not read",
        arguments: [
            #"a=("x"  "y")"#, #"a=("x";req=?1)"#, #"a=("x"),b=("y")"#, #"a=("x"), a=("y")"#, #"a=("x"#, #"a=(x)"#,
            "a=:AA=:", "",
            #"a=("x");created=01"#, #"a=("é")"#,
        ])
    func strict(text: String) {
        #expect(StructuredField(text) == nil)
    }
}
