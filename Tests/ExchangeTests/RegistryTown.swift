import Crypto
import Database
import Gateway
import House
import Identity
import Ledger
import Synchronization
import TestKit
import Vocabulary
import Web

@testable import Exchange

/// A node at which departments offer and use services: Nam Định with two departments, and people in each.
final class RegistryTown: Sendable {
    let network = Network()
    let node: TestNode
    let clock: TestClock
    /// Leads the department that provides, and may not decide what she asked herself.
    let provider = RegistryTown.person("provider", .departmentLead, at: "T40")
    let colleague = RegistryTown.person("colleague", .departmentLead, at: "T40")
    /// An officer of the department that uses.
    let consumer = RegistryTown.person("consumer", .officer, at: "K40")
    /// Leads the department that uses.
    let user = RegistryTown.person("user", .departmentLead, at: "K40")
    /// Who was told what.
    let announced: Announced
    let administrator = RegistryTown.person("administrator", .nodeAdministrator, at: "H40")

    var exchange: Exchange { node.exchange }

    private init(_ database: any Database) async throws {
        let clock = network.clock
        announced = Announced(clock: clock)
        node = try await network.add("H40", on: database, authority: try RegistryTown.authority(telling: announced))
        self.clock = clock
    }

    static func with(_ engine: Engine, _ body: (RegistryTown) async throws -> Void) async throws {
        try await engine.withDatabase { database in try await body(try await RegistryTown(database)) }
    }

    /// The same with Ninh Bình beside it, both members of a cluster; what its people are told there comes with it.
    static func withNeighbour(
        _ engine: Engine, counted: Bool = false, settings: ExchangeSettings = ExchangeSettings(),
        _ body: (RegistryTown, TestNode, Announced) async throws -> Void
    ) async throws {
        try await with(engine) { town async throws in
            try await engine.withDatabase { database in
                let announced = Announced(clock: town.clock)
                let neighbour = try await town.network.add(
                    "H42", on: counted ? CountedDatabase(database) : database, settings: settings,
                    authority: try authority(home: "H42", telling: announced))
                try await town.network.found("H40", "H42")
                try await body(town, neighbour, announced)
            }
        }
    }

    static func person(_ id: String, _ role: Role, at organisation: String) -> Person {
        Person(
            id: ID(id), name: "Cán bộ mẫu \(id)", organisation: ID(organisation), roles: [role],
            assurance: Assurance(level: 2, methods: [], at: Instant(milliseconds: 1_604_883_600_000)))
    }

    static let register: OrganisationRegister = {
        let early = Day(daysSince1970: 10_000)
        func record(_ id: String, under parent: String?) -> OrganisationRecord {
            OrganisationRecord(
                id: ID(id), kind: .department, validFrom: early,
                names: [Dated(Phrase(name: "Cơ quan \(id)"), from: early)],
                parents: parent.map { [Dated(ID($0), from: early)] } ?? [])
        }
        return OrganisationRegister([
            record("H40", under: nil), record("T40", under: "H40"), record("K40", under: "H40"),
            record("H42", under: nil),
        ])
    }()

    /// The policies as they are shipped, about people as their sessions describe them.
    static func authority(home: String = "H40", telling announced: Announced) throws -> Authority {
        let home: ID<Organisation> = ID(home)
        let knowledge = Knowledge(organisations: register, home: home)
        let rights = try knowledge.rights(
            at: Instant(milliseconds: 1_604_883_600_000), by: try Policies.engine())
        var authority = Authority(
            decide: { decide($0, $1, on: $2, with: rights).allowed }, organisations: { register },
            calls: { now, _ in
                try announced.policies.rules(home: home, at: now)
            })
        authority.announce = { told, audience, key, _, _ in announced.take(told, audience, key) }
        authority.ownsClient = { client, person, _, _ in client == "client-of-\(person?.id.text ?? "nobody")" }
        authority.makers = { asker, _ in
            asker.text.hasPrefix("program-of-") ? [ID(String(asker.text.dropFirst("program-of-".count)))] : []
        }
        authority.names = { people, reader in
            let known = people.filter { reader?.organisation == ID("T40") || $0 == reader?.id }
            return Dictionary(uniqueKeysWithValues: known.map { ($0, "Tên của \($0)") })
        }
        return authority
    }

    // MARK: Things to begin with

    static func document(_ more: String = "", version: String = "1.0.0") -> [UInt8] {
        Array(
            """
            openapi: 3.1.0
            info: {title: Đơn vị hành chính, version: \(version)}
            paths:
              /units:
                get:
                  operationId: list-units
                  parameters:
                    - {name: level, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 3}}
                  responses:
                    "200":
                      description: Danh sách
                      content:
                        application/json:
                          schema: {type: array, items: {$ref: "#/components/schemas/Unit"}}
              /units/{code}:
                get:
                  operationId: get-unit
                  parameters:
                    - {name: code, in: path, required: true, schema: {type: string}}
                  responses:
                    "200": {description: Một đơn vị}
            \(more)
            components:
              schemas:
                Unit: {type: object, required: [code], properties: {code: {type: string}, name: {type: string}}}
            """.utf8)
    }

