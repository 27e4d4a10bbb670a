package import Database
package import Exchange
package import Ledger
package import Identity
import StrictJSON
package import Vocabulary
import Web

/// Where an organisation reports its security incidents (sự cố an toàn thông tin), follows them to their end, and
/// shares what others may know.
///
/// Reports and everything about them stay on this node. What leaves is a `SharedVersion`, published through `Exchange`
/// in the transaction that records it. Incidents of other members arrive through `receive` and are read only.
package struct Incidents: Sendable {
    let database: any Database
    let outbox: LedgerOutbox
    /// Whose node this is: what arrives here arrived for it.
    let organisation: ID<Organisation>
    let access: Access
    let readings: ReadingBook
    let neighbours: Neighbours
    let now: Clock
    let newID: IDSource
    let news: News

    package static let migrations = IncidentTables.migrations

    package init(
        database: any Database, outbox: LedgerOutbox, organisation: ID<Organisation>, access: Access,
        neighbours: Neighbours, now: @escaping Clock, newID: @escaping IDSource
    ) {
        self.database = database
        self.outbox = outbox
        self.organisation = organisation
        self.access = access
        readings = ReadingBook(database: database, outbox: outbox, now: now)
        news = News(access)
        self.neighbours = neighbours
        self.now = now
        self.newID = newID
    }

    /// What this room asks of others; the composition root fills it.
    package struct Neighbours: Sendable {
        /// `Exchange.publish`: signs, stores and addresses in the caller's transaction.
        package var publish: @Sendable ([FactDraft], any Transaction) throws -> Void
        /// After the commit: wakes those who have something to fetch.
        package var ring: @Sendable () -> Void
        /// Everybody on the roster but us, by name.
        package var members: @Sendable () async throws -> [Receiver]
        /// Who would get something with this label and these addressees now, us left out.
        package var whoReceives: @Sendable (TLP, Recipients) async throws -> [Receiver]
        /// The delivery ledger about one object, by fact id.
        package var whoHas: @Sendable (String) async throws -> [Delivery]
        /// What stands in a fresh report of somebody from this organisation.
        package var profile: @Sendable (ID<Organisation>) async throws -> OrganisationProfile?
        /// Somebody of this node by the name with which they sign in.
        package var person: @Sendable (String) async throws -> ID<Person>?
        /// What people of this node are called; nobody who was erased.
        package var names: @Sendable (Set<ID<Person>>) async throws -> [ID<Person>: String]

        package init(
            publish: @escaping @Sendable ([FactDraft], any Transaction) throws -> Void,
            ring: @escaping @Sendable () -> Void,
            members: @escaping @Sendable () async throws -> [Receiver],
            whoReceives: @escaping @Sendable (TLP, Recipients) async throws -> [Receiver],
            whoHas: @escaping @Sendable (String) async throws -> [Delivery],
            profile: @escaping @Sendable (ID<Organisation>) async throws -> OrganisationProfile?,
            person: @escaping @Sendable (String) async throws -> ID<Person>?,
            names: @escaping @Sendable (Set<ID<Person>>) async throws -> [ID<Person>: String]
        ) {
            self.publish = publish
            self.ring = ring
            self.members = members
            self.whoReceives = whoReceives
            self.whoHas = whoHas
            self.profile = profile
            self.person = person
            self.names = names
        }
    }

    /// Stores what another member shared, when it is an incident: give it to `Exchange.onArrival` for STIX 2.1.
    package func receive(_ fact: Fact, in tx: any Transaction) throws {
        guard fact.origin != organisation, let incident = ArrivedIncident(fact, at: now()) else { return }
        try ArrivedStore.save(incident, for: organisation, in: tx)
    }

    package static let mediaType = IncidentSTIX.mediaType
}

/// An organisation on the roster.
package struct Receiver: Sendable, Hashable {
    package let id: ID<Organisation>
    package let name: Phrase

    package init(id: ID<Organisation>, name: Phrase) {
        self.id = id
        self.name = name
    }
}

/// One receiver of one object, as the delivery ledger has it.
package struct Delivery: Sendable, Hashable {
    package let to: Receiver
    /// Nil while it is on its way.
    package let takenAt: Instant?
    /// The checkpoint of the ledger that covers it: `#1234`.
    package let checkpoint: String?

    package init(to: Receiver, takenAt: Instant?, checkpoint: String? = nil) {
        self.to = to
        self.takenAt = takenAt
        self.checkpoint = checkpoint
    }
}

/// What is known of the reporter's organisation.
package struct OrganisationProfile: Sendable, Hashable {
    package var name: String
    package var address: String
    package var phone: String
    package var email: String

    package init(name: String, address: String = "", phone: String = "", email: String = "") {
        self.name = name
        self.address = address
        self.phone = phone
        self.email = email
    }
}

extension Permission {
    static let viewIncidents = Permission("incidents.view")
    static let reportIncidents = Permission("incidents.report")
    static let shareIncidents = Permission("incidents.share")
}
