import Database
import Gateway
import Identity
import TestKit
import Testing
import Vocabulary

@testable import Exchange

/// The gateway's table and `decide` are two forms of the same grants: random worlds ask both
/// everything there is to ask.
@Suite("The gateway's table says what decide says")
struct GrantTableTests {
    struct World {
        var random: SeededRandom
        let town: RegistryTown
        var versions: [OfferedVersion] = []
        var applications: [Application] = []
        /// What the policies in force forbid beside what the program ships.
        var forbidden: [Forbidden] = []

        mutating func pick<T>(_ list: [T]) -> T? { list.isEmpty ? nil : list[Int(random.next() % UInt64(list.count))] }
        mutating func chance(_ share: UInt64) -> Bool { random.next() % 100 < share }
    }

    static let paths = [
        "list-units": ("GET", "/units"), "get-unit": ("GET", "/units/1"), "new-unit": ("POST", "/units"),
        "drop-unit": ("DELETE", "/units/1"),
    ]

    @Test("who, what and when", arguments: [1, 2, 3, 4, 5, 6] as [UInt64], Engine.all)
    func equal(seed: UInt64, engine: Engine) async throws {
        guard engine == .sqlite || seed < 3 else { return }
        try await RegistryTown.with(engine) { town async throws in
            var world = World(random: SeededRandom(seed: seed), town: town)
            try await GrantTableTests.build(&world)
            var asked = (yes: 0, no: 0)
            for _ in 0..<6 {
                town.clock.advance(seconds: Int64(world.random.next() % 400_000))
                if seed > 2 { world.changePolicies() }
                let rules = try town.announced.policies.rules(home: ID("H40"), at: town.clock.now())
                if world.chance(50) { try await town.exchange.followGrantDates() }
                let now = town.clock.now()
                let table = try await town.node.database.read { [exchange = town.exchange] in
                    try exchange.gatewayTable(in: $0)
                }
                let compiled = try CompiledTable(table)
                for application in world.applications {
                    for offered in world.versions {
                        for (operation, (method, path)) in GrantTableTests.paths {
                            let decision = try await town.exchange.explainCall(
                                by: application.id, to: operation, of: offered.version.id)
                            let grant = compiled.grantFor(
                                consumer: application.id.text, method: method, path: offered.path + path, at: now)
                            let truth = try await GrantTableTests.naive(application, offered, operation, town)
                            #expect(decision.allowed == (grant != nil), "\(application.code) \(operation)")
                            let isForbidden = world.forbidden.contains { $0.meets(application, offered, operation) }
                            #expect(decision.allowed == (truth && !isForbidden))
                            #expect(rules.followGrants == world.forbidden.allSatisfy { $0.of == .ungranted })
                            if truth && !isForbidden { asked.yes += 1 } else { asked.no += 1 }
                        }
                    }
                }
            }
            #expect(asked.yes > (seed > 2 ? 5 : 20) && asked.no > 20, "\(asked)")
        }
    }

