package import Vocabulary

/// The kind of a fact's id: what a leaf is about. Its content lives in the table `ledger_fact` and can be erased.
package enum LedgerFact {}

/// What the log holds for one fact: when, which kind, and a salted digest, never the content.
///
/// The bytes, all numbers big endian, at most 236:
///
/// | bytes | what |
/// |---|---|
/// | 1 | version, 1 |
/// | 1 | source: 0 appended directly, 1 through the outbox |
/// | 8 | instant, signed milliseconds since 1970-01-01T00:00:00Z |
/// | 1 + k | length k of 1…64, then the kind: `identity.signed-in`, of `a-z 0-9 . -` |
/// | 1 + n | length n of 1…128, then the fact's id: printable ASCII without spaces |
/// | 32 | SHA-256(salt ‖ content), the salt being 32 random bytes |
///
/// One leaf has one spelling: nothing may follow the digest.
///
/// Version 2 has a record in the place of the digest, for facts that need no erasing and whose number leaves no time
/// for a table: 2 bytes of length, then canonical JSON (RFC 8785) of 1…3,584 bytes. Its digest is that of the record.
package struct Leaf: Sendable, Hashable {
    package enum Source: UInt8, Sendable, Hashable {
        case direct = 0
        case outbox = 1
    }

    package let kind: String
    package let fact: ID<LedgerFact>
    package let at: Instant
    package let digest: LedgerHash
    package let source: Source
    /// The content itself, in version 2.
    package let record: [UInt8]?

    static let version: UInt8 = 1
    static let recordVersion: UInt8 = 2
    package static let recordLimit = 3584
    static let kindLimit = 64
    static let factLimit = 128
    static let lengthLimit = 12 + kindLimit + factLimit + LedgerHash.length

    package init(
        kind: String, fact: ID<LedgerFact>, at: Instant, digest: LedgerHash, source: Source = .direct
    ) throws(LedgerError) {
        try self.init(kind: kind, fact: fact, at: at, digest: digest, source: source, record: nil)
    }

    /// A leaf of version 2.
    package init(kind: String, fact: ID<LedgerFact>, at: Instant, record: [UInt8]) throws(LedgerError) {
        guard (1...Leaf.recordLimit).contains(record.count) else {
            throw .invalid("a leaf's record has 1 to \(Leaf.recordLimit) bytes")
        }
        try self.init(
            kind: kind, fact: fact, at: at, digest: LedgerHash(sha256: record), source: .direct, record: record)
    }

    private init(
        kind: String, fact: ID<LedgerFact>, at: Instant, digest: LedgerHash, source: Source, record: [UInt8]?
    ) throws(LedgerError) {
        guard (1...Leaf.kindLimit).contains(kind.utf8.count), kind.utf8.allSatisfy(Leaf.isKind) else {
            throw .invalid("a leaf's kind is 1 to \(Leaf.kindLimit) of a-z 0-9 . -: \(kind)")
        }
        guard (1...Leaf.factLimit).contains(fact.text.utf8.count), fact.text.utf8.allSatisfy(Leaf.isPrintable) else {
            throw .invalid("a leaf's fact id is 1 to \(Leaf.factLimit) printable ASCII characters")
        }
        self.kind = kind
        self.fact = fact
        self.at = at
        self.digest = digest
        self.source = source
        self.record = record
    }

    private static func isKind(_ unit: UInt8) -> Bool {
        switch unit {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isPrintable(_ unit: UInt8) -> Bool {
        (0x21...0x7E).contains(unit)
    }
}

extension Leaf {
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Leaf.lengthLimit)
        write(to: &bytes)
        return bytes
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(record == nil ? Leaf.version : Leaf.recordVersion)
        bytes.append(source.rawValue)
        bytes.append(bigEndian: UInt64(bitPattern: at.milliseconds))
        bytes.append(UInt8(kind.utf8.count))
        bytes.append(contentsOf: kind.utf8)
        bytes.append(UInt8(fact.text.utf8.count))
        bytes.append(contentsOf: fact.text.utf8)
        guard let record else { return bytes.append(digest) }
        bytes.append(bigEndian: UInt16(record.count))
        bytes.append(contentsOf: record)
    }

    /// Nil unless the bytes are the one spelling of a leaf.
    package init?(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        guard let version = rest.popFirst(), let source = rest.popFirst().flatMap(Source.init),
            let milliseconds = rest.takeUInt64(), let kind = rest.takeText(), let fact = rest.takeText()
        else { return nil }
        let at = Instant(milliseconds: Int64(bitPattern: milliseconds))
        let leaf: Leaf?
        switch version {
        case Leaf.version:
            leaf = LedgerHash(rest).flatMap { digest in
                try? Leaf(kind: kind, fact: ID(fact), at: at, digest: digest, source: source)
            }
        case Leaf.recordVersion:
            guard source == .direct, let high = rest.popFirst(), let low = rest.popFirst(),
                rest.count == Int(high) << 8 | Int(low)
            else { return nil }
            leaf = try? Leaf(kind: kind, fact: ID(fact), at: at, record: Array(rest))
        default: leaf = nil
        }
        guard let leaf else { return nil }
        self = leaf
    }
}
