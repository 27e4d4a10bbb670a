package import Vocabulary

/// Leaves as the bytes they will be in the log, for whoever has many of them and no time to make values: an event loop
/// spells each where it stands, and hands over what came together.
package struct LeafBatch: Sendable {
    /// Records as a segment has them; their checks are filled in by the writer.
    private(set) var bytes: [UInt8] = []
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Room for as much as another has.
    package init(reserving other: LeafBatch) {
        bytes.reserveCapacity(other.bytes.count + other.bytes.count / 4)
    }

    /// Adds a leaf with a record.
    ///
    /// - Parameters:
    ///   - kind: 1 to 64 of `a-z 0-9 . -`.
    ///   - fact: 1 to 128 printable ASCII characters without spaces.
    ///   - record: canonical JSON, at most `Leaf.recordLimit` bytes.
    /// - Returns: false when one of these is too long or empty; then nothing was added.
    package mutating func add(
        kind: [UInt8], at: Instant, fact: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer
    ) -> Bool {
        guard (1...Leaf.kindLimit).contains(kind.count), (1...Leaf.factLimit).contains(fact.count),
            (1...Leaf.recordLimit).contains(record.count)
        else { return false }
        let before = 14 + kind.count + fact.count
        let whole = Segment.frameLength + before + record.count
        withUnsafeTemporaryAllocation(byteCount: whole + Segment.checkLength, alignment: 1) { leaf in
            leaf.storeBytes(of: UInt32(before + record.count).bigEndian, as: UInt32.self)
            leaf[4] = Segment.Kind.leaf.rawValue
            leaf[5] = Leaf.recordVersion
            leaf[6] = Leaf.Source.direct.rawValue
            leaf.storeBytes(of: UInt64(bitPattern: at.milliseconds).bigEndian, toByteOffset: 7, as: UInt64.self)
            leaf[15] = UInt8(truncatingIfNeeded: kind.count)
            UnsafeMutableRawBufferPointer(rebasing: leaf[16...]).copyBytes(from: kind)
            leaf[16 + kind.count] = UInt8(truncatingIfNeeded: fact.count)
            UnsafeMutableRawBufferPointer(rebasing: leaf[(17 + kind.count)...]).copyMemory(from: fact)
            let length = 17 + kind.count + fact.count
            leaf.storeBytes(of: UInt16(record.count).bigEndian, toByteOffset: length, as: UInt16.self)
            UnsafeMutableRawBufferPointer(rebasing: leaf[(length + 2)...]).copyMemory(from: record)
            leaf.storeBytes(of: 0, toByteOffset: whole, as: UInt64.self)
            bytes.append(contentsOf: leaf)
        }
        count += 1
        return true
    }

    package mutating func add(contentsOf other: LeafBatch) {
        bytes += other.bytes
        count += other.count
    }

    mutating func add(_ leaf: Leaf) {
        let frame = bytes.count
        bytes.append(bigEndian: UInt32(0))
        bytes.append(Segment.Kind.leaf.rawValue)
        leaf.write(to: &bytes)
        close(frame)
    }

    private mutating func close(_ frame: Int) {
        let length = bytes.count - frame - Segment.frameLength
        (bytes[frame + 2], bytes[frame + 3]) = (UInt8(length >> 8), UInt8(length & 0xFF))
        bytes.append(bigEndian: UInt64(0))
        count += 1
    }
}

extension Segment {
    /// Fills in the checks of leaf records, and tells each leaf's hash and where its record begins.
    static func seal(_ records: inout [UInt8], each: (LedgerHash, Int) -> Void) {
        records.withUnsafeMutableBytes { bytes in
            var place = 0
            while place < bytes.count {
                let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
                let payload = place + frameLength
                let hash = LedgerHash.leaf(UnsafeRawBufferPointer(rebasing: bytes[payload..<payload + length]))
                bytes.storeBytes(of: hash.words.a, toByteOffset: payload + length, as: UInt64.self)
                each(hash, place)
                place = payload + length + checkLength
            }
        }
    }
}
