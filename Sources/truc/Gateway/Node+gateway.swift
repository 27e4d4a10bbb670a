import Events
import Exchange
import Gateway
import Identity
import Ledger
import Logging
import Vocabulary
import Web

/// The gateway as a part of the node: its settings, what others know for it, and its running.
extension Node {
    static func gateway(
        _ configuration: Configuration, _ exchange: Exchange, _ identity: Identity, _ ledger: Ledger,
        _ folder: NodeFolder, _ tls: TLSIdentity, now: @escaping Clock, logger: Logger
    ) async throws -> Gateway {
        var settings = Gateway.Settings()
        settings.address = configuration.gateway.address
        settings.port = configuration.gateway.port
        settings.loops = configuration.gateway.loops
        settings.drainSeconds = Double(configuration.drainSeconds)
        settings.tls = gatewayTLS(configuration.gateway, tls)
        let answers = exchange.signs(
            for: GatewayAnswers(token: { token in
                try? await identity.introspect(token, certificateThumbprint: nil)?.client.text
            }))
        let gateway = try Gateway(
            Table(), ledger: ledger, answers: answers, settings: settings, now: now, logger: logger)
        do {
            try await gateway.recall(try folder.quotas())
        } catch {
            logger.error("what was used of quotas cannot be read", metadata: ["cause": "\(error)"])
        }
        do {
            try await gateway.swap(try await exchange.tableOfNow())
        } catch {
            logger.error("the gateway begins without a table", metadata: ["cause": "\(error)"])
        }
        return gateway
    }

    /// The certificate that an administrator gave, or the node's own key, which the roster names.
    private static func gatewayTLS(_ settings: GatewayConfiguration, _ own: TLSIdentity) -> Gateway.TLS? {
        guard settings.isTLS else { return nil }
        guard let given = settings.certificate else {
            return Gateway.TLS(certificatePEM: own.certificatePEM, privateKeyPEM: own.privateKeyPEM)
        }
        return Gateway.TLS(certificatePEM: given.chainPEM, privateKeyPEM: given.keyPEM)
    }

    static func pin(of certificate: GatewayConfiguration.Certificate) throws -> String {
        try Gateway.TLS(certificatePEM: certificate.chainPEM, privateKeyPEM: certificate.keyPEM).pin()
    }

    /// Serves calls until cancelled, under the table of the moment; writes down now and then what is used of quotas.
    func runGateway(onListening: @escaping @Sendable (Int) -> Void) async throws {
        writeQuotas()
        // Also when it ends by an error: what was used since the last time is used.
        defer { writeQuotas() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                try await gateway.run { [self] port in
                    try sayWhereTheGatewayIs(port)
                    onListening(port)
                }
            }
            group.addTask { [exchange, gateway, events] in
                await exchange.eachPlacedTable(of: { await exchange.eachTable($0) }) { change in
                    events.take(change)
                    return try await gateway.change(change)
                }
            }
            group.addTask { [traffic] in await traffic.watch() }
            group.addTask { [self] in await keepQuotas() }
            group.addTask { [self] in await keepUses() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Other nodes learn it from the roster. Without TLS they could not know whom they call.
    private func sayWhereTheGatewayIs(_ port: Int) throws {
        guard let tls = Node.gatewayTLS(configuration.gateway, tls) else { return }
        let authority = configuration.gateway.publicAddress ?? "127.0.0.1:\(port)"
        exchange.gatewayIsReachable(at: GatewayPlace(address: "https://\(authority)", tlsPin: try tls.pin()))
    }

    private func keepQuotas() async {
        var last: [UInt8] = []
        while (try? await Task.sleep(for: .seconds(10))) != nil {
            let now = gateway.quotasInUse()
            if now != last { writeQuotas() }
            last = now
        }
    }

    /// On which day each grant was used last: at most one row a grant and day.
    private func keepUses() async {
        var (mark, noted) = (TrafficMark.none, Set<ID<AccessGrant>>())
        var today = Day(clock())
        while (try? await Task.sleep(for: .seconds(10))) != nil {
            let (next, day) = (gateway.trafficMark(), Day(clock()))
            if day != today { (today, noted) = (day, []) }
            let used = Set(next.used(since: mark).map { ID<AccessGrant>($0) }).subtracting(noted)
            do {
                try await exchange.noteUse(of: used, on: day)
                (mark, noted) = (next, noted.union(used))
            } catch {
                logger("gateway").error("which grants were used cannot be written", metadata: ["cause": "\(error)"])
            }
        }
    }

    private func writeQuotas() {
        do {
            try folder.keepQuotas(gateway.quotasInUse())
        } catch {
            logger("gateway").error("what was used of quotas cannot be written", metadata: ["cause": "\(error)"])
        }
    }
}
