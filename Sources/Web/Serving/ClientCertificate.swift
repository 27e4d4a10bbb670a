import Crypto
import NIOCore
import NIOSSL
import Vocabulary

/// The certificate with which a program called: of the handshake, where this server speaks TLS itself, or as the proxy
/// before it says.
///
/// `Client-Cert` in either form: RFC 9440 (`:` base64 DER `:`), which HAProxy, Envoy and Apache write, or the
/// percent-encoded PEM of nginx's `$ssl_client_escaped_cert`. Only of a proxy whose word is taken (`TrustedProxies`),
/// which must set or remove the header itself. Who signed it is the proxy's to judge; here it is the name of a key, and
/// the dates between which it counts.
enum ClientCertificate {
    static let limitBytes = 12 << 10

    /// Nil when there is no readable certificate.
    static func shown(in headers: Headers) -> ProvenCertificate? {
        let fields = headers.all("client-cert")
        guard fields.count == 1, let text = fields.first, text.utf8.count <= limitBytes, let der = der(text),
            let certificate = try? NIOSSLCertificate(bytes: der, format: .der)
        else { return nil }
        return ProvenCertificate(certificate, der)
    }

    /// Of the connection itself; nil when nobody showed one.
    static func shown(on channel: any Channel) async throws -> ProvenCertificate? {
        try await channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
            try certificate.map { ProvenCertificate($0, try $0.toDERBytes()) }
        }.get()
    }

    private static func der(_ text: String) -> [UInt8]? {
        let bytes: [UInt8]?
        if text.hasPrefix(":"), text.hasSuffix(":"), text.utf8.count > 2 {
            bytes = Base64.decode(text.dropFirst().dropLast())
        } else {
            bytes = PercentCoding.decode(text.utf8).flatMap(pem)
        }
        // A DER SEQUENCE of some length: certificates are one.
        guard let bytes, bytes.count > 64, bytes.first == 0x30 else { return nil }
        return bytes
    }

    private static func pem(_ text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.first == "-----BEGIN CERTIFICATE-----", lines.last == "-----END CERTIFICATE-----" else {
            return nil
        }
        return Base64.decode(lines.dropFirst().dropLast().joined())
    }
}

extension ProvenCertificate {
    fileprivate init(_ certificate: NIOSSLCertificate, _ der: [UInt8]) {
        self.init(
            thumbprint: Base64.encodeURL(Array(SHA256.hash(data: der))),
            validity: CertificateValidity(
                notBefore: Int64(certificate.notValidBefore), notAfter: Int64(certificate.notValidAfter)))
    }
}
