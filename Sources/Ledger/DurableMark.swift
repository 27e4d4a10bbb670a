import Vocabulary

/// Up to where the log is known to be durable, written after each `fdatasync` and not synced itself.
///
/// It can be behind the segments after a power loss, never ahead: what lies before the mark was safe, so damage there
/// is no torn tail. The file `durable`: segment's first leaf 8, byte in it 8, size 8, check 8.
package struct DurableMark: Sendable, Hashable {
    package static let name = "durable"

    package let segment: Int64
    package let offset: Int
    package let size: Int64

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: segment)
        bytes.append(bigEndian: Int64(offset))
        bytes.append(bigEndian: size)
        return bytes + LedgerHash(sha256: bytes).bytes.prefix(Segment.checkLength)
    }

    package init(segment: Int64, offset: Int, size: Int64) {
        self.segment = segment
        self.offset = offset
        self.size = size
    }

    /// Nil when the bytes do not fit their check, as after a power loss while they were written.
    package init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let segment = rest.takeUInt64(), let offset = rest.takeUInt64(), let size = rest.takeUInt64(),
            rest.count == 8,
            LedgerHash(sha256: bytes.prefix(24)).bytes.prefix(Segment.checkLength) == rest
        else { return nil }
        self.init(
            segment: Int64(bitPattern: segment), offset: Int(truncatingIfNeeded: offset), size: Int64(bitPattern: size))
    }
}
