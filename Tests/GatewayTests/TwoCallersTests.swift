import Crypto
import NIOSSL
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Gateway

/// One call, one application, whatever it shows; and what it shows to the gateway is not for the service.
@Suite("what a call shows", .serialized)
struct TwoCallersTests {
    private static let head = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\n"
    private static let first = "X-Api-Key: key-1\r\n"

    /// Two applications that are known by all that there is, and may both call.
    private static func table(_ port: Int, certificates: [[UInt8]] = []) -> Table {
        var table = Axis.table([port])
        let given = table.grants[0]
        table.consumers = (1...2).map { number in
            var credentials: [Credential] = [
                .apiKey(sha256: Array(SHA256.hash(data: Array("key-\(number)".utf8)))),
                .oauthClient("client-\(number)"), .signer("signer-\(number)"),
            ]
            if number <= certificates.count { credentials.append(.certificate(sha256: certificates[number - 1])) }
            return Consumer(
                id: "app-\(number)",
                name: SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "app\(number)"),
                credentials: credentials)
        }
        table.grants = (1...2).map { number in
            Grant(
                id: "grant-\(number)", consumer: "app-\(number)", service: given.service, purpose: given.purpose,
                legalBasis: given.legalBasis, from: given.from, until: given.until)
        }
        return table
    }

    /// Tokens `token-1`, `token-2`; signatures under `truc` or `sig1` by the key that they name, unless they are bad.
    private static let answers = GatewayAnswers(
        token: { $0.hasPrefix("token-") ? "client-" + $0.dropFirst(6) : nil },
        signature: { request in
            guard !request.headers.contains(where: { $0.name == "signature" && $0.value.contains("bad") }),
                let input = request.headers.first(where: { $0.name == "signature-input" })?.value
            else { return nil }
            return ["signer-1", "signer-2"].first { input.contains($0) }
        })

    private static func signature(_ number: Int, label: String = "truc", value: String = ":AA==:") -> String {
        "Signature-Input: \(label)=(\"@method\");keyid=\"signer-\(number)\"\r\nSignature: \(label)=\(value)\r\n"
    }

    static let shown: [(String, String?)] = [
        (first + "Authorization: ApiKey key-1\r\n", nil),
        (first + "Authorization: ApiKey key-2\r\n", "two-callers"),
        (first + "Authorization: Bearer token-1\r\n", nil),
        (first + "Authorization: Bearer token-2\r\n", "two-callers"),
        (first + "Authorization: Bearer forged\r\n", "unknown-caller"),
        (first + "Authorization: Basic eDp5\r\n", nil),
        (first + signature(1), nil),
        (first + signature(2), "two-callers"),
        (first + signature(1, label: "sig1"), nil),
        (first + signature(2, label: "sig1"), "two-callers"),
        (first + signature(1, value: ":bad=:"), "unknown-caller"),
        // By a key that is nobody's here, under a label that is not ours: the caller's word to the service.
        (first + signature(7, label: "sig1"), nil),
        (first + signature(2, label: "theirs"), nil),
        ("Authorization: Bearer token-1\r\n" + signature(1), nil),
        ("Authorization: Bearer token-1\r\n" + signature(2), "two-callers"),
        (first + "Authorization: Bearer token-1\r\n" + signature(2), "two-callers"),
    ]

    @Test("all that a call shows belongs to one application, or the call is refused", arguments: shown)
    func credentials(fields: String, code: String?) async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(TwoCallersTests.table(upstream.port), answers: TwoCallersTests.answers) {
            axis async throws in
            let wire = try await axis.wire()
            for body in ["", "abc"] {
                let head = body.isEmpty ? TwoCallersTests.head : "POST" + TwoCallersTests.head.dropFirst(3)
                let length = body.isEmpty ? "" : "Content-Length: 3\r\n"
                try await wire.send("\(head)\(fields)\(length)\r\n\(body)")
                let answer = try await wire.answer()
                #expect(answer.code == code ?? "" && answer.status == (code == nil ? 200 : answer.status))
                if code == "two-callers" { #expect(answer.status == 400) }
                if code != nil, !body.isEmpty { break }
            }
            #expect(upstream.heard.all.count == (code == nil ? 2 : 0))
            for record in try await axis.records() { #expect(try record.requireString("consumer") == "app-1") }
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a certificate of another application beside a key is a second caller; a stranger's is none")
    func certificates() async throws {
        let made = try (0..<3).map { try TLSIdentity.makeSelfSigned(name: "app\($0)", now: Axis.clock()) }
        let prints = try made.map { try ShownCertificate(pem: $0.certificatePEM).sha256 }
        let own = Gateway.TLS(certificatePEM: made[2].certificatePEM, privateKeyPEM: made[2].privateKeyPEM)
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let table = TwoCallersTests.table(upstream.port, certificates: Array(prints.prefix(2)))
        try await Axis.with(table, answers: TwoCallersTests.answers, settings: { $0.tls = own }) { axis async throws in
            for (shown, key, status) in [
                (0, "key-1", 200), (1, "key-1", 400), (0, "key-2", 400), (1, "key-2", 200), (2, "key-1", 200),
            ] {
                var configuration = TLSConfiguration.makeClientConfiguration()
                configuration.certificateVerification = .none
                configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(
                    Array(made[shown].certificatePEM.utf8)
                ).map { .certificate($0) }
                configuration.privateKey = .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(made[shown].privateKeyPEM.utf8), format: .pem))
                let wire = try await Wire.open(axis.port, tls: try NIOSSLContext(configuration: configuration))
                try await wire.send("\(TwoCallersTests.head)X-Api-Key: \(key)\r\n\r\n")
                let answer = try await wire.answer()
                #expect(answer.status == status && answer.code == (status == 400 ? "two-callers" : ""))
                try await wire.close()
            }
        }
        try await upstream.close()
    }

    static let signatures: [(String, String?, String?)] = [
        // What the gateway looked at stays with it.
        (signature(1), nil, nil), (signature(1, label: "sig1"), nil, nil),
        // A second signature, under another label, is for the service.
        (
            "Signature-Input: theirs=(\"@method\" \"a,b\");keyid=\"x, y\", truc=();keyid=\"signer-1\"\r\n"
                + "Signature: theirs=:BB==:,truc=:AA==:\r\n",
            "theirs=(\"@method\" \"a,b\");keyid=\"x, y\"", "theirs=:BB==:"
        ),
        // So is `sig1` beside `truc`.
        (
            "Signature-Input: sig1=();keyid=\"z\", truc=();keyid=\"signer-1\"\r\n"
                + "Signature: sig1=:BB==:, truc=:AA==:\r\n",
            "sig1=();keyid=\"z\"", "sig1=:BB==:"
        ),
        // And whatever stands beside a key, when it is not for the gateway.
        (first + signature(2, label: "theirs"), "theirs=(\"@method\");keyid=\"signer-2\"", "theirs=:AA==:"),
        (first + signature(1), nil, nil),
    ]

    @Test("a signature that was for the gateway stays with it; one for the service goes on", arguments: signatures)
    func consumed(fields: String, input: String?, value: String?) async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(TwoCallersTests.table(upstream.port), answers: TwoCallersTests.answers) {
            axis async throws in
            let wire = try await axis.wire()
            try await wire.send("\(TwoCallersTests.head)Content-Digest: sha-256=:CC==:\r\n\(fields)X-Kept: yes\r\n\r\n")
            #expect(try await wire.answer().status == 200)
            let text = try #require(upstream.heard.all.last)
            let heard = Heard(status: 0, head: text, body: "")
            #expect(heard.field("signature-input") == input && heard.field("signature") == value, "\(text)")
            // A digest of the content holds for everybody.
            #expect(heard.field("content-digest") == "sha-256=:CC==:" && heard.field("x-kept") == "yes")
            try await wire.close()
        }
        try await upstream.close()
    }
}
