import Crypto
import Database
import Events
import Exchange
import Gateway
import Identity
import Incidents
import Jobs
import Ledger
import Logging
import Mail
import Threats
import Vocabulary
import Web

/// One node: every room, made and joined. This file is the whole composition; read it from top to bottom.
final class Node: Sendable {
    let configuration: Configuration
    let organisation: ID<Organisation>
    let clock: Clock
    let folder: NodeFolder
    private let lock: FolderLock
    let tls: TLSIdentity

    let database: any Database
    let ledger: Ledger
    let drain: LedgerDrain
    let jobs: Jobs
    let mail: Mail
    let identity: Identity
    let exchange: Exchange
    let gateway: Gateway
    let traffic: TrafficPages
    let across: Across
    let eventLog: EventLog
    let events: Events
    let threats: Threats
    let incidents: Incidents
    let site: Site
    let peerSite: Site

    /// Opens the data folder, which it then holds alone, brings the tables up to date and makes the rooms.
    ///
    /// - Parameter organisation: whose node a fresh folder becomes, by id; otherwise the setting or the folder says so.
    /// - Throws: `NotOfThisDay` when a fresh folder would become the node of a body that does not exist on this day.
    static func open(_ configuration: Configuration, organisation: ID<Organisation>? = nil) async throws -> Node {
        let folder = try NodeFolder(configuration.folder)
        let lock = try FolderLock(folder: configuration.folder)
        guard let owner = try owner(of: folder, configuration, invited: organisation) else {
            throw UsageError(
                """
                the data folder \(configuration.folder) belongs to no organisation yet; begin with \
                `truc cluster create --organisation CODE`, `truc cluster join TOKEN`, or \
                `truc serve --organisation CODE`
                """)
        }
        try folder.settle(owner)
        return try await Node(configuration, owner, folder, lock)
    }

    private init(
        _ configuration: Configuration, _ organisation: ID<Organisation>, _ folder: NodeFolder, _ lock: FolderLock
    ) async throws {
        self.configuration = configuration
        self.organisation = organisation
        self.folder = folder
        self.lock = lock
        clock = configuration.clock
        let now = clock
        let newID = UUIDv7.source(now: now)
        let logger = { Node.logger($0, configuration) }
        let key = try folder.signingKey()
        tls = try folder.tlsIdentity(name: organisation.text, now: now())

        let base = try await Node.openDatabase(configuration, folder)
        ledger = try await Ledger.open(
            folder: folder.ledgerPath, origin: Home.logName(of: organisation), key: key, now: now,
            logger: logger("ledger"))
        let outbox = LedgerOutbox(log: organisation.text, newID: newID)
        drain = LedgerDrain(database: base, ledger: ledger, outbox: outbox, logger: logger("ledger"))
        database = PokingDatabase(base, drain: drain)
        jobs = Jobs(database: database, now: now, newID: newID, logger: logger("jobs"))
        // The lock on the folder is ours, and with it the file: whoever held a job before is gone.
        if configuration.database == nil { try await jobs.takeOver() }

        mail = Mail(
            database: database, now: now, newID: newID, settings: configuration.mail, logger: logger("mail"))
        identity = Identity(
            database: database, outbox: outbox, mail: mail, now: now, authenticatorNow: Configuration.machineClock,
            newID: newID, logger: logger("identity"),
            settings: Node.identitySettings(organisation, configuration, key: try folder.secret("identity")))
        try await identity.prepare()

        let name = try await identity.organisations().name(of: organisation, on: Day(now()))
        let home = Home(
            organisation: organisation, name: name, address: configuration.peerURL, key: key, tlsPin: tls.pin,
            pages: configuration.pageURL)
        exchange = Exchange(
            home: home, database: database, outbox: outbox, checkpoint: Node.coveringRoot(drain, ledger), now: now,
            newID: newID, transport: .tls(Fetch()), authority: Authority(identity),
            settings: Node.exchangeSettings(configuration), logger: logger("exchange"))
        gateway = try await Node.gateway(
            configuration, exchange, identity, ledger, folder, tls, now: now, logger: logger("gateway"))
        across = Across(exchange: exchange, identity: identity, cookiePrefix: configuration.cookiePrefix)
        eventLog = try await EventLog.open(folder: folder.eventsPath, now: now, logger: logger("events"))
        events = try await Node.events(
            eventLog, database, outbox, exchange, identity, configuration, newID, logger("events"))
        traffic = TrafficPages(gateway: gateway, ledger: ledger, exchange: exchange, events: events)
        threats = Threats(
            database: database, outbox: outbox, organisation: organisation, access: identity.access,
            neighbours: .init(exchange, identity), now: now, newID: newID, logger: logger("threats"))
        incidents = Incidents(
            database: database, outbox: outbox, organisation: organisation, access: identity.access,
            neighbours: .init(exchange, identity, now: now), now: now, newID: newID)
        var pages = SiteSettings(
            name: .siteName, cookiePrefix: configuration.cookiePrefix, secret: try folder.secret("site"))
        pages.isTemporary = Node.isTemporary
        pages.publicFolder = try PublicFolder.find(configuration.publicFolder)
        pages.hosts = configuration.hosts
        site = Site(
            doorkeeper: identity.doorkeeper, settings: pages, now: now, newID: newID,
            layout: PageFrame(organisation: name).layout, logger: logger("web"))
        var forNodes = SiteSettings(name: .siteName, cookiePrefix: "peer")
        forNodes.servesBrowsers = false
        forNodes.isTemporary = Node.isTemporary
        peerSite = Site(
            doorkeeper: exchange.peerDoorkeeper, settings: forNodes, now: now, newID: newID,
            logger: logger("exchange.peers"))
        hangDoors(named: name, outbox)
    }

