import NIOCore
import NIOSSL
import Synchronization

/// How one connection checks who is at the other end.
final class Security: Sendable {
    private let context: NIOSSLContext
    private let pin: String?
    let isPinRefused = Mutex(false)

    private init(context: NIOSSLContext, pin: String?) {
        self.context = context
        self.pin = pin
    }

    /// Nil for a connection without TLS.
    static func handler(for trust: FetchRequest.Trust) throws -> Security? {
        switch trust {
        case .plain: nil
        case .system: Security(context: try system.get(), pin: nil)
        case .pinned(let pin): Security(context: try pinned.get(), pin: pin)
        }
    }

    func handler(serverName: String?) throws -> NIOSSLClientHandler {
        guard let pin else { return try NIOSSLClientHandler(context: context, serverHostname: serverName) }
        return try NIOSSLClientHandler(
            context: context, serverHostname: serverName,
            customVerificationCallback: { chain, verdict in
                let shown = try? chain.first?.extractPublicKey().toSPKIBytes()
                let fits = shown.map { TLSIdentity.pin(ofPublicKey: $0) == pin } ?? false
                if !fits { self.isPinRefused.withLock { $0 = true } }
                verdict.succeed(fits ? .certificateVerified : .failed)
            })
    }

    /// Apart from `pinned`: a node that calls only nodes never reads the system's authorities, 800 KB in each context.
    private static let system = Result {
        try NIOSSLContext(configuration: configuration(.fullVerification, .tlsv12, trusting: .default))
    }
    private static let pinned = Result {
        try NIOSSLContext(configuration: configuration(.noHostnameVerification, .tlsv13, trusting: .certificates([])))
    }

    private static func configuration(
        _ verification: CertificateVerification, _ oldest: TLSVersion, trusting roots: NIOSSLTrustRoots
    ) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = verification
        configuration.trustRoots = roots
        configuration.minimumTLSVersion = oldest
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
