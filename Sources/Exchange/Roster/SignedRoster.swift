package import Crypto
import StrictJSON
package import Vocabulary

/// A roster with its keeper's signature, kept and passed on byte for byte.
package struct SignedRoster: Sendable {
    package let roster: Roster
    /// The canonical bytes.
    let bytes: [UInt8]
    let signature: [UInt8]
    /// SHA-256 of `bytes`: what the next version names, and what a node says beside the version number.
    package let hash: [UInt8]

    /// Signs a new version.
    init(_ roster: Roster, by key: Curve25519.Signing.PrivateKey) throws {
        let bytes = roster.json.canonical()
        self.init(roster, bytes, Array(try key.signature(for: SignedRoster.signed(bytes))))
    }

    /// Reads one that came in. Whether the right key signed it is for `isSigned` and `succeeds` to say.
    init(_ bytes: [UInt8], signature: [UInt8]) throws(RosterRefusal) {
        self.init(try Roster(canonical: bytes), bytes, signature)
    }

    private init(_ roster: Roster, _ bytes: [UInt8], _ signature: [UInt8]) {
        self.roster = roster
        self.bytes = bytes
        self.signature = signature
        hash = Array(SHA256.hash(data: bytes))
    }

    func isSigned(by key: Curve25519.Signing.PublicKey) -> Bool {
        key.isValidSignature(signature, for: SignedRoster.signed(bytes))
    }

    /// Nothing else that this key signs begins like this.
    private static func signed(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(Roster.kind)\n".utf8) + bytes
    }

    /// Throws unless this is the version right after `known`, kept by the same keeper and signed with the key known
    /// for it.
    func check(after known: SignedRoster) throws(RosterRefusal) {
        guard roster.keeper == known.roster.keeper, let keeper = known.roster.member(known.roster.keeper) else {
            throw .otherKeeper
        }
        guard isSigned(by: keeper.key) else { throw .badSignature }
        if roster.version == known.roster.version, hash != known.hash { throw .equivocation }
        guard roster.version == known.roster.version + 1, roster.previous == known.hash else { throw .notChained }
        guard roster.member(roster.keeper)?.keyID == keeper.keyID else { throw .otherKeeper }
    }

    /// What a node says about its roster in every call and answer.
    var mark: RosterMark { RosterMark(version: roster.version, hash: Array(hash.prefix(8))) }
}

/// `7;0123456789abcdef`: a version and the first 8 bytes of its hash, in the header `truc-roster`.
struct RosterMark: Sendable, Hashable, CustomStringConvertible {
    static let header = "truc-roster"

    let version: Int64
    let hash: [UInt8]

    init(version: Int64, hash: [UInt8]) {
        self.version = version
        self.hash = hash
    }

    init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 2, let version = Int64(parts[0]), version >= 0, let hash = Hex.decode(parts[1]),
            hash.count == 8,
            text == "\(version);\(Hex.encode(hash))"
        else { return nil }
        self.init(version: version, hash: hash)
    }

    var description: String { "\(version);\(Hex.encode(hash))" }

    /// A node without a roster yet.
    static let none = RosterMark(version: 0, hash: [UInt8](repeating: 0, count: 8))
}

/// Several versions in order, each as one line of base64: canonical bytes, `.`, signature.
enum RosterChain {
    static let mediaType = "application/vnd.truc.roster"

    static func encode(_ versions: [SignedRoster]) -> [UInt8] {
        Array(versions.map { "\(Base64.encode($0.bytes)).\(Base64.encode($0.signature))\n" }.joined().utf8)
    }

    static func decode(_ bytes: [UInt8]) throws(RosterRefusal) -> [SignedRoster] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .unreadable }
        var versions: [SignedRoster] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let document = Base64.decode(parts[0]), let signature = Base64.decode(parts[1])
            else {
                throw .unreadable
            }
            versions.append(try SignedRoster(document, signature: signature))
        }
        return versions
    }
}
