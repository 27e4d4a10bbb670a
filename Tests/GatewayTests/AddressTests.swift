import Dispatch
import NIOCore
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("Names of services", .serialized)
struct AddressTests {
    /// A name server of a test.
    private final class Names: Sendable {
        private let state = Mutex((port: 0, asked: 0))
        /// Names that begin with `silent` are answered when it is signalled.
        let silence = DispatchSemaphore(value: 0)

        init(_ port: Int) { move(to: port) }

        func move(to port: Int) { state.withLock { $0.port = port } }
        var asked: Int { state.withLock { $0.asked } }

        var lookUp: AddressBook.LookUp {
            { [self] host, _ in
                let port = state.withLock {
                    $0.asked += 1
                    return $0.port
                }
                if host.hasPrefix("silent") { silence.wait() }
                return try SocketAddress(ipAddress: "127.0.0.1", port: port)
            }
        }
    }

    private static func closing() async throws -> TestUpstream {
        try await TestUpstream.open { _ in
            .say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", closes: true)
        }
    }

    private static func table(_ host: String, limits: (inout ServiceLimits) -> Void = { _ in }) -> Table {
        var table = Axis.table([], limits: limits)
        table.services = table.services.map { $0.at(host) }
        return table
    }

    @Test("a call whose grant is revoked while it waits for a connection is not sent afterwards")
    func revoked() async throws {
        let upstream = try await AddressTests.closing()
        let (names, disk) = (Names(upstream.port), StalledDisk())
        let table = AddressTests.table("silent.test", limits: { $0.connectSeconds = 600 })
        var after = table
        after.grants = []
        let settings: (inout Gateway.Settings) -> Void = {
            ($0.lookUp, $0.leafSeconds, $0.bodySeconds) = (names.lookUp, 600, 600)
        }
        try await Axis.with(table, settings: settings, fault: disk.settings) { [after] axis async throws in
            defer { disk.goOn() }
            let wire = try await axis.wire()
            // More of its body is to come, and its own answer waits for the disk.
            try await wire.send(
                "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\nContent-Length: 9\r\n\r\n{")
            #expect(try await eventually { names.asked == 1 })
            disk.stall(after: 0)
            try await axis.gateway.swap(after)
            #expect(try await eventually { disk.isWaiting })
            names.silence.signal()
            #expect(try await eventually { upstream.heard.connectionCount == 1 })
            try await Task.sleep(for: .milliseconds(200))
            disk.goOn()
            #expect(try await wire.answer().code == "no-grant")
            #expect(upstream.heard.byteCount == 0)
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a name is looked up again after a while, however busy its service is")
    func again() async throws {
        let upstream = try await AddressTests.closing()
        let names = Names(upstream.port)
        let table = AddressTests.table("units.test")
        try await Axis.with(table, settings: { ($0.lookUp, $0.addressSeconds) = (names.lookUp, 600) }) {
            axis async throws in
            for _ in 0..<10 { #expect(try await axis.call().status == 200) }
            #expect(names.asked == 1)
        }
        try await Axis.with(table, settings: { ($0.lookUp, $0.addressSeconds) = (names.lookUp, 0.3) }) {
            axis async throws in
            let isAskedAgain = try await eventually {
                let answer = try await axis.call()
                #expect(answer.status == 200)
                return names.asked == 4
            }
            #expect(isAskedAgain)
        }
        try await upstream.close()
    }

    @Test("a service that moved is found at its new address by the next call")
    func moved() async throws {
        let (before, after) = (try await AddressTests.closing(), try await AddressTests.closing())
        let names = Names(before.port)
        try await Axis.with(AddressTests.table("units.test"), settings: { $0.lookUp = names.lookUp }) {
            axis async throws in
            #expect(try await axis.call().status == 200)
            names.move(to: after.port)
            try await before.close()
            for _ in 0..<3 { #expect(try await axis.call().status == 200) }
            #expect(after.heard.all.count == 3)
        }
        try await after.close()
    }

    @Test("a silent name server keeps its callers no longer than a connection may, and nobody else waits")
    func silent() async throws {
        let upstream = try await AddressTests.closing()
        let names = Names(upstream.port)
        var table = AddressTests.table("silent.test", limits: { $0.connectSeconds = 0.5 })
        let other = try #require(table.services.first).at("units.test", as: "other")
        table.services.append(other)
        let grant = try #require(table.grants.first)
        table.grants.append(grant.of("other"))
        try await Axis.with(table, settings: { $0.lookUp = names.lookUp }) { axis async throws in
            defer { names.silence.signal() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        let began = ContinuousClock.now
                        let answer = try await axis.call()
                        #expect(["service-unreachable", "service-unavailable"].contains(answer.code))
                        #expect(ContinuousClock.now - began < .seconds(20))
                    }
                }
                #expect(try await eventually { names.asked > 0 })
                #expect(try await axis.call("GET /other/v1/units HTTP/1.1\r\nHost: a").status == 200)
                try await group.waitForAll()
            }
            // One question for all of them, and one for the other.
            #expect(names.asked == 2)
        }
        try await upstream.close()
    }

    @Test("silent name servers of some services keep no other from being called, however many names they have")
    func manySilent() async throws {
        let upstream = try await AddressTests.closing()
        let names = Names(upstream.port)
        var table = AddressTests.table("units.test", limits: { $0.connectSeconds = 0.5 })
        let (good, grant) = (try #require(table.services.first), try #require(table.grants.first))
        for number in 0..<12 {
            table.services.append(good.at("silent", as: "silent-\(number)", instances: 8))
            table.grants.append(grant.of("silent-\(number)"))
        }
        try await Axis.with(table, settings: { $0.lookUp = names.lookUp }) { axis async throws in
            defer { for _ in 0..<96 { names.silence.signal() } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<96 {
                    group.addTask {
                        let head = "GET /silent-\(number % 12)/v1/units HTTP/1.1\r\nHost: a"
                        let code = try await axis.call(head).code
                        #expect(code == "service-unreachable")
                    }
                }
                #expect(try await eventually { names.asked >= 12 })
                // Behind the silent ones its own name would not be known in the half second that there is.
                #expect(try await axis.call().status == 200)
                try await group.waitForAll()
            }
            #expect(names.asked <= 1 + 12 * AddressBook.ofServiceLimit)
        }
        try await upstream.close()
    }

    @Test("silence of a name server is not counted against the instance, and its late answer is used")
    func late() async throws {
        let upstream = try await AddressTests.closing()
        let names = Names(upstream.port)
        let limits: (inout ServiceLimits) -> Void = {
            ($0.connectSeconds, $0.failuresToEject, $0.ejectSeconds, $0.healthSeconds) = (0.2, 1, 60, 1)
        }
        try await Axis.with(AddressTests.table("silent.test", limits: limits), settings: { $0.lookUp = names.lookUp }) {
            axis async throws in
            defer { names.silence.signal() }
            for _ in 0..<3 { #expect(try await axis.call().code == "service-unreachable") }
            #expect(names.asked == 1)
            names.silence.signal()
            #expect(try await eventually { try await axis.call().status == 200 })
            #expect(names.asked == 1)
        }
        try await upstream.close()
    }

    @Test("a name without an address is asked for once in a while, and its instance is left out")
    func unknown() async throws {
        struct Unknown: Error {}
        let asked = Mutex(0)
        let lookUp: AddressBook.LookUp = { _, _ in
            asked.withLock { $0 += 1 }
            throw Unknown()
        }
        let table = AddressTests.table("unknown.test", limits: { ($0.tries, $0.failuresToEject) = (1, 3) })
        try await Axis.with(table, settings: { $0.lookUp = lookUp }) { axis async throws in
            for _ in 0..<3 { #expect(try await axis.call().code == "service-unreachable") }
            #expect(try await axis.call().code == "service-unavailable")
            #expect(asked.withLock { $0 } == 1)
        }
    }

    @Test("while names cannot be looked up, the address that was good last is used on")
    func withoutNames() async throws {
        let upstream = try await AddressTests.closing()
        let names = Names(upstream.port)
        let isBroken = Flag()
        struct Broken: Error {}
        let lookUp: AddressBook.LookUp = { host, port in
            if isBroken.value { throw Broken() }
            return try names.lookUp(host, port)
        }
        try await Axis.with(
            AddressTests.table("units.test"), settings: { ($0.lookUp, $0.addressSeconds) = (lookUp, 0.05) }
        ) { axis async throws in
            #expect(try await axis.call().status == 200)
            isBroken.set()
            try await Task.sleep(for: .milliseconds(100))
            #expect(try await axis.call().status == 200)
        }
        try await upstream.close()
    }
}

extension Service {
    /// The same service at hosts of this name, and under another id.
    func at(_ host: String, as other: String? = nil, instances: Int = 1) -> Service {
        Service(
            id: other ?? id, provider: provider, code: other ?? code, path: other.map { "/\($0)/v1" } ?? path,
            operations: operations,
            upstreams: (0..<instances).map { number in
                let name = number == 0 ? host : "\(host)-\(other ?? id)-\(number)"
                return Upstream(host: name, port: 80, mayBePrivate: true)
            }, limits: limits)
    }
}

extension Grant {
    /// The same for another service.
    fileprivate func of(_ service: String) -> Grant {
        Grant(
            id: "of-\(service)", consumer: consumer, service: service, purpose: purpose, legalBasis: legalBasis,
            from: from, until: until)
    }
}
