import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// Random sequences of changes: after each the table that was changed by parts says what a table says that was made
/// from nothing.
@Suite("A table that is changed by parts")
struct TableChangeTests {
    struct World {
        var random: SeededRandom
        var rows = TableRows()

        mutating func number(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
        mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

        static func name(_ system: String) -> SubsystemName {
            SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: system)
        }

        /// A key, a client and a signer of few, so that they change hands.
        mutating func consumer() -> Consumer {
            let id = number(6)
            var credentials: [Credential] = []
            for kind in 0..<4 where chance(60) {
                let digest = [UInt8](repeating: UInt8(number(8)), count: 32)
                let all = [
                    Credential.apiKey(sha256: digest), .certificate(sha256: digest), .oauthClient("c\(digest[0])"),
                    .signer("s\(digest[0])"),
                ]
                if !rows.consumers.values.contains(where: { $0.id != "k\(id)" && $0.credentials.contains(all[kind]) }) {
                    credentials.append(all[kind])
                }
            }
            return Consumer(id: "k\(id)", name: World.name("kiosk\(id)-\(number(2))"), credentials: credentials)
        }

        static let templates = ["/units", "/units/{code}", "/units/export", "/{any}"]

        mutating func service() -> Service {
            let id = number(6)
            let operations = World.templates.filter { _ in chance(70) }.map {
                Operation(id: "op \($0)", method: "GET", template: $0)
            }
            return Service(
                id: "v\(id)", provider: World.name("services"), code: "s\(id)", path: "/s\(id)/v\(number(2))",
                operations: operations,
                upstreams: (0..<number(3)).map { Upstream(host: "10.0.0.\($0)", port: 80, mayBePrivate: true) })
        }

        mutating func grant() -> Grant? {
            guard let consumer = rows.consumers.keys.sorted().randomElement(using: &random),
                let service = rows.services.keys.sorted().randomElement(using: &random)
            else { return nil }
            let offered = rows.services[service]?.operations.map(\.id) ?? []
            let some = offered.filter { _ in chance(50) }
            let from = Int64(number(100))
            return Grant(
                id: "g\(number(30))", consumer: consumer, service: service,
                operations: some.isEmpty ? nil : Set(some), fields: chance(30) ? ["code"] : nil,
                purpose: "Mục đích \(number(3))", legalBasis: "47/2020/NĐ-CP",
                quota: chance(50) ? Quota(calls: 10, windowSeconds: 86_400) : nil,
                from: Instant(milliseconds: from), until: Instant(milliseconds: from + Int64(number(60))),
                evidence: chance(50) ? .beforeRelease : .withinOneSecond)
        }

        /// A change as whoever keeps the rows would make it: with a service go the grants that it has no operation for.
        mutating func change() -> TableChange {
            var change = TableChange()
            switch number(6) {
            case 0:
                let consumer = consumer()
                change.consumers = [consumer]
            case 1:
                let service = service()
                change.services = [service]
                for grant in rows.grants.values where grant.service == service.id {
                    let isOffered = grant.operations?.isSubset(of: service.operations.map(\.id)) ?? true
                    if !isOffered { change.gone.grants.append(grant.id) }
                }
            case 2:
                if chance(30), let id = rows.consumers.keys.sorted().randomElement(using: &random) {
                    change.gone.consumers = [id]
                }
            case 3:
                if chance(30), let id = rows.services.keys.sorted().randomElement(using: &random) {
                    change.gone.services = [id]
                }
            case 4:
                if let id = rows.grants.keys.sorted().randomElement(using: &random) { change.gone.grants = [id] }
            default:
                for _ in 0..<1 + number(4) {
                    guard let grant = grant(), !change.grants.contains(where: { $0.id == grant.id }) else { continue }
                    change.grants.append(grant)
                }
            }
            return change
        }
    }

    @Test("says what one from nothing says, after every change", arguments: 1...20 as ClosedRange<UInt64>)
    func equal(seed: UInt64) throws {
        var world = World(random: SeededRandom(seed: seed))
        var compiled = try CompiledTable(Table())
        var passed = 0
        for step in 0..<120 {
            var change = world.change()
            if world.chance(10) {
                // Several that come together are one.
                world.rows.take(change)
                let later = world.change()
                change.add(later)
                world.rows.take(later)
            } else {
                world.rows.take(change)
            }
            if world.chance(5) { change = TableChange(whole: world.rows.table) }
            compiled = try CompiledTable(change, after: compiled)
            let fresh = try CompiledTable(world.rows.table)
            passed += TableChangeTests.compare(compiled, fresh, world.rows, "seed \(seed), step \(step)")
        }
        #expect(passed > 100)
    }

