package import Crypto
package import Gateway
package import JOSE
package import Vocabulary

/// What shows that whoever registers a public key or a certificate has the private key as well (chứng minh sở hữu
/// khóa): nobody takes another's, and with it another's calls, for their own.
package struct KeyProof: Sendable, Hashable {
    /// What the proof is for: the Ed25519 public key, base64url; or the certificate's SHA-256 in hex.
    package let subject: String
    /// The signature over the claim, base64url.
    package let text: String

    /// Throws what the signing throws.
    package init(of application: ID<Application>, by key: Curve25519.Signing.PrivateKey) throws {
        subject = Base64.encodeURL(key.publicKey.rawRepresentation)
        text = Base64.encodeURL(try key.signature(for: Purpose.key.claim(application, subject)))
    }

    /// Throws what the signing throws. Whether the key is the certificate's is seen where the proof is looked at.
    package init(
        of application: ID<Application>, with certificate: ShownCertificate, by key: CertificatePrivateKey
    ) throws {
        subject = Hex.encode(certificate.sha256)
        text = Base64.encodeURL(try key.signature(over: Purpose.certificate.claim(application, subject)))
    }

    /// The first line of what is signed, which keeps it from being anything else that the key signs.
    enum Purpose: String {
        case key = "truc-application-key"
        case certificate = "truc-application-certificate"

        /// Three lines of which the last has no end: what it is for, the application's id, the subject.
        func claim(_ application: ID<Application>, _ subject: String) -> [UInt8] {
            Array("\(rawValue)\n\(application)\n\(subject)".utf8)
        }
    }

    static let textBytes = 2000

    /// Whether `proof` is by `key`, 32 bytes in base64url, for this application. With a key of all, none is.
    static func isGood(_ proof: String, for application: ID<Application>, by key: String) -> Bool {
        guard let point = Base64.decodeURL(key), point.count == 32, !Ed25519Points.isWeak(point),
            let signature = Base64.decodeURL(proof), signature.count == 64,
            let signer = try? Curve25519.Signing.PublicKey(rawRepresentation: point)
        else { return false }
        return signer.isValidSignature(signature, for: Purpose.key.claim(application, Base64.encodeURL(point)))
    }

    /// Whether `proof` is by the certificate's key for this application.
    static func isGood(
        _ proof: String, for application: ID<Application>, with certificate: ShownCertificate
    ) -> Bool {
        guard let signature = Base64.decodeURL(proof),
            let key = try? CertificateKey(subjectPublicKeyInfo: certificate.publicKey)
        else { return false }
        let claim = Purpose.certificate.claim(application, Hex.encode(certificate.sha256))
        return key.isValid(signature, over: claim)
    }
}

/// How a proof is made, for whoever reads the page.
extension KeyProof {
    /// With OpenSSL 3 and coreutils, from a new key on. Prints the key, and below it the proof.
    static func openSSL(for application: ID<Application>) -> String {
        """
        openssl genpkey -algorithm ed25519 -out key.pem
        KEY=$(openssl pkey -in key.pem -pubout -outform DER | tail -c 32 | basenc --base64url | tr -d =)
        printf '\(Purpose.key.rawValue)\\n%s\\n%s' '\(application)' "$KEY" > claim
        echo "$KEY"; openssl pkeyutl -sign -rawin -inkey key.pem -in claim | basenc --base64url -w0 | tr -d =
        """
    }

    /// The same for a certificate that is there with its key. Prints the proof.
    static func openSSL(forCertificateOf application: ID<Application>) -> String {
        """
        PRINT=$(openssl x509 -in cert.pem -outform DER | sha256sum | cut -c -64)
        printf '\(Purpose.certificate.rawValue)\\n%s\\n%s' '\(application)' "$PRINT" > claim
        openssl pkeyutl -sign -rawin -inkey key.pem -in claim | basenc --base64url -w0 | tr -d =
        """
    }

    /// With this program; makes the key where there is none.
    static func command(for application: ID<Application>) -> String {
        "truc application proof '\(application)' key.pem"
    }

    static func command(forCertificateOf application: ID<Application>) -> String {
        "truc application proof '\(application)' key.pem --certificate cert.pem"
    }
}
