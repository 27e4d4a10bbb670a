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
