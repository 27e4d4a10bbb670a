import Crypto
import Vocabulary

/// 32 bytes of SHA-256: a node of the tree, or the salted digest in a leaf. Inline, so that a hash costs no allocation.
package struct LedgerHash: Sendable, Hashable, CustomStringConvertible {
    let words: Words

    /// The bytes as they lie in memory. Not one SIMD vector: values that want 32-byte alignment corrupt the stacks of
    /// async functions (Swift 6.3).
    struct Words: Sendable, Hashable, BitwiseCopyable {
        let a, b, c, d: UInt64
    }

    private init(words: Words) {
        self.words = words
    }

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == LedgerHash.length else { return nil }
        self.init(words: Array(bytes).withUnsafeBytes { $0.loadUnaligned(as: Words.self) })
    }

    /// Reads standard base 64, as signed notes and receipts have it.
    package init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.decode(text) else { return nil }
        self.init(bytes)
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }
    package var base64: String { Base64.encode(bytes) }
    package var description: String { Hex.encode(bytes) }

    static let length = 32
}

/// The tree of RFC 9162 §2.1.1: leaf hashes begin with 0x00, node hashes with 0x01, so neither can pose as the other.
extension LedgerHash {
    /// The hash of a log without leaves: SHA-256 of nothing.
    package static let empty = LedgerHash(sha256: [])

    package init(sha256 bytes: some Collection<UInt8>) {
        var hasher = SHA256()
        LedgerHash.feed(bytes, to: &hasher)
        self.init(finishing: hasher)
    }

    /// `SHA-256(0x00 ‖ leaf)`.
    package static func leaf(_ bytes: some Collection<UInt8>) -> LedgerHash {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
        feed(bytes, to: &hasher)
        return LedgerHash(finishing: hasher)
    }

    private static func feed(_ bytes: some Collection<UInt8>, to hasher: inout SHA256) {
        let fed: Void? = bytes.withContiguousStorageIfAvailable {
            hasher.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if fed == nil { Array(bytes).withUnsafeBytes { hasher.update(bufferPointer: $0) } }
    }

    /// `SHA-256(0x01 ‖ left ‖ right)`.
    package static func node(_ left: LedgerHash, _ right: LedgerHash) -> LedgerHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * length, alignment: 1) { buffer in
            buffer[0] = 1
            buffer.storeBytes(of: left.words, toByteOffset: 1, as: Words.self)
            buffer.storeBytes(of: right.words, toByteOffset: 1 + length, as: Words.self)
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
            return LedgerHash(finishing: hasher)
        }
    }

    private init(finishing hasher: SHA256) {
        self.init(words: hasher.finalize().withUnsafeBytes { $0.loadUnaligned(as: Words.self) })
    }
}
