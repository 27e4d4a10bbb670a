import Foundation
import House
import NIOCore
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Web

@Suite("What strangers try")
struct AttackTests {
    @Test(
        "the caller's address is the last one that no trusted proxy has; what the caller claims before it is not read",
        arguments: [
            ("192.0.2.7", "198.51.100.1", "192.0.2.7"), ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "198.51.100.9, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
            ("::ffff:127.0.0.1", "2001:db8::7", "2001:db8::7"), ("127.0.0.1", "unknown", "127.0.0.1"),
            ("127.0.0.1", "198.51.100.1, evil\" x", "127.0.0.1"), ("127.0.0.1", "", "127.0.0.1"),
            ("11.0.0.1", "198.51.100.1", "11.0.0.1"), ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ])
    func proxies(peer: String, line: String, caller: String) throws {
        let proxies = try #require(TrustedProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/16"]))
        #expect(proxies.caller(peer: peer, forwardedFor: [line]) == caller)
        #expect(TrustedProxies.none.caller(peer: peer, forwardedFor: [line]) == peer)
    }

    @Test(
        "a setting that is no address or block is refused", arguments: ["nginx", "10.0.0.0/33", "::1/129", "1.2.3.4/x"])
    func badProxies(text: String) {
        #expect(TrustedProxies([text]) == nil)
    }

    @Test("on the wire only a trusted proxy names the caller, and only by X-Forwarded-For")
    func spoofing() async throws {
        let sample = Sample()
        sample.site.page("/whence", allow: .everyone) { page in View(title: page.request.remote, body: "") }
        for (proxies, caller) in [([String](), "127.0.0.1"), (["127.0.0.0/8"], "198.51.100.1")] {
            try await withServer(sample.site, trustedProxies: try #require(TrustedProxies(proxies))) { port in
                let answer = try await Fetch().send(
                    FetchRequest(
                        .get, "http://127.0.0.1:\(port)/whence",
                        headers: ["x-forwarded-for": "198.51.100.1", "forwarded": "for=192.0.2.66"],
                        deadlineSeconds: 120, trust: .plain, mayReachPrivate: true))
                #expect(answer.text.contains("<h1>\(caller)</h1>"))
            }
        }
    }

    @Test("one address holds so many connections open and no more; a trusted proxy as many as there are")
    func neighbours() async throws {
        var limits = ServerLimits()
        limits.connectionsPerAddress = 2
        try await withServer(Sample().site, limits: limits) { port in
            let first = try await Wire.openAnswered(port)
            let second = try await Wire.openAnswered(port)
            #expect(try await Wire.open(port).untilClosed().isEmpty)
            try await first.send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            #expect(try await first.untilClosed().hasPrefix("HTTP/1.1 200 "))
            let isFree = try await eventually { (try? await Wire.openAnswered(port).channel.close()) != nil }
            #expect(isFree, "whoever leaves makes room")
            try await second.channel.close()
        }
        try await withServer(
            Sample().site, limits: limits, trustedProxies: try #require(TrustedProxies(["127.0.0.1"]))
        ) { port in
            var wires: [Wire] = []
            for _ in 0..<5 { wires.append(try await Wire.open(port)) }
            try await wires[4].send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            #expect(try await wires[4].untilClosed().hasPrefix("HTTP/1.1 200 "))
            for wire in wires.dropLast() { try await wire.channel.close() }
        }
    }

