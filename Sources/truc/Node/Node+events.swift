import Database
import Events
import Exchange
import Gateway
import Identity
import Ledger
import Logging
import Vocabulary
import Web

extension Node {
    static func events(
        _ log: EventLog, _ database: any Database, _ outbox: LedgerOutbox, _ exchange: Exchange, _ identity: Identity,
        _ configuration: Configuration, _ newID: @escaping IDSource, _ logger: Logger
    ) async throws -> Events {
        let now = configuration.clock
        let events = Events(
            database: database, store: log, outbox: outbox, organisation: identity.settings.organisation,
            neighbours: .init(exchange, identity, origin: configuration.pageURL, now: now), now: now, newID: newID,
            logger: logger)
        try await events.prepare()
        do {
            // Before anything arrives or goes out: who may do what is not learned after the first event.
            events.take(TableChange(whole: try await exchange.tableOfNow()))
        } catch {
            logger.error("events begin without grants", metadata: ["cause": "\(error)"])
        }
        return events
    }

    /// Doors of events, and the road by which those of other nodes come.
    func hangEventDoors() {
        events.doors(site)
        exchange.servicesWithDoors(
            here: { [events, exchange] code in
                events.openAPI(ofTypeCoded: code).map {
                    OwnDoors(page: "/events/types/\(code)", address: exchange.pagesAddress, document: $0)
                }
            },
            // Whoever uses another node's events does so at the doors of this one.
            elsewhere: { [exchange] operations in Events.areOfType(operations) ? exchange.pagesAddress : nil },
            revision: { [events] in events.typesRevision })
        exchange.onArrival(mediaType: Events.mediaType) { [events] fact, tx in try events.receive(fact, in: tx) }
    }
}

extension Events.Neighbours {
    /// - Parameter origin: the address of the node's pages, where its doors are.
    init(_ exchange: Exchange, _ identity: Identity, origin: String, now: @escaping Clock) {
        let fetch = Fetch(keptConnections: 1024)
        let host = String(origin.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" })
        self.init(
            offer: { type, author in
                let owner = try await identity.organisations().name(of: type.organisation, on: Day(now()))
                guard let dataClass = DataClass(rawValue: type.dataClass) else { throw Problem.notFound }
                var draft = ServiceDraft(
                    organisation: type.organisation, code: type.code, name: type.title, contact: owner.vi,
                    dataClass: dataClass, first: VersionDraft(document: type.openAPI))
                draft.about = String(type.about.prefix(2000))
                let isThere = {
                    try await exchange.offers(type.code, of: type.organisation, operation: "follow:\(type.name)")
                }
                if try await isThere() { return }
                do {
                    _ = try await exchange.registerService(draft, by: author)
                } catch let problem as Problem {
                    // Offered twice at the same time: the other was faster.
                    guard try await isThere() else { throw problem }
                }
            },
            publish: { drafts, tx in try exchange.publish(drafts, in: tx) },
            ring: { exchange.ring() },
            sign: { try exchange.signed($0, $1, headers: $2, body: $3) },
            send: { try await fetch.send($0) },
            oauthClient: { try await identity.introspect($0, certificateThumbprint: nil)?.client.text },
            mayRegister: { person, organisation in
                guard let person else { return true }
                let theirs = Resource("events", owner: organisation, label: "TLP:CLEAR")
                return identity.decide(person, Permission("events.register"), on: theirs)?.allowed ?? false
            },
            organisationName: { code in
                let register = try await identity.organisations()
                return register[code] == nil ? nil : register.name(of: code, on: Day(now()))
            },
            origin: { host }, address: { exchange.pagesAddress }, keyID: exchange.keyID)
        applicationNames = { wanted in
            let names = try await exchange.names(ofApplications: wanted)
            return Dictionary(
                wanted.compactMap { code in names.application(code).map { (code, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
    }
}
