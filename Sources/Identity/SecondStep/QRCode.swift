import Vocabulary
import Web

/// A QR code (ISO/IEC 18004) for a set-up link: byte mode, versions 1 to 9, error correction L, always mask 0.
///
/// Choosing the best of eight masks helps a scanner on worn print; a fresh screen does not need it.
struct QRCode: Sendable, Hashable {
    /// Modules on a side, without the quiet zone.
    let size: Int
    /// Row by row; true is dark.
    private(set) var isDark: [Bool]
    private var isFixed: [Bool]

    /// Nil when `text` has more than 230 bytes.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let version = Version.all.first(where: { $0.dataBytes - 2 >= bytes.count }) else { return nil }
        size = 17 + 4 * version.number
        isDark = Array(repeating: false, count: size * size)
        isFixed = isDark
        drawFixedPatterns(version)
        draw(version.codewords(of: bytes))
    }

    subscript(row: Int, column: Int) -> Bool { isDark[row * size + column] }

    private mutating func fix(_ row: Int, _ column: Int, _ dark: Bool) {
        isDark[row * size + column] = dark
        isFixed[row * size + column] = true
    }

    private mutating func drawFixedPatterns(_ version: Version) {
        for index in 0..<size {
            fix(6, index, index % 2 == 0)
            fix(index, 6, index % 2 == 0)
        }
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] {
            drawSquare(row, column, radius: 4, light: [2, 4])
        }
        let centres = version.alignment
        for row in centres {
            for column in centres where !isFinder(row, column, centres) {
                drawSquare(row, column, radius: 2, light: [1])
            }
        }
        drawFormat()
        if version.number >= 7 { drawVersion(version.number) }
    }

    private func isFinder(_ row: Int, _ column: Int, _ centres: [Int]) -> Bool {
        let (first, last) = (centres.first, centres.last)
        return (row == first || row == last) && (column == first || column == last) && !(row == last && column == last)
    }

    /// Squares in squares around a centre; the rings at the distances in `light` are light.
    private mutating func drawSquare(_ row: Int, _ column: Int, radius: Int, light: Set<Int>) {
        for down in -radius...radius {
            for right in -radius...radius
            where (0..<size).contains(row + down) && (0..<size).contains(column + right) {
                fix(row + down, column + right, !light.contains(max(abs(down), abs(right))))
            }
        }
    }

    /// Level L and mask 0, twice, as BCH(15,5).
    private mutating func drawFormat() {
        let data = 0b01 << 3
        let rest = (0..<10).reduce(data) { rest, _ in rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (data << 10 | rest) ^ 0x5412
        for index in 0..<15 {
            let bit = bits >> index & 1 == 1
            switch index {
            case 0...5: fix(index, 8, bit)
            case 6, 7: fix(index + 1, 8, bit)
            case 8: fix(8, 7, bit)
            default: fix(8, 14 - index, bit)
            }
            if index < 8 { fix(8, size - 1 - index, bit) } else { fix(size - 15 + index, 8, bit) }
        }
        fix(size - 8, 8, true)
    }

    /// BCH(18,6), from version 7 on.
    private mutating func drawVersion(_ number: Int) {
        let rest = (0..<12).reduce(number) { rest, _ in rest << 1 ^ (rest >> 11) * 0x1F25 }
        let bits = number << 12 | rest
        for index in 0..<18 {
            let (far, near) = (size - 11 + index % 3, index / 3)
            fix(far, near, bits >> index & 1 == 1)
            fix(near, far, bits >> index & 1 == 1)
        }
    }

    /// Two columns at a time from the right, up and down in turn, under mask 0.
    private mutating func draw(_ codewords: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            let isUpward = (right + 1) & 2 == 0
            for step in 0..<size {
                for column in [right, right - 1] {
                    let row = isUpward ? size - 1 - step : step
                    guard !isFixed[row * size + column] else { continue }
                    let bit = index < codewords.count * 8 && codewords[index / 8] >> UInt8(7 - index % 8) & 1 == 1
                    isDark[row * size + column] = bit != ((row + column) % 2 == 0)
                    index += 1
                }
            }
            right -= 2
        }
    }
}

extension QRCode {
    /// ISO/IEC 18004 tables 7, 9 and E.1, level L. Up to version 9 all blocks of a code are equally long.
    struct Version {
        let number, blocks, bytesPerBlock, correctionPerBlock: Int
        let alignment: [Int]

