import Exchange
import Foundation
import Identity
import Logging
import Mail
import Vocabulary
import Web

/// Everything that a node is told from outside, checked. What the node remembers itself (its keys, its organisation,
/// its cluster) is in the data folder.
struct Configuration: Sendable, Equatable {
    var folder: String
    var organisation: ID<Organisation>?
    /// A PostgreSQL connection string; nil keeps everything in `folder`.
    var database: String?
    var logLevel: Logger.Level
    var clockOffsetMilliseconds: Int64
    var webAddress: String
    var webPort: Int
    var webPublicURL: String?
    /// Addresses and blocks, as `TrustedProxies` reads them.
    var trustedProxies: [String]
    var cookiePrefix: String
    var publicFolder: String?
    var peerAddress: String
    var peerPort: Int
    var peerPublicAddress: String?
    var drainSeconds: Int
    var administratorsNeedTwoSteps: Bool
    var administratorsRememberedDays: Int64
    var mail: MailSettings?
    var allowsMailLinks: Bool
    var gateway: GatewayConfiguration
    var review: ReviewSettings
    var tls: WebTLS?

    init(_ values: SettingValues) throws(UsageError) {
        folder = values.text(.folder)
        if folder.isEmpty { throw values.wrong(.folder, "the path of a folder") }
        let limit = Configuration.socketPathLimit - NodeFolder.socketName.utf8.count - 1
        guard folder.utf8.count <= limit else {
            throw values.wrong(.folder, "a path of at most \(limit) bytes, for the socket in it")
        }
        organisation = Configuration.nonempty(values.text(.organisation)).map { ID($0) }
        guard organisation.map({ isOrganisationCode($0.text) }) ?? true else {
            throw values.wrong(.organisation, "a code like H49 or 000.00.00.H49")
        }
        database = Configuration.nonempty(values.text(.database))
        guard let level = Logger.Level(rawValue: values.text(.logLevel)) else {
            throw values.wrong(.logLevel, Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        logLevel = level
        let century: Int64 = 100 * 366 * 86_400_000
        clockOffsetMilliseconds = try values.integer(.clockOffset, in: -century...century)
        webAddress = values.text(.webAddress)
        webPort = try values.port(.webPort)
        webPublicURL = try Configuration.url(values)
        trustedProxies = values.text(.webTrustedProxies).split { $0 == "," || $0 == " " }.map(String.init)
        guard TrustedProxies(trustedProxies) != nil else {
            throw values.wrong(.webTrustedProxies, "addresses or blocks like 10.0.0.0/8, with commas between")
        }
        cookiePrefix = values.text(.webCookiePrefix)
        guard !cookiePrefix.isEmpty, cookiePrefix.utf8.allSatisfy({ $0.isTokenLetter }) else {
            throw values.wrong(.webCookiePrefix, "letters, digits or - only")
        }
        publicFolder = Configuration.nonempty(values.text(.publicFolder))
        peerAddress = values.text(.peerAddress)
        peerPort = try values.port(.peerPort)
        peerPublicAddress = try values.hostAndPort(.peerPublicAddress)
        drainSeconds = Int(try values.integer(.drainSeconds, in: 0...300))
        guard ["required", "optional"].contains(values.text(.administratorsTwoSteps)) else {
            throw values.wrong(.administratorsTwoSteps, "required or optional")
        }
        administratorsNeedTwoSteps = values.text(.administratorsTwoSteps) == "required"
        administratorsRememberedDays = try values.integer(.administratorsRememberedDays, in: 1...366)
        mail = try Configuration.mail(values)
        guard ["on", "off"].contains(values.text(.mailLinks)) else { throw values.wrong(.mailLinks, "on or off") }
        allowsMailLinks = values.text(.mailLinks) == "on"
        gateway = try GatewayConfiguration(values)
        review = try Configuration.review(values)
        tls = try Configuration.tls(values)
    }

    /// - Parameter read: the text of a file; nil when there is none.
    static func load(
        flags: [String: String], file: String?, environment: [String: String], read: (String) -> String?
    ) throws(UsageError) -> Configuration {
        let folder = SettingValues(flags: flags, environment: environment, file: nil).text(.folder)
        let path = file ?? folder + "/truc.conf"
        let text = read(path)
        if file != nil, text == nil { throw UsageError("the configuration file \(path) cannot be read") }
        let parsed: ConfigurationFile?
        if let text { parsed = try ConfigurationFile(path: path, text: text) } else { parsed = nil }
        return try Configuration(SettingValues(flags: flags, environment: environment, file: parsed))
    }

    /// Of `sockaddr_un`, without its last zero.
    private static let socketPathLimit = 107

    /// The node's clock: the machine's, moved by the offset.
    var clock: Clock {
        let offset = clockOffsetMilliseconds
        return { Instant(milliseconds: Configuration.machineClock().milliseconds + offset) }
    }

    /// The machine's own clock, which one-time codes keep whatever day a drill is on.
    static let machineClock: Clock = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// What other nodes call: `https://HOST:PORT`.
    var peerURL: String { "https://" + (peerPublicAddress ?? "127.0.0.1:\(peerPort)") }

    /// What people type.
    var pageURL: String { webPublicURL ?? "\(tls == nil ? "http" : "https")://localhost:\(webPort)" }

    /// The names under which pages are answered, so that links are never built from a name that a caller made up.
    /// Empty, which is any name, until `web.public-url` says how people get here.
    var hosts: Set<String> {
        guard let text = webPublicURL, let url = URL(string: text), let host = url.host() else { return [] }
        let name = url.port.map { "\(host):\($0)" } ?? host
        return [name, "localhost:\(webPort)", "127.0.0.1:\(webPort)"]
    }

    private static func nonempty(_ text: String) -> String? {
        text.isEmpty ? nil : text
    }

    private static func url(_ values: SettingValues) throws(UsageError) -> String? {
        guard let text = nonempty(values.text(.webPublicURL)) else { return nil }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil,
            ["", "/"].contains(url.path())
        else { throw values.wrong(.webPublicURL, "like https://attt.example.vn, without a path") }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

extension UInt8 {
    fileprivate var isTokenLetter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: self == UInt8(ascii: "-")
        }
    }
}
