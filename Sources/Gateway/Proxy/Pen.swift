/// Memory in which one loop spells heads and leaves before they go where they belong: plain stores, where a buffer asks
/// at each piece who else holds it. Whoever writes clears it first; nobody keeps what is in it.
final class Pen {
    private var base = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 8)
    private var capacity = 4096
    private(set) var count = 0

    deinit { base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    func clear() { count = 0 }

    /// Room for so many more bytes.
    @inline(__always)
    private func room(_ more: Int) -> UnsafeMutableRawPointer {
        if count + more > capacity { grow(more) }
        return base + count
    }

    private func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
    }

    @inline(__always)
    func add(_ text: StaticString) {
        add(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        room(bytes.count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    @inline(__always)
    func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { add($0) }
    }

    func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    func add(decimal number: Int64) {
        let digits = room(20)
        var (rest, length) = (number.magnitude, 1)
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        rest = number.magnitude
        if number < 0 {
            digits.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
            count += 1
        }
        let start = number < 0 ? digits + 1 : digits
        for place in stride(from: length - 1, through: 0, by: -1) {
            let digit = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            start.storeBytes(of: digit, toByteOffset: place, as: UInt8.self)
            rest /= 10
        }
        count += length
    }

    /// 16 lowercase digits.
    @inline(__always)
    func add(hex number: UInt64) {
        let text = room(16)
        text.storeBytes(of: Pen.hex(UInt32(truncatingIfNeeded: number >> 32)).bigEndian, as: UInt64.self)
        text.storeBytes(of: Pen.hex(UInt32(truncatingIfNeeded: number)).bigEndian, toByteOffset: 8, as: UInt64.self)
        count += 16
    }

    /// The eight lowercase digits of a number as one word, the first digit in its highest byte.
    @inline(__always)
    static func hex(_ number: UInt32) -> UInt64 {
        var digits = UInt64(number)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 in each byte whose digit is a letter.
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    /// A UUID with its four hyphens.
    func add(_ id: CallID) {
        let text = room(CallID.length)
        id.write(to: text)
        count += CallID.length
    }

    /// 44 characters of standard base 64.
    func add(base64 digest: Digest32) {
        let text = room(Digest32.base64Length)
        digest.writeBase64(to: text)
        count += Digest32.base64Length
    }
}
