import Crypto
import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Gateway

/// TLS 1.3 at the door, certificates as credentials, and pinned keys toward other nodes.
@Suite("TLS", .serialized)
struct TLSTests {
    private static let get = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\n"
    private static let now = Axis.clock()

    private static func identity(_ name: String) throws -> TLSIdentity {
        try TLSIdentity.makeSelfSigned(name: name, now: now)
    }

    private static func tls(_ identity: TLSIdentity) -> Gateway.TLS {
        Gateway.TLS(certificatePEM: identity.certificatePEM, privateKeyPEM: identity.privateKeyPEM)
    }

    /// What a consumer uses: with a certificate of its own, or none.
    private static func client(
        _ identity: TLSIdentity?, newest: TLSVersion? = nil
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.maximumTLSVersion = newest
        if let identity {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8))
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM.utf8), format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func thumbprint(_ identity: TLSIdentity) throws -> [UInt8] {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8))
        return Array(SHA256.hash(data: try #require(chain.first).toDERBytes()))
    }

    @Test("the certificate that a caller shows says who it is; another one, or none, is nobody")
    func certificates() async throws {
        let (kiosk, stranger) = (try TLSTests.identity("kiosk"), try TLSTests.identity("stranger"))
        let own = try TLSTests.identity("gateway")
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port])
        table.consumers = [
            Consumer(
                id: "kiosk", name: Axis.client, credentials: [.certificate(sha256: try TLSTests.thumbprint(kiosk))])
        ]
        try await Axis.with(table, settings: { $0.tls = TLSTests.tls(own) }) { axis async throws in
            for (shown, status) in [(kiosk, 200), (stranger, 401), (nil, 401)] as [(TLSIdentity?, Int)] {
                let wire = try await Wire.open(axis.port, tls: try TLSTests.client(shown))
                try await wire.send(TLSTests.get + "\r\n")
                let answer = try await wire.answer()
                #expect(answer.status == status)
                if status == 401 { #expect(answer.code == "unknown-caller") }
                try await wire.close()
            }
            #expect(upstream.heard.all.count == 1)
            #expect(try await axis.records().map { try $0.requireString("consumer") } == ["kiosk"])
        }
        try await upstream.close()
    }

    @Test("a call ends with the certificate that was shown for it")
    func revoked() async throws {
        let (kiosk, own) = (try TLSTests.identity("kiosk"), try TLSTests.identity("gateway"))
        let upstream = try await TestUpstream.open { _ in .silence }
        var table = Axis.table([upstream.port])
        let shown = Credential.certificate(sha256: try TLSTests.thumbprint(kiosk))
        table.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: [shown, .signer("other")])]
        var (other, without) = (table, table)
        other.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: [shown])]
        without.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: [.signer("other")])]
        try await Axis.with(table, settings: { $0.tls = TLSTests.tls(own) }) { [other, without] axis async throws in
            let wire = try await Wire.open(axis.port, tls: try TLSTests.client(kiosk))
            try await wire.send(TLSTests.get + "\r\n")
            #expect(try await eventually { upstream.heard.all.count == 1 })
            try await axis.gateway.swap(other)
            #expect(try await axis.records().isEmpty, "goes on")
            try await axis.gateway.swap(without)
            let answer = try await wire.answer(withinSeconds: 20)
            #expect(answer.status == 401 && answer.code == "unknown-caller")
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a wrong key is not passed over for the sake of a right certificate")
    func keyBeforeCertificate() async throws {
        let kiosk = try TLSTests.identity("kiosk")
        let own = try TLSTests.identity("gateway")
        var table = Axis.table([1])
        table.consumers = [
            Consumer(
                id: "kiosk", name: Axis.client, credentials: [.certificate(sha256: try TLSTests.thumbprint(kiosk))])
        ]
        try await Axis.with(table, settings: { $0.tls = TLSTests.tls(own) }) { axis async throws in
            let wire = try await Wire.open(axis.port, tls: try TLSTests.client(kiosk))
            try await wire.send(TLSTests.get + "X-Api-Key: wrong\r\n\r\n")
            #expect(try await wire.answer().code == "unknown-caller")
            try await wire.close()
        }
    }

    @Test("plain HTTP at the TLS port is closed without an answer, and so is TLS 1.2; others are served meanwhile")
    func plaintext() async throws {
        let own = try TLSTests.identity("gateway")
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port]), settings: { $0.tls = TLSTests.tls(own) }) {
            axis async throws in
            let plain = try await axis.wire()
            try await plain.send(TLSTests.get + "X-Api-Key: \(Axis.key)\r\n\r\n")
            let said = try await plain.untilClosed()
            #expect(!said.contains("HTTP/1.1"), "\(said.debugDescription)")
            let old = try await Wire.open(axis.port, tls: try TLSTests.client(nil, newest: .tlsv12))
            try? await old.send(TLSTests.get + "X-Api-Key: \(Axis.key)\r\n\r\n")
            #expect(try await old.untilClosed() == "")
            let good = try await Wire.open(axis.port, tls: try TLSTests.client(nil))
            try await good.send(TLSTests.get + "X-Api-Key: \(Axis.key)\r\n\r\n")
            #expect(try await good.answer().status == 200)
            try await good.close()
            #expect(upstream.heard.all.count == 1)
        }
        try await upstream.close()
    }

    @Test("a long answer comes whole through TLS")
    func long() async throws {
        let own = try TLSTests.identity("gateway")
        let text = "\"" + String(repeating: "Cụm ba ", count: 60_000) + "\""
        let upstream = try await TestUpstream.open { _ in .json(text) }
        try await Axis.with(Axis.table([upstream.port]), settings: { $0.tls = TLSTests.tls(own) }) {
            axis async throws in
            let wire = try await Wire.open(axis.port, tls: try TLSTests.client(nil))
            try await wire.send(TLSTests.get + "X-Api-Key: \(Axis.key)\r\n\r\n")
            #expect(try await wire.answer(withinSeconds: 30).body == text)
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("another node is called with the key that the roster names, and with no other")
    func pinned() async throws {
        let provider = try TLSTests.identity("H36")
        let service = try await TestUpstream.open { _ in .json(#"{"code":"36"}"#) }
        var far = Axis.table([service.port])
        far.consumers = [Consumer(id: "far-kiosk", name: Axis.client, credentials: [.signer("node:H42")])]
        far.grants = far.grants.map { $0.given(to: "far-kiosk") }
        let farAnswers = GatewayAnswers(signature: { request in
            request.headers.contains { $0.name == "signature" && $0.value == "truc=:AA==:" } ? "node:H42" : nil
        })
        try await Axis.with(far, answers: farAnswers, settings: { $0.tls = TLSTests.tls(provider) }) {
            other async throws in
            let signs = GatewayAnswers(sign: { _ in
                [("signature-input", "truc=()"), ("signature", "truc=:AA==:")]
            })
            for (pin, status) in [(provider.pin, 200), (Base64.encodeURL(Array(repeating: 7, count: 32)), 502)] {
                let near = Axis.table(toNode: other.port, pin: pin)
                try await Axis.with(near, answers: signs) { axis async throws in
                    let answer = try await axis.call()
                    #expect(answer.status == status)
                    let record = try #require(try await axis.records().last)
                    if status == 200 {
                        #expect(answer.body == #"{"code":"36"}"#)
                        #expect(try record.requireString("peer") == "00000000000000000000")
                    } else {
                        #expect(answer.code == "node-unreachable" && answer.body.contains("H36"))
                    }
                }
            }
            #expect(service.heard.all.count == 1)
        }
        try await service.close()
    }

    @Test("what the provider's node refuses it refuses in the words of this gateway, with its own status and code")
    func refusedThere() async throws {
        let provider = try TLSTests.identity("H36")
        let service = try await TestUpstream.open { _ in
            .say(
                "HTTP/1.1 200 OK\r\ntruc-problem: 400 forged\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 2\r\n\r\n{}")
        }
        var far = Axis.table([service.port], rate: Rate(perSecond: 0.01, burst: 1))
        far.consumers = [Consumer(id: "far-kiosk", name: Axis.client, credentials: [.signer("node:H42")])]
        far.grants = far.grants.map { $0.given(to: "far-kiosk") }
        try await Axis.with(
            far, answers: GatewayAnswers(signature: { _ in "node:H42" }), settings: { $0.tls = TLSTests.tls(provider) }
        ) { other async throws in
            let signs = GatewayAnswers(sign: { _ in [("signature-input", "truc=()"), ("signature", "truc=:AA==:")] })
            let near = Axis.table(toNode: other.port, pin: provider.pin, fields: ["code"])
            try await Axis.with(near, answers: signs) { axis async throws in
                #expect(try await axis.call().status == 200, "a service cannot write that field")
                let refused = try await axis.call()
                #expect(refused.status == 429 && refused.code == "rate" && refused.field("retry-after") != nil)
                #expect(refused.field("content-type") == "application/problem+json")
                #expect(refused.body.contains("rate is used up"), "what went wrong is not filtered away")
                #expect(try await axis.records().last?.requireInteger("status") == 429)
                let next = try await axis.call()
                #expect(next.status == 429)
            }
        }
        try await service.close()
    }

    @Test("the pin of a certificate is that of its key")
    func pin() throws {
        let own = try TLSTests.identity("gateway")
        #expect(try TLSTests.tls(own).pin() == own.pin)
        let other = try TLSTests.identity("other")
        let mixed = Gateway.TLS(certificatePEM: own.certificatePEM, privateKeyPEM: other.privateKeyPEM)
        #expect(throws: (any Error).self) { try mixed.pin() }
    }

    @Test("a node that is down is named within its deadline")
    func down() async throws {
        let near = Axis.table(toNode: 1, pin: Base64.encodeURL(Array(repeating: 7, count: 32)))
        try await Axis.with(near) { axis async throws in
            let began = ContinuousClock.now
            let answer = try await axis.call()
            #expect(answer.status == 502 && answer.code == "node-unreachable" && answer.body.contains("H36"))
            #expect(ContinuousClock.now - began < .seconds(20))
            // What was tried is proved, too.
            #expect(try await axis.records().last?.requireInteger("status") == 502)
        }
    }

    @Test("a node that takes the connection and then says nothing is named within its deadline")
    func hanging() async throws {
        // It waits for a request and is sent a TLS handshake.
        let silent = try await TestUpstream.open { _ in .json("{}") }
        let near = Axis.table(toNode: silent.port, pin: Base64.encodeURL(Array(repeating: 7, count: 32))) {
            $0.answerSeconds = 1
        }
        try await Axis.with(near) { axis async throws in
            let began = ContinuousClock.now
            let answer = try await axis.call()
            #expect(answer.status == 502 && answer.code == "node-unreachable" && answer.body.contains("H36"))
            #expect(answer.body.contains("did not answer in time"))
            #expect(ContinuousClock.now - began < .seconds(20))
        }
        try await silent.close()
    }
}

extension Grant {
    fileprivate func given(to consumer: String) -> Grant {
        Grant(
            id: id, consumer: consumer, service: service, operations: operations, purpose: purpose,
            legalBasis: legalBasis, rate: rate, from: from, until: until, evidence: evidence)
    }
}

extension Axis {
    /// As `table`, with the service at another node.
    static func table(
        toNode port: Int, pin: String, fields: Set<String>? = nil,
        limits change: (inout ServiceLimits) -> Void = { _ in }
    ) -> Table {
        var table = Axis.table([], fields: fields, limits: change)
        table.services = table.services.map { service in
            Service(
                id: service.id, provider: service.provider, code: service.code, path: service.path,
                operations: service.operations,
                upstreams: [
                    Upstream(host: "127.0.0.1", port: port, security: .pinned(pin), mayBePrivate: true, node: "H36")
                ], limits: service.limits)
        }
        return table
    }
}
