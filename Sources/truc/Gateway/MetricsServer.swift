import Crypto
import Vocabulary
import Web

/// Where Prometheus reads the node's figures: a server of its own, on the machine itself or behind a token.
extension Node {
    /// Nil unless `metrics.address` is set.
    func metricsServer() -> Server? {
        guard let settings = configuration.gateway.metrics else { return nil }
        return Server(
            site: metricsSite(token: settings.token), address: .host(settings.host, port: settings.port),
            limits: limits, date: Configuration.machineClock, logger: logger("metrics.server"))
    }

    /// - Parameter token: what a reader must show as `Authorization: Bearer …`; nil lets everybody read.
    func metricsSite(token: String?) -> Site {
        var settings = SiteSettings(name: .siteName, cookiePrefix: "metrics")
        settings.servesBrowsers = false
        let wanted = token.map { SHA256.hash(data: Array("Bearer \($0)".utf8)) }
        let reader = Person(id: ID("metrics"), name: "Prometheus", organisation: organisation, roles: [])
        let doorkeeper = Doorkeeper(
            identify: { request in
                let shown = request.headers["authorization"].map { SHA256.hash(data: Array($0.utf8)) }
                return wanted == nil || shown == wanted ? Caller(person: reader) : Caller()
            },
            decide: { person, permission in person != nil && permission == .viewGateway })
        let site = Site(doorkeeper: doorkeeper, settings: settings, now: clock, logger: logger("metrics"))
        site.api(.get, "/metrics", allow: .viewGateway, .metrics) { [traffic] _ in try await traffic.metrics() }
        return site
    }
}
