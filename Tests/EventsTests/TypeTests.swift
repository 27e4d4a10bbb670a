import Database
@testable import Events
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary

@Suite("Event types and the registry of services")
struct TypeTests {
    private struct BrokeOff: Error {}

    @Test("A type whose offer broke off is offered again when the node runs", arguments: Engine.all)
    func offeredAgain(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            world.whileOffered.withLock { $0 = { throw BrokeOff() } }
            await #expect(throws: BrokeOff.self) { try await world.register() }
            #expect(try await world.database.read { try EventTypeStore.notOffered(in: $0).count } == 1)
            let offers = Mutex(0)
            world.whileOffered.withLock { $0 = { offers.withLock { $0 += 1 } } }
            try await world.running { () async throws in
                #expect(
                    try await eventually {
                        try await world.database.read { try EventTypeStore.notOffered(in: $0).isEmpty }
                    })
            }
            #expect(offers.withLock { $0 } == 1)
            // Registered again as it is: nothing new to tell.
            #expect(try await world.register().revision == 1)
            #expect(offers.withLock { $0 } == 1)
        }
    }

    @Test("Who registers a type again whose offer broke off has it offered then", arguments: Engine.all)
    func registeredAgain(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            world.whileOffered.withLock { $0 = { throw Problem.busy(retryAfterSeconds: 1) } }
            await #expect(throws: Problem.busy(retryAfterSeconds: 1)) { try await world.register() }
            world.whileOffered.withLock { $0 = nil }
            try await world.register()
            #expect(try await world.database.read { try EventTypeStore.notOffered(in: $0).isEmpty })
        }
    }

    @Test("A type that the registry refuses is no type, and the ledger says both", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let refusal = Problem.invalid(["code": Phrase(name: "taken")])
            world.whileOffered.withLock { $0 = { throw refusal } }
            await #expect(throws: refusal) { try await world.register() }
            #expect(try await world.database.read { try EventTypeStore.all(in: $0).isEmpty })
            let kinds = try await world.database.read { tx in
                try tx.rows("SELECT kind FROM ledger_fact ORDER BY id").map { try $0.get("kind", as: String.self) }
            }
            #expect(kinds == ["events.type-registered", "events.type-withdrawn"])
        }
    }

    @Test("Of two schemas put at the same time each is compared with the one before it", arguments: Engine.all)
    func together(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let schemas = ["a", "b", "c", "d"].map { name in
                """
                {"type":"object","required":["dossier"],
                "properties":{"dossier":{"type":"string"},"\(name)":{"type":"string"}}}
                """
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for schema in schemas {
                    group.addTask {
                        // What another put in force meanwhile may be broken by this one: then it is refused.
                        do { try await world.register(schema) } catch Problem.invalid { return }
                    }
                }
                try await group.waitForAll()
            }
            let (revision, stored) = try await world.database.read { tx in
                (
                    try EventTypeStore.type("dossier-changed", in: tx)?.revision,
                    try tx.rows("SELECT revision FROM events_schema ORDER BY revision").map {
                        try $0.get("revision", as: Int.self)
                    }
                )
            }
            #expect(stored == Array(1...(revision ?? 0)) && stored.count > 1)
        }
    }
}
