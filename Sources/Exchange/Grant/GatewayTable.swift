package import Database
package import Gateway
import Identity
import Logging
package import Vocabulary
import Web

/// The grants as the gateway has them.
struct GatewayTable: Sendable {
    var table: Table
    /// The first moment after which it has to be made anew although nothing was changed.
    var goodUntil: Instant
}

extension Exchange {
    /// Everything that may be called under the grants of today, for the gateway. Grants that begin or end within the
    /// day are there with their moments.
    package func gatewayTable(in tx: any Transaction) throws -> Table {
        try compiledTable(at: now(), in: tx).table
    }

    func compiledTable(at now: Instant, in tx: any Transaction) throws -> GatewayTable {
        var services: [ID<ServiceVersion>: Service] = [:]
        var offers: [ID<ServiceVersion>: OfferedVersion] = [:]
        for version in try ServiceStore.openVersions(in: tx) {
            guard let offered = try ServiceStore.offered(version.id, in: tx) else { continue }
            services[version.id] = service(offered, try contract(of: version, in: tx))
            offers[version.id] = offered
        }
        let credentials = try ApplicationStore.credentials(in: tx)
        let applications = try ApplicationStore.all(in: tx).filter { $0.endedAt == nil }
        let consumers = applications.map { consumer($0, credentials[$0.id] ?? []) }
        let known = Dictionary(applications.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var goodUntil = Instant.distantFuture
        var grants: [Grant] = []
        for grant in try GrantStore.living(in: tx) {
            let moments = grant.periods.flatMap { [$0.from, $0.until] }.filter { $0 > now }
            goodUntil = min(goodUntil, moments.min() ?? goodUntil)
            guard let application = known[grant.application], let service = services[grant.version],
                let period = grant.periods.first(where: { now < $0.until }),
                let operations = operations(of: grant, in: service)
            else { continue }
            grants.append(
                Grant(
                    id: grant.id.text, consumer: grant.application.text, service: grant.version.text,
                    operations: operations.all ? nil : operations.named, fields: grant.terms.fields.map { Set($0) },
                    purpose: grant.terms.purpose, legalBasis: grant.terms.legalBasis, rate: grant.terms.rate,
                    quota: grant.terms.quota, from: period.from, until: period.until,
                    evidence: offers[grant.version]?.evidence(for: application) ?? .beforeRelease))
        }
        let table = Table(consumers: consumers, services: services.values.sorted { $0.id < $1.id }, grants: grants)
        return GatewayTable(table: try possible(table), goodUntil: goodUntil)
    }

    /// The table without what cannot be in force: one grant that no evidence has room for must not keep the gateway
    /// from hearing that another was ended.
    func possible(_ table: Table) throws -> Table {
        var table = table
        while true {
            do throws(TableFault) {
                _ = try CompiledTable(table)
                return table
            } catch {
                guard let less = table.leavingOut(error.subject) else { throw error }
                logger.error("left out of the gateway's table", metadata: ["exchange.cause": "\(error)"])
                table = less
            }
        }
    }

    /// Nil when none of what was granted is offered any more: one grant never makes the whole table impossible.
    private func operations(of grant: AccessGrant, in service: Service) -> (all: Bool, named: Set<String>)? {
        guard let wanted = grant.terms.operations else { return (true, []) }
        let named = Set(wanted).intersection(service.operations.map(\.id))
        return named.isEmpty ? nil : (false, named)
    }

    private func service(_ offered: OfferedVersion, _ contract: Contract) -> Service {
        let provider = SubsystemName(
            instance: settings.instance, memberClass: settings.memberClass,
            member: offered.service.organisation.text, subsystem: offered.service.subsystem)
        return Service(
            id: offered.version.id.text, provider: provider, code: offered.code, path: offered.path,
            operations: contract.checked ?? contract.plain, upstreams: offered.instances.map(\.upstream))
    }

    private func consumer(_ application: Application, _ credentials: [ApplicationCredential]) -> Consumer {
        let name = subsystem(of: application)
        // A member's node speaks for its own applications, and for nobody else's.
        let spoken = application.node.map { [Credential.signer(Exchange.signer(node: $0, name))] } ?? []
        return Consumer(
            id: application.id.text, name: name, credentials: spoken + credentials.compactMap(\.compiled))
    }

    /// An application as X-Road names it.
    package func subsystem(of application: Application) -> SubsystemName {
        SubsystemName(
            instance: settings.instance, memberClass: settings.memberClass, member: application.organisation.text,
            subsystem: application.code)
    }

    /// What `GatewayAnswers.signature` says of a call that a member's node signed for one of its applications.
    package static func signer(node: ID<Organisation>, _ name: SubsystemName) -> String { "node:\(node) \(name)" }
}

extension Table {
    /// The table without the grants, the services or the consumers of this id and without what hangs on them; nil when
    /// there are none.
    fileprivate func leavingOut(_ id: String) -> Table? {
        var table = self
        table.grants.removeAll { $0.id == id }
        if table.grants.count == grants.count {
            table.services.removeAll { $0.id == id }
            table.consumers.removeAll { $0.id == id }
            table.grants.removeAll { $0.service == id || $0.consumer == id }
        }
        let isLess = table.services.count + table.consumers.count + table.grants.count
        return isLess < services.count + consumers.count + grants.count ? table : nil
    }
}

/// Keeping the gateway in step.
extension Exchange {
    /// How often it is asked whether another process changed something or a date has passed.
    private static let watchSeconds = 0.5

    /// Hands over the table at once, and then again within a second of every change, until cancelled. When `use`
    /// throws, the fault is logged, the table of before stays, and it is tried again, less and less often.
    package func eachTable(_ use: @escaping @Sendable (Table) async throws -> Void) async {
        var (revision, goodUntil): (Int64?, Instant) = (nil, .distantFuture)
        var failures = 0
        while !Task.isCancelled {
            let heard = bells.registry.count
            do {
                let at = now()
                let (known, until) = (revision, goodUntil)
                let made = try await database.read { [self] tx -> (Int64, GatewayTable)? in
                    let current = try RegistryRevision.current(in: tx)
                    guard current != known || at >= until else { return nil }
                    return (current, try compiledTable(at: at, in: tx))
                }
                if let (current, compiled) = made {
                    try await use(compiled.table)
                    (revision, goodUntil) = (current, compiled.goodUntil)
                }
                failures = 0
            } catch is CancellationError {
                return
            } catch {
                failures = min(failures + 1, 6)
                logger.error("the gateway keeps its table", metadata: ["exchange.cause": "\(error)"])
            }
            let seconds = Exchange.watchSeconds * Double(1 << failures)
            await bells.registry.next(after: heard, within: .seconds(seconds))
        }
    }

    /// Follows the dates of grants until cancelled.
    func keepGrantDates() async {
        while !Task.isCancelled {
            let heard = bells.registry.count
            do {
                try await followGrantDates()
            } catch {
                logger.error("dates of grants", metadata: ["exchange.cause": "\(error)"])
            }
            await bells.registry.next(after: heard, within: .seconds(20))
        }
    }
}
