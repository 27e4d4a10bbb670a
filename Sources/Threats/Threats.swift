package import Database
package import Exchange
package import Identity
package import Jobs
package import Ledger
package import Logging
import StrictJSON
package import Vocabulary
import Web

/// What the organisation knows of threats (mối đe dọa): STIX 2.1 objects, each version kept as the bytes in which its
/// origin signed it, typed in, imported or received, and shared under a label.
///
/// Nothing leaves but through `Neighbours.publish`, in the transaction that says it was shared.
package struct Threats: Sendable {
    let database: any Database
    let outbox: LedgerOutbox
    /// Whose node this is: the origin of what is typed in or imported here.
    let organisation: ID<Organisation>
    let access: Access
    let readings: ReadingBook
    let neighbours: Neighbours
    let now: Clock
    let newID: IDSource
    let logger: Logger
    /// Rings when an import moved on.
    let progress = Bell()

    package static var migrations: [Migration] { ThreatTables.migrations }
    package static let mediaType = StixObject.mediaType

    package init(
        database: any Database, outbox: LedgerOutbox, organisation: ID<Organisation>, access: Access,
        neighbours: Neighbours, now: @escaping Clock, newID: @escaping IDSource,
        logger: Logger = Logger(label: "threats")
    ) {
        self.database = database
        self.outbox = outbox
        self.organisation = organisation
        self.access = access
        readings = ReadingBook(database: database, outbox: outbox, now: now)
        self.neighbours = neighbours
        self.now = now
        self.newID = newID
        self.logger = logger
    }

    /// What this room asks of others; the composition root fills it.
    package struct Neighbours: Sendable {
        /// `Exchange.publish`: signs, stores and addresses in the caller's transaction.
        package var publish: @Sendable ([FactDraft], any Transaction) throws -> Void
        /// After the commit: wakes those who have something to fetch.
        package var ring: @Sendable () -> Void
        /// Everybody on the roster but us.
        package var members: @Sendable () async throws -> [ThreatReader]
        /// Whether anybody would get something with this label and these addressees.
        package var reachesAnybody: @Sendable (TLP, Recipients) async throws -> Bool
        /// The delivery ledger about one object, by fact id.
        package var whoHas: @Sendable (String) async throws -> [ThreatDelivery]
        /// What people of this node are called.
        package var names: @Sendable (Set<ID<Person>>) async throws -> [ID<Person>: String]

        package init(
            publish: @escaping @Sendable ([FactDraft], any Transaction) throws -> Void,
            ring: @escaping @Sendable () -> Void,
            members: @escaping @Sendable () async throws -> [ThreatReader],
            reachesAnybody: @escaping @Sendable (TLP, Recipients) async throws -> Bool,
            whoHas: @escaping @Sendable (String) async throws -> [ThreatDelivery],
            names: @escaping @Sendable (Set<ID<Person>>) async throws -> [ID<Person>: String]
        ) {
            self.publish = publish
            self.ring = ring
            self.members = members
            self.reachesAnybody = reachesAnybody
            self.whoHas = whoHas
            self.names = names
        }
    }

    /// What another member shared, read before it is stored: the object, or what is wrong with it. Nil when it is for
    /// another room, as incidents are.
    package struct Arrived: Sendable {
        let object: Result<StixObject, StixFault>?
    }

    /// Reads what another member shared: give it to `Exchange.onArrival` for STIX 2.1, together with `receive`.
    package func read(_ fact: Fact) -> Arrived {
        guard fact.origin != organisation, !fact.id.hasPrefix("incident--") else { return Arrived(object: nil) }
        do throws(StixFault) {
            let object = try StixObject(fact.bytes)
            guard object.id == fact.id, object.version == fact.version else {
                throw StixFault("threats.mismatch", of: object.id)
            }
            return Arrived(object: .success(object))
        } catch {
            return Arrived(object: .failure(error))
        }
    }

    package func receive(_ fact: Fact, in tx: any Transaction) throws {
        try receive([(fact, read(fact))], in: tx)
    }

    /// Stores what others shared. What does not pass is noted and does not hold up what comes after it.
    package func receive(_ arrived: [(fact: Fact, prepared: Arrived)], in tx: any Transaction) throws {
        let store = ThreatStore(tx: tx)
        var waiting: [(fact: Fact, object: StixObject)] = []
        for (fact, arrived) in arrived {
            switch arrived.object {
            case nil: continue
            case .failure(let fault): try store.refuse(fact, fault, key: newID(), at: now())
            case .success(let object):
                waiting.append((fact, object))
                // What comes after a definition is labelled by it.
                if object.type == "marking-definition" { try keep(&waiting, store) }
            }
        }
        try keep(&waiting, store)
    }

    private func keep(_ waiting: inout [(fact: Fact, object: StixObject)], _ store: ThreatStore) throws {
        for (origin, items) in Dictionary(grouping: waiting, by: \.fact.origin) {
            let objects = try store.explain(items.map(\.object), of: origin, home: organisation)
            let arrived = zip(objects, items).map { object, item in
                (
                    object: object,
                    arrival: ThreatStore.Arrival(
                        origin: origin, signature: .verified, at: now(), sharedAt: item.fact.createdAt,
                        label: item.fact.tlp, isWithdrawal: item.fact.isRevocation)
                )
            }
            let inserted = try store.insert(arrived, newID: newID)
            try journal(by: nil, at: now()).write(inserted.relabelled, in: store.tx)
        }
        waiting = []
    }

    /// Where changes of labels are written down.
    func journal(by person: ID<Person>?, at now: Instant) -> LabelJournal {
        LabelJournal(outbox: outbox, at: now, person: person)
    }

    /// Runs imports, and labels anew what waited for a marking: once, before `Jobs.run`.
    package func handle(_ jobs: Jobs) {
        jobs.handle(ImportFile.self) { job in try await runImport(ID(job.id)) }
        jobs.handle(Relabel.self) { job in try await relabel(job.marking) }
    }
}

/// An organisation that may be given something.
package struct ThreatReader: Sendable, Hashable {
    package let id: ID<Organisation>
    package let name: Phrase

    package init(id: ID<Organisation>, name: Phrase) {
        self.id = id
        self.name = name
    }
}

/// One receiver of one object, as the delivery ledger has it.
package struct ThreatDelivery: Sendable, Hashable {
    package let to: ThreatReader
    /// Nil while it is on its way.
    package let takenAt: Instant?
    /// The checkpoint of the ledger that covers it: `#1234`.
    package let checkpoint: String?

    package init(to: ThreatReader, takenAt: Instant?, checkpoint: String? = nil) {
        self.to = to
        self.takenAt = takenAt
        self.checkpoint = checkpoint
    }
}

extension Permission {
    static let viewThreats = Permission("threats.view")
    static let addThreats = Permission("threats.add")
    static let importThreats = Permission("threats.import")
    static let shareThreats = Permission("threats.share")
}
