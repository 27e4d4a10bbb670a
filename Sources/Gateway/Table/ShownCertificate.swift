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

extension CertificateValidity {
    init(_ certificate: NIOSSLCertificate) {
        self.init(notBefore: Int64(certificate.notValidBefore), notAfter: Int64(certificate.notValidAfter))
    }
}
