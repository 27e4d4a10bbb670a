import NIOCore

/// A checked address: `http` or `https`, no user, a host in its usual spelling.
struct FetchAddress: Sendable, Hashable {
    let isSecure: Bool
    /// Lowercase, without brackets.
    let host: String
    let port: Int
    /// Path and query.
    let target: String

    init(_ url: String) throws(FetchError) {
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let colon = url.firstIndex(of: ":") else {
            throw .badAddress(url)
        }
        let scheme = url[..<colon].lowercased()
        guard scheme == "http" || scheme == "https", url[colon...].hasPrefix("://") else { throw .badAddress(url) }
        let rest = url[colon...].dropFirst(3)
        let authority = rest.prefix { !"/?#\\".contains($0) }
        let tail = rest[authority.endIndex...].prefix { $0 != "#" }
        guard !authority.contains("@"), !tail.contains("\\"), let (host, port) = FetchAddress.split(authority) else {
            throw .badAddress(url)
        }
        isSecure = scheme == "https"
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        target = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    /// As the `Host` field has it.
    var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The name for SNI; nil for an address.
    var serverName: String? {
        isLiteral ? nil : host
    }

    var isLiteral: Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

    private static func split(_ authority: Substring) -> (String, Int?)? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = authority[..<end].dropFirst().lowercased()
            let rest = authority[end...].dropFirst()
            guard host.contains(":"), (try? SocketAddress(ipAddress: host, port: 0)) != nil else { return nil }
            if rest.isEmpty { return (host, nil) }
            return rest.hasPrefix(":") ? port(rest.dropFirst()).map { (host, $0) } : nil
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first.map({ $0.lowercased() }), isHost(name) else { return nil }
        return parts.count == 1 ? (name, nil) : port(parts[1]).map { (name, $0) }
    }

    private static func port(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text).flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    /// A name of letters, digits and hyphens, or four decimal numbers. Nothing that a resolver would read as a number
    /// in another spelling: `2130706433`, `0x7f.1`, `127.1`, `0177.0.0.1`.
    private static func isHost(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, let last = labels.last, labels.allSatisfy(isLabel) else { return false }
        guard last.utf8.first.map({ (48...57).contains($0) }) ?? true else { return true }
        return labels.count == 4
            && labels.allSatisfy { label in
                label.utf8.allSatisfy { (48...57).contains($0) } && (label == "0" || !label.hasPrefix("0"))
                    && (Int(label) ?? 256) < 256
            }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { unit in
                (97...122).contains(unit) || (48...57).contains(unit) || unit == UInt8(ascii: "-")
                    || unit == UInt8(ascii: "_")
            }
    }
}
