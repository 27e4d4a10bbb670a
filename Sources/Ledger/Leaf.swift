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

    static let version: UInt8 = 1
    static let kindLimit = 64
    static let factLimit = 128
    static let lengthLimit = 12 + kindLimit + factLimit + LedgerHash.length

    package init(
        kind: String, fact: ID<LedgerFact>, at: Instant, digest: LedgerHash, source: Source = .direct
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
        bytes.append(Leaf.version)
        bytes.append(source.rawValue)
        bytes.append(bigEndian: UInt64(bitPattern: at.milliseconds))
        bytes.append(UInt8(kind.utf8.count))
        bytes.append(contentsOf: kind.utf8)
        bytes.append(UInt8(fact.text.utf8.count))
        bytes.append(contentsOf: fact.text.utf8)
        bytes.append(digest)
    }

    /// Nil unless the bytes are the one spelling of a leaf.
    package init?(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        guard rest.popFirst() == Leaf.version, let source = rest.popFirst().flatMap(Source.init),
            let milliseconds = rest.takeUInt64(),
            let kind = rest.takeText(), let fact = rest.takeText(),
            let digest = LedgerHash(rest),
            let leaf = try? Leaf(
                kind: kind, fact: ID(fact), at: Instant(milliseconds: Int64(bitPattern: milliseconds)), digest: digest,
                source: source)
        else { return nil }
        self = leaf
    }
}
