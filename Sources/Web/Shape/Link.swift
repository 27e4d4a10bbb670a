package import Vocabulary

/// Where one may go: a path of this site, a place on the page, or an `https` address.
///
/// Interpolated values are percent-encoded, so `"/incidents/\(id)?from=\(list)"` can be led astray by neither.
/// A literal that is no such address (`javascript:`, `//host`, a `..` that somebody's text made) becomes `/`.
package struct Link: Sendable, Hashable, ExpressibleByStringInterpolation {
    package let text: String

    package init(stringLiteral literal: String) {
        text = Link.isOwnPath(literal) || Link.isPlace(literal) || Link.isHTTPS(literal) ? literal : "/"
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        let text = interpolation.text
        // Of an https address the whole host stands in the literal; a value only follows behind it.
        let hostIsLiteral = interpolation.start.dropFirst(8).contains("/")
        self.text = Link.isOwnPath(text) || Link.isPlace(text) || Link.isHTTPS(text) && hostIsLiteral ? text : "/"
    }

    /// A path of this site from somebody's word (`?next=`); nil for anything that could lead away.
    package init?(ownPath text: String) {
        guard Link.isOwnPath(text) else { return nil }
        self.text = text
    }

    /// An outside address from somebody's word; nil unless it is plain `https://host…`.
    package init?(https text: String) {
        guard Link.isHTTPS(text) else { return nil }
        self.text = text
    }

    /// A path on another site whose address is known otherwise than from whoever calls: `https://host`, or http on this
    /// very machine (`http://localhost:8041`, nodes of a demonstration).
    package init?(on site: String, path: Link) {
        guard Link.isSite(site), Link.isOwnPath(path.text) else { return nil }
        self.text = site + path.text
    }

    /// Whether a text is the address of a site, without a path.
    package static func isSite(_ text: String) -> Bool {
        if text.hasPrefix("http://") { return isOwnMachine(text.dropFirst("http://".count)) }
        return isHTTPS(text) && !text.dropFirst(8).contains { "/?#".contains($0) }
    }

    /// `localhost`, a name below it (RFC 6761, section 6.3) or 127.0.0.1, perhaps with a port.
    private static func isOwnMachine(_ place: Substring) -> Bool {
        let parts = place.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let (host, port) = (parts[0], parts.dropFirst().first)
        let isNumber = port.map { (1...5).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }
        let isName = host.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || "-.".utf8.contains($0)
        }
        let isHere = host == "localhost" || host == "127.0.0.1" || isName && host.hasSuffix(".localhost")
        return isHere && isNumber ?? true
    }

    /// The same address with more in its query; blank values are left out.
    package func with(_ fields: Fields) -> Link {
        var text = text
        for field in fields.list where !field.value.isEmpty {
            text += text.contains("?") ? "&" : "?"
            text += "\(PercentCoding.encode(field.name))=\(PercentCoding.encode(field.value))"
        }
        return Link(checked: text)
    }

    private init(checked text: String) {
        self.text = text
    }

    /// `/…`, but not `//host`, `/\host` or a path that climbs.
    static func isOwnPath(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "/"), isPrintable(text) else { return false }
        let path = text.prefix { $0 != "?" && $0 != "#" }
        return !path.hasPrefix("//") && !path.contains("\\") && !climbs(path)
    }

    private static func isPlace(_ text: String) -> Bool {
        text.hasPrefix("#") && isPrintable(text)
    }

    private static func isHTTPS(_ text: String) -> Bool {
        guard text.hasPrefix("https://"), isPrintable(text), !text.contains("\\") else { return false }
        let host = text.dropFirst(8).prefix { !"/?#".contains($0) }
        return !host.isEmpty && host.utf8.allSatisfy { PercentCoding.isUnreserved($0) || ":[]".utf8.contains($0) }
    }

    /// ASCII without spaces, controls and quotes: as a header and as an attribute it stays one thing.
    private static func isPrintable(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "<") }
    }

    private static func climbs(_ path: Substring) -> Bool {
        path.split(separator: "/").contains { segment in
            let plain = PercentCoding.decode(segment.utf8) ?? ".."
            return plain == "." || plain == ".."
        }
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        /// What the literal says before the first value.
        var start: String { hasValue ? first : text }
        private var first = ""
        private var hasValue = false

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        package mutating func appendInterpolation(_ value: String) {
            if !hasValue { first = text }
            hasValue = true
            text += PercentCoding.encode(value)
        }

        package mutating func appendInterpolation(_ number: Int) {
            appendInterpolation(String(number))
        }

        package mutating func appendInterpolation<Kind>(_ id: ID<Kind>) {
            appendInterpolation(id.text)
        }
    }
}