    @Test(
        "made by parts it is the table that is made from nothing, after every change",
        arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64], Engine.all)
    func byParts(seed: UInt64, engine: Engine) async throws {
        guard engine == .sqlite || seed < 3 else { return }
        try await RegistryTown.with(engine) { town async throws in
            var world = World(random: SeededRandom(seed: seed), town: town)
            let book = TableBook()
            var (compiled, rows, parts) = (try CompiledTable(Table()), TableRows(), 0)
            try await GrantTableTests.build(&world)
            for _ in 0..<40 {
                for _ in 0..<1 + world.random.next() % 2 { try await GrantTableTests.change(&world) }
                let (exchange, now) = (town.exchange, town.clock.now())
                let (step, whole) = try await town.node.database.read {
                    (try book.next(for: exchange, at: now, in: $0), try exchange.gatewayTable(in: $0))
                }
                if let step {
                    if !step.change.isWhole { parts += 1 }
                    compiled = try CompiledTable(step.change, after: compiled)
                    rows.take(step.change)
                    book.take(step)
                }
                #expect(rows.table.grants == whole.grants.sorted { $0.id < $1.id })
                #expect(rows.table.consumers == whole.consumers)
                #expect(zip(rows.table.services, whole.services).allSatisfy { $0.isSame(as: $1) })
                #expect(rows.services.count == whole.services.count)
                let fresh = try CompiledTable(whole)
                for (application, offered) in world.applications.flatMap({ one in world.versions.map { (one, $0) } }) {
                    for (operation, (method, path)) in GrantTableTests.paths {
                        let (one, other) = (
                            compiled.grantFor(
                                consumer: application.id.text, method: method, path: offered.path + path, at: now),
                            fresh.grantFor(
                                consumer: application.id.text, method: method, path: offered.path + path, at: now)
                        )
                        #expect(one == other, "\(application.code) \(operation)")
                    }
                }
            }
            // All was read once; from then on only what was other.
            #expect(parts > 15)
        }
    }

    /// One thing that somebody does at the registry, or a day that passes.
    private static func change(_ world: inout World) async throws {
        let exchange = world.town.exchange
        guard let application = world.pick(world.applications), let offered = world.pick(world.versions) else { return }
        switch world.random.next() % 11 {
        case 10: world.changePolicies()
        case 0: world.town.clock.advance(seconds: Int64(world.random.next() % 300_000))
        case 1: try await exchange.followGrantDates()
        case 2: _ = try? await exchange.issueKey(for: application.id, by: nil)
        case 3:
            let known = try await world.town.node.database.read {
                try ApplicationStore.credentials(of: application.id, in: $0)
            }
            if let one = world.pick(known) { try? await exchange.revokeCredential(one.id, of: application.id, by: nil) }
        case 4:
            let address = VersionDraft.Address("https://units\(world.random.next() % 5).example.vn/api")
            try? await exchange.addInstance(address, to: offered.version.id, mayBePrivate: false, by: nil)
        case 5:
            let now = try await world.town.node.database.read { try ServiceStore.offered(offered.version.id, in: $0) }
            if let one = world.pick(now?.instances ?? []) {
                try? await exchange.removeInstance(one.id, from: offered.version.id, by: nil)
            }
        case 6:
            try? await exchange.replaceDocument(
                of: offered.version.id, with: document(isWide: world.chance(70)), by: nil)
        case 7 where world.chance(20):
            try? await exchange.closeVersion(offered.version.id, .security, because: "Thử", by: nil)
        case 8 where world.chance(15): try? await exchange.endApplication(application.id, by: nil)
        default: try await grant(application, offered, &world)
        }
    }

    /// Read from the rows, without periods, facts or tables.
    private static func naive(
        _ application: Application, _ offered: OfferedVersion, _ operation: String, _ town: RegistryTown
    ) async throws -> Bool {
        let now = town.clock.now()
        return try await town.node.database.read { tx in
            guard try ApplicationStore.application(application.id, in: tx)?.endedAt == nil,
                try ServiceStore.offered(offered.version.id, in: tx)?.isOpen == true
            else { return false }
            return try GrantStore.held(by: application.id, in: tx).contains { grant in
                guard grant.version == offered.version.id, grant.state == .active || grant.state == .suspended,
                    grant.terms.operations?.contains(operation) ?? true, grant.terms.from <= now,
                    now < grant.terms.until
                else { return false }
                guard let suspension = grant.suspension else { return true }
                return now < suspension.from || suspension.until.map { $0 <= now } ?? false
            }
        }
    }

    /// - Parameter isWide: with operations that another one lacks.
    private static func document(isWide: Bool = true) -> [UInt8] {
        guard isWide else { return RegistryTown.document() }
        let more = """
                post: {operationId: new-unit, responses: {"200": {description: x}}}
              /units/{code}:
                delete:
                  operationId: drop-unit
                  parameters: [{name: code, in: path, required: true, schema: {type: string}}]
                  responses: {"200": {description: x}}
            """
        return Array(
            String(decoding: RegistryTown.document(), as: UTF8.self).replacing("  /units/{code}:", with: more).utf8)
    }

    private static func build(_ world: inout World) async throws {
        let exchange = world.town.exchange
        for code in ["units", "places"] {
            let offered = try await exchange.registerService(
                RegistryTown.draft(code, document: document()), by: nil)
            world.versions.append(offered)
        }
        world.versions.append(
            try await exchange.openVersion(
                of: world.versions[0].service.id, VersionDraft(document: document()), by: nil))
        for code in ["one", "two", "three"] {
            world.applications.append(
                try await exchange.addApplication(
                    code, named: code, of: ID(code == "three" ? "T40" : "K40"), by: nil
                ).application)
        }
        for _ in 0..<14 {
            guard let application = world.pick(world.applications), let offered = world.pick(world.versions) else {
                return
            }
            try await grant(application, offered, &world)
        }
        if world.chance(30) {
            try await exchange.closeVersion(world.versions[1].version.id, .security, because: "Thử", by: nil)
        }
        if world.chance(30) { try await exchange.endApplication(world.applications[2].id, by: nil) }
    }

    private static func grant(
        _ application: Application, _ offered: OfferedVersion, _ world: inout World
    ) async throws {
        let exchange = world.town.exchange
        let some = paths.keys.sorted().filter { _ in world.chance(50) }
        var terms = world.town.terms(world.chance(30) || some.isEmpty ? nil : some)
        terms.from = world.town.clock.now().adding(seconds: Int64(world.random.next() % 900_000))
        terms.until = terms.from.adding(seconds: 1 + Int64(world.random.next() % 1_500_000))
        let draft = GrantDraft(application: application.id, version: offered.version.id, terms: terms)
        // Nobody may ask for what a closed version or an application that has ended would need.
        guard
            let grant = try? await world.chance(15)
                ? exchange.requestGrant(draft, by: nil) : exchange.issueGrant(draft),
            grant.state == .active
        else { return }
        try await disturb(grant, &world)
    }

    private static func disturb(_ grant: AccessGrant, _ world: inout World) async throws {
        let (exchange, now) = (world.town.exchange, world.town.clock.now())
        switch world.random.next() % 5 {
        case 0: try await exchange.endGrant(grant.id, because: "x", by: nil)
        case 1:
            let until = world.chance(50) ? now.adding(seconds: Int64(1 + world.random.next() % 900_000)) : nil
            try await exchange.suspendGrant(grant.id, .security, until: until, because: "x", by: nil)
        case 2:
            let from = now.adding(days: 10)
            let until = world.chance(50) ? from.adding(seconds: Int64(1 + world.random.next() % 500_000)) : nil
            // Before the notice of seven working days it is refused.
            try? await exchange.suspendGrant(grant.id, .planned, from: from, until: until, because: "x", by: nil)
        default: break
        }
    }
}
