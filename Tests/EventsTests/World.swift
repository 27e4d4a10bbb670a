import Crypto
import Database
@testable import Events
import Exchange
import Gateway
import House
import Identity
import Ledger
import Logging
import StrictJSON
import Synchronization
import TestKit
import Vocabulary
@testable import Web

/// A node's events with applications under grants, and whatever endpoints a test puts on the line.
final class World: Sendable {
    static let type = "vn.gov.test.dossier.changed"
    static let schema = #"{"type":"object","required":["dossier"],"properties":{"dossier":{"type":"string"}}}"#

    static let administrator = Person(
        id: ID("administrator"), name: "Quản trị", organisation: ID("H40"), roles: [.nodeAdministrator])

    let code: String
    let database: any Database
    /// The same: one of its writes waits when a test says so.
    let held: HeldDatabase
    let log: EventLog
    let events: Events
    let site: Site
    let clock: TestClock
    let wires = Mutex<[String: @Sendable (FetchRequest) async throws -> FetchResponse]>([:])
    let facts = Mutex<[FactDraft]>([])
    /// How endpoints were asked whether they want events.
    let asked = Mailbox()
    /// Whether they say nothing of it for now.
    let saysNothing = Mutex(false)
    /// Runs while a type is put into the registry of services.
    let whileOffered = Mutex<(@Sendable () async throws -> Void)?>(nil)
    /// Runs while an endpoint is asked whether it wants events.
    let whileAsked = Mutex<(@Sendable () async throws -> Void)?>(nil)

    /// Applications of other organisations at this node, by name; each may publish and follow unless said otherwise.
    static func open<T: Sendable>(
        on engine: Engine, code: String = "H40", settings: Events.Settings = World.quick,
        log: EventLog.Settings = EventLog.Settings(), _ body: @Sendable (World) async throws -> T
    ) async throws -> T {
        try await engine.withDatabase { database in
            let folder = try TemporaryFolder()
            let world = try await World(code, database, folder.path, settings, log)
            let value = try await body(world)
            try await world.log.close()
            folder.remove()
            return value
        }
    }

    static var quick: Events.Settings {
        var settings = Events.Settings()
        settings.firstRetrySeconds = 0.01
        settings.longestRetrySeconds = 0.05
        settings.cursorMilliseconds = 5
        settings.leafMilliseconds = 5
        settings.triesMax = 3
        settings.answerSeconds = 2
        return settings
    }

    private init(
        _ code: String, _ database: any Database, _ folder: String, _ settings: Events.Settings,
        _ kept: EventLog.Settings
    ) async throws {
        self.code = code
        held = HeldDatabase(database)
        let database = held
        self.database = database
        let clock = TestClock()
        self.clock = clock
        try await database.migrate(LedgerOutbox.migrations + Events.migrations)
        let ids = SeededIDs(seed: 11)
        log = try await EventLog.open(folder: folder, now: clock.now, logger: quiet, settings: kept)
        let lines = Lines()
        events = Events(
            database: database, store: log, outbox: LedgerOutbox(newID: ids.source), organisation: ID(code),
            neighbours: lines.neighbours, now: clock.now, newID: ids.source, settings: settings, logger: quiet)
        site = Site(
            // As the table of permissions has it: programs are let in, and show behind the door who they are. Who has
            // the cookie of an administrator may all.
            doorkeeper: Doorkeeper(
                identify: { request in
                    let isKnown = request.headers["cookie"]?.contains("administrator=yes") ?? false
                    return Caller(person: isKnown ? World.administrator : nil)
                },
                decide: { person, asked in person != nil || asked == .connectEvents }),
            settings: SiteSettings(name: Phrase(name: code), cookiePrefix: "test"),
            now: clock.now, logger: quiet)
        events.doors(site)
        lines.world.withLock { $0 = self }
        try await events.prepare()
    }

    /// What the room asks of others, answered by the test.
    private final class Lines: Sendable {
        let world = Mutex<World?>(nil)

        var neighbours: Events.Neighbours {
            Events.Neighbours(
                offer: { _, _ in try await self.world.withLock { $0 }?.whileOffered.withLock { $0 }?() },
                publish: { drafts, _ in self.world.withLock { $0 }?.keep(drafts) }, ring: {},
                sign: { _, _, headers, body in
                    var headers = headers
                    headers["signature"] = "truc=:\(body.count):"
                    return headers
                },
                send: { request in
                    guard let world = self.world.withLock({ $0 }) else { throw FetchError.closed }
                    return try await world.answer(request)
                },
                oauthClient: { $0 == "token-of-portal" ? "portal-client" : nil }, mayRegister: { _, _ in true },
                organisationName: { Phrase(name: $0.text) }, origin: { "h40.test" },
                address: { "https://h40.test" }, keyID: "key")
        }
    }

    private func keep(_ drafts: [FactDraft]) { facts.withLock { $0 += drafts } }

