import Dispatch
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Web

@Suite("Names of those who are called", .serialized)
struct ResolverTests {
    /// A name server of a test: names that begin with `silent` are answered when that is let go on, and then as
    /// slowly as it took.
    private final class Names: Sendable {
        private let state = Mutex((asked: [String](), underWay: 0))
        private let silence = DispatchSemaphore(value: 0)

        var asked: [String] { state.withLock { $0.asked } }
        var underWay: Int { state.withLock { $0.underWay } }

        var lookUp: Resolver.LookUp {
            { [self] host in
                state.withLock { ($0.asked, $0.underWay) = ($0.asked + [host], $0.underWay + 1) }
                if host.hasPrefix("silent") { silence.wait() }
                state.withLock { $0.underWay -= 1 }
                return host.hasPrefix("nobody") ? [] : ["127.0.0.1"]
            }
        }

        func answer(_ count: Int) { for _ in 0..<count { silence.signal() } }
    }

    private func limits(quick: Int, slow: Int) -> Resolver.Limits {
        var limits = Resolver.Limits()
        (limits.quick, limits.slow, limits.slowSeconds) = (quick, slow, 0.1)
        return limits
    }

    private func ask(_ host: String, _ resolver: Resolver) async throws -> Int {
        try await resolver.addresses(of: try FetchAddress("http://\(host)/")).count
    }

    @Test("all who ask for one name share one look-up, and a silent one holds up no other name")
    func silent() async throws {
        let names = Names()
        let fetch = Fetch(resolver: Resolver(names.lookUp, limits: limits(quick: 2, slow: 1)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let request = FetchRequest(
                        .get, "http://silent.test:9/", deadlineSeconds: 1, trust: .plain, mayReachPrivate: true)
                    await #expect(throws: FetchError.deadline(seconds: 1)) { try await fetch.send(request) }
                }
            }
            #expect(try await eventually { names.asked == ["silent.test"] })
            // It is found, and nobody listens there.
            await #expect(throws: FetchError.self) {
                try await fetch.send(
                    FetchRequest(
                        .get, "http://good.test:1/", deadlineSeconds: 30, trust: .plain, mayReachPrivate: true))
            }
            #expect(names.asked == ["silent.test", "good.test"] && names.underWay == 1)
            try await group.waitForAll()
        }
        names.answer(1)
    }

    @Test("silent names make room for others when they are slow, and next time have few places of their own")
    func many() async throws {
        let names = Names()
        let resolver = Resolver(names.lookUp, limits: limits(quick: 4, slow: 2))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<6 { group.addTask { try await ask("silent\(number).test", resolver) } }
            // Four at first, and the others when those are slow.
            #expect(try await eventually { names.underWay == 6 })
            #expect(try await ask("good.test", resolver) == 1)
            // The last two are slow by now, too.
            try await Task.sleep(for: .milliseconds(200))
            names.answer(6)
            for try await count in group { #expect(count == 1) }
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<6 { group.addTask { try await ask("silent\(number).test", resolver) } }
            #expect(try await eventually { names.underWay == 2 })
            for number in 0..<20 { #expect(try await ask("good\(number).test", resolver) == 1) }
            try await Task.sleep(for: .milliseconds(300))
            #expect(names.underWay == 2, "known to be slow")
            names.answer(6)
            try await group.waitForAll()
        }
        #expect(names.underWay == 0)
    }

    @Test("a name that has no address says so; who gives up waiting is gone at once, and its turn is not kept")
    func gone() async throws {
        let names = Names()
        let resolver = Resolver(names.lookUp, limits: limits(quick: 1, slow: 1))
        await #expect(throws: FetchError.unresolved(host: "nobody.test")) { try await ask("nobody.test", resolver) }
        let first = Task { try await ask("silent.test", resolver) }
        #expect(try await eventually { names.underWay == 1 })
        let second = Task { try await ask("silent.test", resolver) }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        names.answer(1)
        #expect(try await first.value == 1)
        #expect(names.asked == ["nobody.test", "silent.test"])
    }

    @Test(
        "a name that no thread could look up is under way no longer: who waits hears why, and the next one asks again")
    func noThread() async throws {
        let names = Names()
        let refusals = Mutex(1)
        let resolver = Resolver(names.lookUp, limits: limits(quick: 1, slow: 1)) { work in
            if refusals.withLock({ left in
                defer { left -= 1 }
                return left > 0
            }) {
                return false
            }
            return OwnThread.start(.usual, work)
        }
        let why = FetchError.cannotConnect(host: "good.test", reason: "no thread to look its name up")
        await #expect(throws: why) { try await ask("good.test", resolver) }
        #expect(names.asked == [])
        // The one place is free again, for this name and for others.
        #expect(try await ask("good.test", resolver) == 1)
        #expect(try await ask("other.test", resolver) == 1)
    }
}
