package import Vocabulary

/// One immutable version of an object, of any media type, signed by the organisation that made it.
///
/// Nobody edits it on the way: `bytes` are kept and passed on as they came, and `signature` covers the envelope, which
/// names their SHA-256. Unique by (origin, id, version, sha256); the same
/// id and version of one origin with other bytes is equivocation.
package struct Fact: Sendable, Hashable {
    /// The object's own id, shared by all of its versions: `indicator--…`.
    package let id: String
    /// Tells the versions of one id apart: `2020-11-09T01:30:00.000Z`. Opaque here.
    package let version: String
    package let mediaType: String
    package let origin: ID<Organisation>
    package let tlp: TLP
    package let recipients: Recipients
    /// True for a version that withdraws the object: it goes to all who ever got one.
    package let isRevocation: Bool
    package let createdAt: Instant
    package let bytes: [UInt8]
    /// SHA-256 of `bytes`, 32 bytes.
    package let sha256: [UInt8]
    /// Ed25519 of `origin` over `envelope`, 64 bytes.
    package let signature: [UInt8]
}

/// A version of an object that this node wants to publish; `Exchange.publish` makes a signed `Fact` of it.
package struct FactDraft: Sendable, Hashable {
    package var id: String
    package var version: String
    package var mediaType: String
    package var tlp: TLP
    package var recipients: Recipients
    package var isRevocation: Bool
    package var bytes: [UInt8]

    package init(
        id: String, version: String, mediaType: String, tlp: TLP, recipients: Recipients, isRevocation: Bool = false,
        bytes: [UInt8]
    ) {
        self.id = id
        self.version = version
        self.mediaType = mediaType
        self.tlp = tlp
        self.recipients = recipients
        self.isRevocation = isRevocation
        self.bytes = bytes
    }
}
