import Foundation
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
package import Vocabulary

/// Serves a `Site` over HTTP/1.1, with TLS 1.3 when it has an identity.
///
/// `run` returns when its task is cancelled: no new calls are taken, live streams end, calls in progress have
/// `graceSeconds` to finish.
package struct Server: Sendable {
    let site: Site
    let address: ServerAddress
    let tls: TLSIdentity?
    let asksForCertificates: Bool
    let limits: ServerLimits
    let isBehindTLS: Bool
    let trustedProxies: TrustedProxies
    let loops: Loops
    let date: Clock
    let logger: Logger

    /// `isBehindTLS` says that a proxy before this server speaks TLS with the people: cookies are then secure. Name its
    /// address in `trustedProxies`, or all people seem to call from one. `date` dates the answers: browsers hold it
    /// against their own clock to see what they keep is fresh, so it is the machine's where the site lives on another
    /// day. `asksForCertificates` lets programs show a certificate of theirs in the handshake: none must, and it is the
    /// name of a key, whoever signed it (RFC 8705).
    package init(
        site: Site, address: ServerAddress, tls: TLSIdentity? = nil, asksForCertificates: Bool = false,
        limits: ServerLimits = ServerLimits(),
        isBehindTLS: Bool = false, trustedProxies: TrustedProxies = .none, loops: Loops = .two,
        date: Clock? = nil, logger: Logger = Logger(label: "web.server")
    ) {
        self.site = site
        self.address = address
        self.tls = tls
        self.asksForCertificates = asksForCertificates && tls != nil
        self.limits = limits
        self.isBehindTLS = isBehindTLS
        self.trustedProxies = trustedProxies
        self.loops = loops
        self.date = date ?? site.now
        self.logger = logger
    }

    /// Listens until the task is cancelled. `onListening` gets the port, 0 for a socket file.
    package func run(onListening: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        let stop = Bell()
        let answering = Answering(
            site: site, isSecure: tls != nil || isBehindTLS, asksForCertificates: asksForCertificates,
            trustedProxies: trustedProxies,
            budget: ByteBudget(limits.bodyBytesAtOnce), date: date, stop: stop)
        let channel = HTTP1Channel(
            responder: { request, writer, channel in try await answering.answer(request, writer, channel) },
            configuration: channelConfiguration)
        if let tls {
            let configuration = try tls.channelConfiguration(asksForCertificates: asksForCertificates)
            try await serve(TLSChannel(channel, configuration: configuration), stop, onListening)
        } else {
            try await serve(channel, stop, onListening)
        }
    }

    private var channelConfiguration: HTTP1Channel.Configuration {
        let (limits, proxies, neighbours) = (limits, trustedProxies, Neighbours())
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [Doorway(limits, proxies, neighbours), Deadlines(limits)],
            idleTimeout: .seconds(max(limits.headSeconds, limits.bodySeconds) + 1),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerCount))
    }

    private func serve<Child: ServerChildChannel>(
        _ child: Child, _ stop: Bell, _ onListening: @escaping @Sendable (Int) -> Void
    ) async throws {
        let path = socketPath
        let server = HummingbirdCore.Server(
            childChannelSetup: child,
            configuration: ServerConfiguration(
                address: bindAddress, serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            onServerRunning: { channel in
                if let path { chmod(path, 0o600) }
                onListening(channel.localAddress?.port ?? 0)
            },
            eventLoopGroup: loops.group, logger: logger)
        let serving = Task { try await server.run() }
        let grace = limits.graceSeconds
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            stop.ring()
            Task {
                let deadline = Task {
                    try await Task.sleep(for: .seconds(grace))
                    serving.cancel()
                }
                try? await server.shutdownGracefully()
                deadline.cancel()
            }
        }
        if let path { unlink(path) }
    }

    private var socketPath: String? {
        if case .unixSocket(let path) = address { path } else { nil }
    }

    private var bindAddress: BindAddress {
        switch address {
        case .host(let host, let port): .hostname(host, port: port)
        case .unixSocket(let path): .unixDomainSocket(path: path)
        }
    }
}