    private static func identitySettings(
        _ organisation: ID<Organisation>, _ configuration: Configuration, key: [UInt8]
    ) -> Identity.Settings {
        var settings = Identity.Settings(
            organisation: organisation, issuer: "Trục \(organisation)", key: key,
            cookiePrefix: configuration.cookiePrefix)
        settings.sessionIdleSeconds = 60 * 60
        settings.origin = configuration.pageURL
        settings.allowsMailLinks = configuration.allowsMailLinks
        settings.openID.issuer = configuration.pageURL
        settings.review = configuration.review
        settings.administratorsNeedTwoSteps = configuration.administratorsNeedTwoSteps
        settings.administratorsRememberedDays = configuration.administratorsRememberedDays
        return settings
    }

    private static func exchangeSettings(_ configuration: Configuration) -> ExchangeSettings {
        var settings = ExchangeSettings()
        settings.farAnswerSeconds = Double(configuration.gateway.farAnswerSeconds)
        return settings
    }

    /// Every door of the node but those of the control socket. What arrives from others goes to the rooms.
    private func hangDoors(named name: Phrase, _ outbox: LedgerOutbox) {
        FirstPage(
            organisation: name, isOnAnotherDay: configuration.clockOffsetMilliseconds != 0,
            state: Node.homeState(exchange, identity)
        ).doors(site)
        incidents.doors(site)
        threats.doors(site)
        exchange.doors(site)
        hangEventDoors()
        exchange.peerDoors(peerSite)
        across.doors(site)
        across.peerDoors(peerSite)
        designDoors(site)
        LedgerDoors(ledger: ledger, outbox: outbox, database: database).doors(site)
        traffic.doors(site)
        identity.doors(site)
        identity.describes(
            "incidents", changes: { [incidents] in try incidents.changes(of: $0, from: $1, until: $2, in: $3) },
            subjects: { [incidents] in incidents.subjects(of: $0) }
        ) {
            [incidents] id, moment, tx in try incidents.resource(id, at: moment, in: tx)
        }
        identity.describes(
            "threats", changes: { [threats] in try threats.changes(of: $0, from: $1, until: $2, in: $3) }
        ) {
            [threats] id, moment, tx in try threats.resource(id, at: moment, in: tx)
        }
        identity.reviewsGrants(exchange.rightsUnderReview)
        identity.keepsFreeTexts(Exchange.freeTexts)
        identity.tellsOfErasures { [exchange, incidents] person, tx in
            try exchange.forget(person, in: tx)
            try incidents.forget(person, in: tx)
        }
        healthDoor(site)
        exchange.onArrival(mediaType: Threats.mediaType, prepare: threats.read) { [threats] facts, tx in
            try threats.receive(facts, in: tx)
        }
        exchange.onArrival(mediaType: Incidents.mediaType) { [incidents] fact, tx in
            try incidents.receive(fact, in: tx)
        }
        threats.handle(jobs)
        mail.handle(jobs)
        identity.accountJobs(jobs)
        across.handle(jobs)
        let fetch = Fetch()
        identity.handle(jobs) { try await fetch.send($0) }
    }

    static let migrations =
        Jobs.migrations + Mail.migrations + LedgerOutbox.migrations + Identity.migrations + Exchange.migrations
        + Events.migrations + Threats.migrations + Incidents.migrations

