import Database
import Gateway
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// How much and how long calls of a service may, as its provider sets it.
@Suite("Limits of a service")
struct LimitTests {
    private func limits(_ town: RegistryTown) async throws -> ServiceLimits? {
        try await town.node.database.read { [exchange = town.exchange] in
            try exchange.gatewayTable(in: $0).services.first?.limits
        }
    }

    @Test("each that is set is in the gateway's table, in the ledger, and as usual again", arguments: Engine.all)
    func table(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            #expect(try await limits(town) == ServiceLimits())
            let (book, exchange) = (TableBook(), town.exchange)
            let whole = try await town.node.database.read { [now = town.clock.now()] in
                try book.next(for: exchange, at: now, in: $0)
            }
            book.take(try #require(whole))
            for limit in ServiceLimit.allCases {
                let value = limit.bounds.lowerBound == 0 ? 7 : limit.bounds.lowerBound
                try await town.exchange.editService(offered.service.id, by: town.provider) {
                    try $0.limits.set(limit, to: value)
                }
                #expect(try await limits(town)?[limit] == value, "\(limit)")
            }
            try await town.exchange.editService(offered.service.id, by: town.provider) {
                try $0.limits.setHealthPath("/health?deep=1")
            }
            let part = try await town.node.database.read { [now = town.clock.now()] in
                try book.next(for: exchange, at: now, in: $0)
            }
            #expect(part?.change.isWhole == false, "by parts, too")
            #expect(part?.change.services.first?.limits.healthPath == "/health?deep=1")
            #expect(part?.change.services.first?.limits.requestBytes == 7)
            let edits = try await town.leaves("exchange.service-edited").count
            #expect(edits == ServiceLimit.allCases.count + 1)
            try await town.exchange.editService(offered.service.id, by: town.provider) { edit in
                for limit in ServiceLimit.allCases { try edit.limits.set(limit, to: nil) }
                try edit.limits.setHealthPath("")
            }
            #expect(try await limits(town) == ServiceLimits())
        }
    }

