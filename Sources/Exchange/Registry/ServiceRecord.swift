package import Gateway
import Glibc
package import Vocabulary

/// A service that an organisation offers to others (dịch vụ chia sẻ; NĐ 47/2020 Đ24).
package struct ServiceRecord: Sendable, Hashable {
    package let id: ID<ServiceRecord>
    package let organisation: ID<Organisation>
    /// The system it belongs to, as X-Road names it.
    package let subsystem: String
    /// Unique at the node: the first segment of its path.
    package let code: String
    package internal(set) var name: Phrase
    package internal(set) var about: String
    /// Whom to ask (NĐ 47/2020 Đ7).
    package internal(set) var contact: String
    package internal(set) var dataClass: DataClass
    package internal(set) var evidence: EvidenceClass
    /// For calls between nodes, when the provider said so; before release otherwise, whatever the service's own class.
    package internal(set) var evidenceAcross: EvidenceClass?
    /// How much and how long a call may, and how its instances are watched.
    package internal(set) var limits = ServiceLimits()
    package let createdAt: Instant
    package let endedAt: Instant?

    static func isCode(_ text: String) -> Bool {
        let units = Array(text.utf8)
        guard (2...40).contains(units.count), (97...122).contains(units[0]), units.last != UInt8(ascii: "-") else {
            return false
        }
        return text != "r1" && units.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}

/// What kind of data a service gives (loại dữ liệu).
package enum DataClass: String, Sendable, Hashable, CaseIterable {
    case open, `internal`, personal

    /// Of personal data no answer leaves before its leaf is durable, whatever was asked for.
    package func evidence(_ wanted: EvidenceClass?) throws(Problem) -> EvidenceClass {
        switch (self, wanted) {
        case (.personal, .withinOneSecond): throw .invalid(["evidence": .personalNeedsEvidence])
        case (.open, nil): .withinOneSecond
        case (_, let wanted): wanted ?? .beforeRelease
        }
    }

    /// Between nodes; nil is before release.
    func evidenceAcross(_ wanted: EvidenceClass?) throws(Problem) -> EvidenceClass? {
        guard self != .personal || wanted != .withinOneSecond else {
            throw .invalid(["evidence-across": .personalNeedsEvidence])
        }
        return wanted
    }
}

/// One version of a service; versions live side by side. Its contract may be replaced by one that breaks nobody.
package struct ServiceVersion: Sendable, Hashable {
    package let id: ID<ServiceVersion>
    package let service: ID<ServiceRecord>
    package let number: Int
    /// Whether requests are checked against the schema before they are forwarded.
    package let validates: Bool
    /// Which document is in force, counted from 1.
    package let revision: Int
    package let createdAt: Instant
    /// Since when it takes no more calls.
    package let closedAt: Instant?
    /// Since it was announced that it closes, until it does.
    package var closing: VersionClosing?
}

/// A version with what it belongs to and where it stands: what the registry says of it.
package struct OfferedVersion: Sendable, Hashable {
    package let service: ServiceRecord
    package let version: ServiceVersion
    package let instances: [ServiceInstance]

    package var isOpen: Bool { service.endedAt == nil && version.closedAt == nil }
    /// Where it is called at the gateway.
    package var path: String { "/\(service.code)/v\(version.number)" }
    /// Its code in X-Road, where a version has no place of its own.
    package var code: String { "\(service.code)-v\(version.number)" }

    /// When a call of this application has its leaf. Between nodes both sides depend on it, so there it comes before
    /// the answer unless the provider said otherwise.
    func evidence(for application: Application) -> EvidenceClass {
        let isAcross = application.node != nil || instances.contains { $0.upstream.node != nil }
        return isAcross ? service.evidenceAcross ?? .beforeRelease : service.evidence
    }
}

/// Where a version stands (máy chủ dịch vụ).
package struct ServiceInstance: Sendable, Hashable {
    package let id: ID<ServiceInstance>
    package let upstream: Upstream

    package init(id: ID<ServiceInstance>, upstream: Upstream) {
        self.id = id
        self.upstream = upstream
    }

    package var address: String {
        let scheme = upstream.security == .none ? "http" : "https"
        let host = upstream.host.contains(":") ? "[\(upstream.host)]" : upstream.host
        return "\(scheme)://\(host):\(upstream.port)\(upstream.basePath)"
    }
}

extension Upstream {
    /// Of the TLS key that it must have, when it was given.
    var pin: String? {
        if case .pinned(let text) = security { text } else { nil }
    }

    /// Reads `http://host:port/base` or `https://…`, the latter with a pin or with the system's authorities.
    ///
    /// - Parameter mayBePrivate: what an administrator allowed; without it an address in a closed network, or a name
    ///   that only such a network knows, is refused here, and a name that leads there is refused at each connection.
    package static func reading(
        _ text: String, pin: String? = nil, mayBePrivate: Bool, node: String? = nil
    ) throws(Problem) -> Upstream {
        let parts = text.split(separator: "://", maxSplits: 1).map(String.init)
        guard parts.count == 2, let scheme = ["http": 80, "https": 443][parts[0]], text.utf8.count <= 300,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"?#@\\\"<>%".utf8.contains($0) })
        else { throw .invalid(["address": .addressIsWrong]) }
        let authority = String(parts[1].prefix { $0 != "/" })
        var path = String(parts[1].dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        guard
            !path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().contains(where: {
                ["", ".", ".."].contains($0)
            }), let (host, port) = Upstream.split(authority, scheme)
        else { throw .invalid(["address": .addressIsWrong]) }
        guard mayBePrivate || !Upstream.isClosed(host) else { throw .invalid(["address": .addressIsPrivate]) }
        let security: Security = parts[0] == "http" ? .none : pin.map { .pinned($0) } ?? .system(name: host)
        return Upstream(
            host: host, port: port, basePath: path, security: security, mayBePrivate: mayBePrivate, node: node)
    }

    private static func split(_ authority: String, _ usual: Int) -> (host: String, port: Int)? {
        var (host, port) = (authority, usual)
        let tail = authority.hasPrefix("[") ? authority.drop { $0 != "]" } : authority.drop { $0 != ":" }
        if let colon = tail.firstIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            (host, port) = (String(authority[..<colon]), number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let isAddress = PublicAddress.bytes(of: host, AF_INET6, 16) != nil
        let isName = host.utf8.allSatisfy { unit in
            (97...122).contains(unit | 0x20) || (48...57).contains(unit) || unit == 45 || unit == 46
        }
        return !host.isEmpty && (isName || isAddress) ? (host.lowercased(), port) : nil
    }

    private static func isClosed(_ host: String) -> Bool {
        let isLiteral = host.contains(":") || host.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        if isLiteral { return !PublicAddress.contains(host) }
        return !host.contains(".")
            || [".local", ".internal", ".localhost", ".lan", ".home.arpa"].contains {
                host.hasSuffix($0)
            }
    }
}