        var dataBytes: Int { blocks * bytesPerBlock }

        static let all = [
            Version(number: 1, blocks: 1, bytesPerBlock: 19, correctionPerBlock: 7, alignment: []),
            Version(number: 2, blocks: 1, bytesPerBlock: 34, correctionPerBlock: 10, alignment: [6, 18]),
            Version(number: 3, blocks: 1, bytesPerBlock: 55, correctionPerBlock: 15, alignment: [6, 22]),
            Version(number: 4, blocks: 1, bytesPerBlock: 80, correctionPerBlock: 20, alignment: [6, 26]),
            Version(number: 5, blocks: 1, bytesPerBlock: 108, correctionPerBlock: 26, alignment: [6, 30]),
            Version(number: 6, blocks: 2, bytesPerBlock: 68, correctionPerBlock: 18, alignment: [6, 34]),
            Version(number: 7, blocks: 2, bytesPerBlock: 78, correctionPerBlock: 20, alignment: [6, 22, 38]),
            Version(number: 8, blocks: 2, bytesPerBlock: 97, correctionPerBlock: 24, alignment: [6, 24, 42]),
            Version(number: 9, blocks: 2, bytesPerBlock: 116, correctionPerBlock: 30, alignment: [6, 26, 46]),
        ]

        /// Data and error correction, interleaved block by block.
        func codewords(of bytes: [UInt8]) -> [UInt8] {
            let head = [0x40 | UInt8(bytes.count >> 4)]
            let shifted = zip([UInt8(bytes.count & 15)] + bytes, bytes + [0]).map { $0 << 4 | $1 >> 4 }
            var data = head + shifted
            for filler in 0..<(dataBytes - data.count) { data.append(filler % 2 == 0 ? 0xEC : 0x11) }
            let parts = (0..<blocks).map { Array(data[($0 * bytesPerBlock)..<(($0 + 1) * bytesPerBlock)]) }
            let corrections = parts.map { ReedSolomon.remainder(of: $0, count: correctionPerBlock) }
            return interleaved(parts) + interleaved(corrections)
        }

        private func interleaved(_ blocks: [[UInt8]]) -> [UInt8] {
            (0..<(blocks.first?.count ?? 0)).flatMap { index in blocks.map { $0[index] } }
        }
    }

    /// Over GF(2⁸) with x⁸ + x⁴ + x³ + x² + 1.
    enum ReedSolomon {
        static func remainder(of data: [UInt8], count: Int) -> [UInt8] {
            let divisor = generator(count)
            return data.reduce(into: [UInt8](repeating: 0, count: count)) { rest, byte in
                let factor = byte ^ rest.removeFirst()
                rest.append(0)
                for index in rest.indices { rest[index] ^= product(divisor[index], factor) }
            }
        }

        /// The product of (x − 2⁰) … (x − 2ⁿ⁻¹) without its leading 1.
        private static func generator(_ count: Int) -> [UInt8] {
            var coefficients = [UInt8](repeating: 0, count: count - 1) + [1]
            var root: UInt8 = 1
            for _ in 0..<count {
                for index in 0..<count {
                    coefficients[index] = product(coefficients[index], root)
                    if index + 1 < count { coefficients[index] ^= coefficients[index + 1] }
                }
                root = product(root, 2)
            }
            return coefficients
        }

        private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
            (0..<8).reversed().reduce(UInt8(0)) { sum, bit in
                (sum << 1) ^ (sum >> 7) * 0x1D ^ (b >> UInt8(bit) & 1) * a
            }
        }
    }
}

/// Dark on light in both colour schemes: scanners expect it.
func qrPicture(_ page: Page, _ code: QRCode) -> HTML {
    let side = code.size + 8
    let path = (0..<code.size).flatMap { row in
        (0..<code.size).filter { code[row, $0] }.map { "M\($0 + 4) \(row + 4)h1v1h-1z" }
    }.joined()
    return """
        <p><svg role="img" aria-label="\(page[.qrCode])" width="240" height="240" viewBox="0 0 \(side) \(side)" \
        shape-rendering="crispEdges"><rect width="\(side)" height="\(side)" fill="#ffffff"/>\
        <path d="\(path)" fill="#000000"/></svg></p>
        """
}
