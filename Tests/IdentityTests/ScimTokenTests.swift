import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// SCIM with an access token that a client of OAuth asked for in its own name, instead of a key.
@Suite("SCIM over an OAuth token")
struct ScimTokenTests {
    private static func call(
        _ town: Town, _ method: Web.Method, _ path: String, token: String, _ body: String = "",
        certificate: String? = nil
    ) async -> Response {
        var request = Request(
            method, "/scim/v2\(path)",
            headers: [
                "authorization": "Bearer \(token)", "content-type": "application/scim+json", "host": "truc.test",
            ], body: Array(body.utf8))
        request.certificate = certificate.map(ProvenCertificate.init(lasting:))
        return await town.site.respond(to: request)
    }

    private static func person(_ login: String) -> String {
        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"\(login)\"}"
    }

    @Test("the scope scim.read reads, scim writes, another opens nothing", arguments: Engine.all)
    func scopes(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let writer = try await Relying.service(town) { $0.scopes = ["scim", "scim.read", "records.read"] }
            let both = try await writer.ownToken(["scope": "scim"])
            let made = await Self.call(town, .post, "/Users", token: both, Self.person("moi.mau"))
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(try JSONDocument(made.bytes ?? []).root["id"]?.string)
            let reading = try await writer.ownToken(["scope": "scim.read"])
            #expect(await Self.call(town, .get, "/Users/\(id)", token: reading).status == 200)
            #expect(await Self.call(town, .post, "/Users", token: reading, Self.person("hai.mau")).status == 403)
            #expect(await Self.call(town, .delete, "/Users/\(id)", token: reading).status == 403)
            let other = try await writer.ownToken(["scope": "records.read"])
            #expect(await Self.call(town, .get, "/Users", token: other).status == 403)
            #expect(try await town.contents(of: "identity.person-added").last?.contains(writer.id) == true)
        }
    }

    @Test("a client that was not given the scope gets no token with it", arguments: Engine.all)
    func notGiven(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let service = try await Relying.service(town)
            let answer = await service.post(
                "/identity/oauth/token", ["grant_type": "client_credentials", "scope": "scim"])
            #expect(try answer.error(400) == "invalid_scope")
            #expect(await Self.call(town, .get, "/Users", token: try await service.ownToken()).status == 403)
        }
    }

    @Test("a token for people, for another service, revoked, expired, or of a revoked client", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let other = try await Relying.service(town)
            let service = try await Relying.service(town) {
                $0.scopes = ["scim"]
                $0.audiences = [other.id]
            }
            let elsewhere = try await service.ownToken(["scope": "scim", "resource": other.id])
            #expect(await Self.call(town, .get, "/Users", token: elsewhere).status == 401)
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town)
            let visitor = await town.visitor("canbo.mau")
            let personal = try await app.tokens(visitor).requireString("access_token")
            #expect(await Self.call(town, .get, "/Users", token: personal).status == 401)
            #expect(await Self.call(town, .get, "/Users", token: "abc").status == 401)

            let own = try await Relying.service(town) { $0.scopes = ["scim"] }
            let good = try await own.ownToken(["scope": "scim"])
            #expect(await Self.call(town, .get, "/Users", token: good).status == 200)
            _ = await own.post("/identity/oauth/revoke", ["token": good])
            #expect(await Self.call(town, .get, "/Users", token: good).status == 401)
            let late = try await own.ownToken(["scope": "scim"])
            town.clock.advance(seconds: 600)
            #expect(await Self.call(town, .get, "/Users", token: late).status == 401)
            let last = try await own.ownToken(["scope": "scim"])
            try await town.identity.revokeClient(ID(own.id), by: nil)
            town.clock.advance(seconds: 2)
            #expect(await Self.call(town, .get, "/Users", token: last).status == 401)
        }
    }

    @Test("a token that is bound to a certificate needs it here as well", arguments: Engine.all)
    func bound(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let mine = Base64.encodeURL([UInt8](repeating: 7, count: 32))
            let service = try await Relying.service(town) {
                $0.scopes = ["scim"]
                $0.certificate = mine
            }
            let token = try await service.ownToken(["scope": "scim"], certificate: mine)
            #expect(await Self.call(town, .get, "/Users", token: token, certificate: mine).status == 200)
            #expect(await Self.call(town, .get, "/Users", token: token).status == 401)
        }
    }
}