    private static func homeState(
        _ exchange: Exchange, _ identity: Identity
    ) -> @Sendable (Person) async throws -> HomeState {
        { person in
            let status = try await exchange.status()
            return HomeState(
                hasShared: status.shared > 0, clusterMembers: status.members.count,
                news: try await identity.news(of: person.id))
        }
    }

    /// The root of a signed head that covers everything recorded until now: goes with every acknowledgement.
    private static func coveringRoot(_ drain: LedgerDrain, _ ledger: Ledger) -> @Sendable () async throws -> String? {
        {
            _ = try await drain.drain()
            return ledger.checkpoint.root.base64
        }
    }

    /// Where the node listens, once it does.
    struct Listening: Sendable {
        let webPort: Int
        let peerPort: Int
        let gatewayPort: Int
    }

    /// Serves until the task is cancelled or something fails that cannot be made good; then stops everything in order.
    func run(onListening: @escaping @Sendable (Listening) async throws -> Void = { _ in }) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let web = Server(
                site: site, address: .host(configuration.webAddress, port: configuration.webPort),
                tls: try configuration.tls?.identity(),
                asksForCertificates: configuration.tls?.asksForCertificates ?? false, limits: limits,
                isBehindTLS: configuration.pageURL.hasPrefix("https:"),
                trustedProxies: TrustedProxies(configuration.trustedProxies) ?? .none, date: Configuration.machineClock,
                logger: logger("web.server"))
            let control = Server(
                site: Control.site(for: self), address: .unixSocket(path: folder.socketPath), limits: controlLimits,
                logger: logger("control"))
            let peers = Server(
                site: peerSite, address: .host(configuration.peerAddress, port: configuration.peerPort), tls: tls,
                limits: limits,
                logger: logger("exchange.server"))
            let ports = Ports(count: 4)
            group.addTask { [configuration] in
                try await Node.serving(.webPort, configuration.webAddress, configuration.webPort) {
                    try await web.run { ports.set(0, $0) }
                }
            }
            group.addTask { try await control.run { ports.set(1, $0) } }
            group.addTask { [configuration] in
                try await Node.serving(.peerPort, configuration.peerAddress, configuration.peerPort) {
                    try await peers.run { ports.set(2, $0) }
                }
            }
            group.addTask { [self] in
                try await Node.serving(.gatewayPort, configuration.gateway.address, configuration.gateway.port) {
                    try await runGateway { ports.set(3, $0) }
                }
            }
            if let metrics = metricsServer() { group.addTask { try await metrics.run() } }
            group.addTask { [exchange] in try await exchange.run() }
            group.addTask { [across] in try await across.run() }
            group.addTask { [exchange, incidents] in await exchange.eachEvent { incidents.announce() } }
            group.addTask { [events] in try await events.run() }
            group.addTask { [events, exchange] in await exchange.eachEvent { events.ring() } }
            group.addTask { [drain] in try await drain.run() }
            group.addTask { [jobs] in try await jobs.run() }
            group.addTask { [identity] in try await identity.run() }
            group.addTask { [mail] in try await mail.run() }
            group.addTask { [exchange, ledger, configuration, database] in
                let listening = await ports.all()
                guard listening.count == 4 else { throw CancellationError() }
                if configuration.webPublicURL == nil {
                    var listens = configuration
                    listens.webPort = listening[0]
                    exchange.showsPages(at: listens.pageURL)
                }
                try await onListening(
                    Listening(webPort: listening[0], peerPort: listening[2], gatewayPort: listening[3]))
                // People need not wait for the past of a long log; a node whose past is damaged stops all the same.
                try await ledger.checkPast()
                try await Memory.stayAtRest { database.rest() }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Brings what is in the outbox to the ledger, then lets go of everything.
    func close() async throws {
        _ = try? await drain.drain()
        try await eventLog.close()
        try await ledger.close()
        try await database.close()
    }

    var limits: ServerLimits {
        var limits = ServerLimits()
        limits.graceSeconds = Int64(configuration.drainSeconds)
        return limits
    }

    /// Imports come over the socket whole.
    private var controlLimits: ServerLimits {
        var limits = limits
        limits.bodyBytesAtOnce = 512 << 20
        return limits
    }

    func logger(_ scope: String) -> Logger { Node.logger(scope, configuration) }

    private static func logger(_ scope: String, _ configuration: Configuration) -> Logger {
        Logger(label: scope) { LogLines(label: $0, level: configuration.logLevel, now: configuration.clock) }
    }
}