    @Test(
        "whoever holds a grant is told when calls may be less than they were, and of nothing else",
        arguments: Engine.all)
    func narrower(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, _, grant) = try await town.asked()
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            _ = town.announced.all()
            for limit in [ServiceLimit.requestBytes, .responseBytes, .answerSeconds, .wholeSeconds] {
                town.clock.advance(seconds: 1)
                try await town.exchange.editService(offered.service.id, by: town.provider) {
                    try $0.limits.set(limit, to: limit.usual - 1)
                }
                let told = town.announced.all()
                #expect(told.map(\.to).contains(.people([ID("consumer")])), "\(limit)")
                let (before, after) = (limit.usual / limit.pageUnit, (limit.usual - 1) / limit.pageUnit)
                let decimals = limit.pageUnit > 1 ? 6 : 3
                let said = "\(Phrase.figure(before).vi) → \(Phrase.figure(after, decimals: decimals).vi)."
                #expect(told.first?.text.vi.contains("Thay đổi: \(limit.phrase.vi): \(said)") == true, "\(told)")
                #expect(told.first?.text.en.contains("Changed: \(limit.phrase.en): ") == true, "\(told)")
                try await town.exchange.editService(offered.service.id, by: town.provider) {
                    try $0.limits.set(limit, to: nil)
                }
                #expect(town.announced.news().isEmpty, "\(limit)")
            }
            try await town.exchange.editService(offered.service.id, by: town.provider) {
                try $0.limits.set(.tries, to: 1)
            }
            #expect(town.announced.news().isEmpty)
        }
    }

    @Test("at the consumer's node, too, the letter says which limit it is, and its page in either language")
    func across() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, told in
            let walk = AskingTests()
            let application = try await walk.prepare(town, home)
            let far = try await walk.ask(town, home, application)
            try await walk.follow(home)
            let grant = try #require(try await town.exchange.grants([.waiting]).first)
            try await town.exchange.approveGrant(grant.grant.id, by: town.provider)
            try await walk.follow(home)
            _ = told.all()
            try await town.exchange.editService(grant.offered.service.id, by: town.provider) {
                try $0.limits.set(.answerSeconds, to: 5)
                try $0.limits.set(.tries, to: 1)
            }
            try await walk.follow(home)
            let letters = told.all().filter { $0.kind == "exchange.grant-service-changed" }
            #expect(!letters.isEmpty)
            for letter in letters {
                #expect(letter.text.vi.contains("Thay đổi: Chờ trả lời (giây): 30 → 5."), "\(letter)")
                #expect(letter.text.en.contains("Changed: Time to answer (seconds): 30 → 5."), "\(letter)")
            }
            let path = "/exchange/requests/\(far.id)"
            for (language, words) in [("vi", "Chờ trả lời (giây): 30 → 5"), ("en", "Time to answer (seconds): 30 → 5")]
            {
                await town.visitor(AskingTests.asker, at: home).get("\(path)?lang=\(language)").expect(
                    200, shows: words)
                await town.visitor(town.provider).get("/exchange/grants/\(grant.grant.id)?lang=\(language)").expect(
                    200, shows: words)
            }
        }
    }

    @Test("what lies outside of its bounds is refused by its name")
    func bounds() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let id = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider).service.id
            for limit in ServiceLimit.allCases {
                for value in [limit.bounds.lowerBound - 1, limit.bounds.upperBound + 1, .nan] {
                    let found = await problem {
                        try await town.exchange.editService(id, by: town.provider) {
                            try $0.limits.set(limit, to: value)
                        }
                    }
                    #expect(found == .invalid([limit.rawValue: limit.boundsWords]), "\(limit) \(value)")
                }
            }
            for path in ["health", "/a b", "/á", "/a#b", "/" + String(repeating: "a", count: 200)] {
                #expect(
                    await problem {
                        try await town.exchange.editService(id, by: town.provider) {
                            try $0.limits.setHealthPath(path)
                        }
                    } == .invalid(["health-path": .healthPathIsWrong]), "\(path)")
            }
            #expect(
                await problem {
                    try await town.exchange.editService(id, by: town.provider) {
                        try $0.limits.set(.wholeSeconds, to: 10)
                    }
                } == .invalid(["answer-seconds": .answerIsLongerThanWhole]))
            // Every bound itself is one that the gateway takes.
            for isLow in [true, false] {
                var limits = ServiceLimits()
                for limit in ServiceLimit.allCases {
                    try limits.set(limit, to: isLow ? limit.bounds.lowerBound : limit.bounds.upperBound)
                }
                let name = SubsystemName(instance: "VN", memberClass: "GOV", member: "T40", subsystem: "services")
                let service = Service(
                    id: "one", provider: name, code: "one", path: "/one", operations: [], upstreams: [],
                    limits: limits)
                _ = try CompiledTable(Table(consumers: [], services: [service], grants: []))
            }
        }
    }

    @Test("the edit page sets them in its reader's numbers and says what holds otherwise", arguments: ["vi", "en"])
    func pages(language: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let lead = town.visitor(town.provider)
            let (lang, path) = ("lang=\(language)", "/exchange/services/\(offered.service.id)")
            await lead.get("\(path)/edit?\(lang)").expect(
                200, shows: "answer-seconds", language == "vi" ? "để trống là 1.024." : "left empty it is 1,024.",
                language == "vi" ? "Từ 0,1 đến 600;" : "From 0.1 to 600;")
            let fields: Fields = [
                "name": "Đơn vị", "contact": "Phòng mẫu", "class": "internal", "request-bytes": "0,5",
                "answer-seconds": "2.5", "tries": "1", "health-path": "/health",
            ]
            await lead.post("\(path)/edit", fields).expect(redirectTo: path)
            var expected = ServiceLimits()
            (expected.requestBytes, expected.answerSeconds, expected.tries) = (1 << 19, 2.5, 1)
            expected.healthPath = "/health"
            #expect(try await limits(town) == expected)
            await lead.get("\(path)/edit?\(lang)").expect(200, shows: #"value="/health""#, #"value="1""#)
            await lead.get("\(path)?\(lang)").expect(200, shows: "/health", language == "vi" ? "2,5" : "2.5")
            let wrong: Fields = [
                "name": "Đơn vị", "contact": "Phòng mẫu", "class": "internal", "tries": "6", "answer-seconds": "nhanh",
            ]
            await lead.post("\(path)/edit?\(lang)", wrong).expect(
                422, shows: language == "vi" ? "Phải là số từ 1 đến 5." : "A number from 1 to 5.",
                language == "vi" ? "Phải là số từ 0,1 đến 600." : "A number from 0.1 to 600.")
            #expect(try await limits(town) == expected)
        }
    }

    @Test("a page shows what was set to the byte, so that saving it again changes nothing")
    func bytes() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            for bytes in [1.0, 10, 123_456_789, 1_073_741_825] {
                try await town.exchange.editService(offered.service.id, by: town.provider) {
                    try $0.limits.set(.responseBytes, to: bytes)
                }
                let shown = Phrase.figure(bytes / 1_048_576, decimals: 6, grouping: false).vi
                await town.visitor(town.provider).post(
                    "/exchange/services/\(offered.service.id)/edit",
                    ["name": "Đơn vị", "contact": "Phòng mẫu", "class": "internal", "response-bytes": shown]
                ).expect(redirectTo: "/exchange/services/\(offered.service.id)")
                #expect(try await limits(town)?[.responseBytes] == bytes, "\(shown)")
            }
            #expect(Phrase.figure(1024.5) == Phrase(vi: "1.024,5", en: "1,024.5"))
        }
    }

    @Test("programs set some of them, and null is what is usual")
    func programs() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let path = "/exchange/services/\(offered.service.id)"
            func patch(_ person: Person, _ limits: JSON) async -> Answered {
                await town.visitor(person, isProgram: true).send(
                    .patch, path, headers: ["content-type": "application/json"],
                    body: (["limits": limits] as JSON).encoded())
            }
            await patch(town.provider, ["tries": 3, "answer-seconds": 1.5, "health-path": "/up"]).expect(
                200, shows: #""tries":3"#, #""answer-seconds":1.5"#, #""health-path":"/up""#)
            await patch(town.provider, ["tries": .null]).expect(
                200, shows: #""tries":2"#, #""answer-seconds":1.5"#)
            await patch(town.provider, ["health-path": .null]).expect(200, shows: #""health-path":null"#)
            await patch(town.provider, ["tries": 1.5]).expect(422, shows: "tries")
            await patch(town.user, ["tries": 1]).expect(403)
        }
    }
}
