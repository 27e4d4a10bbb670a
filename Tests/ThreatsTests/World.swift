import Database
import Exchange
import House
import Identity
import Jobs
import Ledger
import Logging
import Synchronization
import TestKit
import Vocabulary
import Web

@testable import Threats

/// The people of these tests, by role. All act at the node of Nam Định (H40) but one.
enum Cast {
    static let handler = person("handler", .incidentHandler)
    static let lead = person("lead", .departmentLead)
    static let officer = person("officer", .officer)
    static let auditor = person("auditor", .auditor)
    static let guest = person("guest", .incidentHandler, at: "H23")
    static let citizen = Person(id: ID("citizen"), name: "Công dân mẫu", organisation: nil, roles: [.citizen])
    static let all = [handler, lead, officer, auditor, guest, citizen]

    private static func person(_ name: String, _ role: Role, at organisation: String = "H40") -> Person {
        Person(
            id: ID(name), name: "Cán bộ mẫu", organisation: ID(organisation), roles: [role],
            assurance: Assurance(level: 2, methods: [], at: Instant(milliseconds: 1_604_883_600_000)))
    }

    /// The policies as they are shipped, over people of whom nothing but their session is known.
    static let rights = try? Knowledge(organisations: OrganisationRegister([]), home: ID("H40")).rights(
        at: Instant(milliseconds: 1_604_883_600_000), by: try Policies.engine())
    static let access = Access { rights }
}

/// The room with its neighbours played by the test.
final class World: Sendable {
    let threats: Threats
    let site: Site
    let database: any Database
    let jobs: Jobs
    let clock = TestClock()
    let ids = SeededIDs()
    let published: Published

    /// What `Exchange` was given; refuses when told to, as a full disk would.
    final class Published: Sendable {
        let drafts = Mutex<[FactDraft]>([])
        let refusesAfter = Mutex(Int.max)
        let rings = Mutex(0)
        /// Ids that cannot be published: one of them stops all that are handed in with it.
        let refused = Mutex(Set<String>())
        struct Refused: Error {}

        var sent: [FactDraft] { drafts.withLock { $0 } }
    }

    @discardableResult
    static func open<T>(on engine: Engine, _ body: (World) async throws -> T) async throws -> T {
        try await engine.withDatabase { database in
            try await database.migrate(
                LedgerOutbox.migrations + Jobs.migrations + Identity.migrations + Threats.migrations)
            return try await body(World(database))
        }
    }

    private init(_ database: any Database) {
        let published = Published()
        self.database = database
        self.published = published
        let member = ThreatReader(id: ID("H23"), name: Phrase(name: "Hải Dương"))
        threats = Threats(
            database: database, outbox: LedgerOutbox(newID: ids.source), organisation: ID("H40"), access: Cast.access,
            neighbours: .init(
                publish: { drafts, _ in
                    if let id = published.refused.withLock({ refused in
                        drafts.map(\.id).first { refused.contains($0) }
                    }) {
                        throw FactError.alreadyPublished(id)
                    }
                    let count = published.drafts.withLock { sent in
                        sent += drafts
                        return sent.count
                    }
                    if count > published.refusesAfter.withLock({ $0 }) { throw Published.Refused() }
                },
                ring: { published.rings.withLock { $0 += 1 } },
                members: { [member, ThreatReader(id: ID("VNCERT"), name: Phrase(name: "VNCERT/CC"))] },
                reachesAnybody: { label, recipients in
                    // The cluster's one other member, and VNCERT/CC outside it.
                    !recipients.named.isEmpty
                        || (recipients.groups.contains(.network) && label < .amber)
                        || (recipients.groups.contains(.cluster) && label < .amberStrict)
                },
                whoHas: { _ in
                    [ThreatDelivery(to: member, takenAt: Instant(milliseconds: 1_604_890_000_000), checkpoint: "#7")]
                },
                names: { ids in Dictionary(uniqueKeysWithValues: ids.map { ($0, "Cán bộ \($0)") }) }),
            now: clock.now, newID: ids.source)
        jobs = Jobs(database: database, now: clock.now, newID: ids.source, logger: Logger(label: "test"))
        threats.handle(jobs)
        site = Site(
            doorkeeper: World.doorkeeper,
            settings: SiteSettings(name: Phrase(name: "Trục"), cookiePrefix: "t", secret: Array(0..<32)), now: clock.now
        )
        threats.doors(site)
    }

    /// The cookie `t-who` names somebody of the cast; the policies decide what they open.
    private static let doorkeeper = Doorkeeper(
        identify: { request in
            Caller(person: Cast.all.first { $0.id.text == request.cookie("who") }, session: request.cookie("who"))
        },
        decide: { person, permission in
            Cast.rights.map { decide(person, permission, with: $0).allowed } ?? false
        })

    func visitor(_ person: Person, language: String? = nil) -> Visitor {
        let visitor = Visitor(site)
        visitor.setCookie("who", person.id.text)
        return visitor
    }

    /// Imports a file to its end.
    @discardableResult
    func importing(_ bytes: [UInt8], share: Sharing? = nil) async throws -> ThreatImport {
        let id = try await threats.importBytes(bytes, name: "tep.json", as: Cast.handler, share: share)
        _ = try await jobs.runDue()
        guard let found = try await threats.find(id) else { throw Problem.notFound }
        return found
    }

    func count(_ table: SQL = "threats_object") async throws -> Int {
        try await database.read { tx in try tx.row("SELECT COUNT(*) AS n FROM \(table)")?.get("n") ?? 0 }
    }
}

func bundle(_ objects: [String]) -> [UInt8] {
    let head = #"{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":["#
    return Array("\(head)\(objects.joined(separator: ","))]}".utf8)
}

func indicatorID(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "indicator--8e2e2d2b-17d4-4cbf-938f-" + String(repeating: "0", count: 12 - digits.count) + digits
}

func marked(_ label: TLP) -> String { #","object_marking_refs":["\#(Markings.id(of: label))"]"# }
