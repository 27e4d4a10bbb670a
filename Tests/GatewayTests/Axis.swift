import Crypto
import FoundationEssentials
import Ledger
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import StrictJSON
import Synchronization
import TestKit
import Vocabulary

@testable import Gateway

/// A gateway of a test with its log: one consumer, one service, one grant, and whatever a test changes of them.
final class Axis: Sendable {
    let home: TemporaryFolder
    let ledger: Ledger
    let gateway: Gateway
    let port: Int
    private let running: Task<Void, any Error>

    static let key = "a-key-of-the-test"
    static let client = SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "kiosk")
    static let provider = SubsystemName(instance: "VN", memberClass: "GOV", member: "H36", subsystem: "registry")

    private init(
        _ home: TemporaryFolder, _ ledger: Ledger, _ gateway: Gateway, _ port: Int, _ running: Task<Void, any Error>
    ) {
        (self.home, self.ledger, self.gateway, self.port, self.running) = (home, ledger, gateway, port, running)
    }

    static func with(
        _ table: Table, answers: GatewayAnswers = GatewayAnswers(), now: @escaping Clock = clock,
        settings change: (inout Gateway.Settings) -> Void = { _ in },
        fault: Ledger.Settings = Ledger.Settings(), logger: Logger = quiet, _ body: (Axis) async throws -> Void
    ) async throws {
        let home = try TemporaryFolder()
        let ledger = try await Ledger.open(
            folder: home.path + "/log", origin: "H42.example/ledger",
            key: Curve25519.Signing.PrivateKey(rawRepresentation: Array(0..<32)), now: clock, logger: logger,
            settings: fault)
        var settings = Gateway.Settings()
        settings.loops = 1
        settings.drainSeconds = 2
        change(&settings)
        let gateway = try Gateway(
            table, ledger: ledger, answers: answers, settings: settings, now: now, logger: logger)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let running = Task {
            defer { found.finish() }
            try await gateway.run { found.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { return try await running.value }
        let axis = Axis(home, ledger, gateway, port, running)
        do {
            try await body(axis)
        } catch {
            await axis.stop()
            throw error
        }
        await axis.stop()
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func stop() async {
        await stopGateway()
        try? await ledger.close()
    }

    /// Its log can still be read.
    func stopGateway() async {
        running.cancel()
        try? await running.value
    }

    static let clock: Clock = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// One consumer with a key, one service at these ports, and a grant for all of it.
    static func table(
        _ ports: [Int], fields: Set<String>? = nil, evidence: EvidenceClass = .beforeRelease, rate: Rate? = nil,
        quota: Quota? = nil, validator: Operation.Validator? = nil,
        limits change: (inout ServiceLimits) -> Void = { _ in }
    ) -> Table {
        var limits = ServiceLimits()
        // Two threads for a dozen tests: what is not about a limit must not meet one.
        limits.answerSeconds = 120
        change(&limits)
        let operations = [
            Operation(id: "list", method: "GET", template: "/units"),
            Operation(id: "read", method: "GET", template: "/units/{code}"),
            Operation(id: "export", method: "GET", template: "/units/export"),
            Operation(id: "add", method: "POST", template: "/units", validator: validator),
            Operation(id: "head", method: "HEAD", template: "/units"),
            Operation(id: "put", method: "PUT", template: "/units/{code}"),
            Operation(id: "patch", method: "PATCH", template: "/units/{code}"),
        ]
        return Table(
            consumers: [
                Consumer(
                    id: "kiosk", name: client, credentials: [.apiKey(sha256: Array(SHA256.hash(data: Array(key.utf8))))]
                )
            ],
            services: [
                Service(
                    id: "units-v1", provider: provider, code: "units", path: "/units/v1", operations: operations,
                    upstreams: ports.map { Upstream(host: "127.0.0.1", port: $0, mayBePrivate: true) }, limits: limits)
            ],
            grants: [
                Grant(
                    id: "grant-1", consumer: "kiosk", service: "units-v1",
                    operations: ["list", "read", "add", "head", "put", "patch"], fields: fields,
                    purpose: "Tra cứu đơn vị hành chính",
                    legalBasis: "47/2020/NĐ-CP", rate: rate, quota: quota, from: Instant(milliseconds: 0),
                    until: Instant(milliseconds: 1 << 46), evidence: evidence)
            ])
    }

    /// The records of all leaves, in order.
    func records() async throws -> [JSONValue] {
        try await ledger.entries(0..<ledger.checkpoint.size).map { leaf in
            try JSONDocument(leaf.record ?? []).root
        }
    }

    func wire() async throws -> Wire { try await Wire.open(port) }

    /// One well-formed call over a connection of its own.
    func call(_ head: String = "GET /units/v1/units HTTP/1.1\r\nHost: gw", _ body: String = "") async throws -> Heard {
        let wire = try await wire()
        try await wire.send("\(head)\r\nX-Api-Key: \(Axis.key)\r\n\r\n\(body)")
        let heard = try await wire.answer()
        try await wire.close()
        return heard
    }
}

/// Something that a test turns on and off.
final class Flag: Sendable {
    private let isOn = Mutex(false)
    var value: Bool { isOn.withLock { $0 } }
    func set(_ new: Bool = true) { isOn.withLock { $0 = new } }
}

/// An answer as it came.
struct Heard: Sendable {
    let status: Int
    let head: String
    let body: String

    /// The stable code of a refusal.
    var code: String { (try? JSONDocument(Array(body.utf8)).root.requireString("code")) ?? "" }

    func field(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name.lowercased()): ") }
            .map { String($0.dropFirst(name.utf8.count + 2)) }
    }
}

/// A bare socket of a consumer, for what no client would send.
struct Wire: Sendable {
    struct TooLate: Error {}

    private let channel: any Channel
    private let heard: Collector

    final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let bytes = Mutex<[UInt8]>([])
        let isClosed = Mutex(false)

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let part = Array(unwrapInboundIn(data).readableBytesView)
            bytes.withLock { $0 += part }
        }

        func channelInactive(context: ChannelHandlerContext) { isClosed.withLock { $0 = true } }
    }

    /// - Parameter tls: as what it shows itself; nil for no TLS.
    static func open(_ port: Int, tls: NIOSSLContext? = nil) async throws -> Wire {
        let heard = Collector()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(heard)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return Wire(channel: channel, heard: heard)
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// From now on takes nothing of what comes.
    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    /// From now on does not hang up when the other side has said its last.
    func goOnSending() async throws { try await channel.setOption(.allowRemoteHalfClosure, value: true).get() }

    func close() async throws { try? await channel.close() }

    var count: Int { heard.bytes.withLock { $0.count } }
    func count(of letter: Unicode.Scalar) -> Int {
        let byte = UInt8(ascii: letter)
        return heard.bytes.withLock { $0.count { $0 == byte } }
    }

    var isClosed: Bool { heard.isClosed.withLock { $0 } }

    /// The next answer, with its body by Content-Length or chunks.
    func answer(withinSeconds limit: Double = 10, toHead: Bool = false) async throws -> Heard {
        let deadline = ContinuousClock.now.advanced(by: .seconds(limit))
        while ContinuousClock.now < deadline {
            let wasClosed = isClosed
            if let answer = take(toHead: toHead) { return answer }
            if wasClosed { break }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw TooLate()
    }

    func untilClosed(withinSeconds limit: Double = 10) async throws -> String {
        let deadline = ContinuousClock.now.advanced(by: .seconds(limit))
        while !isClosed {
            guard ContinuousClock.now < deadline else { throw TooLate() }
            try await Task.sleep(for: .milliseconds(2))
        }
        return heard.bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }

    private func take(toHead: Bool) -> Heard? {
        heard.bytes.withLock { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let head = String(text[..<end.lowerBound])
            var body = text[end.upperBound...]
            var used = head.utf8.count + 4
            let lower = head.lowercased()
            if toHead {
                body = ""
            } else if lower.contains("transfer-encoding: chunked") {
                guard let content = Wire.unchunked(body) else { return nil }
                used += content.used
                bytes.removeFirst(used)
                return Heard(status: Wire.status(head), head: head, body: content.text)
            } else if let field = lower.firstRange(of: "content-length: ") {
                let length = Int(lower[field.upperBound...].prefix { $0.isNumber }) ?? 0
                guard body.utf8.count >= length else { return nil }
                body = Substring(String(decoding: body.utf8.prefix(length), as: UTF8.self))
                used += length
            } else {
                body = ""
            }
            bytes.removeFirst(used)
            return Heard(status: Wire.status(head), head: head, body: String(body))
        }
    }

    private static func status(_ head: String) -> Int { Int(head.dropFirst(9).prefix(3)) ?? 0 }

    private static func unchunked(_ text: Substring) -> (text: String, used: Int)? {
        var (rest, whole, used) = (Array(text.utf8)[...], [UInt8](), 0)
        while let line = rest.firstIndex(of: 0x0D) {
            guard let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16) else { return nil }
            let start = line + 2
            guard rest.endIndex >= start + size + 2 else { return nil }
            whole += rest[start..<start + size]
            used = start + size + 2
            rest = rest[used...]
            if size == 0 { return (String(decoding: whole, as: UTF8.self), used) }
        }
        return nil
    }
}
