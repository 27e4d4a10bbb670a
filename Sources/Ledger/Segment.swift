import Vocabulary

/// How the log stands on disk: files `<first leaf, 20 digits>.segment`, each a header and then records.
///
/// All numbers are big endian. A check is the first 8 bytes of a SHA-256.
///
/// | header, 136 bytes | |
/// |---|---|
/// | 8 | `TRUCLOG1` |
/// | 8, 8, 32, 8, 64, 8 | the head at which the segment begins: size, previous size, root, instant, signature, check |
///
/// | record | |
/// |---|---|
/// | 4 | length of the payload |
/// | 1 | type: 1 leaf, 2 head |
/// | | payload: a `Leaf`, or size 8, previous size 8, root 32, instant 8, Ed25519 signature 64 |
/// | 8 | check: of the leaf hash SHA-256(0x00 ‖ leaf), or of SHA-256(0x02 ‖ head) |
///
/// A batch is leaf records and then the head that signs them, written together and made durable by one `fdatasync`:
/// so a leaf is never durable long before its head, and the next batch begins only when this one is safe. The segment
/// that is written has room behind its last record, all zeros, which is cut off when it is closed.
enum Segment {
    static let magic = Array("TRUCLOG1".utf8)
    static let headerLength = 136
    static let frameLength = 5
    static let checkLength = 8
    static let headLength = 120
    static let payloadLimit = 4096
    /// No segment is longer: it is closed at `segmentBytes`, and one batch follows at most.
    static let fileLimit = 256 << 20
    static let leafRecordLimit = frameLength + Leaf.lengthLimit + checkLength
    /// The whole record of a head: the last bytes of every closed segment.
    static let headRecordLength = frameLength + headLength + checkLength

    enum Kind: UInt8 {
        case leaf = 1
        case head = 2
    }

    static func name(_ first: Int64) -> String {
        let digits = String(first)
        return String(repeating: "0", count: 20 - digits.count) + digits + ".segment"
    }

    /// The first leaf of the segment with this name; nil for other files.
    static func first(_ name: String) -> Int64? {
        guard name.hasSuffix(".segment"), let first = Int64(name.dropLast(8)), Segment.name(first) == name else {
            return nil
        }
        return first
    }
}

/// A signed head as the segments keep it.
struct Head: Sendable, Hashable {
    let size: Int64
    /// The size at the head before: where this head's batch begins.
    let previous: Int64
    let root: LedgerHash
    let at: Instant
    let signature: [UInt8]

    var payload: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Segment.headLength)
        bytes.append(bigEndian: size)
        bytes.append(bigEndian: previous)
        bytes.append(root)
        bytes.append(bigEndian: at.milliseconds)
        return bytes + signature
    }

    init(size: Int64, previous: Int64, root: LedgerHash, at: Instant, signature: [UInt8]) {
        self.size = size
        self.previous = previous
        self.root = root
        self.at = at
        self.signature = signature
    }

    init?(payload: ArraySlice<UInt8>) {
        var rest = payload
        guard rest.count == Segment.headLength, let size = rest.takeUInt64().map(Int64.init(bitPattern:)),
            let previous = rest.takeUInt64().map(Int64.init(bitPattern:)), let root = rest.takeHash(),
            let at = rest.takeUInt64().map(Int64.init(bitPattern:)), size >= previous, previous >= 0
        else { return nil }
        self.init(size: size, previous: previous, root: root, at: Instant(milliseconds: at), signature: Array(rest))
    }

    func isSigned(by key: VerifierKey) -> Bool {
        key.isSignature(signature, of: Checkpoint.text(key.name, size, root))
    }

    func checkpoint(of signer: VerifierKey) -> Checkpoint {
        let signed = SignedNote.Signature(name: signer.name, keyHash: signer.keyHash, bytes: signature)
        let note = SignedNote(text: Checkpoint.text(signer.name, size, root), signatures: [signed])
        return Checkpoint(origin: signer.name, size: size, root: root, note: note.description, at: at)
    }
}

extension Segment {
    static func header(_ head: Head) -> [UInt8] {
        magic + head.payload + check(ofHead: head.payload[...])
    }

    static func head(ofHeader bytes: [UInt8]) -> Head? {
        guard bytes.count >= headerLength, bytes.starts(with: magic) else { return nil }
        let payload = bytes[magic.count..<magic.count + headLength]
        guard check(ofHead: payload) == bytes[payload.endIndex..<headerLength] else { return nil }
        return Head(payload: payload)
    }

    static func append(_ head: Head, to bytes: inout [UInt8]) {
        let payload = head.payload
        bytes.append(bigEndian: UInt32(payload.count))
        bytes.append(Kind.head.rawValue)
        bytes.append(contentsOf: payload)
        bytes.append(contentsOf: check(ofHead: payload[...]))
    }

    static func check(ofHead payload: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        LedgerHash(sha256: [2] + payload).bytes.prefix(checkLength)
    }
}

/// One record as it was read.
enum SegmentRecord {
    case leaf(bytes: ArraySlice<UInt8>, hash: LedgerHash, end: Int)
    case head(Head, end: Int)
    /// What stands here is no whole record; why.
    case broken(String)

    /// - Precondition: `offset` is within the bytes.
    init(_ bytes: [UInt8], at offset: Int) {
        var rest = bytes[offset...]
        guard let length = rest.takeUInt32(), let kind = rest.popFirst() else {
            self = .broken("the file ends within a record")
            return
        }
        guard length <= Segment.payloadLimit, let kind = Segment.Kind(rawValue: kind) else {
            self = .broken("not a record")
            return
        }
        guard let payload = rest.take(Int(length)), let check = rest.take(Segment.checkLength) else {
            self = .broken("the file ends within a record")
            return
        }
        self = SegmentRecord.checked(kind, payload, check, end: rest.startIndex)
    }

    private static func checked(
        _ kind: Segment.Kind, _ payload: ArraySlice<UInt8>, _ check: ArraySlice<UInt8>, end: Int
    ) -> SegmentRecord {
        switch kind {
        case .leaf:
            let hash = LedgerHash.leaf(payload)
            guard check.withUnsafeBytes({ $0.loadUnaligned(as: UInt64.self) }) == hash.words.a else {
                return .broken("the leaf does not fit its check")
            }
            return .leaf(bytes: payload, hash: hash, end: end)
        case .head:
            guard Segment.check(ofHead: payload) == check, let head = Head(payload: payload) else {
                return .broken("the head does not fit its check")
            }
            return .head(head, end: end)
        }
    }
}
