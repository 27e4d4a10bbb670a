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
        case .system: Security(context: try contexts.system.get(), pin: nil)
        case .pinned(let pin): Security(context: try contexts.pinned.get(), pin: pin)
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

    private static let contexts = (
        system: Result { try NIOSSLContext(configuration: configuration(.fullVerification, .tlsv12)) },
        pinned: Result { try NIOSSLContext(configuration: configuration(.noHostnameVerification, .tlsv13)) }
    )

    private static func configuration(_ verification: CertificateVerification, _ oldest: TLSVersion) -> TLSConfiguration
    {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = verification
        configuration.minimumTLSVersion = oldest
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
