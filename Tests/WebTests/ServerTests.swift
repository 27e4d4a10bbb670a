import Foundation
import House
import NIOCore
import Synchronization
import Testing
import Vocabulary
@testable import Web

@Suite("A server on a socket")
struct ServerTests {
    let sample = Sample()
    let fetch = Fetch()

    private func get(_ port: Int, _ path: String, _ headers: Headers = [:]) -> FetchRequest {
        FetchRequest(.get, "http://127.0.0.1:\(port)\(path)", headers: headers, trust: .plain, mayReachPrivate: true)
    }

    @Test("answers, keeps the connection, and says HEAD without a body")
    func answers() async throws {
        try await withServer(sample.site) { port in
            let first = try await fetch.send(get(port, "/"))
            #expect(first.status == 200)
            #expect(first.text.contains("<h1>Chào</h1>"))
            #expect(first.headers["date"] == "Mon, 09 Nov 2020 01:00:00 GMT")
            #expect(first.headers["server"] == nil)
            let head = try await fetch.send(
                FetchRequest(.head, "http://127.0.0.1:\(port)/", trust: .plain, mayReachPrivate: true))
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == String(first.body.count))
            #expect(head.body.isEmpty)
        }
    }

    @Test("long text is compressed for who takes it")
    func compression() async throws {
        let sample = Sample()
        let words = String(repeating: "Nam Định ", count: 1000)
        sample.site.page("/long", allow: .everyone) { _ in View(title: "Long", body: "<p>\(words)</p>") }
        try await withServer(sample.site) { port in
            let packed = try await fetch.send(get(port, "/long", ["accept-encoding": "br, gzip"]))
            #expect(packed.headers["content-encoding"] == "gzip")
            #expect(packed.headers["vary"] == "Cookie, Accept-Encoding")
            #expect(Array(packed.body.prefix(2)) == [0x1F, 0x8B])
            #expect(packed.body.count < 1000)
            let plain = try await fetch.send(get(port, "/long", ["accept-encoding": "gzip;q=0"]))
            #expect(plain.headers["content-encoding"] == nil)
            #expect(plain.text.contains(words))
        }
    }

    @Test("a head that trickles is cut off, however busily")
    func slowHead() async throws {
        var limits = ServerLimits()
        limits.headSeconds = 1
        try await withServer(sample.site, limits: limits) { port in
            let wire = try await Wire.open(port)
            let trickle = Task {
                try await wire.send("GET / HTTP/1.1\r\nhost: a\r\n")
                while true {
                    try await wire.send("x: y\r\n")
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            #expect(try await wire.untilClosed().isEmpty)
            trickle.cancel()
        }
    }

    @Test("a connection that says nothing is cut off, before its first call and after it, with TLS and without")
    func silence() async throws {
        var limits = ServerLimits()
        limits.headSeconds = 4
        try await withServer(sample.site, limits: limits) { port in
            #expect(try await Wire.open(port).untilClosed().isEmpty)
            let wire = try await Wire.open(port)
            try await wire.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            #expect(try await wire.untilClosed().hasPrefix("HTTP/1.1 200 "))
        }
        let identity = try TLSIdentity.makeSelfSigned(name: "a", now: sample.site.now())
        try await withServer(sample.site, tls: identity, limits: limits) { port in
            let heard = try await Wire.open(port).untilClosed()
            #expect(heard.isEmpty, "it does not even begin the handshake")
        }
    }

    @Test("a body that trickles is cut off, and no door sees half of it")
    func slowBody() async throws {
        let sample = Sample()
        var limits = ServerLimits()
        limits.bodySeconds = 1
        try await withServer(sample.site, limits: limits) { port in
            let wire = try await Wire.open(port)
            try await wire.send("POST /api/notes HTTP/1.1\r\nhost: a\r\nx-node: 1\r\ncontent-length: 500\r\n\r\n")
            let trickle = Task {
                while true {
                    try await wire.send("x")
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            #expect(try await wire.untilClosed().isEmpty)
            trickle.cancel()
        }
    }

    @Test(
        "heads and bodies beyond their limits are refused without reading on",
        arguments: [
            ("GET / HTTP/1.1\r\nhost: a\r\nx: \(String(repeating: "y", count: 20_000))\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nhost: a\r\n\(String(repeating: "x: y\r\n", count: 200))\r\n", "400"),
            ("POST /api/notes HTTP/1.1\r\nhost: a\r\nx-node: 1\r\ncontent-length: 1001\r\n\r\n", "413"),
            ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n", "405"),
            ("POST /api/notes HTTP/1.1\r\nhost: a\r\nx-node: 1\r\ntransfer-encoding: chunked\r\n\r\n", "411"),
            ("POST /api/notes HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n", "400"),
            ("POST /api/notes HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc", "400"),
            ("GET / HTTP/9.9\r\n\r\n", "400"),
        ])
    func limits(text: String, status: String) async throws {
        try await withServer(sample.site) { port in
            let wire = try await Wire.open(port)
            try await wire.send(text)
            #expect(try await wire.untilClosed().hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test("a socket file is its owner's alone")
    func socketFile() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "truc-\(UInt32.random(in: 0 ... .max)).sock"
        ).path
        try await withServer(sample.site, socket: path) { _ in
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let answer = try await fetch.send(FetchRequest(.get, "http://localhost/", trust: .plain, unixSocket: path))
            #expect(answer.status == 200)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("TLS 1.3 with the pinned key and no other")
    func tls() async throws {
        let now = Instant(milliseconds: 1_604_883_600_000)
        let identity = try TLSIdentity.makeSelfSigned(name: "namdinh.localhost", now: now)
        let again = try TLSIdentity(certificatePEM: identity.certificatePEM, privateKeyPEM: identity.privateKeyPEM)
        #expect(again.pin == identity.pin)
        #expect(identity.pin.utf8.count == 43)
        let other = try TLSIdentity.makeSelfSigned(name: "namdinh.localhost", now: now).pin
        try await withServer(sample.site, tls: again) { port in
            func request(_ trust: FetchRequest.Trust) -> FetchRequest {
                FetchRequest(.get, "https://namdinh.localhost:\(port)/", trust: trust, mayReachPrivate: true)
            }
            let answer = try await fetch.send(request(.pinned(identity.pin)))
            #expect(answer.status == 200)
            #expect(answer.headers.all("set-cookie").allSatisfy { $0.hasPrefix("__Host-") })
            await #expect(throws: FetchError.wrongPin(host: "namdinh.localhost")) {
                try await fetch.send(request(.pinned(other)))
            }
            await #expect(throws: FetchError.self) { try await fetch.send(request(.system)) }
        }
    }

    @Test("a stop does not wait for connections that lie idle", arguments: [0, 1, 2])
    func stopsSoon(kind: Int) async throws {
        let identity = try TLSIdentity.makeSelfSigned(name: "localhost", now: Instant(milliseconds: 1_604_883_600_000))
        var limits = ServerLimits()
        limits.graceSeconds = 600
        let start = ContinuousClock.now
        try await withServer(sample.site, tls: identity, limits: limits) { port in
            let trust: FetchRequest.Trust = kind == 0 ? .pinned(identity.pin) : kind == 1 ? .pinned("other") : .system
            let answer = try? await fetch.send(
                FetchRequest(.get, "https://localhost:\(port)/", trust: trust, mayReachPrivate: true))
            #expect(answer?.status == (kind == 0 ? 200 : nil))
        }
        #expect(ContinuousClock.now - start < .seconds(300), "half the grace, on however busy a machine")
    }

    @Test("live events arrive, and who comes back goes on exactly where it was")
    func live() async throws {
        let sample = Sample()
        for number in 1...3 { sample.ring.publish("note", "\(number)\nline") }
        try await withServer(sample.site) { port in
            let wire = try await Wire.open(port)
            try await wire.send("GET /live HTTP/1.1\r\nhost: a\r\nlast-event-id: 1\r\n\r\n")
            for number in 4...200 {
                sample.ring.publish("note", "\(number)")
                if number.isMultiple(of: 4) { await Task.yield() }
            }
            sample.ring.publish("end", "")
            while !wire.heard.bytes.withLock({ String(decoding: $0, as: UTF8.self).contains("event: end") }) {
                await Task.yield()
            }
            let text = wire.heard.bytes.withLock { String(decoding: $0, as: UTF8.self) }
            let ids = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("id: ") }.compactMap {
                Int($0.dropFirst(4))
            }
            #expect(ids == Array(2...201))
        }
    }

    @Test("who reads nothing of what we write is hung up on")
    func stalled() async throws {
        let sample = Sample()
        let gone = Bell()
        sample.site.get("/endless", allow: .everyone) { _ in
            Response(
                status: 200,
                body: .stream { writer in
                    defer { gone.ring() }
                    while true { try await writer.write(Array(repeating: 0, count: 1 << 16)) }
                })
        }
        var limits = ServerLimits()
        limits.stalledSeconds = 1
        try await withServer(sample.site, limits: limits) { port in
            let wire = try await Wire.open(port)
            try await wire.channel.setOption(.autoRead, value: false).get()
            try await wire.send("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n")
            await gone.next(after: 0)
            try await wire.channel.close()
        }
        #expect(gone.count == 1)
    }

    @Test("bodies share one budget, and no caller takes it all in pieces")
    func budget() {
        let budget = ByteBudget(100)
        #expect(budget.take(10, for: "a"))
        #expect(budget.take(15, for: "a"))
        #expect(!budget.take(1, for: "a"))
        #expect(budget.take(75, for: "b"))
        #expect(!budget.take(1, for: "c"))
        budget.giveBack(75, from: "b")
        #expect(budget.take(1, for: "c"))
    }

    @Test("a stream ends when the server stops")
    func stops() async throws {
        let sample = Sample()
        let open = Mutex<Wire?>(nil)
        try await withServer(sample.site) { port in
            let wire = try await Wire.open(port)
            try await wire.send("GET /live HTTP/1.1\r\nhost: a\r\n\r\n")
            while wire.heard.bytes.withLock({ $0.isEmpty }) { await Task.yield() }
            open.withLock { $0 = wire }
        }
        let text = try await open.withLock { $0 }?.untilClosed() ?? ""
        #expect(text.contains("retry: 2000"))
    }
}