    static func draft(
        _ code: String = "units", _ dataClass: DataClass = .internal, document: [UInt8] = RegistryTown.document(),
        address: String = "https://units.example.vn/api", validates: Bool = false
    ) -> ServiceDraft {
        ServiceDraft(
            organisation: ID("T40"), code: code, name: Phrase(vi: "Đơn vị hành chính", en: "Administrative units"),
            contact: "Phòng mẫu", dataClass: dataClass,
            first: VersionDraft(document: document, validates: validates, addresses: [.init(address)]))
    }

    func terms(_ operations: [String]? = nil, days: Int64 = 100) -> GrantTerms {
        GrantTerms(
            operations: operations, dataItems: "Mã và tên đơn vị", purpose: "Hiển thị địa chỉ",
            legalBasis: "NĐ 47/2020/NĐ-CP", frequency: "1.000 lượt/ngày", from: clock.now(),
            until: clock.now().adding(days: days))
    }

    /// A service of T40, an application of K40, and what was asked.
    func asked(
        _ operations: [String]? = nil, days: Int64 = 100
    ) async throws -> (offered: OfferedVersion, application: MadeApplication, grant: AccessGrant) {
        let offered = try await exchange.registerService(RegistryTown.draft(), by: provider)
        let application = try await exchange.addApplication(
            "portal", named: "Cổng thông tin mẫu", of: ID("K40"), by: user)
        let grant = try await exchange.requestGrant(
            GrantDraft(
                application: application.application.id, version: offered.version.id,
                terms: terms(operations, days: days)), by: consumer)
        return (offered, application, grant)
    }

    func state(_ id: ID<AccessGrant>) async throws -> AccessGrant.State { try await exchange.grant(id).0.grant.state }

    /// Under which grant the compiled table lets a call through.
    func allowed(_ application: ID<Application>, _ method: String, _ path: String) async throws -> String? {
        let table = try await node.database.read { [exchange] in try exchange.gatewayTable(in: $0) }
        return try CompiledTable(table).grantFor(
            consumer: application.text, method: method, path: path, at: clock.now())
    }

    /// A person at the pages of a node.
    ///
    /// - Parameter isProgram: calls without a session, so that no form token is asked for.
    func visitor(_ person: Person, at node: TestNode? = nil, isProgram: Bool = false) -> Visitor {
        let exchange = (node ?? self.node).exchange
        let site = Site(
            doorkeeper: Doorkeeper(
                identify: { _ in Caller(person: person, session: isProgram ? nil : person.id.text) },
                decide: { exchange.authorization.decide($0, $1, .none) }),
            settings: SiteSettings(name: Phrase(name: "Trục"), cookiePrefix: "test"), now: clock.now)
        exchange.doors(site)
        return Visitor(site)
    }

    func leaves(_ prefix: String) async throws -> [String] {
        try await node.database.read { tx in
            try tx.rows("SELECT kind FROM ledger_fact WHERE kind LIKE \(prefix + "%") ORDER BY at, id").map {
                try $0.get("kind")
            }
        }
    }
}

/// What a body throws, as a problem.
func problem(_ body: () async throws -> Void) async -> Problem? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Problem
    }
}

/// The text of the policies in force; another one after each approval.
final class PoliciesInForce: Sendable {
    private let state = Mutex<(text: String, rules: CallRules?)>((Policies.text, nil))

    func change(to text: String) { state.withLock { $0 = (text, nil) } }

    func rules(home: ID<Organisation>, at now: Instant) throws -> CallRules {
        try state.withLock { state in
            if let rules = state.rules { return rules }
            let rules = try CallRules(
                organisations: RegistryTown.register, home: home, at: now, by: state.text)
            state.rules = rules
            return rules
        }
    }
}

/// What people were told, in its order; each key once for each audience, as identity does it.
final class Announced: Sendable {
    struct Told: Sendable, Hashable {
        let kind: String
        let to: AnnouncementAudience
        let title: Phrase
        let text: Phrase
        let path: String
        let at: Instant
    }

    /// By which calls are decided at the node whose people are told.
    let policies = PoliciesInForce()
    private let clock: TestClock
    private let state = Mutex<(told: [Told], keys: Set<String>)>(([], []))

    init(clock: TestClock) { self.clock = clock }

    func take(_ announcement: Announcement, _ audience: AnnouncementAudience, _ key: String) {
        let told = Told(
            kind: announcement.kind, to: audience, title: announcement.title, text: announcement.text,
            path: announcement.path.text, at: clock.now())
        state.withLock { state in
            if state.keys.insert("\(key) \(audience)").inserted { state.told.append(told) }
        }
    }

    /// What was told since the last look, as `what → whom`.
    func news() -> [String] {
        all().map { told in
            let whom =
                switch told.to {
                case .people(let people): people.map(\.text).sorted().joined(separator: ",")
                case .holders(let roles, let place):
                    "\(roles.map(\.rawValue).sorted().joined(separator: ",")) of \(place)"
                }
            return "\(told.kind.split(separator: ".grant-").last ?? "") → \(whom)"
        }
    }

    /// What was told since the last look, whole.
    func all() -> [Told] {
        state.withLock { state in
            defer { state.told = [] }
            return state.told
        }
    }
}
