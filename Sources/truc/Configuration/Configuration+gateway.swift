import Foundation

/// What the gateway is told from outside.
struct GatewayConfiguration: Sendable, Equatable {
    var address: String
    var port: Int
    var publicAddress: String?
    var isTLS: Bool
    /// Certificate chain and key, PEM; nil for the node's own.
    var certificate: Certificate?
    var loops: Int
    /// How long another member's node may take for its answer.
    var farAnswerSeconds: Int
    var metrics: Metrics?

    struct Certificate: Sendable, Equatable {
        let chainPEM: String
        let keyPEM: String
    }

    /// Where figures are read.
    struct Metrics: Sendable, Equatable {
        let host: String
        let port: Int
        /// What a reader must show; nil only on the machine itself.
        let token: String?
    }

    private static let ownAddresses = ["127.0.0.1", "::1", "localhost"]

    init(_ values: SettingValues) throws(UsageError) {
        address = values.text(.gatewayAddress)
        port = try values.port(.gatewayPort)
        publicAddress = try values.hostAndPort(.gatewayPublicAddress)
        guard ["on", "off"].contains(values.text(.gatewayTLS)) else { throw values.wrong(.gatewayTLS, "on or off") }
        isTLS = values.text(.gatewayTLS) == "on"
        guard isTLS || GatewayConfiguration.ownAddresses.contains(address) else {
            throw values.wrong(.gatewayTLS, "on unless gateway.address is 127.0.0.1")
        }
        let chain = try values.file(.gatewayCertificateFile)
        let key = try values.file(.gatewayKeyFile)
        guard (chain == nil) == (key == nil) else {
            throw values.wrong(.gatewayKeyFile, "given together with gateway.certificate-file")
        }
        if let chain, let key { certificate = Certificate(chainPEM: chain, keyPEM: key) }
        loops = Int(try values.integer(.gatewayLoops, in: 0...256))
        farAnswerSeconds = Int(try values.integer(.gatewayFarAnswerSeconds, in: 1...30))
        metrics = try GatewayConfiguration.metrics(values)
    }

    private static func metrics(_ values: SettingValues) throws(UsageError) -> Metrics? {
        guard let place = try values.hostAndPort(.metricsAddress), let colon = place.lastIndex(of: ":"),
            let port = Int(place[place.index(after: colon)...])
        else { return nil }
        let token = try values.file(.metricsTokenFile)?.trimmingCharacters(in: .whitespacesAndNewlines)
        let host = String(place[..<colon]).filter { !"[]".contains($0) }
        guard token != nil || ownAddresses.contains(host) else {
            throw values.wrong(.metricsAddress, "on 127.0.0.1 unless metrics.token-file is given")
        }
        guard token.map({ $0.utf8.count >= 16 }) ?? true else {
            throw values.wrong(.metricsTokenFile, "a file with at least 16 characters")
        }
        return Metrics(host: host, port: port, token: token)
    }
}

extension SettingValues {
    /// `HOST:PORT`; nil when empty.
    func hostAndPort(_ setting: Setting) throws(UsageError) -> String? {
        let text = text(setting)
        if text.isEmpty { return nil }
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
        else { throw wrong(setting, "HOST:PORT") }
        return text
    }

    /// What stands in a file; nil when none is named.
    func file(_ setting: Setting) throws(UsageError) -> String? {
        let path = text(setting)
        if path.isEmpty { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw wrong(setting, "a file that can be read")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
