import Crypto
import NIOSSL
package import Vocabulary

/// What a certificate says of whoever shows it at the gateway's door.
package struct ShownCertificate: Sendable, Hashable {
    /// SHA-256 of its DER: by that the table knows it.
    package let sha256: [UInt8]
    /// Its key: SubjectPublicKeyInfo in DER.
    package let publicKey: [UInt8]
    package let validity: CertificateValidity

    package static let pemBytesLimit = 64 << 10

    /// - Parameter pem: the certificate; of a chain its first.
    /// - Throws: for what is none.
    package init(pem: String) throws {
        guard pem.utf8.count <= ShownCertificate.pemBytesLimit,
            let first = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).first
        else { throw NIOSSLError.failedToLoadCertificate }
        sha256 = Array(SHA256.hash(data: try first.toDERBytes()))
        publicKey = try first.extractPublicKey().toSPKIBytes()
        validity = CertificateValidity(first)
    }
}

/// From when until when a certificate is good (RFC 5280 §4.1.2.5), in milliseconds UTC.
package struct CertificateValidity: Sendable, Hashable {
    package enum Fault: Sendable, Hashable {
        case notYet
        case expired
    }

    let from: Int64
    /// The last millisecond of the second that the certificate names as its last.
    let last: Int64

    init(_ certificate: NIOSSLCertificate) {
        (from, last) = (
            CertificateValidity.milliseconds(Int64(certificate.notValidBefore)),
            CertificateValidity.milliseconds(Int64(certificate.notValidAfter)) + 999
        )
    }

    /// What is wrong with it at this moment; nil for nothing.
    package func fault(at now: Instant) -> Fault? {
        now.milliseconds < from ? .notYet : now.milliseconds > last ? .expired : nil
    }

    /// Of the years 1 to 9999 and no others: what OpenSSL cannot read is before all of them.
    private static func milliseconds(_ seconds: Int64) -> Int64 {
        min(max(seconds, -62_135_596_800), 253_402_300_799) * 1000
    }
}
