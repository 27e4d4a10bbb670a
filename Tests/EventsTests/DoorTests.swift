import Database
@testable import Events
import House
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@Suite("Doors of events")
struct DoorTests {
    let key: Headers = ["x-api-key": "key of registry", "content-type": CloudEvent.mediaType]
    let reader: Headers = ["authorization": "ApiKey key of portal", "content-type": "application/json"]

    @Test("Publish in three forms, follow with a cursor, confirm, and go on from there", arguments: Engine.all)
    func walk(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            let body = Array(#"{"types":["\#(World.type)"]}"#.utf8)
            let asked = await visitor.send(.post, "/events/v1/subscriptions", headers: reader, body: body)
            #expect(asked.response.status == 201)
            let id = try JSONDocument(asked.response.text).root.requireString("id")

            let one = try world.event("1")
            await visitor.send(.post, "/events/v1", headers: key, body: one.structured).expect(200, shows: "[1]")
            var (headers, data) = try world.event("2").binary
            headers["x-api-key"] = "key of registry"
            await visitor.send(.post, "/events/v1", headers: headers, body: data).expect(200, shows: "[2]")
            let batch = CloudEvent.batch(of: [one.structured, try world.event("3").structured])
            headers = ["authorization": "Bearer key of registry", "content-type": CloudEvent.batchMediaType]
            await visitor.send(.post, "/events/v1", headers: headers, body: batch).expect(200, shows: "[1,3]")

            let place = "/events/v1/subscriptions/\(id)"
            let page = await visitor.send(.get, "\(place)/events?limit=2", headers: reader)
            #expect(page.response.headers["content-type"] == CloudEvent.batchMediaType)
            #expect(page.response.headers["truc-next"] == "2")
            #expect(try CloudEvent.batch(page.response.bytes ?? []).map(\.id) == ["1", "2"])
            await visitor.send(.post, "\(place)/ack", headers: reader, body: Array(#"{"position":2}"#.utf8)).expect(204)
            let rest = await visitor.send(.get, "\(place)/events", headers: reader)
            #expect(try CloudEvent.batch(rest.response.bytes ?? []).map(\.id) == ["3"])
            await visitor.send(.post, "\(place)/replay", headers: reader, body: Array(#"{"position":0}"#.utf8)).expect(
                200)
            let again = await visitor.send(.get, "\(place)/events", headers: reader)
            #expect(try CloudEvent.batch(again.response.bytes ?? []).map(\.id) == ["1", "2", "3"])
            await visitor.send(.delete, place, headers: reader).expect(204)
            await visitor.send(.get, "\(place)/events", headers: reader).expect(404)
        }
    }

    static let shown: [(Headers, Int, String)] = [
        (["x-api-key": "key of portal", "authorization": "ApiKey key of registry"], 400, "two-callers"),
        (["x-api-key": "key of registry", "authorization": "Bearer token-of-portal"], 400, "two-callers"),
        (["x-api-key": "key of portal", "authorization": "Bearer key of registry"], 400, "two-callers"),
        // Whatever is shown must be good.
        (["x-api-key": "key of portal", "authorization": "Bearer nothing"], 401, ""),
        (["x-api-key": "nothing", "authorization": "Bearer token-of-portal"], 401, ""),
        (["authorization": "ApiKey"], 401, ""), (["authorization": "Bearer"], 401, ""), ([:], 401, ""),
        // Of one application, and beside a scheme that is none of ours.
        (["x-api-key": "key of portal", "authorization": "Bearer token-of-portal"], 200, ""),
        (["x-api-key": "key of portal", "authorization": "ApiKey key of portal"], 200, ""),
        (["x-api-key": "key of portal", "authorization": "Basic YTpi"], 200, ""),
    ]

    @Test("What a call shows is good, and one application's", arguments: shown)
    func callers(headers: Headers, status: Int, code: String) async throws {
        try await World.open(on: .sqlite) { world in
            try await world.begin()
            await Visitor(world.site).send(.get, "/events/v1/subscriptions", headers: headers).expect(
                status, shows: code)
        }
    }

    @Test("Two keys of two applications are two callers as well")
    func twoKeys() async throws {
        try await World.open(on: .sqlite) { world in
            try await world.begin()
            var headers: Headers = ["x-api-key": "key of portal"]
            headers.add("x-api-key", "key of registry")
            await Visitor(world.site).send(.get, "/events/v1/subscriptions", headers: headers).expect(
                400, shows: "two-callers")
        }
    }

    @Test("What nobody would read of a subscription is refused by name, and nothing is subscribed")
    func unknownMembers() async throws {
        try await World.open(on: .sqlite) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            func ask(_ more: String) async -> Answered {
                let body = Array(#"{"types":["\#(World.type)"]\#(more)}"#.utf8)
                return await visitor.send(.post, "/events/v1/subscriptions", headers: reader, body: body)
            }
            _ = await ask(#","start":"2020-01-01T00:00:00Z","Types":[]"#).expect(
                422, shows: "events.unknown-member", #""field":"start""#, #""field":"Types""#)
            await visitor.send(.get, "/events/v1/subscriptions", headers: reader).expect(200, shows: "[]")
            _ = await ask(#","position":0"#).expect(201)
        }
    }

    @Test(
        "What nobody would read of a confirmation, a replay or a new try is refused by name, and nothing is done",
        arguments: [
            ("ack", #"{"position":1,"upTo":1}"#, "upTo"), ("replay", #"{"position":0,"from":0}"#, "from"),
            ("replay", #"{"time":"2026-01-01T00:00:00Z","at":1}"#, "at"),
            ("dead/again", #"{"positon":1}"#, "positon"),
        ])
    func unknownMembersOfSteps(door: String, body: String, field: String) async throws {
        try await World.open(on: .sqlite) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            await visitor.send(.post, "/events/v1", headers: key, body: try world.event("1").structured).expect(200)
            let mine = try await world.events.subscribe(
                SubscriptionDraft(types: [World.type], url: nil, pin: nil, mode: .batch, from: nil, position: 0),
                by: try world.application("portal"))
            let before = world.facts.withLock(\.count)
            await visitor.send(
                .post, "/events/v1/subscriptions/\(mine.id)/\(door)", headers: reader, body: Array(body.utf8)
            ).expect(422, shows: "events.unknown-member", #""field":"\#(field)""#)
            let after = try await world.database.read { try SubscriptionStore.find(mine.id, in: $0) }
            #expect(after?.position == mine.position && after?.replays == mine.replays)
            #expect(world.facts.withLock(\.count) == before)
        }
    }

    @Test("The OpenAPI document says that the bodies of subscriptions have no other members")
    func closedBodies() async throws {
        try await World.open(on: .sqlite) { world in
            let answer = await Visitor(world.site).send(.get, "/openapi.json").expect(200)
            let paths = try JSONDocument(answer.response.text).root["paths"]
            for door in ["", "/{id}/ack", "/{id}/replay", "/{id}/dead/again"] {
                let body = paths?["/events/v1/subscriptions\(door)"]?["post"]?["requestBody"]
                let schema = body?["content"]?["application/json"]?["schema"]
                #expect(schema?["additionalProperties"]?.bool == false, "\(door)")
            }
        }
    }

    @Test("The OpenAPI document says how long repetitions are known and events are kept")
    func windows() async throws {
        try await World.open(on: .sqlite) { world in
            let answer = await Visitor(world.site).send(.get, "/openapi.json").expect(200)
            let paths = try JSONDocument(answer.response.text).root["paths"]
            func said(_ path: String, _ method: String) -> [String] {
                ["summary", "description"].compactMap { paths?[path]?[method]?[$0]?.string }
            }
            #expect(said("/events/v1", "post").count { $0.contains("250000") && $0.contains(" 7 ") } == 2)
            #expect(said("/events/v1/subscriptions", "post").count { $0.contains("(source, id)") } == 2)
            let pull = said("/events/v1/subscriptions/{id}/events", "get")
            #expect(pull.count { $0.contains("30 ") && $0.contains("4 GiB") } == 2)
        }
    }

    @Test("The OpenAPI document says by what an application is known at each door")
    func proofs() async throws {
        try await World.open(on: .sqlite) { world in
            let answer = await Visitor(world.site).send(.get, "/openapi.json").expect(200)
            let root = try JSONDocument(answer.response.text).root
            var known: [String: [[String]]] = [:]
            for path in root["paths"]?.members ?? [] {
                for operation in path.value.members ?? [] {
                    let security = operation.value["security"]?.elements ?? []
                    known["\(operation.key) \(path.key)"] = security.map { $0.members?.map(\.key) ?? [] }
                }
            }
            let open = [
                "get /openapi.json", "get /events/v1/types", "get /events/v1/types/{code}", "get /events/v1/key",
            ]
            for (door, proofs) in known {
                let wanted = door.contains("/consents/") ? [[]] : open.contains(door) ? [] : [["apiKey"], ["bearer"]]
                #expect(proofs == wanted, "\(door)")
            }
            #expect(known.count == 17)
        }
    }

    @Test("Nobody gets in without a key, nor further than the grant goes", arguments: Engine.all)
    func refusals(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            let event = try world.event("1").structured
            await visitor.send(.post, "/events/v1", headers: ["content-type": CloudEvent.mediaType], body: event)
                .expect(401)
            var headers = key
            headers["x-api-key"] = "key of portal"
            await visitor.send(.post, "/events/v1", headers: headers, body: event)
                .expect(403, shows: "events.no-grant")
            let large = try world.event("9").structured + Array(repeating: 0x20, count: CloudEvent.Limits.eventBytes)
            await visitor.send(.post, "/events/v1", headers: key, body: large)
                .expect(413, shows: "\(CloudEvent.Limits.eventBytes)")
            let other = try CloudEvent(id: "1", source: "/dossiers", type: World.type, data: ["dossier": 7])
            await visitor.send(.post, "/events/v1", headers: key, body: other.structured)
                .expect(422, shows: "events/0/data/dossier")
            await visitor.send(.post, "/events/v1", headers: key, body: event).expect(200)
            await visitor.send(.post, "/events/v1", headers: key, body: try world.event("1", "D2").structured).expect(
                409)
            await visitor.send(.post, "/events/v1", headers: key, body: Array("{}".utf8)).expect(400)
            headers = ["authorization": "Bearer token-of-portal", "content-type": "application/json"]
            await visitor.send(.get, "/events/v1/subscriptions", headers: headers).expect(200, shows: "[]")
            let mine = try await world.events.subscribe(
                SubscriptionDraft(types: [World.type], url: nil, pin: nil, mode: .batch, from: nil, position: nil),
                by: try world.application("portal"))
            headers = ["x-api-key": "key of registry"]
            await visitor.send(.get, "/events/v1/subscriptions/\(mine.id)/events", headers: headers).expect(404)
        }
    }

    @Test(
        "A schema that breaks who follows or publishes is refused by name; one that does not is put in force",
        arguments: Engine.all)
    func compatibility(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let narrower = #"{"type":"object","properties":{"dossier":{"type":"integer"}}}"#
            do {
                try await world.register(narrower)
                Issue.record("a breaking schema was taken")
            } catch Problem.invalid(let errors) {
                let words = errors["schema"]?.en ?? ""
                #expect(words.contains("VN/GOV/H40/portal") && words.contains("VN/GOV/H40/registry"))
            }
            let same =
                """
                {"type":"object","required":["dossier"],
                "properties":{"dossier":{"type":"string"},"note":{"type":"string"}}}
                """
            #expect(try await world.register(same).revision == 2)
            world.grant([])
            #expect(try await world.register(narrower).revision == 3)
            await #expect(throws: Problem.self) { try await world.register(#"{"type":"strange"}"#) }
        }
    }

    @Test("Other senders are told that they may call here only when they may", arguments: Engine.all)
    func incomingHandshake(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            let origin: Headers = ["webhook-request-origin": "sender.test", "x-api-key": "key of registry"]
            let answer = await visitor.send(.options, "/events/v1", headers: origin)
            #expect(answer.response.headers["webhook-allowed-origin"] == "sender.test")
            await visitor.send(.options, "/events/v1", headers: ["webhook-request-origin": "sender.test"]).expect(401)
        }
    }
}
