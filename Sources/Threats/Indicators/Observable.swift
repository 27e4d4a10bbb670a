package import Vocabulary

/// What an indicator looks for: one kind of value that can be seen in traffic, mail or files (dấu hiệu nhận biết).
package enum ObservableKind: String, Sendable, Hashable, CaseIterable {
    case domain, ipv4, ipv6, url, sha256, sha1, md5, email

    package var words: Phrase {
        switch self {
        case .domain: Phrase(vi: "Tên miền", en: "Domain name")
        case .ipv4: Phrase(vi: "Địa chỉ IPv4", en: "IPv4 address")
        case .ipv6: Phrase(vi: "Địa chỉ IPv6", en: "IPv6 address")
        case .url: Phrase(name: "URL")
        case .sha256: Phrase(name: "SHA-256")
        case .sha1: Phrase(name: "SHA-1")
        case .md5: Phrase(name: "MD5")
        case .email: Phrase(vi: "Thư điện tử", en: "E-mail address")
        }
    }
}

/// A value of a known kind, in the one spelling under which it is compared.
package struct Observable: Sendable, Hashable {
    package let kind: ObservableKind
    package let value: String

    /// Nil unless `text` is a value of this kind. Defanged forms are understood.
    package init?(_ kind: ObservableKind, _ text: String) {
        let text = Observable.refang(text)
        guard let value = Observable.normal(kind, text) else { return nil }
        self.kind = kind
        self.value = value
    }

    /// Finds out by its form what a value is.
    package init?(_ text: String) {
        for kind in [ObservableKind.url, .email, .ipv4, .ipv6, .sha256, .sha1, .md5, .domain] {
            if let found = Observable(kind, text) {
                self = found
                return
            }
        }
        return nil
    }

    /// The STIX pattern, §9: a string constant in which `\` and `'` are escaped.
    package var pattern: String {
        let text = Observable.quoted(value)
        return switch kind {
        case .domain: "[domain-name:value = \(text)]"
        case .ipv4: "[ipv4-addr:value = \(text)]"
        case .ipv6: "[ipv6-addr:value = \(text)]"
        case .url: "[url:value = \(text)]"
        case .sha256: "[file:hashes.'SHA-256' = \(text)]"
        case .sha1: "[file:hashes.'SHA-1' = \(text)]"
        case .md5: "[file:hashes.MD5 = \(text)]"
        case .email: "[email-addr:value = \(text)]"
        }
    }

    static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    /// Undoes what people do so that nobody clicks: `hxxp`, `[.]`, `(.)`, `[dot]`, `[:]`, `[at]`, `[@]`, `[/]`.
    package static func refang(_ text: String) -> String {
        var clean = Folding.compose(text).trimmed
        for (defanged, plain) in defangs { clean = clean.replacing(defanged, with: plain) }
        let lower = clean.lowercased()
        for (prefix, plain) in [("hxxps:", "https:"), ("hxxp:", "http:"), ("meow:", "http:"), ("fxp:", "ftp:")]
        where lower.hasPrefix(prefix) {
            clean = plain + clean.dropFirst(prefix.count)
        }
        return clean
    }

    private static let defangs = [
        ("[.]", "."), ("(.)", "."), ("{.}", "."), ("[dot]", "."), ("(dot)", "."), ("[DOT]", "."), ("[:]", ":"),
        ("[://]", "://"),
        ("[/]", "/"), ("[@]", "@"), ("[at]", "@"), ("(at)", "@"), ("[AT]", "@"), ("\\.", "."),
    ]
}

extension Observable {
    private static func normal(_ kind: ObservableKind, _ text: String) -> String? {
        switch kind {
        case .domain: domain(text)
        case .ipv4: ipv4(text)
        case .ipv6: IPv6.normal(text)
        case .url: url(text)
        case .sha256: hex(text, 64)
        case .sha1: hex(text, 40)
        case .md5: hex(text, 32)
        case .email: email(text)
        }
    }

    private static func hex(_ text: String, _ length: Int) -> String? {
        text.utf8.count == length && Hex.decode(text) != nil ? text.lowercased() : nil
    }

    /// Two labels or more of letters, digits, hyphens and underscores (RFC 1035 §2.3.1 and use), or international ones;
    /// the last is no number.
    static func domain(_ text: String) -> String? {
        let name = (text.hasSuffix(".") ? String(text.dropLast()) : text).lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, name.utf8.count <= 253, labels.allSatisfy({ isLabel($0) }),
            labels.last?.contains(where: \.isLetter) == true
        else { return nil }
        return name
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    ? scalar == "-" || scalar == "_" || ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar)
                    : scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
            }
    }

    /// Four numbers without leading zeros, perhaps a prefix length.
    static func ipv4(_ text: String) -> String? {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, halves.count <= 2, parts.allSatisfy({ isNumber($0, upTo: 255) }) else { return nil }
        if halves.count == 2, !isNumber(halves[1], upTo: 32) { return nil }
        return text
    }

    static func isNumber(_ text: Substring, upTo limit: Int) -> Bool {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            text == "0" || !text.hasPrefix("0"), let number = Int(text)
        else { return false }
        return number <= limit
    }

    /// An absolute URL with a host; its scheme in lowercase, all else as written.
    private static func url(_ text: String) -> String? {
        guard let colon = text.firstRange(of: "://"), text.utf8.count <= 4096,
            text.unicodeScalars.allSatisfy({
                $0.value > 0x20 && !$0.isHiding && !$0.properties.isWhitespace && $0 != "<" && $0 != ">" && $0 != "\""
            })
        else { return nil }
        let scheme = text[..<colon.lowerBound].lowercased()
        let host = text[colon.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard
            ["http", "https", "ftp", "ftps", "tcp", "udp", "ws", "wss", "ldap", "sftp", "ssh", "smb"].contains(scheme),
            !host.isEmpty
        else { return nil }
        return scheme + text[colon.lowerBound...]
    }

    private static func email(_ text: String) -> String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), let host = domain(String(parts[1])),
            parts[0].unicodeScalars.allSatisfy({
                $0.value > 0x20 && !$0.isHiding && !$0.properties.isWhitespace
                    && !"<>()[],;:\\\"".unicodeScalars.contains($0)
            })
        else { return nil }
        return parts[0] + "@" + host
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
