import Crypto
import Foundation
import HummingbirdTLS
import NIOCore
import NIOSSL
import SwiftASN1
package import Vocabulary
import X509

/// The P-256 key that a server shows over TLS 1.3, with the certificate it signed for itself.
///
/// Nobody vouches for it but the roster: callers pin its public key, so a new certificate for the same key changes
/// nothing for them.
package struct TLSIdentity: Sendable {
    package let certificatePEM: String
    package let privateKeyPEM: String
    /// Base64url without padding of SHA-256 over the DER SubjectPublicKeyInfo, as RFC 7469 §2.4 takes it.
    package let pin: String

    /// Makes a new key. The certificate is valid from a day ago, for `validDays`.
    package static func makeSelfSigned(name: String, now: Instant, validDays: Int64 = 3650) throws -> TLSIdentity {
        try renew(P256.Signing.PrivateKey(), name: name, now: now, validDays: validDays)
    }

    /// Reads what `certificatePEM` and `privateKeyPEM` said before.
    package init(certificatePEM: String, privateKeyPEM: String) throws {
        let key = try P256.Signing.PrivateKey(pemRepresentation: privateKeyPEM)
        self.init(certificatePEM: certificatePEM, key: key)
    }

    /// A certificate that somebody else signed, with its chain and its key of whatever kind: for pages that people open
    /// with a browser. Throws when the two do not belong together or cannot be read.
    package static func read(certificatePEM: String, privateKeyPEM: String) throws -> TLSIdentity {
        guard let leaf = try NIOSSLCertificate.fromPEMBytes(Array(certificatePEM.utf8)).first else {
            throw NIOSSLError.failedToLoadCertificate
        }
        let pin = TLSIdentity.pin(ofPublicKey: try leaf.extractPublicKey().toSPKIBytes())
        let identity = TLSIdentity(certificatePEM: certificatePEM, privateKeyPEM: privateKeyPEM, pin: pin)
        _ = try NIOSSLContext(configuration: try identity.serverConfiguration)
        return identity
    }

    private init(certificatePEM: String, privateKeyPEM: String, pin: String) {
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
        self.pin = pin
    }

    private init(certificatePEM: String, key: P256.Signing.PrivateKey) {
        self.certificatePEM = certificatePEM
        privateKeyPEM = key.pemRepresentation
        pin = TLSIdentity.pin(ofPublicKey: Array(key.publicKey.derRepresentation))
    }

    /// `publicKey` is a DER SubjectPublicKeyInfo.
    package static func pin(ofPublicKey publicKey: [UInt8]) -> String {
        Base64.encodeURL(Array(SHA256.hash(data: publicKey)))
    }

    private static func renew(
        _ key: P256.Signing.PrivateKey, name: String, now: Instant, validDays: Int64
    ) throws -> TLSIdentity {
        let subject = try DistinguishedName { CommonName(name) }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: date(now.adding(days: -1)), notValidAfter: date(now.adding(days: validDays)),
            issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([.dnsName(name)])
            },
            issuerPrivateKey: .init(key))
        return TLSIdentity(certificatePEM: try certificate.serializeAsPEM().pemString, key: key)
    }

    private static func date(_ instant: Instant) -> Date {
        Date(timeIntervalSince1970: Double(instant.seconds))
    }

    /// Whoever shows a certificate proves in the handshake that the key is theirs. Nobody must show one, and whose it
    /// is, is for those to say who registered it: no authority is asked.
    func channelConfiguration(asksForCertificates: Bool) throws -> TLSChannelConfiguration {
        var configuration = try serverConfiguration
        guard asksForCertificates else { return TLSChannelConfiguration(tlsConfiguration: configuration) }
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([])
        return TLSChannelConfiguration(
            tlsConfiguration: configuration,
            customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) })
    }

    /// TLS 1.3 and nothing older.
    var serverConfiguration: TLSConfiguration {
        get throws {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificatePEM.utf8))
            let key = try NIOSSLPrivateKey(bytes: Array(privateKeyPEM.utf8), format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv13
            configuration.applicationProtocols = ["http/1.1"]
            return configuration
        }
    }
}
