import Crypto
import Gateway
import House
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// What the pages do with grants, credentials and instances, programs do as well.
@Suite("Doors for programs: steps of grants, credentials, instances")
struct StepDoorTests {
    private func send(
        _ town: RegistryTown, _ person: Person, _ method: Web.Method, _ path: String, _ body: JSON = [:]
    ) async -> Answered {
        await town.visitor(person, isProgram: true).send(
            method, path, headers: ["content-type": "application/json"], body: method == .get ? [] : body.encoded())
    }

    @Test("a request is withdrawn by whoever asked, and granted for less by whoever decides")
    func requests() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, made, grant) = try await town.asked()
            let path = "/exchange/grants/\(grant.id)"
            await send(town, town.provider, .post, "\(path)/withdrawal").expect(403)
            await send(town, town.consumer, .post, "\(path)/withdrawal").expect(200, shows: #""state":"withdrawn""#)
            await send(town, town.consumer, .post, "\(path)/withdrawal").expect(409)
            let other = try await town.exchange.requestGrant(
                GrantDraft(application: made.application.id, version: offered.version.id, terms: town.terms()),
                by: town.consumer)
            let decision = "/exchange/grants/\(other.id)/decision"
            await send(
                town, town.provider, .post, decision,
                ["decision": "approve", "operations": ["get-unit"], "until": "2022-01-01"]
            ).expect(422, shows: "until")
            await send(
                town, town.provider, .post, decision,
                [
                    "decision": "approve", "operations": ["get-unit"], "fields": ["code"], "rate": 2.5, "quota": 100,
                    "until": "2020-12-31",
                ]
            ).expect(200, shows: #""state":"active""#)
            let given = try await town.exchange.grant(other.id).0.grant.terms
            #expect(given.operations == ["get-unit"] && given.fields == ["code"])
            #expect(given.rate?.perSecond == 2.5 && given.quota?.calls == 100)
            #expect(given.until == (try #require(Day("2021-01-01"))).start)
        }
    }

    @Test("a lower rate, quota or last day is given of what was asked for, whatever burst, window and hour that had")
    func lower() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, made, _) = try await town.asked()
            var asked = town.terms()
            asked.rate = Rate(perSecond: 10, burst: 5)
            asked.quota = Quota(calls: 1000, windowSeconds: 604_800)
            asked.until = try #require(Day("2020-12-31")).start.adding(seconds: 3600)
            func decide(_ lower: [JSON.Member]) async throws -> (Answered, GrantTerms) {
                let grant = try await town.exchange.requestGrant(
                    GrantDraft(application: made.application.id, version: offered.version.id, terms: asked),
                    by: town.consumer)
                let answer = await send(
                    town, town.provider, .post, "/exchange/grants/\(grant.id)/decision",
                    .object([JSON.Member("decision", "approve")] + lower))
                if answer.status != 200 { try await town.exchange.withdrawGrant(grant.id, by: town.consumer) }
                return (answer, try await town.exchange.grant(grant.id).0.grant.terms)
            }
            // What a second brings is more at once than was asked for.
            let (first, rate) = try await decide([.init("rate", 8)])
            first.expect(200)
            #expect(rate.rate == Rate(perSecond: 8, burst: 5) && rate.quota == asked.quota)
            #expect(try await decide([.init("rate", 2.5)]).1.rate == Rate(perSecond: 2.5, burst: 3))
            #expect(try await decide([.init("rate", 8), .init("burst", 4)]).1.rate == Rate(perSecond: 8, burst: 4))
            #expect(try await decide([.init("burst", 2)]).1.rate == Rate(perSecond: 10, burst: 2))
            try await decide([.init("rate", 8), .init("burst", 6)]).0.expect(422, shows: "rate")
            try await decide([.init("rate", 8), .init("burst", 0)]).0.expect(422, shows: "rate")
            try await decide([.init("rate", 11)]).0.expect(422, shows: "rate")
            let (second, others) = try await decide([.init("quota", 900), .init("until", "2020-12-31")])
            second.expect(200)
            #expect(others.quota == Quota(calls: 900, windowSeconds: 604_800) && others.until == asked.until)
        }
    }

    @Test("a reason is as long as its field, whoever sends it")
    func reasons() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, made, grant) = try await town.asked()
            let (path, long) = ("/exchange/grants/\(grant.id)", JSON.string(String(repeating: "a", count: 2001)))
            await send(town, town.provider, .post, "\(path)/decision", ["decision": "refuse", "reason": long]).expect(
                422, shows: "reason")
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let suspension: JSON = ["kind": "security", "reason": long]
            await send(town, town.provider, .put, "\(path)/suspension", suspension).expect(422, shows: "reason")
            await send(town, town.consumer, .post, "\(path)/revocation", ["reason": long]).expect(422, shows: "reason")
            let closing = "/exchange/versions/\(offered.version.id)/closing"
            await send(town, town.provider, .put, closing, ["kind": "security", "reason": long]).expect(
                422, shows: "reason")
            #expect(try await town.state(grant.id) == .active && made.application.endedAt == nil)
        }
    }

    @Test("a quota of any size can be asked for and looked at")
    func largeQuota() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, made, _) = try await town.asked()
            let answer = await send(
                town, town.consumer, .post, "/exchange/grants.json",
                [
                    "application": .string("K40/\(made.application.code)"), "service": "units/v1", "purpose": "Mẫu",
                    "legal-basis": "Mẫu", "until": "2020-12-31", "quota": .integer(.max), "rate": 1_000_000,
                ])
            answer.expect(201)
            let id = try JSONDocument(answer.text).root.requireString("id")
            await town.visitor(town.provider).get("/exchange/grants/\(id)").expect(
                200, shows: "9.223.372.036.854.775.807 lượt mỗi ngày")
            #expect(offered.isOpen)
        }
    }

    @Test("a grant is suspended and resumed by the provider's side alone")
    func suspensions() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked()
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let path = "/exchange/grants/\(grant.id)/suspension"
            await send(town, town.user, .put, path, ["kind": "security", "reason": "x"]).expect(403)
            await send(town, town.provider, .put, path, ["kind": "whim", "reason": "x"]).expect(422)
            await send(
                town, town.provider, .put, path, ["kind": "planned", "from": "2020-11-17", "reason": "Bảo trì"]
            ).expect(422, shows: "from")
            await send(town, town.provider, .put, path, ["kind": "security", "reason": "Lộ khóa"]).expect(
                200, shows: #""state":"suspended""#)
            await send(town, town.user, .delete, path).expect(403)
            await send(town, town.provider, .delete, path).expect(200, shows: #""state":"active""#)
            await send(town, town.provider, .delete, path).expect(409)
        }
    }

    @Test("credentials of every kind but keys are added, listed without their secrets, and revoked")
    func credentials() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, made, _) = try await town.asked()
            let path = "/exchange/applications/\(made.application.id)/credentials"
            let proof = try KeyProof(of: made.application.id, by: Curve25519.Signing.PrivateKey())
            let shown = try TLSIdentity.makeSelfSigned(name: "kiosk", now: town.clock.now())
            let holds = try KeyProof(
                of: made.application.id, with: ShownCertificate(pem: shown.certificatePEM),
                by: CertificatePrivateKey(pem: shown.privateKeyPEM))
            let values: [String: JSON] = [
                "certificate": [
                    "kind": "certificate", "value": .string(shown.certificatePEM), "proof": .string(holds.text),
                ],
                "oauth-client": ["kind": "oauth-client", "value": "client-of-\(town.user.id)"],
                "signer": ["kind": "signer", "value": .string(proof.subject), "proof": .string(proof.text)],
            ]
            for (kind, body) in values {
                await send(town, town.provider, .post, path, body).expect(403)
                await send(town, town.user, .post, path, body).expect(201, shows: #""kind":"\#(kind)""#)
            }
            await send(town, town.user, .post, path, ["kind": "api-key", "value": "x"]).expect(422)
            await send(town, town.user, .post, path, ["kind": "certificate", "value": "x"]).expect(422)
            await send(town, town.provider, .get, path).expect(403)
            let list = await send(town, town.user, .get, path)
            list.expect(200, shows: "api-key", "oauth-client", "signer")
            let first = try JSONDocument(list.text).root.requireElements("credentials")[0].requireString("id")
            await send(town, town.user, .delete, "\(path)/\(first)").expect(204)
            #expect(
                try await town.exchange.credentials(of: made.application.id, by: town.user).count == values.count)
        }
    }

    @Test("who provides a version sees where it stands, and nobody else does")
    func instances() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let path = "/exchange/versions/\(offered.version.id)/instances"
            await send(town, town.provider, .get, path).expect(
                200, shows: "https://units.example.vn:443/api", "\(offered.instances[0].id)")
            await send(town, town.user, .get, path).expect(403)
        }
    }

    @Test("a request is taken back by its id, whether it waits here or at another node")
    func withdrawn() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let walk = AskingTests()
            let far = try await walk.ask(town, home, try await walk.prepare(town, home))
            try await walk.follow(home)
            try await home.exchange.withdrawRequest(far.id.text, by: AskingTests.asker)
            try await walk.follow(home)
            #expect(try await town.exchange.grants([.withdrawn]).count == 1)
            let made = try await town.exchange.addApplication("desk", named: "Bàn mẫu", of: ID("K40"), by: town.user)
            let version = try #require(try await town.exchange.allVersions().first).version.id
            let grant = try await town.exchange.requestGrant(
                GrantDraft(application: made.application.id, version: version, terms: town.terms()),
                by: town.consumer)
            try await town.exchange.withdrawRequest(grant.id.text, by: town.consumer)
            #expect(try await town.state(grant.id) == .withdrawn)
        }
    }
}
