import Crypto
import Database
import House
import Identity
import JOSE
import Jobs
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("People who help at another node")
struct AcrossTests {
    @Test(
        "a named guest, with the rights that the other province gave, without a second sign-in", arguments: Engine.all)
    func crossing(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            let own = try await bridge.person()
            let guest = try await bridge.register()
            let traveller = try await bridge.browser()
            await traveller.home.get("/exchange/across").expect(200, shows: "Sang nút khác", "H40")
            await traveller.home.get("/exchange/across/H40")
                .expect(redirectTo: "https://h40.pages.test/exchange/visit/H23")
            try await traveller.cross(next: "/identity/account").expect(redirectTo: "/identity/account")
            await traveller.away.get("/identity/account").expect(
                200, shows: "Cán bộ mẫu", "canbo.mau@H23", "(khách của H23)", "Người xử lý sự cố",
                hides: ["Quản lý khóa truy cập"])
            let away = try bridge["H40"]
            let seen = try #require(try await away.identity.guest(named: "canbo.mau@H23"))
            #expect(seen.person == guest && seen.subject == own.text)
            let arrived = try #require(try await away.contents(of: "identity.guest-arrived").first)
            #expect(arrived.contains("\"guest-of\":\"H23\"") && arrived.contains("\"level\":1"))
            #expect(try await bridge["H23"].contents(of: "exchange.vouched").first?.contains(own.text) == true)
            let explained = try await away.identity.explain(
                "canbo.mau@H23", Permission("threats.import"), on: "", at: bridge.network.clock.now(), by: nil)
            #expect(explained.decision.allowed && explained.guestOf == ID("H23"))
        }
    }

    @Test(
        "what a guest may read: AMBER of those they help, never AMBER+STRICT, and what their own node may",
        arguments: Engine.all)
    func labels(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            let guest = try await bridge.register()
            let identity = try bridge["H40"].identity
            try await identity.readRights()
            func may(_ label: String, owner: String) -> Bool {
                let person = Person(id: guest, name: "", organisation: nil, roles: [])
                return identity.decide(
                    person, Permission("incidents.view"), on: Resource("r", owner: ID(owner), label: label))?.allowed
                    ?? false
            }
            #expect(may("TLP:AMBER", owner: "H40"))
            #expect(!may("TLP:AMBER+STRICT", owner: "H40"))
            #expect(may("TLP:AMBER+STRICT", owner: "H23"))
            #expect(!may("TLP:AMBER", owner: "H49"))
            #expect(!may("TLP:RED", owner: "H40"))
        }
    }

    @Test("the visit is short, and one link renews it", arguments: Engine.all)
    func renewal(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            let traveller = try await bridge.browser()
            try await traveller.cross()
            bridge.network.clock.advance(seconds: 10 * 60)
            #expect(await traveller.isIn())
            await traveller.home.get("/identity/account").expect(200)
            bridge.network.clock.advance(seconds: 5 * 60)
            #expect(await !traveller.isIn())
            await traveller.away.get("/sign-in?next=/identity/account").expect(
                200, shows: "Vào lại qua nút của tôi", "/exchange/visit/H23?next=%2Fidentity%2Faccount")
            try await traveller.cross(next: "/identity/account").expect(redirectTo: "/identity/account")
            #expect(await traveller.isIn())
        }
    }

    @Test("signing out at home ends the visit; so does leaving", arguments: Engine.all)
    func ends(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            let own = try await bridge.person()
            try await bridge.person("quantri.mau", [.nodeAdministrator])
            try await bridge.register()
            let traveller = try await bridge.browser()
            try await traveller.cross()
            try await bridge.tellEnds()
            #expect(await traveller.isIn(), "nothing ends while the session at home lives")
            await traveller.home.post("/sign-out")
            try await bridge.tellEnds()
            #expect(await !traveller.isIn())
            #expect(try await bridge["H40"].kinds().last == "identity.guest-visits-ended")

            let again = try await bridge.browser()
            try await again.cross()
            #expect(await again.isIn())
            try await bridge["H23"].identity.leave(own, by: nil)
            try await bridge.tellEnds(alsoLeavers: true)
            #expect(await !again.isIn())
            let guest = try await bridge["H40"].identity.guest(named: "canbo.mau@H23")
            #expect(guest?.stoppedAt != nil)
        }
    }

    @Test("whoever left long after the visit is marked where they were a guest", arguments: Engine.all)
    func lateLeaver(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            let own = try await bridge.person()
            try await bridge.register(days: 60)
            let traveller = try await bridge.browser()
            try await traveller.cross()
            bridge.network.clock.advance(days: 20)
            try await bridge["H23"].identity.leave(own, by: nil)
            try await bridge.tellEnds()
            #expect(try await bridge["H40"].identity.guest(named: "canbo.mau@H23")?.stoppedAt == nil)
            try await bridge.tellEnds(alsoLeavers: true)
            #expect(try await bridge["H40"].identity.guest(named: "canbo.mau@H23")?.stoppedAt != nil)
        }
    }

    @Test("another node ends visits of its own people alone", arguments: Engine.all)
    func endsOfOthers(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            let own = try await bridge.person()
            try await bridge.register()
            let traveller = try await bridge.browser()
            try await traveller.cross()
            let ended = try await bridge["H40"].identity.endVisits(
                of: own.text, from: ID("H49"), session: nil, stopped: true)
            #expect(ended == 0)
            #expect(await traveller.isIn())
        }
    }

    @Test("nobody vouches for citizens, for guests of others, or for whoever is not signed in", arguments: Engine.all)
    func whoIsVouchedFor(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            try await bridge.register()
            let traveller = try await bridge.browser()
            try await traveller.cross()
            await traveller.away.get("/exchange/across").expect(200, shows: "chỉ bảo lãnh cho cán bộ")
            await traveller.away.get("/exchange/across/H23?nonce=\(Assertion.nonce(of: "x"))").expect(403)
            try await bridge.person("congdan.mau", [.citizen])
            let citizen = try await bridge.browser("congdan.mau")
            await citizen.home.get("/exchange/across/H40?nonce=\(Assertion.nonce(of: "x"))").expect(403)
            let stranger = try await bridge.browser(nil)
            let sent = await stranger.home.get("/exchange/across/H40?nonce=\(Assertion.nonce(of: "x"))")
            #expect(sent.location?.hasPrefix("/sign-in?next=") == true)
        }
    }

    @Test("without an answer of the other node the way is closed, and said so", arguments: Engine.all)
    func away(engine: Engine) async throws {
        try await Bridge.open(on: engine) { bridge in
            try await bridge.person()
            let traveller = try await bridge.browser()
            bridge.network.wire.kill("H40")
            await traveller.home.get("/exchange/across/H40").expect(503, shows: "Không liên lạc được")
            bridge.network.wire.revive("H40")
            await traveller.home.get("/exchange/across/H40").expect(303)
            await traveller.home.get("/exchange/across/H49").expect(404)
        }
    }
}
