import Gateway
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// What a node passes on to the nodes whose applications hold its grants.
@Suite("Grants across nodes")
struct GrantedAcrossTests {
    private static func name(_ member: String, _ subsystem: String) -> SubsystemName {
        SubsystemName(instance: "VN", memberClass: "GOV", member: member, subsystem: subsystem)
    }

    private static func service(_ id: String, node: String? = nil, path: String? = nil) -> Service {
        Service(
            id: id, provider: name("H40", "services"), code: id, path: path ?? "/\(id)",
            operations: [Operation(id: "read", method: "GET", template: "/{code}")],
            upstreams: [Upstream(host: "10.0.0.1", port: 80, node: node)])
    }

    private static func grant(_ id: String, _ consumer: String, _ service: String) -> Grant {
        Grant(
            id: id, consumer: consumer, service: service, operations: ["read"], fields: ["code", "units/name"],
            purpose: "Thử", legalBasis: "47/2020/NĐ-CP", rate: Rate(perSecond: 0.5, burst: 3),
            quota: Quota(calls: 10, windowSeconds: 86_400), from: Instant(milliseconds: 1),
            until: Instant(milliseconds: 1 << 45), evidence: .withinOneSecond)
    }

    private static func consumer(_ id: String, _ name: SubsystemName, at node: String?) -> Consumer {
        Consumer(id: id, name: name, credentials: node.map { [.signer("node:\($0) \(name)")] } ?? [])
    }

    /// At H40: two applications of H23, one of H49, one of its own; one service that stands elsewhere.
    private static let provider = Table(
        consumers: [
            consumer("a", name("H23", "kiosk"), at: "H23"), consumer("b", name("H23", "other"), at: "H23"),
            consumer("c", name("H49", "kiosk"), at: "H49"), consumer("d", name("H40", "own"), at: nil),
        ],
        services: [service("units"), service("maps"), service("far", node: "H24")],
        grants: [
            grant("g1", "a", "units"), grant("g2", "b", "maps"), grant("g3", "c", "units"), grant("g4", "d", "units"),
            grant("g5", "a", "far"),
        ])

    @Test("each node is told of its own applications, and of nothing that stands elsewhere")
    func told() throws {
        let all = GrantedAcross.all(in: TableRows(GrantedAcrossTests.provider))
        #expect(Set(all.keys.map(\.text)) == ["H23", "H49"])
        #expect(all[ID("H23")]?.grants.map(\.id).sorted() == ["g1", "g2"])
        #expect(all[ID("H23")]?.grants.first { $0.id == "g1" }?.consumer == "VN/GOV/H23/kiosk")
        #expect(all[ID("H49")]?.services.map(\.id) == ["units"])
        let text = try #require(all[ID("H23")]?.json.text)
        #expect(!text.contains("10.0.0.1") && !text.contains("H49"))
    }

    @Test("it survives the wire, and joins the table of the node whose applications are meant")
    func joined() throws {
        let sent = try #require(GrantedAcross.all(in: TableRows(GrantedAcrossTests.provider))[ID("H23")])
        let read = try GrantedAcross(sent.json.canonical())
        #expect(read.grants.sorted { $0.id < $1.id } == sent.grants.sorted { $0.id < $1.id })
        #expect(read.json.canonical() == sent.json.canonical())
        // Only kiosk is registered at H23; a service of its own has the path of one of H40's.
        let own = Table(
            consumers: [GrantedAcrossTests.consumer("here", GrantedAcrossTests.name("H23", "kiosk"), at: nil)],
            services: [
                Service(
                    id: "own", provider: GrantedAcrossTests.name("H23", "services"), code: "units", path: "/units",
                    operations: [], upstreams: [])
            ])
        let table = read.joined(to: own, from: ID("H40"))
        #expect(table.grants.map(\.id) == ["g1"] && table.grants.map(\.consumer) == ["here"])
        let units = try #require(table.services.first { $0.id == "units" })
        #expect(units.path == "/h40/units" && units.upstreams.map(\.node) == ["H40"])
        _ = try CompiledTable(table)
        #expect(read.joined(to: table, from: ID("H40")).services.count == table.services.count)
    }

