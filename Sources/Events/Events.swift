package import Database
package import Exchange
package import Gateway
package import Ledger
package import Logging
import Synchronization
package import Vocabulary
package import Web

/// Events (sự kiện): what happened, told once to all who hold a grant to hear of it.
///
/// An application publishes CloudEvents of a registered type; they are durable in the node's event log before it is
/// told so, and become part of the ledger in batches. Others follow a type under a grant: they pull with a durable
/// cursor, or are called by a signed webhook with a queue of its own. Followers at other nodes get theirs through
/// signed facts, once each.
package final class Events: Sendable {
    let database: any Database
    let store: any EventStore
    let outbox: LedgerOutbox
    let organisation: ID<Organisation>
    let neighbours: Neighbours
    let settings: Settings
    let now: Clock
    let newID: IDSource
    let logger: Logger

    let types = TypeShelf()
    let dispatcher: Dispatcher
    let arrivals = Bell()
    let rightsChanged = Bell()
    private let compiled = Mutex<EventRights?>(nil)
    /// Of queues that are pulled and were replayed since the start: by which replay, nil while it is written, and up to
    /// where something was given since.
    let givenSinceReplay = Mutex<[ID<Subscription>: (replays: Int64?, upTo: Int64)]>([:])

    package init(
        database: any Database, store: any EventStore, outbox: LedgerOutbox, organisation: ID<Organisation>,
        neighbours: Neighbours, now: @escaping Clock, newID: @escaping IDSource, settings: Settings = Settings(),
        logger: Logger = Logger(label: "events")
    ) {
        self.database = database
        self.store = store
        self.outbox = outbox
        self.organisation = organisation
        self.neighbours = neighbours
        self.settings = settings
        self.now = now
        self.newID = newID
        self.logger = logger
        dispatcher = Dispatcher(settings: settings)
    }

    package static let migrations = EventTables.migrations

    package struct Settings: Sendable {
        /// Webhook calls at one time to endpoints that answered quickly last time, slowly, and not at all.
        package var callsAtOnce = 256
        package var slowCallsAtOnce = 128
        package var probesAtOnce = 32
        /// Longer than this is slow.
        package var quickSeconds: Double = 0.25
        package var answerSeconds: Double = 10
        /// The wait after the first failure; it doubles up to the longest, and is then a random part of that.
        package var firstRetrySeconds: Double = 1
        package var longestRetrySeconds: Double = 600
        /// An event that an endpoint refuses (4xx) is a dead letter after so many tries.
        package var triesMax = 8
        /// An event that an endpoint could not be given is a dead letter when it is so old.
        package var giveUpSeconds: Int64 = 3 * 86_400
        package var eventsPerCall = 100
        package var bytesPerCall = 256 << 10
        /// How soon a webhook's cursor is written down after it moved.
        package var cursorMilliseconds: Int64 = 250
        /// How soon events become a leaf of the ledger.
        package var leafMilliseconds: Int64 = 1000
        package var pullSecondsMax: Double = 30
        /// How many pages of what it may not be given one pull looks through before it says how far it came.
        package var pullPagesMax = 4
        /// Of one subscription; what would be more is dropped and counted as missed.
        package var deadLettersMax = 100_000
        package var deadLetterDays: Int64 = 90
        /// How long an event of another node waits until it is known here whose its type is, and how many of one node.
        package var unknownHomeSeconds: Int64 = 3600
        package var waitingArrivalsMax = 10_000
        package var subscriptionsMax = 50
        /// How long an endpoint may take to say by the callback that it wants events.
        package var consentSeconds: Int64 = 7 * 86_400

        package init() {}
    }

    /// What this room asks of others; the composition root fills it.
    package struct Neighbours: Sendable {
        /// Puts a type into the registry of services, so that grants can name it. One that is there as it is stays so.
        package var offer: @Sendable (EventType, Person?) async throws -> Void
        /// `Exchange.publish`, in the caller's transaction; `ring` after the commit.
        package var publish: @Sendable ([FactDraft], any Transaction) throws -> Void
        package var ring: @Sendable () -> Void
        /// Signs a webhook call with the node's key.
        package var sign: @Sendable (Web.Method, String, Headers, [UInt8]) throws -> Headers
        package var send: @Sendable (FetchRequest) async throws -> FetchResponse
        /// To which OAuth client an access token was issued; nil when it is not valid.
        package var oauthClient: @Sendable (String) async throws -> String?
        /// Whether somebody may register types of an organisation. Nil is whoever owns the node's folder.
        package var mayRegister: @Sendable (Person?, ID<Organisation>) -> Bool
        /// Known here by name, on the day of now.
        package var organisationName: @Sendable (ID<Organisation>) async throws -> Phrase?
        /// What people call applications, by their X-Road names; those that nobody registered here are missing.
        package var applicationNames: @Sendable (Set<String>) async throws -> [String: String] = { _ in [:] }
        /// Host and port by which endpoints know this node: `WebHook-Request-Origin`.
        package var origin: @Sendable () -> String
        /// Where this node's doors are, as `https://host:port`: `WebHook-Request-Callback` leads there.
        package var address: @Sendable () -> String
        /// The node's public key, base64url.
        package var keyID: String

        package init(
            offer: @escaping @Sendable (EventType, Person?) async throws -> Void,
            publish: @escaping @Sendable ([FactDraft], any Transaction) throws -> Void,
            ring: @escaping @Sendable () -> Void,
            sign: @escaping @Sendable (Web.Method, String, Headers, [UInt8]) throws -> Headers,
            send: @escaping @Sendable (FetchRequest) async throws -> FetchResponse,
            oauthClient: @escaping @Sendable (String) async throws -> String?,
            mayRegister: @escaping @Sendable (Person?, ID<Organisation>) -> Bool,
            organisationName: @escaping @Sendable (ID<Organisation>) async throws -> Phrase?,
            origin: @escaping @Sendable () -> String, address: @escaping @Sendable () -> String, keyID: String
        ) {
            self.offer = offer
            self.publish = publish
            self.ring = ring
            self.sign = sign
            self.send = send
            self.oauthClient = oauthClient
            self.mayRegister = mayRegister
            self.organisationName = organisationName
            self.origin = origin
            self.address = address
            self.keyID = keyID
        }
    }

    /// What is other in the grants in force, as the gateway has them. Takes effect at once, for publishers and
    /// followers; what says nothing of them wakes nobody.
    package func take(_ change: TableChange) {
        let isOther = compiled.withLock { compiled in
            guard var rights = compiled ?? (change.isWhole ? EventRights() : nil) else { return false }
            // Nobody else holds what is changed.
            compiled = nil
            defer { compiled = rights }
            return rights.take(change)
        }
        guard isOther else { return }
        dispatcher.wakeAll()
        rightsChanged.ring()
        arrivals.ring()
    }

    var rights: EventRights { compiled.withLock { $0 ?? EventRights() } }

    /// False after a start until the grants are there: until then nobody is given anything and no cursor goes past
    /// what its owner may follow after all.
    var knowsRights: Bool { compiled.withLock { $0 != nil } }

    /// Keeps everything going until cancelled: webhooks, leaves, other nodes.
    package func run() async throws {
        try await prepare()
        await withTaskGroup { group in
            group.addTask { await self.keep("webhooks") { try await self.deliver() } }
            group.addTask { await self.keep("cursors") { try await self.writeCursors() } }
            group.addTask { await self.keep("leaves") { try await self.makeLeaves() } }
            group.addTask { await self.keep("forwarding") { try await self.forward() } }
            group.addTask { await self.keep("arrivals") { try await self.takeArrivals() } }
            group.addTask { await self.keep("upkeep") { try await self.upkeep() } }
            await group.waitForAll()
        }
        // In a task of its own, which is not cancelled: an orderly stop leaves nothing to be given again.
        do {
            try await Task { try await writeMovedCursors() }.value
        } catch {
            logger.warning("cursors could not be written", metadata: ["events.cause": "\(error)"])
        }
        try Task.checkCancellation()
    }

    /// Reads types and subscriptions; before any door is opened.
    package func prepare() async throws {
        let shelf = types
        try await database.read { try shelf.load(in: $0) }
        try await goOnBehindWhatWasTold()
        try await loadEndpoints()
    }

    /// A log that was lost, or restored as it was before, must not give other events the positions that cursors and the
    /// ledger have passed: they would be nobody's.
    private func goOnBehindWhatWasTold() async throws {
        let told = try await database.read { tx in
            max(
                try SubscriptionStore.furthest(in: tx), try EventStates.value(.leaves, in: tx) ?? 0,
                try EventStates.value(.forwarded, in: tx) ?? 0)
        }
        let last = store.bounds.last
        guard told > last else { return }
        logger.error(
            "the log of events ends before what was told of it: events in between are lost",
            metadata: ["events.last": "\(last)", "events.told": "\(told)"])
        try await store.skip(to: told)
    }

    /// Something that goes on until cancelled; a failure is logged and it begins again.
    private func keep(_ what: String, _ body: @Sendable () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await body()
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "work on events failed", metadata: ["events.work": "\(what)", "events.cause": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Old events are forgotten, and what other processes changed is seen.
    private func upkeep() async throws {
        var rounds = 0
        while !Task.isCancelled {
            let shelf = types
            try await offerWhatIsNot()
            try await database.read { try shelf.loadIfChanged(in: $0) }
            if rounds % 360 == 0 {
                _ = try await store.trim()
                let (arrived, died) = (now().adding(days: -31), now().adding(days: -settings.deadLetterDays))
                try await database.write { tx in
                    try EventStates.forgetArrivals(before: arrived, in: tx)
                    try DeadLetterStore.forget(before: died, in: tx)
                }
            }
            rounds += 1
            try await Task.sleep(for: .seconds(10))
        }
    }
}

extension Permission {
    static let viewEvents = Permission("events.view")
    static let registerEvents = Permission("events.register")
    static let administerEvents = Permission("events.administer")
    /// Open to all; behind it an application shows who it is with its key or token, which is checked against grants.
    static let connectEvents = Permission("events.connect")
}
