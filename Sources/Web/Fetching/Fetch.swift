import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Vocabulary

/// Outgoing HTTP/1.1. Every call has a deadline and a size limit; redirects are not followed.
///
/// On a stranger's word nothing private is reached: the name is resolved first, every address it has is checked, and
/// the connection goes to a checked address, so a name that changes its mind (DNS rebinding) gains nothing.
package struct Fetch: Sendable {
    private let loops: Loops
    private let pool: Pool
    private let resolver: Resolver
    private let connectSeconds: Double

    /// - Parameter keptConnections: idle connections that stay open, four at most to one place.
    package init(loops: Loops = .two, connectSeconds: Double = 5, keptConnections: Int = 64) {
        self.init(loops: loops, connectSeconds: connectSeconds, keptConnections: keptConnections, resolver: Resolver())
    }

    init(loops: Loops = .two, connectSeconds: Double = 5, keptConnections: Int = 64, resolver: Resolver) {
        self.loops = loops
        pool = Pool(total: keptConnections)
        self.connectSeconds = connectSeconds
        self.resolver = resolver
    }

    /// Throws `FetchError`, or `CancellationError` when the task is cancelled.
    package func send(_ request: FetchRequest) async throws -> FetchResponse {
        let address = try FetchAddress(request.url)
        guard address.isSecure == (request.trust != .plain) else { throw FetchError.badAddress(request.url) }
        return try await Deadline.run(seconds: request.deadlineSeconds) {
            let key = Pool.Key(
                host: address.host, port: address.port, isSecure: address.isSecure, trust: request.trust,
                mayReachPrivate: request.mayReachPrivate, unixSocket: request.unixSocket)
            if let kept = pool.take(key) {
                do {
                    return try await ask(request, address, on: kept, key)
                } catch FetchError.closed where request.method.isSafe {
                    // It was closed while it lay idle. Asking once more changes nothing there.
                }
            }
            let (fresh, security) = try await connect(request, address)
            do {
                return try await ask(request, address, on: fresh, key)
            } catch FetchError.closed where security?.isPinRefused.withLock({ $0 }) ?? false {
                // The connection was gone before the question was on its way: nobody else could say why.
                throw FetchError.wrongPin(host: address.host)
            }
        }
    }

    private func ask(
        _ request: FetchRequest, _ address: FetchAddress, on channel: any Channel, _ key: Pool.Key
    ) async throws -> FetchResponse {
        let promise = channel.eventLoop.makePromise(of: Answer.self)
        let question = Question(
            head: head(request, address), body: ByteBuffer(bytes: request.body), maxBytes: request.maxBytes,
            answer: promise)
        let answer = try await withTaskCancellationHandler {
            channel.writeAndFlush(question).whenFailure { _ in channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in promise.fail(FetchError.closed) }
            return try await promise.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        if answer.keepsAlive { pool.putBack(channel, key) } else { channel.close(promise: nil) }
        return answer.response
    }

    private func head(_ request: FetchRequest, _ address: FetchAddress) -> HTTPRequestHead {
        var headers = HTTPHeaders([("host", address.hostField)])
        for field in request.headers.fields where field.name != "host" && field.name != "content-length" {
            headers.add(name: field.name, value: field.value)
        }
        if !request.body.isEmpty || !request.method.isSafe {
            headers.add(name: "content-length", value: String(request.body.count))
        }
        return HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method.rawValue), uri: address.target,
            headers: headers)
    }

    private func connect(_ request: FetchRequest, _ address: FetchAddress) async throws -> (any Channel, Security?) {
        if let path = request.unixSocket {
            return try await connect(to: try SocketAddress(unixDomainSocketPath: path), request, address)
        }
        let found = try await resolver.addresses(of: address)
        guard request.mayReachPrivate || found.allSatisfy(PublicAddress.contains) else {
            throw FetchError.privateAddress(host: address.host)
        }
        var last: any Error = FetchError.unresolved(host: address.host)
        for place in found {
            do {
                return try await connect(to: place, request, address)
            } catch {
                last = error
                try Task.checkCancellation()
            }
        }
        throw last
    }

    private func connect(
        to place: SocketAddress, _ request: FetchRequest, _ address: FetchAddress
    ) async throws -> (any Channel, Security?) {
        let security = try Security.handler(for: request.trust)
        do {
            let channel = try await ClientBootstrap(group: loops.group)
                .connectTimeout(.milliseconds(Int64(min(connectSeconds, request.deadlineSeconds) * 1000)))
                .channelOption(.socketOption(.tcp_nodelay), value: request.unixSocket == nil ? 1 : 0)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try Fetch.furnish(channel, address, security) }
                }
                .connect(to: place).get()
            return (channel, security)
        } catch {
            throw FetchError.cannotConnect(host: address.host, reason: "\(error)")
        }
    }

    private static func furnish(_ channel: any Channel, _ address: FetchAddress, _ security: Security?) throws {
        let pipeline = channel.pipeline.syncOperations
        if let security { try pipeline.addHandler(security.handler(serverName: address.serverName)) }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = 64 << 10
        limits.maxHeaderFieldCount = 200
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(
            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
        try pipeline.addHandler(NIOHTTPRequestHeadersValidator())
        try pipeline.addHandler(
            Conversation(host: address.host, isPinRefused: { security?.isPinRefused.withLock { $0 } ?? false }))
    }
}
