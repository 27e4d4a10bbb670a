import Crypto
import Database
import House
import Identity
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// One attack for each reason why the word of another node is not taken.
@Suite("Words of other nodes that are refused")
struct AssertionTests {
    private static func key(_ code: String) throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(rawRepresentation: SHA256.hash(data: Array("key \(code)".utf8)))
    }

    /// The claims of a word, taken apart to be changed.
    private static func claims(_ path: String) throws -> JSON {
        let text = try #require(path.split(separator: "assertion=").last).split(separator: ".")
        return JSON(try JSONDocument(try #require(Base64.decodeURL(String(text[1])))).root)
    }

    private static func sign(
        _ claims: JSON, by key: Curve25519.Signing.PrivateKey, typ: String = Assertion.type
    ) throws -> String {
        let kid = Base64.encodeURL(key.publicKey.rawRepresentation)
        let signer = try SigningKey(.edDSA, kid: kid, secret: Array(key.rawRepresentation))
        return "/exchange/visit?assertion=\(try signer.sign(claims, typ: typ))"
    }

    /// Changes the word of H23 and brings it to H40 in the browser for which it was made; the code that H40 shows.
    private static func refused(
        _ bridge: Bridge, typ: String = Assertion.type, by signer: String = "H23",
        _ change: (inout JSON, Instant) -> Void
    ) async throws -> (code: String, alarms: [String], isIn: Bool) {
        let traveller = try await bridge.browser()
        var claims = try claims(try await traveller.word())
        change(&claims, bridge.network.clock.now())
        return try await bring(try sign(claims, by: try key(signer), typ: typ), traveller, bridge)
    }

    private static func bring(
        _ path: String, _ traveller: Traveller, _ bridge: Bridge
    ) async throws -> (code: String, alarms: [String], isIn: Bool) {
        let answer = await traveller.away.get(path)
        #expect(answer.status == 403)
        let code = answer.text.firstMatch(of: /<code>([a-z.-]+)<\/code>/).map { String($0.1) } ?? ""
        return (code, try await bridge["H40"].node.alarms(), await traveller.isIn())
    }

    private static func expect(
        _ outcome: (code: String, alarms: [String], isIn: Bool), _ code: String,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.code == code, sourceLocation: location)
        #expect(outcome.alarms.contains(code), "no alarm", sourceLocation: location)
        #expect(!outcome.isIn, "let in", sourceLocation: location)
    }

    @Test("altered, made by nobody, of another type, not a token at all", arguments: Engine.all)
    func forged(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            let traveller = try await bridge.browser()
            let word = try await traveller.word()
            let parts = word.split(separator: ".").map(String.init)
            var claims = try Self.claims(word)
            claims["preferred_username"] = "quantri.mau"
            let altered = [parts[0], Base64.encodeURL(claims.encoded()), parts[2]].joined(separator: ".")
            Self.expect(try await Self.bring(altered, traveller, bridge), "exchange.assertion-bad-signature")
            Self.expect(
                try await Self.bring("/exchange/visit?assertion=abc", traveller, bridge),
                "exchange.assertion-unreadable")
            Self.expect(try await Self.refused(bridge, typ: "at+jwt") { _, _ in }, "exchange.assertion-unreadable")
            Self.expect(try await Self.refused(bridge, by: "nobody") { _, _ in }, "exchange.assertion-unknown-node")
        }
    }

    @Test("for another node, in another's name", arguments: Engine.all)
    func misdirected(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            Self.expect(
                try await Self.refused(bridge) { c, _ in c["aud"] = "H49" }, "exchange.assertion-other-audience")
            Self.expect(
                try await Self.refused(bridge) { c, _ in c["aud"] = ["H40", "H49"] },
                "exchange.assertion-other-audience")
            Self.expect(try await Self.refused(bridge) { c, _ in c["iss"] = "H49" }, "exchange.assertion-other-issuer")
            Self.expect(
                try await Self.refused(bridge, by: "H40") { c, _ in c["iss"] = "H40" },
                "exchange.assertion-other-issuer")
        }
    }

    @Test("expired, not yet valid, good for too long, incomplete", arguments: Engine.all)
    func times(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            let traveller = try await bridge.browser()
            let word = try await traveller.word()
            bridge.network.clock.advance(seconds: 60 + 30)
            Self.expect(try await Self.bring(word, traveller, bridge), "exchange.assertion-expired")
            Self.expect(
                try await Self.refused(bridge) { c, now in
                    (c["iat"], c["exp"]) = (.integer(now.seconds + 31), .integer(now.seconds + 91))
                }, "exchange.assertion-not-yet-valid")
            Self.expect(
                try await Self.refused(bridge) { c, now in c["exp"] = .integer(now.seconds + 3600) },
                "exchange.assertion-too-long")
            for name in ["sub", "sid", "jti", "acr", "auth_time", "nonce", "preferred_username"] {
                Self.expect(try await Self.refused(bridge) { c, _ in c[name] = .null }, "exchange.assertion-unreadable")
            }
            Self.expect(try await Self.refused(bridge) { c, _ in c["acr"] = "3" }, "exchange.assertion-unreadable")
        }
    }

    @Test(
        "taken twice, also by another session of the same browser; of many at once one is taken", arguments: Engine.all)
    func replayed(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            let traveller = try await bridge.browser()
            let word = try await traveller.word()
            let crossing = try #require(traveller.away.cookies["h40-crossing"])
            await traveller.away.get(word).expect(redirectTo: "/")
            let thief = try await bridge.browser()
            thief.away.setCookie("h40-crossing", crossing)
            Self.expect(try await Self.bring(word, thief, bridge), "identity.guest-replayed")

            let second = try await bridge.browser()
            let other = try await second.word()
            let secret = try #require(second.away.cookies["h40-crossing"])
            let browsers = try await (0..<8).asyncMap { _ in try await bridge.browser(nil) }
            for browser in browsers { browser.away.setCookie("h40-crossing", secret) }
            let taken = await withTaskGroup(of: Bool.self) { group in
                for browser in browsers { group.addTask { await browser.away.get(other).status == 303 } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(taken == 1)
        }
    }

    @Test("brought by another browser than the one that asked for it", arguments: Engine.all)
    func otherBrowser(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            let victim = try await bridge.browser(nil)
            let attacker = try await bridge.browser()
            let word = try await attacker.word()
            Self.expect(try await Self.bring(word, victim, bridge), "exchange.assertion-other-browser")
            await victim.away.get("/exchange/visit/H23").expect(303)
            Self.expect(try await Self.bring(word, victim, bridge), "exchange.assertion-other-browser")
        }
    }

    @Test("of a former member, of a member whose time has not come", arguments: Engine.all)
    func formerMember(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            let traveller = try await bridge.browser()
            let word = try await traveller.word()
            let roster = try #require(try await bridge["H40"].node.exchange.roster()?.roster)
            let left = Roster(
                cluster: roster.cluster, keeper: roster.keeper, version: roster.version, previous: roster.previous,
                issuedAt: roster.issuedAt,
                members: roster.members.map { member in
                    guard member.organisation == ID("H23") else { return member }
                    let day = Day(bridge.network.clock.now().adding(days: -1))
                    return Member(
                        organisation: member.organisation, name: member.name,
                        roles: [Appointment(.member, from: day, until: day)], address: member.address, key: member.key,
                        tlsPin: member.tlsPin)
                })
            let text = String(try #require(word.split(separator: "assertion=").last))
            func judge(_ roster: Roster?) throws -> Assertion {
                try Assertion(
                    text, at: ID("H40"), under: roster, nonce: Self.claims(word)["nonce"]?.text ?? "",
                    now: bridge.network.clock.now(), skewSeconds: 30)
            }
            #expect(throws: AssertionRefusal.formerMember) { _ = try judge(left) }
            #expect(throws: AssertionRefusal.unknownNode) { _ = try judge(nil) }
        }
    }

    @Test(
        "of somebody who is no guest here, not yet, no longer, suspended, or another under an old name",
        arguments: Engine.all)
    func noGuest(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            let (away, clock) = (try bridge["H40"], bridge.network.clock)
            Self.expect(try await Self.refused(bridge) { _, _ in }, "identity.guest-unknown")
            let guest = try await away.identity.registerGuest(
                "canbo.mau", of: ID("H23"), name: "Cán bộ mẫu", roles: [.officer], from: clock.now().adding(days: 1),
                until: clock.now().adding(days: 3), reason: Bridge.reason, by: nil)
            Self.expect(try await Self.refused(bridge) { _, _ in }, "identity.guest-too-early")
            clock.advance(days: 1)
            try await bridge.browser().cross().expect(redirectTo: "/")
            try await away.identity.setSuspended(true, guest, by: nil)
            Self.expect(try await Self.refused(bridge) { _, _ in }, "identity.guest-suspended")
            try await away.identity.setSuspended(false, guest, by: nil)
            Self.expect(
                try await Self.refused(bridge) { c, _ in c["sub"] = "another-person" }, "identity.guest-other-person")
            clock.advance(days: 2)
            Self.expect(try await Self.refused(bridge) { _, _ in }, "identity.guest-over")
        }
    }

    @Test("a session ends with the guest's time, and when an administrator ends it", arguments: Engine.all)
    func guestEnds(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            let guest = try await bridge.register()
            let traveller = try await bridge.browser()
            try await traveller.cross().expect(redirectTo: "/")
            try await bridge["H40"].identity.endGuest(guest, by: nil)
            #expect(await !traveller.isIn())
            let kinds = try await bridge["H40"].kinds().suffix(3)
            #expect(kinds == ["identity.role-ended", "identity.guest-visits-ended", "identity.guest-ended"])
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ make: (Element) async throws -> T) async rethrows -> [T] {
        var made: [T] = []
        for element in self { made.append(try await make(element)) }
        return made
    }
}