    /// What H23 has of `units`, after the document was changed on its way.
    private static func arrived(
        _ limits: ServiceLimits, _ change: (String) -> String = { $0 }
    ) throws -> (read: ServiceLimits?, joined: ServiceLimits?) {
        var table = provider
        table.services = table.services.map { service in
            Service(
                id: service.id, provider: service.provider, code: service.code, path: service.path,
                operations: service.operations, upstreams: service.upstreams, limits: limits)
        }
        let sent = try #require(GrantedAcross.all(in: TableRows(table))[ID("H23")])
        let read = try GrantedAcross(Array(change(sent.json.text).utf8))
        let own = Table(consumers: [consumer("here", name("H23", "kiosk"), at: nil)], services: [], grants: [])
        let joined = read.joined(to: own, from: ID("H40"))
        _ = try CompiledTable(joined)
        func units(_ services: [Service]) -> ServiceLimits? { services.first { $0.id == "units" }?.limits }
        return (units(read.services), units(joined.services))
    }

    @Test("the limits that calls feel come with a grant; how instances are watched does not")
    func limits() throws {
        var limits = ServiceLimits()
        (limits.requestBytes, limits.responseBytes, limits.answerSeconds) = (1 << 20, 1 << 21, 120)
        (limits.tries, limits.connectSeconds, limits.healthPath) = (4, 9, "/health")
        let joined = try #require(try Self.arrived(limits).joined)
        #expect(joined.requestBytes == 1 << 20 && joined.responseBytes == 1 << 21)
        #expect(joined.answerSeconds == 125, "the provider's own refusal comes first")
        #expect(joined.wholeSeconds == 3600 && joined.tries == 2 && joined.connectSeconds == 3)
        #expect(joined.healthPath == nil)
        limits.wholeSeconds = ServiceLimits.wholeSecondsMax
        #expect(try Self.arrived(limits).joined?.wholeSeconds == ServiceLimits.wholeSecondsMax)
    }

    @Test("a node that says nothing of limits is understood, and its answers have an end all the same")
    func withoutLimits() throws {
        let pattern = try Regex(#","limits":\{[^}]*\}|"limits":\{[^}]*\},"#)
        let (read, joined) = try Self.arrived(ServiceLimits()) { $0.replacing(pattern, with: "") }
        #expect(read?.responseBytes == ServiceLimits.farResponseBytes && joined?.responseBytes == 1 << 34)
        #expect(joined?.answerSeconds == ServiceLimits().answerSeconds)
        // What no node may say is the nearest that one may.
        let number = try Regex(#""(answer-seconds|response-bytes)":[0-9]+"#)
        let (absurd, kept) = try Self.arrived(ServiceLimits()) { text in
            text.replacing(number) { found in
                found.output[1].substring == "answer-seconds" ? #""answer-seconds":1e12"# : #""response-bytes":-5"#
            }
        }
        #expect(absurd?.answerSeconds == 600 && absurd?.responseBytes == 1 && kept?.answerSeconds == 605)
    }

    @Test("how long a node may take holds where its service's provider said nothing else")
    func placing() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let far = GrantedAcrossTests.service("units", node: "H24")
            func seconds(_ answer: Double?) throws -> Double {
                var limits = ServiceLimits()
                try limits.set(.answerSeconds, to: answer)
                let service = Service(
                    id: far.id, provider: far.provider, code: far.code, path: far.path, operations: far.operations,
                    upstreams: far.upstreams, limits: limits)
                return town.exchange.placing(service).limits.answerSeconds
            }
            #expect(try seconds(nil) == ExchangeSettings().farAnswerSeconds)
            #expect(try seconds(120) == 120 && seconds(3) == 3)
        }
    }

    @Test("a node speaks for its own providers, and takes no path and no id of another")
    func claimed() throws {
        let kiosk = GrantedAcrossTests.name("H23", "kiosk")
        let own = Table(
            consumers: [GrantedAcrossTests.consumer("here", kiosk, at: nil)],
            services: [GrantedAcrossTests.service("own", path: "/units/v1")], grants: [])
        var sent = GrantedAcross()
        sent.services = [
            GrantedAcrossTests.service("units"), GrantedAcrossTests.service("own"),
            GrantedAcrossTests.service("below", path: "/units/v1/units"),
        ]
        sent.grants = sent.services.map { GrantedAcrossTests.grant("g-\($0.id)", kiosk.description, $0.id) }
        #expect(sent.joined(to: own, from: ID("H42")) { $0 == "H42" }.services.map(\.id) == ["own"])
        let table = sent.joined(to: own, from: ID("H40")) { $0 == "H40" }
        #expect(table.services.map(\.path) == ["/units/v1", "/units", "/h40/units/v1/units"])
        #expect(table.grants.map(\.id) == ["g-units", "g-below"])
        _ = try CompiledTable(table)
    }

