import Database
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Guessing is slowed down")
struct ThrottleTests {
    @Test("five attempts are free, then 1, 2, 4 … seconds, at most a quarter of an hour")
    func delays() {
        let pair = Throttle.Lane.accountAndAddress(login: "a", Network(address: "192.0.2.1"))
        #expect((1...4).map { pair.delaySeconds(attempts: $0) } == [0, 0, 0, 0])
        #expect((5...9).map { pair.delaySeconds(attempts: $0) } == [1, 2, 4, 8, 16])
        #expect(pair.delaySeconds(attempts: 1000) == 900)
        let near = Throttle.Lane.address(Network(address: "192.0.2.1"))
        #expect(near.delaySeconds(attempts: 29) == 0)
        #expect(near.delaySeconds(attempts: 1000) == 300)
    }

    @Test(
        "one address counts as one subscriber",
        arguments: [
            ("192.0.2.1", "192.0.2.1:4711", true), ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true), ("2001:db8::1", "[2001:db8::ffff]:443", true),
            ("2001:db8::1", "2001:db8:0:1::1", false), ("fe80::1%eth0", "fe80::1", true), ("unix", "unix", true),
        ])
    func addresses(one: String, other: String, isSame: Bool) {
        #expect((Network(address: one).near == Network(address: other).near) == isSame)
    }

    @Test(
        "after a few wrong passwords an address waits, also with the right one, and then may again",
        arguments: Engine.all)
    func waits(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let attacker = Browser(address: "203.0.113.9")
            for _ in 0..<5 { #expect(try await !town.isTooSoon("canbo.mau", from: attacker)) }
            #expect(try await town.isTooSoon("canbo.mau", from: attacker, password: Town.password))
            town.clock.advance(seconds: 1)
            _ = try await town.full(from: attacker)
            for _ in 0..<4 { #expect(try await !town.isTooSoon("canbo.mau", from: attacker)) }
        }
    }

    @Test("names that nobody has wait as well", arguments: Engine.all)
    func unknownWait(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let attacker = Browser(address: "203.0.113.9")
            for _ in 0..<5 {
                let waits = try await town.isTooSoon("khongco.ai", from: attacker)
                #expect(!waits)
            }
            #expect(try await town.isTooSoon("khongco.ai", from: attacker))
        }
    }

    @Test("64 attempts at once are counted as 64", arguments: Engine.all)
    func atOnce(engine: Engine) async throws {
        try await Town.open(on: engine, hashesWaiting: 64) { town in
            try await town.person("canbo.mau", .officer)
            let tried = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<64 {
                    group.addTask { try await !town.isTooSoon("canbo.mau", from: Browser(address: "203.0.113.9")) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(tried == 5)
        }
    }

    @Test(
        "an attacker locks the owner out neither elsewhere nor, on a known device, at the same address",
        arguments: Engine.all)
    func ownerGetsIn(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let office = Browser(address: "192.0.2.1", agent: "Firefox")
            let known = try await town.full(from: office)
            for host in 1...6 {
                for _ in 0..<6 { _ = try await town.attempt("canbo.mau", from: "203.0.113.\(host)") }
            }
            // From an address that never failed, with and without the device cookie.
            _ = try await town.full(from: Browser(address: "198.51.100.20"))
            _ = try await town.full(from: known)
            // The attacker sits behind the same address: only the known browser gets in.
            for _ in 0..<6 { _ = try await town.attempt("canbo.mau", from: "192.0.2.1") }
            #expect(try await town.isTooSoon("canbo.mau", from: office, password: Town.password))
            _ = try await town.full(from: known)
        }
    }

    @Test(
        "a device cookie helps its own account alone, and has a lane of its own that is slowed down too",
        arguments: Engine.all)
    func deviceLane(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            try await town.person("lanhdao.mau", .departmentLead)
            let known = try await town.full(from: Browser(address: "192.0.2.1"))
            for _ in 0..<5 { #expect(try await !town.isTooSoon("lanhdao.mau", from: known)) }
            #expect(try await town.isTooSoon("lanhdao.mau", from: known))
            for _ in 0..<5 { #expect(try await !town.isTooSoon("canbo.mau", from: known)) }
            #expect(try await town.isTooSoon("canbo.mau", from: known))
            _ = try await town.full(from: Browser(address: "198.51.100.20"))
        }
    }

    @Test(
        "one address that tries many names is slowed down, and its own good sign-ins wash nothing away",
        arguments: Engine.all)
    func spraying(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            for index in 0..<30 {
                if index % 10 == 0 { _ = try await town.full(from: Browser(address: "203.0.113.9")) }
                #expect(try await !town.isTooSoon("ten.\(index)", from: Browser(address: "203.0.113.9")))
            }
            #expect(try await town.isTooSoon("ten.31", from: Browser(address: "203.0.113.9")))
        }
    }

    @Test("the table of attempts is bounded, forgets after a day and holds no address in clear", arguments: Engine.all)
    func bounded(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let throttle = town.identity.throttle
            let at = town.clock.now()
            try await town.database.write { tx in
                for host in 0..<60 {
                    _ = try throttle.take([.address(Network(address: "10.0.0.\(host)"))], at: at, in: tx)
                }
            }
            #expect(try await town.count("identity_attempt") == 60)
            try await town.database.write { try Throttle.sweep(at: at, keeping: 50, in: $0) }
            #expect(try await town.count("identity_attempt") == 50)
            let lanes: [String] = try await town.database.read { tx in
                try tx.rows("SELECT lane FROM identity_attempt").map { try $0.get("lane") }
            }
            #expect(lanes.allSatisfy { Hex.decode($0)?.count == 16 })
            town.clock.advance(days: 1)
            try await town.identity.sweep()
            #expect(try await town.count("identity_attempt") == 0)
        }
    }
}

extension Town {
    func attempt(_ login: String, from address: String) async throws -> SignInOutcome {
        try await identity.signIn(login: login, password: "sai mật khẩu", from: Browser(address: address))
    }
}
