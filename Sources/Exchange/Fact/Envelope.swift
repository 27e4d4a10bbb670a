import Crypto
import Vocabulary

/// What the origin signs: everything about a fact but its bytes, which it names by their hash.
///
/// Lines of UTF-8 in a fixed order, each ended by LF, no value holding a control character. One value has one spelling,
/// so there is nothing to canonicalise.
struct Envelope: Sendable, Hashable {
    static let tag = "truc-fact-1"

    var origin: ID<Organisation>
    var id: String
    var version: String
    var mediaType: String
    var tlp: TLP
    var recipients: Recipients
    var isRevocation: Bool
    var createdAt: Instant
    var sha256: [UInt8]

    var bytes: [UInt8] {
        let lines = [
            Envelope.tag, origin.text, id, version, mediaType, tlp.rawValue, recipients.description,
            isRevocation ? "revoked" : "current", String(createdAt.milliseconds), Hex.encode(sha256),
        ]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// Nil unless `bytes` are exactly what `Envelope.bytes` makes of some value within the limits.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= Envelope.longest, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 11, lines[0] == Envelope.tag, lines[10].isEmpty, let tlp = TLP(rawValue: lines[5]),
            let recipients = Recipients(lines[6]), let time = Int64(lines[8]), let hash = Hex.decode(lines[9]),
            ["revoked", "current"].contains(lines[7])
        else { return nil }
        self.init(
            origin: ID(lines[1]), id: lines[2], version: lines[3], mediaType: lines[4], tlp: tlp,
            recipients: recipients,
            isRevocation: lines[7] == "revoked", createdAt: Instant(milliseconds: time), sha256: hash)
        guard isWellFormed, self.bytes.elementsEqual(bytes) else { return nil }
    }

    init(
        origin: ID<Organisation>, id: String, version: String, mediaType: String, tlp: TLP, recipients: Recipients,
        isRevocation: Bool, createdAt: Instant, sha256: [UInt8]
    ) {
        self.origin = origin
        self.id = id
        self.version = version
        self.mediaType = mediaType
        self.tlp = tlp
        self.recipients = recipients
        self.isRevocation = isRevocation
        self.createdAt = createdAt
        self.sha256 = sha256
    }

    /// Whether the lines can be told apart again: codes are codes, texts are short, not empty and without controls.
    var isWellFormed: Bool {
        isOrganisationCode(origin.text) && recipients.named.allSatisfy { isOrganisationCode($0.text) }
            && sha256.count == 32
            && [id, version, mediaType].allSatisfy(Envelope.isLine)
    }

    private static let longest = 16_384

    private static func isLine(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}

extension Fact {
    var envelope: Envelope {
        Envelope(
            origin: origin, id: id, version: version, mediaType: mediaType, tlp: tlp, recipients: recipients,
            isRevocation: isRevocation, createdAt: createdAt, sha256: sha256)
    }

    init(_ envelope: Envelope, bytes: [UInt8], signature: [UInt8]) {
        self.init(
            id: envelope.id, version: envelope.version, mediaType: envelope.mediaType, origin: envelope.origin,
            tlp: envelope.tlp,
            recipients: envelope.recipients, isRevocation: envelope.isRevocation, createdAt: envelope.createdAt,
            bytes: bytes,
            sha256: envelope.sha256, signature: signature)
    }

    /// Whether `bytes` are those that the envelope names, and `key` signed the envelope.
    /// The envelope's bytes are those it came in.
    func isSigned(by key: Curve25519.Signing.PublicKey, envelope: some Collection<UInt8>) -> Bool {
        SHA256.hash(data: bytes) == sha256 && key.isValidSignature(signature, for: Array(envelope))
    }

    func isSigned(by key: Curve25519.Signing.PublicKey) -> Bool {
        isSigned(by: key, envelope: envelope.bytes)
    }
}

extension FactDraft {
    /// The fact that this draft becomes. Throws `.invalid` when a text cannot stand in an envelope.
    func signed(by key: Curve25519.Signing.PrivateKey, of origin: ID<Organisation>, at now: Instant) throws -> Fact {
        let envelope = Envelope(
            origin: origin, id: id, version: version, mediaType: mediaType, tlp: tlp, recipients: recipients,
            isRevocation: isRevocation, createdAt: now, sha256: Array(SHA256.hash(data: bytes)))
        guard envelope.isWellFormed else { throw FactError.malformed(id) }
        return Fact(envelope, bytes: bytes, signature: Array(try key.signature(for: envelope.bytes)))
    }
}

/// A mistake of the program that made the draft, not of a person.
package enum FactError: Error, Sendable, Hashable {
    case malformed(String)
    case tooLarge(String)
    /// This node already published other bytes under the same id and version.
    case alreadyPublished(String)
}
