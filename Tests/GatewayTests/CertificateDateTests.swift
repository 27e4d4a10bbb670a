import Crypto
import NIOSSL
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Gateway

/// Certificates by the node's clock: good for their dates, and for no call before or after.
@Suite("dates of certificates", .serialized)
struct CertificateDateTests {
    private static let get = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let day = 86_400 as Int64
    /// Seconds from when the certificate was made, and what is said then.
    static let moments: [(Int64, String?)] = [
        (-2 * day, "certificate-not-yet-valid"), (-day - 1, "certificate-not-yet-valid"), (-day, nil), (0, nil),
        (4 * day, nil), (4 * day + 1, "certificate-expired"), (4000 * day, "certificate-expired"),
    ]

    /// A kiosk that is known by a certificate of five days, of which the first is the day before the clock's.
    private struct Kiosk {
        let clock = TestClock()
        let shows: NIOSSLContext
        let credential: Credential
        let gateway: Gateway.TLS

        init() throws {
            let made = try TLSIdentity.makeSelfSigned(name: "kiosk", now: clock.now(), validDays: 4)
            let own = try TLSIdentity.makeSelfSigned(name: "gateway", now: clock.now())
            gateway = Gateway.TLS(certificatePEM: own.certificatePEM, privateKeyPEM: own.privateKeyPEM)
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(made.certificatePEM.utf8))
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(made.privateKeyPEM.utf8), format: .pem))
            shows = try NIOSSLContext(configuration: configuration)
            credential = .certificate(sha256: try ShownCertificate(pem: made.certificatePEM).sha256)
        }

        func table(_ ports: [Int]) -> Table {
            var table = Axis.table(ports)
            table.consumers = [
                Consumer(id: "kiosk", name: Axis.client, credentials: [credential] + table.consumers[0].credentials)
            ]
            return table
        }
    }

    @Test(
        "a call with a certificate outside its dates is refused by name; the service hears nothing of it",
        arguments: moments)
    func outside(seconds: Int64, code: String?) async throws {
        let kiosk = try Kiosk()
        kiosk.clock.advance(seconds: seconds)
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(kiosk.table([upstream.port]), now: kiosk.clock.now, settings: { $0.tls = kiosk.gateway }) {
            axis async throws in
            let wire = try await Wire.open(axis.port, tls: kiosk.shows)
            try await wire.send(CertificateDateTests.get)
            let answer = try await wire.answer()
            #expect(answer.status == (code == nil ? 200 : 401))
            #expect(answer.code == code ?? "")
            #expect(upstream.heard.all.count == (code == nil ? 1 : 0))
            // Whose calls those are is seen where the operator looks, once the answer is on its way.
            let refused = code == nil ? [] : ["kiosk"]
            #expect(try await eventually { axis.gateway.traffic().refused.map(\.consumer) == refused })
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a connection may outlast the certificate; its next call may not, and one by a key may")
    func outlasted() async throws {
        let kiosk = try Kiosk()
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(kiosk.table([upstream.port]), now: kiosk.clock.now, settings: { $0.tls = kiosk.gateway }) {
            axis async throws in
            let wire = try await Wire.open(axis.port, tls: kiosk.shows)
            try await wire.send(CertificateDateTests.get)
            #expect(try await wire.answer().status == 200)
            kiosk.clock.advance(days: 5)
            try await wire.send(CertificateDateTests.get)
            #expect(try await wire.answer().code == "certificate-expired")
            let byKey = CertificateDateTests.get.dropLast() + "X-Api-Key: \(Axis.key)\r\n\r\n"
            try await wire.send(String(byKey))
            #expect(try await wire.answer().status == 200)
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a call that is under way ends with the certificate that it came by")
    func underWay() async throws {
        let kiosk = try Kiosk()
        let upstream = try await TestUpstream.open { _ in .silence }
        try await Axis.with(kiosk.table([upstream.port]), now: kiosk.clock.now, settings: { $0.tls = kiosk.gateway }) {
            axis async throws in
            let wire = try await Wire.open(axis.port, tls: kiosk.shows)
            try await wire.send(CertificateDateTests.get)
            #expect(try await eventually { upstream.heard.all.count == 1 })
            kiosk.clock.advance(days: 5)
            let answer = try await wire.answer(withinSeconds: 20)
            #expect(answer.status == 401 && answer.code == "certificate-expired")
            #expect(try await axis.records().last?.requireInteger("status") == 401)
            try await wire.close()
        }
        try await upstream.close()
    }
}