    @Test("the long body of somebody who may not open the door is not waited for")
    func uninvited() async throws {
        let sample = Sample(looks: true)
        sample.site.action("/big", allow: .writeNotes, bodyLimit: 1 << 20) { _, _ in .redirect("/") }
        try await withServer(sample.site) { port in
            let wire = try await Wire.open(port)
            try await wire.send("POST /big HTTP/1.1\r\nhost: a\r\ncontent-length: 900000\r\n\r\n")
            let answer = try await wire.untilClosed()
            #expect(answer.hasPrefix("HTTP/1.1 303 "))
            #expect(answer.contains("location: /sign-in"))
            let fields = "csrf=x&text=\(String(repeating: "a", count: 100_000))"
            let taken = try await Fetch().send(
                FetchRequest(
                    .post, "http://127.0.0.1:\(port)/big",
                    headers: [
                        "cookie": "test-session=officer", "content-type": "application/x-www-form-urlencoded",
                    ], body: Array(fields.utf8), deadlineSeconds: 120, trust: .plain,
                    mayReachPrivate: true))
            #expect(taken.status == 403, "read, and its token refused")
        }
    }

    @Test("a live stream ends when its reader may no longer read")
    func streamEnds() async throws {
        let mayRead = Mutex(true)
        let keeper = Doorkeeper(
            identify: { _ in Caller(person: Cast.officer) }, decide: { _, _ in mayRead.withLock { $0 } },
            look: { _ in Caller(person: Cast.officer) })
        var settings = SiteSettings(name: Phrase(name: "Trục"), cookiePrefix: "x")
        settings.liveCheckSeconds = 0.02
        let site = Site(doorkeeper: keeper, settings: settings, now: { Instant(milliseconds: 0) })
        let ring = EventRing()
        site.events("/live", allow: .readNotes) { _, after in ring.tail(after: after) }
        let response = await site.respond(to: Request(.get, "/live"))
        guard case .stream(let write) = response.body else { throw CancellationError() }
        let written = Mutex("")
        try await write(
            ResponseWriter { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                written.withLock { $0 += text }
                if text.contains("still here") { mayRead.withLock { $0 = false } }
            })
        #expect(written.withLock { $0 } == "retry: 2000\n\n: still here\n\n")
    }

    @Test(
        "a path that means another is nobody's",
        arguments: [
            "/files/a%2F..%2Fb", "/files/..%2f..%2fetc%2fpasswd", "/files/%2e%2e/x", "/files/a/%2e/x", "/files/..%5Cx",
            "/files//x", "/files/%252e%252e%2fx", "/files/%00", "/files/%ff", "http://a/files/x", "//files/x",
        ])
    func paths(path: String) async {
        let sample = Sample()
        sample.site.page("/files/{name...}", allow: .everyone) { page in
            View(title: try page.parameter("name"), body: "")
        }
        #expect(await sample.site.respond(to: Request(.get, "/files/a/b")).status == 200)
        #expect(await sample.site.respond(to: Request(.get, path)).status == 404)
    }

    @Test("too much at once is 503, too often is 429; both say when to come back")
    func busy() async {
        let sample = Sample()
        sample.site.page("/busy", allow: .everyone) { _ in throw Problem.busy(retryAfterSeconds: 2) }
        sample.site.page("/often", allow: .everyone) { _ in throw Problem.tooOften(retryAfterSeconds: 9) }
        let busy = await sample.site.respond(to: Request(.get, "/busy"))
        #expect((busy.status, busy.headers["retry-after"]) == (503, "2"))
        let often = await sample.site.respond(to: Request(.get, "/often"))
        #expect((often.status, often.headers["retry-after"]) == (429, "9"))
        #expect(often.text.contains("Hãy đợi 9 giây"))
    }

    @Test("a million little fields are refused without being taken apart")
    func manyFields() {
        let bytes = Array(String(repeating: "a&", count: 1_000_000).utf8)
        #expect(throws: Problem.tooManyFields) { try URLEncoded.parse(bytes) }
    }

    @Test("the OpenAPI document names the cookie that the caller's browser has")
    func sessionCookie() async throws {
        for (isSecure, name) in [(false, "test-session"), (true, "__Host-test-session")] {
            let answer = await Sample().site.respond(to: Request(.get, "/openapi.json", isSecure: isSecure))
            let document = try JSONDocument(answer.bytes ?? [])
            let scheme = document.root["components"]?["securitySchemes"]?["session"]
            #expect(scheme?["name"]?.string == name)
        }
    }
}