    @Test("what could not be in force in any table is found before it is joined to one")
    func impossible() throws {
        let name = GrantedAcrossTests.name("H23", "kiosk").description
        func sent(_ services: [Service], _ grants: [Grant]) -> GrantedAcross {
            var sent = GrantedAcross()
            (sent.services, sent.grants) = (services, grants)
            return sent
        }
        let (units, grant) = (GrantedAcrossTests.service("units"), GrantedAcrossTests.grant("g", name, "units"))
        try sent([units], [grant]).check(from: ID("H40"))
        for wrong in [
            sent([GrantedAcrossTests.service("units", path: "units")], [grant]),
            sent([GrantedAcrossTests.service("units", path: "/r1/units")], [grant]), sent([units, units], [grant]),
            sent([units], [grant, grant]), sent([units], [GrantedAcrossTests.grant("g", "VN", "units")]),
            sent([units], [GrantedAcrossTests.grant("g", name, "maps")]),
        ] { #expect(throws: (any Error).self) { try wrong.check(from: ID("H40")) } }
    }

    @Test("one grant that no evidence has room for leaves the others in force")
    func possible() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            var table = GrantedAcrossTests.provider
            let grant = table.grants[1]
            table.grants[1] = Grant(
                id: grant.id, consumer: grant.consumer, service: grant.service,
                purpose: String(repeating: "x", count: 3000), legalBasis: "x", from: grant.from, until: grant.until,
                evidence: grant.evidence)
            table.services.append(GrantedAcrossTests.service("wrong", path: "wrong"))
            let left = try town.exchange.possible(table)
            #expect(left.grants.map(\.id) == ["g1", "g3", "g4", "g5"])
            #expect(left.services.map(\.id) == ["units", "maps", "far"])
        }
    }

    @Test("nothing is said of grants before they are known, and a table that was not taken comes again")
    func order() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let exchange = town.exchange
            #expect(throws: Problem.busy(retryAfterSeconds: 5)) { try exchange.giveGranted(to: ID("H23")) }
            let (used, heard) = AsyncStream.makeStream(of: [String].self)
            struct NotTaken: Error {}
            let tries = Mutex(0)
            let watching = Task {
                await exchange.eachPlacedTable(of: { take in
                    try? await take(TableChange(whole: GrantedAcrossTests.provider))
                    try? await Task.sleep(for: .seconds(60))
                }) { table in
                    heard.yield(table.grants.map(\.id))
                    let number = tries.withLock { tries in
                        tries += 1
                        return tries
                    }
                    if number == 1 { throw NotTaken() }
                    return true
                }
            }
            defer { watching.cancel() }
            var iterator = used.makeAsyncIterator()
            for _ in 0..<2 { #expect(await iterator.next() == ["g1", "g2", "g3", "g4", "g5"]) }
            _ = try exchange.giveGranted(to: ID("H23"))
        }
    }

    @Test("what is no such document is refused whole")
    func refused() throws {
        for text in [
            "", "{}", #"{"services":[],"grants":[{}]}"#,
            #"{"services":[{"id":"a","provider":"VN","code":"a","path":"/a","operations":[]}],"grants":[]}"#,
        ] { #expect(throws: (any Error).self) { try GrantedAcross(Array(text.utf8)) } }
    }

    @Test("a peer asks for its own, signed, and gets nobody else's", arguments: Engine.all)
    func door(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H49"]) { network in
            try await network.found("H40", "H23", "H49")
            try network["H40"].exchange.passOn(
                GrantedAcross.all(in: TableRows(GrantedAcrossTests.provider)), for: nil)
            for (code, grants) in [("H23", ["g1", "g2"]), ("H49", ["g3"])] {
                let keeper = try #require(try await network[code].exchange.roster()?.roster.member(ID("H40")))
                let answer = try await network[code].exchange.call(.get, "/exchange/granted", at: keeper.place)
                #expect(try GrantedAcross(answer.body).grants.map(\.id).sorted() == grants)
                // Who has it is told nothing again; who has something else is.
                let digest = StandingShelf.digest(answer.body)
                for (known, isThere) in [(digest, false), ("another", true)] {
                    let again = try await network[code].exchange.call(
                        .get, "/exchange/granted?unless=\(known)", at: keeper.place)
                    #expect(again.body.isEmpty != isThere)
                }
            }
        }
    }
}