    /// - Returns: how many calls may pass.
    private static func compare(
        _ changed: CompiledTable, _ fresh: CompiledTable, _ rows: TableRows, _ place: Comment
    ) -> Int {
        let paths = (0..<6).flatMap { id in
            (0..<2).flatMap { version in
                ["/units", "/units/1", "/units/export", "/x"].map { "/s\(id)/v\(version)\($0)" }
            }
        }
        var passed = 0
        for consumer in 0..<6 {
            for path in paths {
                for moment in stride(from: 0, to: 160, by: 20) as StrideTo<Int64> {
                    let now = Instant(milliseconds: moment)
                    let one = changed.grantFor(consumer: "k\(consumer)", method: "GET", path: path, at: now)
                    let other = fresh.grantFor(consumer: "k\(consumer)", method: "GET", path: path, at: now)
                    if one != other { Issue.record("\(place): \(consumer) \(path) \(moment)") }
                    if other != nil { passed += 1 }
                }
            }
        }
        for number in 0..<8 {
            let digest = [UInt8](repeating: UInt8(number), count: 32)
            digest.withUnsafeBytes { digest in
                #expect(changed.consumer(apiKey: digest)?.consumer == fresh.consumer(apiKey: digest)?.consumer, place)
                #expect(
                    changed.consumer(certificate: digest)?.consumer == fresh.consumer(certificate: digest)?.consumer,
                    place)
            }
            #expect(
                changed.consumer(oauthClient: "c\(number)")?.consumer
                    == fresh.consumer(oauthClient: "c\(number)")?.consumer, place)
            #expect(
                changed.consumer(signer: "s\(number)")?.consumer == fresh.consumer(signer: "s\(number)")?.consumer,
                place)
        }
        #expect(sizes(changed) == sizes(fresh), place)
        for grant in changed.parts.grants.all {
            #expect(rows.grants[grant.grant.id] == grant.grant, place)
            #expect(evidence(grant, in: changed) == fresh.grant(id: grant.grant.id).map { evidence($0, in: fresh) })
        }
        return passed
    }

    /// Nothing is left behind anywhere.
    private static func sizes(_ table: CompiledTable) -> [Int] {
        let parts = table.parts
        return [
            parts.consumers.count, parts.services.count, parts.grants.count, parts.consumerIDs.count,
            parts.serviceIDs.count, parts.grantIDs.count, parts.paths.count, parts.apiKeys.count,
            parts.certificates.count, parts.clients.count, parts.signers.count,
            parts.consumers.all.reduce(0) { $0 + $1.held.values.reduce(0) { $0 + $1.count } },
        ]
    }

    /// The leaf of a call under a grant.
    private static func evidence(_ grant: CompiledGrant, in table: CompiledTable) -> [UInt8] {
        let pen = Pen()
        let call = EvidenceText.Call(
            part: .whole, call: CallID(high: 1, low: 2), began: 3, ended: 4, request: .zero, answer: .zero, status: 200)
        let texts = table.parts.services[grant.service]?.operationTexts
        grant.evidence.write(call, operation: texts?.first ?? [], peer: nil, to: pen)
        return Array(pen.bytes)
    }

    @Test("shares what stays: its rows, its counts and its instances")
    func shared() throws {
        var table = Table()
        for number in 0..<600 {
            table.consumers.append(Consumer(id: "k\(number)", name: World.name("k\(number)"), credentials: []))
            table.services.append(
                Service(
                    id: "v\(number)", provider: World.name("services"), code: "s\(number)", path: "/s\(number)/v1",
                    operations: [Operation(id: "list", method: "GET", template: "/units")],
                    upstreams: [Upstream(host: "10.0.0.1", port: 80, mayBePrivate: true)]))
            table.grants.append(Self.grant("g\(number)", "k\(number)", "v\(number)", "x"))
        }
        let old = try CompiledTable(table)
        var change = TableChange()
        change.grants = [Self.grant("g7", "k7", "v7", "y")]
        change.services = [table.services[9]]
        change.gone.grants = ["g8"]
        let new = try CompiledTable(change, after: old)
        for number in 0..<600 where number != 7 && number != 8 {
            #expect(new.grant(id: "g\(number)") === old.grant(id: "g\(number)"))
            #expect(new.service(id: "v\(number)") === old.service(id: "v\(number)"))
        }
        #expect(new.grant(id: "g8") == nil && new.grant(id: "g7")?.grant.purpose == "y")
        #expect(new.grant(id: "g7")?.meter === old.grant(id: "g7")?.meter)
        #expect(new.grant(id: "g7")?.tally === old.grant(id: "g7")?.tally)
        // The table of before is as it was.
        #expect(old.grant(id: "g7")?.grant.purpose == "x" && old.grant(id: "g8") != nil)
    }

    private static func grant(_ id: String, _ consumer: String, _ service: String, _ purpose: String) -> Grant {
        Grant(
            id: id, consumer: consumer, service: service, purpose: purpose, legalBasis: "x",
            from: Instant(milliseconds: 0), until: Instant(milliseconds: 1 << 46))
    }

    @Test("a row that cannot be is left out with what hangs on it, and the others come in force")
    func lenient() throws {
        var table = Table(
            consumers: [Consumer(id: "a", name: World.name("a"), credentials: [.oauthClient("x")])],
            services: [
                Service(
                    id: "v", provider: World.name("s"), code: "v", path: "/v", operations: [], upstreams: [])
            ], grants: [Self.grant("g1", "a", "v", "x"), Self.grant("g2", "a", "v", "x")])
        let old = try CompiledTable(table)
        var change = TableChange()
        change.consumers = [Consumer(id: "b", name: World.name("b"), credentials: [.oauthClient("x")])]
        change.grants = [
            Self.grant("g1", "a", "v", String(repeating: "x", count: 3000)), Self.grant("g3", "b", "v", "x"),
            Self.grant("g4", "a", "v", "x"),
        ]
        change.gone.grants = ["g2"]
        #expect(throws: TableFault.self) { try CompiledTable(change, after: old) }
        var draft = TableDraft(change, after: old, isLenient: true)
        while try draft.work(rows: 1) {}
        #expect(draft.faults.map(\.subject) == ["b", "g1", "g3"])
        #expect(draft.parts.grants.all.map(\.grant.id) == ["g4"])
        #expect(Set(draft.left.keys) == ["g1", "g2"])
        table.consumers.append(table.consumers[0])
        #expect(throws: TableFault.self) { try CompiledTable(table) }
    }

    @Test("many rows come in force off the loops, and nothing is left of a table of before")
    func swapped() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let few = Axis.table([upstream.port])
        var many = few
        many.grants += (0..<1500).map { Self.grant("h\($0)", "kiosk", "units-v1", "x") }
        try await Axis.with(few) { [many] axis async throws in
            let wire = try await axis.wire()
            let call = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n"
            weak let before = axis.gateway.table
            try await axis.gateway.swap(many)
            #expect(axis.gateway.table.parts.grants.count == 1501)
            try await wire.send(call)
            #expect(try await wire.answer().status == 200)
            var change = TableChange()
            change.gone.grants = many.grants.map(\.id)
            #expect(try await axis.gateway.change(change))
            try await wire.send(call)
            #expect(try await wire.answer().code == "no-grant")
            #expect(try await eventually { before == nil })
            change.gone = TableChange.Gone()
            change.grants = [Self.grant("new", "nobody", "units-v1", "x"), many.grants[0]]
            #expect(try await !axis.gateway.change(change))
            try await wire.send(call)
            #expect(try await wire.answer().status == 200)
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("an index forgets what is taken out, and nothing else", arguments: 1...10 as ClosedRange<UInt64>)
    func index(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var (index, known) = (ShardedIndex(), [String: Int]())
        for step in 0..<6000 {
            let key = "key-\(random.next() % 700)"
            if random.next() % 2 == 0 {
                let there = index.insert(Array(key.utf8), step)
                #expect(there == known[key])
                if there == nil { known[key] = step }
            } else {
                index.remove(Array(key.utf8))
                known[key] = nil
            }
        }
        #expect(index.count == known.count)
        for number in 0..<700 { #expect(index.find("key-\(number)") == known["key-\(number)"]) }
    }
}

extension CompiledTable {
    fileprivate func grant(id: String) -> CompiledGrant? { parts.grantIDs.find(id).flatMap { parts.grants[$0] } }
}
