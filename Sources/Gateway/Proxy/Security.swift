import NIOCore
import Crypto
import NIOSSL
import Vocabulary

/// TLS on both sides of the gateway.
enum Security {
    /// TLS 1.3 and nothing older. Callers may show a certificate; who it is says the table, not an authority.
    static func server(_ tls: Gateway.TLS) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(tls.certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(tls.privateKeyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([])
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }

    static func pin(ofCertificate pem: String) throws -> String {
        guard let first = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).first else {
            throw NIOSSLError.failedToLoadCertificate
        }
        return pin(of: try first.extractPublicKey())
    }

    private static func pin(of key: NIOSSLPublicKey) -> String {
        (try? key.toSPKIBytes()).map { Base64.encodeURL(Array(SHA256.hash(data: $0))) } ?? ""
    }

    static func serverHandler(_ context: NIOSSLContext) -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: context) { _, verdict in verdict.succeed(.certificateVerified) }
    }

    /// Nil for a connection without TLS.
    ///
    /// - Parameter authorities: whom the system trusts; others only in tests.
    static func client(
        _ upstream: Upstream, authorities: () throws -> NIOSSLContext = system.get
    ) throws -> NIOSSLClientHandler? {
        switch upstream.security {
        case .none: return nil
        case .system(let name):
            // An address is not said in the handshake (RFC 6066 §3). Without a name, the address that the connection
            // leads to must be one of the certificate's (RFC 9110 §4.3.5).
            let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
            return try NIOSSLClientHandler(context: authorities(), serverHostname: isAddress ? nil : name)
        case .pinned(let pin):
            return try NIOSSLClientHandler(
                context: pinned.get(), serverHostname: nil,
                customVerificationCallback: { chain, verdict in
                    let shown = try? chain.first?.extractPublicKey()
                    verdict.succeed(shown.map(Security.pin(of:)) == pin ? .certificateVerified : .failed)
                })
        }
    }

    /// Apart from `pinned`: a node that calls only nodes never reads the system's authorities, 800 KB in each context.
    static let system = Result { try context(trusting: .default) }
    private static let pinned = Result {
        try NIOSSLContext(configuration: configuration(.noHostnameVerification, .tlsv13, trusting: .certificates([])))
    }

    static func context(trusting roots: NIOSSLTrustRoots) throws -> NIOSSLContext {
        try NIOSSLContext(configuration: configuration(.fullVerification, .tlsv12, trusting: roots))
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
