import Crypto
import Foundation
import House
import Logging
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// Tokens bound to a certificate, with the node's own TLS and curl as the client.
@Suite("Certificates in the node's own TLS")
struct CertificateTests {
    /// A certificate that nobody signed but itself, in two files, with the thumbprint by which it is registered.
    private struct Holder {
        let certificate: String
        let key: String
        let thumbprint: String

        init(_ name: String, in folder: String, now: Instant, validDays: Int64 = 3650) throws {
            let made = try TLSIdentity.makeSelfSigned(name: name, now: now, validDays: validDays)
            (certificate, key) = ("\(folder)/\(name).crt", "\(folder)/\(name).key")
            try made.certificatePEM.write(toFile: certificate, atomically: true, encoding: .utf8)
            try made.privateKeyPEM.write(toFile: key, atomically: true, encoding: .utf8)
            let der = try #require(
                Base64.decode(made.certificatePEM.split(separator: "\n").dropFirst().dropLast().joined()))
            thumbprint = Base64.encodeURL(Array(SHA256.hash(data: der)))
        }
    }

    private static func curl(
        _ port: Int, _ path: String, as holder: Holder?, _ more: String...
    ) async throws -> (
        status: String, body: String
    ) {
        var words = ["--silent", "--insecure", "--write-out", "\n%{http_code}"] + more
        if let holder { words += ["--cert", holder.certificate, "--key", holder.key] }
        let ended = try await Child.run("/usr/bin/curl", words + ["https://127.0.0.1:\(port)\(path)"])
        let status = ended.said.split(separator: "\n").last.map(String.init) ?? ""
        return (status, String(ended.said.dropLast(status.count + 1)))
    }

    private static func serving(
        asks: Bool, _ body: @escaping @Sendable (Town, String, Int) async throws -> Void
    ) async throws {
        try await Town.open(on: .sqlite) { town in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let server = Server(
                site: town.site, address: .host("127.0.0.1", port: 0),
                tls: try TLSIdentity.makeSelfSigned(name: "localhost", now: Instant(milliseconds: 1_790_000_000_000)),
                asksForCertificates: asks, logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (ports, feed) = AsyncStream<Int>.makeStream()
                group.addTask { try await server.run { feed.yield($0) } }
                group.addTask {
                    for await port in ports { return try await body(town, folder.path, port) }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    @Test("a client proves itself by its certificate, and its token is worth nothing with another or with none")
    func bound() async throws {
        try await Self.serving(asks: true) { town, folder, port in
            let now = town.clock.now()
            let (mine, theirs) = (
                try Holder("mine", in: folder, now: now), try Holder("theirs", in: folder, now: now)
            )
            let service = try await Relying.service(town) {
                $0.scopes = ["scim.read"]
                $0.certificate = mine.thumbprint
            }
            let form = "grant_type=client_credentials&client_id=\(service.id)&scope=scim.read"
            let ask = { (holder: Holder?) in
                try await Self.curl(port, "/identity/oauth/token", as: holder, "--data", form)
            }
            #expect(try await ask(nil).status == "401")
            #expect(try await ask(theirs).status == "401")
            let answer = try await ask(mine)
            #expect(answer.status == "200", "\(answer.body)")
            let token = try JSONDocument(answer.body).root.requireString("access_token")
            let bearer = "authorization: Bearer \(token)"
            #expect(try await Self.curl(port, "/scim/v2/Users", as: mine, "--header", bearer).status == "200")
            #expect(try await Self.curl(port, "/scim/v2/Users", as: theirs, "--header", bearer).status == "401")
            #expect(try await Self.curl(port, "/scim/v2/Users", as: nil, "--header", bearer).status == "401")
            // What a proxy would say counts for nothing when no proxy is trusted.
            let der = try String(contentsOfFile: mine.certificate, encoding: .utf8)
                .split(separator: "\n").dropFirst().dropLast().joined()
            let forged = try await Self.curl(
                port, "/scim/v2/Users", as: nil, "--header", bearer, "--header", "client-cert: :\(der):")
            #expect(forged.status == "401")
            #expect(try await Self.curl(port, "/sign-in", as: nil).status == "200", "people need none")
        }
    }

    @Test("outside its dates by the node's clock a certificate proves nothing, neither at sign-in nor with a token")
    func dates() async throws {
        try await Self.serving(asks: true) { town, folder, port in
            // From a day before now.
            let mine = try Holder("mine", in: folder, now: town.clock.now(), validDays: 4)
            let service = try await Relying.service(town) {
                $0.scopes = ["scim.read"]
                $0.certificate = mine.thumbprint
            }
            let form = "grant_type=client_credentials&client_id=\(service.id)&scope=scim.read"
            func ask() async throws -> (status: String, json: JSONValue) {
                let answer = try await Self.curl(port, "/identity/oauth/token", as: mine, "--data", form)
                return (answer.status, try JSONDocument(answer.body).root)
            }
            func refusal() async throws -> [String?] {
                let (status, json) = try await ask()
                return [status, json["error"]?.string, json["error_code"]?.string]
            }
            town.clock.advance(seconds: -86_401)
            #expect(try await refusal() == ["401", "invalid_client", "certificate-not-yet-valid"])
            town.clock.advance(seconds: 5 * 86_400 + 1)
            let token = try await ask().json.requireString("access_token")
            let bearer = "authorization: Bearer \(token)"
            #expect(try await Self.curl(port, "/scim/v2/Users", as: mine, "--header", bearer).status == "200")
            town.clock.advance(seconds: 1)
            #expect(try await Self.curl(port, "/scim/v2/Users", as: mine, "--header", bearer).status == "401")
            #expect(try await refusal() == ["401", "invalid_client", "certificate-expired"])
        }
    }

    @Test("a node that does not ask knows no certificate")
    func notAsked() async throws {
        try await Self.serving(asks: false) { town, folder, port in
            let mine = try Holder("mine", in: folder, now: town.clock.now())
            let service = try await Relying.service(town) { $0.certificate = mine.thumbprint }
            let form = "grant_type=client_credentials&client_id=\(service.id)"
            let answer = try await Self.curl(port, "/identity/oauth/token", as: mine, "--data", form)
            #expect(answer.status == "401")
        }
    }

    @Test("a certificate and the key of another are refused before the node serves")
    func mismatched() throws {
        let now = Instant(milliseconds: 1_790_000_000_000)
        let (one, two) = (
            try TLSIdentity.makeSelfSigned(name: "one", now: now), try TLSIdentity.makeSelfSigned(name: "two", now: now)
        )
        let read = try TLSIdentity.read(certificatePEM: one.certificatePEM, privateKeyPEM: one.privateKeyPEM)
        #expect(read.pin == one.pin)
        #expect(throws: (any Error).self) {
            _ = try TLSIdentity.read(certificatePEM: one.certificatePEM, privateKeyPEM: two.privateKeyPEM)
        }
    }
}
