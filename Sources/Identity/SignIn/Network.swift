import Foundation

/// Where a call comes from, at the two widths at which attempts are counted.
struct Network: Sendable, Hashable {
    /// One IPv4 address, or the IPv6 /64 that one subscriber holds.
    let near: String
    /// IPv4 /24, IPv6 /48.
    let wide: String

    private init(near: String, wide: String) {
        self.near = near
        self.wide = wide
    }

    init(address: String) {
        let text = Network.bare(address)
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four: withUnsafeBytes(of: four) { Array($0) })
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let bytes = withUnsafeBytes(of: six) { Array($0) }
            if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] {
                self.init(four: Array(bytes.suffix(4)))
            } else {
                self.init(near: "6/64 \(bytes.prefix(8))", wide: "6/48 \(bytes.prefix(6))")
            }
        } else {
            self.init(near: "? \(text)", wide: "? \(text)")
        }
    }

    private init(four bytes: [UInt8]) {
        self.init(near: "4/32 \(bytes)", wide: "4/24 \(bytes.prefix(3))")
    }

    /// Without port, brackets and zone: `[fe80::1%eth0]:443` is `fe80::1`.
    static func bare(_ address: String) -> String {
        var text = address[...]
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            text = text[text.index(after: text.startIndex)..<end]
        } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
            text = text[..<colon]
        }
        return String(text.prefix { $0 != "%" })
    }
}
