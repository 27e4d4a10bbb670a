import Crypto
import Vocabulary

/// RFC 9530: the hash of a body as a header, `sha-256=:…:`.
enum ContentDigest {
    static let header = "content-digest"

    static func make(_ body: [UInt8]) -> String {
        "sha-256=:\(Base64.encode(SHA256.hash(data: body).map { $0 })):"
    }

    /// Whether `field` names the SHA-256 of `body`. Other algorithms beside it are not read.
    static func matches(_ field: String, _ body: [UInt8]) -> Bool {
        guard let digests = StructuredField(field), case .bytes(let bytes)? = digests["sha-256"] else { return false }
        return SHA256.hash(data: body).elementsEqual(bytes)
    }
}