    private func answer(_ request: FetchRequest) async throws -> FetchResponse {
        let wire = wires.withLock { wires in wires.first { request.url.hasPrefix($0.key) }?.value }
        guard let wire else { throw FetchError.cannotConnect(host: request.url, reason: "nobody") }
        if request.method == .options {
            asked.put(request)
            try await whileAsked.withLock { $0 }?()
            if saysNothing.withLock({ $0 }) {
                return FetchResponse(status: 200, headers: ["allow": "POST"], body: [])
            }
            return FetchResponse(
                status: 200, headers: ["webhook-allowed-origin": request.headers["webhook-request-origin"] ?? ""],
                body: [])
        }
        return try await wire(request)
    }

    func connect(_ url: String, _ wire: @escaping @Sendable (FetchRequest) async throws -> FetchResponse) {
        wires.withLock { $0[url] = wire }
    }

    /// An endpoint that takes whatever comes, and what came.
    func takes(_ url: String) -> Mailbox {
        let mailbox = Mailbox()
        connect(url) { request in
            mailbox.put(request)
            return FetchResponse(status: 204, headers: [:], body: [])
        }
        return mailbox
    }

    /// Puts grants in force: application, operations.
    func grant(
        _ grants: [(application: String, operations: [String])], node: String? = nil, home: String? = nil,
        from: Instant = Instant(milliseconds: 0), until: Instant = .distantFuture, pause: Grant.Pause? = nil
    ) {
        let types = Set(grants.flatMap(\.operations).compactMap { $0.split(separator: ":").last.map(String.init) })
        let operations = types.sorted().flatMap { type in
            ["publish", "follow"].map { Operation(id: "\($0):\(type)", method: "GET", template: "/\($0)") }
        }
        let upstreams = home.map { [Upstream(host: "node", port: 1, node: $0)] } ?? []
        let name = { (text: String) in
            SubsystemName(instance: "VN", memberClass: "GOV", member: node ?? self.code, subsystem: text)
        }
        let applications = Set(grants.map(\.application)).sorted()
        let table = Table(
            consumers: applications.map { application in
                Consumer(
                    id: application, name: name(application),
                    credentials: node.map { [.signer("node:\($0) VN/GOV/\($0)/\(application)")] } ?? [
                        .apiKey(sha256: SHA256.hash(data: Array("key of \(application)".utf8)).map { $0 }),
                        .oauthClient("\(application)-client"),
                    ])
            },
            services: [
                Service(
                    id: "service", provider: name("services"), code: "dossiers-v1", path: "/dossiers/v1",
                    operations: operations, upstreams: upstreams)
            ],
            grants: grants.enumerated().map { place, grant in
                Grant(
                    id: "grant-\(place)", consumer: grant.application, service: "service",
                    operations: Set(grant.operations), purpose: "test", legalBasis: "test", from: from,
                    until: until, pause: pause)
            })
        events.take(TableChange(whole: table))
    }

    /// The usual: registry publishes, portal follows.
    func begin() async throws {
        try await register()
        grant([("registry", ["publish:\(World.type)"]), ("portal", ["follow:\(World.type)"])])
    }

    @discardableResult
    func register(_ schema: String = World.schema) async throws -> EventType {
        try await events.register(
            EventTypeDraft(
                code: "dossier-changed", name: World.type, organisation: ID(code),
                title: Phrase(vi: "Hồ sơ thay đổi", en: "Dossier changed"), schema: Array(schema.utf8)), by: nil)
    }

    func event(_ id: String, _ text: String = "D1") throws -> CloudEvent {
        try CloudEvent(id: id, source: "/dossiers", type: World.type, data: ["dossier": .string(text)])
    }

    @discardableResult
    func publish(_ ids: String...) async throws -> [Int64] {
        let registry = try application("registry")
        return try await events.publish(try ids.map { try event($0) }, by: registry).map(\.position)
    }

    func application(_ id: String) throws -> EventRights.Application {
        guard let found = events.rights.applications[id] else { throw Problem.notFound }
        return found
    }

    func webhook(_ url: String, _ mode: Subscription.Mode = .structured) async throws -> Subscription {
        try await events.subscribe(
            SubscriptionDraft(types: [World.type], url: url, pin: nil, mode: mode, from: nil, position: nil),
            by: try application("portal"))
    }

    /// Makes an event a dead letter of a subscription.
    func bury(_ event: String, of subscription: ID<Subscription>) async throws {
        let dead = StoredEvent(
            position: 1, at: clock.now(), type: World.type, source: "/dossiers", id: event, publisher: "",
            bytes: try self.event(event).structured)
        try await database.write { [at = clock.now()] tx in
            try DeadLetterStore.insert(dead, of: subscription, because: .hungUp, tries: 1, at: at, in: tx)
        }
    }

    /// Runs the room beside `body`.
    func running<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [events] in try await events.run() }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }
}

let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// What an endpoint got.
final class Mailbox: Sendable {
    private let all = Mutex<[FetchRequest]>([])

    func put(_ request: FetchRequest) { all.withLock { $0.append(request) } }

    var requests: [FetchRequest] { all.withLock { $0 } }

    var ids: [String] {
        requests.flatMap { (try? CloudEvent.read($0.headers, $0.body))?.map(\.id) ?? [] }
    }
}
