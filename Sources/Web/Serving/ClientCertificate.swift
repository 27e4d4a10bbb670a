import Crypto
import NIOCore
import NIOSSL
import Vocabulary

/// The certificate with which a program called: of the handshake, where this server speaks TLS itself, or as the proxy
/// before it says.
///
/// `Client-Cert` in either form: RFC 9440 (`:` base64 DER `:`), which HAProxy, Envoy and Apache write, or the
/// percent-encoded PEM of nginx's `$ssl_client_escaped_cert`. Only of a proxy whose word is taken (`TrustedProxies`),
/// which must set or remove the header itself. Whether the certificate is good is the proxy's to judge; here it is the
/// name of a key.
enum ClientCertificate {
    static let limitBytes = 12 << 10

    /// `x5t#S256` of RFC 8705 §3.1: base64url of SHA-256 over the DER; nil when there is no readable certificate.
    static func thumbprint(of headers: Headers) -> String? {
        let fields = headers.all("client-cert")
        guard fields.count == 1, let text = fields.first, text.utf8.count <= limitBytes, let der = der(text) else {
            return nil
        }
        return Base64.encodeURL(Array(SHA256.hash(data: der)))
    }

    /// Of the connection itself; nil when nobody showed one.
    static func thumbprint(of channel: any Channel) async throws -> String? {
        try await channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
            try certificate.map { Base64.encodeURL(Array(SHA256.hash(data: try $0.toDERBytes()))) }
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
