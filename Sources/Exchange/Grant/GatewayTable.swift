package import Database
package import Gateway
import Identity
import Logging
package import Vocabulary
import Web

/// The grants as the gateway has them, and what of the registry its rows are made of.
struct GatewayTable: Sendable {
    struct Offer: Sendable {
        let service: Service
        let offered: OfferedVersion
    }

    struct Caller: Sendable {
        let consumer: Consumer
        let application: Application
    }

    /// What the policies say about calls; nil where nobody calls.
    let rules: CallRules?
    /// Credentials without a proof are left out.
    let needsProof: Bool
    var table = Table()
    var offers: [ID<ServiceVersion>: Offer] = [:]
    var callers: [ID<Application>: Caller] = [:]
    /// When a grant will give something else although nothing is changed.
    var moments: [ID<AccessGrant>: Instant] = [:]

    init(_ rules: CallRules? = nil, needsProof: Bool = false) { (self.rules, self.needsProof) = (rules, needsProof) }

    /// What a grant gives now or later, with its suspension; nil for nothing. Of one that has ended it is said that it
    /// did where another node speaks for the application: that node would know of no such service otherwise.
    func row(of grant: AccessGrant, at now: Instant) -> Grant? {
        guard let rules, let caller = callers[grant.application], let offer = offers[grant.version] else { return nil }
        guard grant.state == .active || grant.state == .suspended, now < grant.terms.until else {
            return caller.application.node == nil ? nil : grant.ended
        }
        // One grant never makes the whole table impossible: what is offered no more is left out.
        let operations = rules.operations(
            grant.terms.operations.map { Set($0) }, of: offer.service, kind: offer.offered.service.dataClass,
            for: caller.consumer)
        if operations?.isEmpty == true { return nil }
        return Grant(
            id: grant.id.text, consumer: grant.application.text, service: grant.version.text,
            operations: operations, fields: grant.terms.fields.map { Set($0) },
            purpose: grant.terms.purpose, legalBasis: grant.terms.legalBasis, rate: grant.terms.rate,
            quota: grant.terms.quota, from: grant.terms.from, until: grant.terms.until,
            evidence: offer.offered.evidence(for: caller.application),
            pause: grant.suspension.map { Grant.Pause(from: $0.from, until: $0.until ?? .distantFuture) })
    }
}

extension AccessGrant {
    /// That it was given and is over; nil for one that never gave anything.
    fileprivate var ended: Grant? {
        let moment: Instant? =
            switch state {
            case .active, .suspended: terms.until
            case .ended: endedAt
            case .waiting, .refused, .withdrawn, .lapsed: nil
            }
        return moment.map { .ended(id.text, of: application.text, for: version.text, at: $0) }
    }

    func nextMoment(after now: Instant) -> Instant? {
        guard state == .active || state == .suspended else { return nil }
        return [terms.from, terms.until, suspension?.from, suspension?.until].compactMap { $0 }.filter { $0 > now }
            .min()
    }
}

extension Exchange {
    /// Everything that may be called under the grants of today, for the gateway. Grants that begin or end within the
    /// day are there with their moments.
    package func gatewayTable(in tx: any Transaction) throws -> Table {
        try compiledTable(at: now(), in: tx).table
    }

    func compiledTable(at now: Instant, in tx: any Transaction) throws -> GatewayTable {
        var made = GatewayTable(
            try authorization.calls(now, tx), needsProof: try ProofRule.isInForce(at: now, in: tx))
        for version in try ServiceStore.openVersions(in: tx) {
            guard let offered = try ServiceStore.offered(version.id, in: tx) else { continue }
            made.offers[version.id] = try offer(offered, in: tx)
        }
        let credentials = try ApplicationStore.credentials(in: tx)
        for application in try ApplicationStore.all(in: tx) where application.endedAt == nil {
            made.callers[application.id] = caller(
                application, credentials[application.id] ?? [], needsProof: made.needsProof)
        }
        var grants: [Grant] = []
        let ended = try GrantStore.ended(since: now.adding(days: -AccessGrant.toldDays), in: tx)
        for grant in try GrantStore.living(in: tx) + ended {
            made.moments[grant.id] = grant.nextMoment(after: now)
            if let row = made.row(of: grant, at: now) { grants.append(row) }
        }
        made.table = try possible(
            Table(
                consumers: made.callers.values.map(\.consumer).sorted { $0.id < $1.id },
                services: made.offers.values.map(\.service).sorted { $0.id < $1.id }, grants: grants))
        return made
    }

    func offer(_ offered: OfferedVersion, in tx: any Transaction) throws -> GatewayTable.Offer {
        GatewayTable.Offer(
            service: service(offered, try contract(of: offered.version, in: tx)), offered: offered)
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

    private func service(_ offered: OfferedVersion, _ contract: Contract) -> Service {
        Service(
            id: offered.version.id.text, provider: subsystem(of: offered.service), code: offered.code,
            path: offered.path, operations: contract.checked ?? contract.plain,
            upstreams: offered.instances.map(\.upstream), limits: offered.service.limits)
    }

    func caller(
        _ application: Application, _ credentials: [ApplicationCredential], needsProof: Bool
    ) -> GatewayTable.Caller {
        let credentials = needsProof ? credentials.filter { !$0.isUnproven } : credentials
        let name = subsystem(of: application)
        // A member's node speaks for its own applications, and for nobody else's.
        let spoken = application.node.map { [Credential.signer(Exchange.signer(node: $0, name))] } ?? []
        let consumer = Consumer(
            id: application.id.text, name: name, credentials: spoken + credentials.compactMap(\.compiled))
        return GatewayTable.Caller(consumer: consumer, application: application)
    }

    /// Whose part of a provider offers a service, as X-Road names it.
    func subsystem(of service: ServiceRecord) -> SubsystemName {
        SubsystemName(
            instance: settings.instance, memberClass: settings.memberClass, member: service.organisation.text,
            subsystem: service.subsystem)
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

    /// Hands over all of the table at once, and then what is other in it within a second of every change, until
    /// cancelled. When `use` throws, the fault is logged, the table of before stays, and all of it is handed over
    /// again, less and less often.
    package func eachTable(_ use: @escaping @Sendable (TableChange) async throws -> Void) async {
        let book = TableBook()
        var failures = 0
        while !Task.isCancelled {
            let heard = bells.registry.count
            do {
                let at = now()
                if let step = try await database.read({ [self] in try book.next(for: self, at: at, in: $0) }) {
                    try await use(step.change)
                    book.take(step)
                }
                failures = 0
            } catch is CancellationError {
                return
            } catch {
                book.forget()
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
