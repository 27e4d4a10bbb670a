import Foundation
import Vocabulary

/// The proxies before this server whose word about the caller's address is taken (nginx): addresses and CIDR ranges.
///
/// Such a proxy must set `X-Forwarded-For`. No other header is read: what a proxy does not write itself it passes on
/// from the caller.
package struct TrustedProxies: Sendable, Hashable {
    private struct Block: Sendable, Hashable {
        /// 16 bytes; IPv4 as `::ffff:0:0/96`.
        let bytes: [UInt8]
        let bits: Int
    }

    private let blocks: [Block]

    package static let none = TrustedProxies(blocks: [])

    private init(blocks: [Block]) {
        self.blocks = blocks
    }

    /// Nil when one of them is neither an address (`127.0.0.1`, `::1`) nor a block (`10.0.0.0/8`).
    package init?(_ texts: [String]) {
        let blocks = texts.compactMap(TrustedProxies.block)
        guard blocks.count == texts.count else { return nil }
        self.blocks = blocks
    }

    /// Who calls: `peer`, or, when that is a trusted proxy, the last address of the list that no trusted proxy has.
    /// What stands before it is the caller's own word and is not read.
    func caller(peer: String, forwardedFor lines: [String]) -> String {
        guard contains(peer) else { return peer }
        var known = peer
        for text in lines.joined(separator: ",").split(separator: ",").reversed() {
            let address = text.trimmed
            guard TrustedProxies.bytes(of: address) != nil else { return known }
            known = address
            guard contains(address) else { return known }
        }
        return known
    }

    func contains(_ address: String) -> Bool {
        guard let bytes = TrustedProxies.bytes(of: address) else { return false }
        return blocks.contains { block in
            let (whole, rest) = (block.bits / 8, block.bits % 8)
            guard bytes.prefix(whole) == block.bytes.prefix(whole) else { return false }
            return rest == 0 || (bytes[whole] ^ block.bytes[whole]) >> UInt8(8 - rest) == 0
        }
    }

    private static func block(_ text: String) -> Block? {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = bytes(of: String(halves[0])) else { return nil }
        guard halves.count == 2 else { return Block(bytes: bytes, bits: 128) }
        let width = halves[0].contains(":") ? 128 : 32
        guard let bits = Int(halves[1]), (0...width).contains(bits) else { return nil }
        return Block(bytes: bytes, bits: bits + 128 - width)
    }

    private static func bytes(of address: String) -> [UInt8]? {
        if let six = PublicAddress.bytes(of: address, AF_INET6, 16) { return six }
        return PublicAddress.bytes(of: address, AF_INET, 4).map {
            [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + $0
        }
    }
}
