import Crypto
import Database
import Gateway
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// Where the gateways of nodes are, and signatures on calls between them.
@Suite("Gateways of other nodes")
struct GatewayPlaceTests {
    private static func place(_ code: String, port: Int = 8444) -> GatewayPlace {
        GatewayPlace(
            address: "https://\(code.lowercased()).test:\(port)",
            tlsPin: Base64.encodeURL(SHA256.hash(data: Array("gateway \(code)".utf8)).map { $0 }))
    }

    private static func known(_ code: String, at node: TestNode) async throws -> GatewayPlace? {
        try await node.exchange.roster()?.roster.member(ID(code))?.gateway
    }

    @Test("the roster learns them with founding and joining, and later from the keeper", arguments: Engine.all)
    func learning(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H49"]) { network in
            try network["H40"].exchange.gatewayIsReachable(at: GatewayPlaceTests.place("H40"))
            try network["H23"].exchange.gatewayIsReachable(at: GatewayPlaceTests.place("H23"))
            try await network.found("H40", "H23", "H49")
            #expect(try await network["H49"].exchange.roster()?.roster.version == 3)
            for code in ["H40", "H23"] {
                let found = try await GatewayPlaceTests.known(code, at: network["H49"])
                #expect(found == GatewayPlaceTests.place(code))
            }
            #expect(try await GatewayPlaceTests.known("H49", at: network["H40"]) == nil)
            // One that opens later, and one that moves.
            try network["H49"].exchange.gatewayIsReachable(at: GatewayPlaceTests.place("H49"))
            try network["H40"].exchange.gatewayIsReachable(at: GatewayPlaceTests.place("H40", port: 9))
            for code in ["H49", "H40", "H49"] { try await network[code].exchange.tellPlace() }
            try await network.gossip()
            #expect(try await network["H23"].exchange.roster()?.roster.version == 5)
            #expect(try await GatewayPlaceTests.known("H49", at: network["H23"]) == GatewayPlaceTests.place("H49"))
            let moved = try await GatewayPlaceTests.known("H40", at: network["H23"])
            #expect(moved?.host == "h40.test" && moved?.port == 9)
        }
    }

    @Test("only the keeper enters a place, and only a sound one", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H49"]) { network in
            try await network.found("H40", "H23", "H49")
            let other = try #require(try await network["H49"].exchange.roster()?.roster.member(ID("H23")))
            await #expect(throws: PeerError.refused(status: 400, code: "exchange.not-keeper")) {
                _ = try await network["H49"].exchange.call(
                    .post, "/exchange/place", at: other.place, body: GatewayPlaceTests.place("H49").json.encoded(),
                    type: "application/json")
            }
            let keeper = try #require(try await network["H49"].exchange.roster()?.roster.member(ID("H40")))
            for address in ["http://a.test:1", "https://a.test", "https://a.test:0", "https://a.test:1/x"] {
                let place = GatewayPlace(address: address, tlsPin: GatewayPlaceTests.place("H49").tlsPin)
                await #expect(throws: PeerError.self) {
                    _ = try await network["H49"].exchange.call(
                        .post, "/exchange/place", at: keeper.place, body: place.json.encoded(),
                        type: "application/json")
                }
            }
            #expect(try await network["H40"].exchange.roster()?.roster.version == 3)
        }
    }

    @Test("a service at another node stands where the roster says, and nowhere without it", arguments: Engine.all)
    func placing(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            try network["H40"].exchange.gatewayIsReachable(at: GatewayPlaceTests.place("H40"))
            try await network.found("H40", "H23")
            let provider = SubsystemName(instance: "VN", memberClass: "GOV", member: "H40", subsystem: "services")
            let services = ["H40", "H23", nil].enumerated().map { place, node in
                Service(
                    id: "s\(place)", provider: provider, code: "s\(place)", path: "/s\(place)", operations: [],
                    upstreams: [Upstream(host: "somewhere", port: 1, node: node)])
            }
            _ = try await network["H23"].exchange.roster()
            let exchange = try network["H23"].exchange
            let placed = services.map { exchange.placing($0) }
            #expect(placed.map { $0.upstreams.map(\.host) } == [["h40.test"], [], ["somewhere"]])
            let upstream = try #require(placed[0].upstreams.first)
            #expect(upstream.port == 8444 && upstream.node == "H40" && upstream.mayBePrivate)
            #expect(upstream.security == .pinned(GatewayPlaceTests.place("H40").tlsPin))
        }
    }

    // MARK: signatures

    private static let client = "VN/GOV/H23/kiosk"

    private static func request(
        to node: String, client: String? = GatewayPlaceTests.client, body: String = "", _ extra: [String: String] = [:]
    ) -> SignedRequest {
        SignedRequest(
            method: body.isEmpty ? "GET" : "POST", authority: "\(node.lowercased()).test:8444",
            target: "/r1/VN/GOV/\(node)/services/units-v1/units?asOf=2025-07-01",
            headers: (client.map { [(name: "x-road-client", value: $0)] } ?? [])
                + extra.map { (name: $0.key, value: $0.value) }, body: Array(body.utf8))
    }

    private static func signed(
        _ request: SignedRequest, by node: TestNode, without: String? = nil, body: String? = nil,
        authority: String? = nil
    ) throws -> SignedRequest {
        let added = try node.exchange.signs(for: GatewayAnswers()).sign(request)
        return SignedRequest(
            method: request.method, authority: authority ?? request.authority, target: request.target,
            headers: (request.headers + added).filter { $0.name != without },
            body: body.map { Array($0.utf8) } ?? request.body)
    }

    @Test("a node vouches for its application once, at the node it calls, and for nothing else", arguments: Engine.all)
    func vouching(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H49"]) { network in
            try network["H40"].exchange.gatewayIsReachable(at: GatewayPlaceTests.place("H40"))
            try await network.found("H40", "H23")
            let (home, from, stranger) = (try network["H40"], try network["H23"], try network["H49"])
            let good = try GatewayPlaceTests.signed(GatewayPlaceTests.request(to: "H40", body: "{}"), by: from)
            #expect(await home.exchange.signer(of: good) == "node:H23 VN/GOV/H23/kiosk")
            #expect(await home.exchange.signer(of: good) == nil, "replayed")
            let plain = GatewayPlaceTests.request(to: "H40")
            for (request, why) in [
                (try GatewayPlaceTests.signed(plain, by: from, authority: "h49.test:8444"), "for another node"),
                (try GatewayPlaceTests.signed(plain, by: from, body: "{}"), "a body that is not covered"),
                (
                    try GatewayPlaceTests.signed(
                        GatewayPlaceTests.request(to: "H40", body: "{}"), by: from, body: "[]"),
                    "another body"
                ),
                (try GatewayPlaceTests.signed(plain, by: from, without: "signature"), "no signature"),
                (
                    try GatewayPlaceTests.signed(GatewayPlaceTests.request(to: "H40", client: nil), by: from),
                    "no client"
                ),
                (plain, "nothing at all"),
            ] { #expect(await home.exchange.signer(of: request) == nil, "\(why)") }
            let added = try GatewayPlaceTests.signed(GatewayPlaceTests.request(to: "H40", client: nil), by: from)
            let forged = SignedRequest(
                method: added.method, authority: added.authority, target: added.target,
                headers: added.headers + [(name: "x-road-client", value: "VN/GOV/H40/other")], body: [])
            #expect(await home.exchange.signer(of: forged) == nil, "a client that is not covered")
            // Who is on no roster and has no application here takes no place among the nonces.
            let taken = home.exchange.gatewayNonces.count
            let unknown = try GatewayPlaceTests.signed(plain, by: stranger)
            #expect(await home.exchange.signer(of: unknown) == nil)
            #expect(home.exchange.gatewayNonces.count == taken)
            let late = try GatewayPlaceTests.signed(plain, by: from)
            network.clock.advance(seconds: 120)
            #expect(await home.exchange.signer(of: late) == nil, "late")
        }
    }

    @Test("an application may sign with a key of its own, which is its name", arguments: Engine.all)
    func ownKey(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40"]) { network in
            try network["H40"].exchange.gatewayIsReachable(at: GatewayPlaceTests.place("H40"))
            try await network.found("H40")
            let key = Curve25519.Signing.PrivateKey()
            let request = GatewayPlaceTests.request(to: "H40")
            let added = try GatewaySigning.sign(
                request, by: key, now: network.clock.now(), nonce: Base64.encodeURL(Array(repeating: 1, count: 16)))
            let signed = SignedRequest(
                method: request.method, authority: request.authority, target: request.target,
                headers: request.headers + added, body: [])
            let (exchange, keyID) = (try network["H40"].exchange, Base64.encodeURL(key.publicKey.rawRepresentation))
            #expect(await exchange.signer(of: signed) == nil, "nobody has it")
            let made = try await exchange.addApplication("kiosk", named: "Kiosk", of: ID("H40"), by: nil)
            let proof = try KeyProof(of: made.application.id, by: key).text
            try await exchange.addCredential(.signer, keyID, proof: proof, to: made.application.id, by: nil)
            #expect(await exchange.signer(of: signed) == keyID)
            try await exchange.endApplication(made.application.id, by: nil)
            #expect(try await exchange.signingKey(keyID) == nil)
            let left = try await exchange.database.read {
                try ApplicationStore.credentials(of: made.application.id, in: $0)
            }
            #expect(left.isEmpty)
        }
    }

    @Test("nonces are known as long as their calls are valid, and a set that is full refuses")
    func sieve() throws {
        let start = Instant(milliseconds: 1_604_883_600_000)
        let sieve = NonceSieve(startedAt: start, limit: 3)
        func take(_ nonce: String, _ seconds: Int64) throws {
            let now = start.adding(seconds: seconds)
            try sieve.take(nonce, created: now.seconds, until: now.adding(seconds: 45), now: now)
        }
        try take("a", 0)
        #expect(throws: CallRefusal.replayed) { try take("a", 1) }
        try take("b", 31)
        #expect(throws: CallRefusal.replayed) { try take("a", 40) }
        try take("c", 41)
        try take("d", 42)
        #expect(throws: CallRefusal.busy) { try take("e", 43) }
        try take("e", 130)
        #expect(throws: CallRefusal.expired) {
            try sieve.take("f", created: start.seconds - 1, until: start, now: start.adding(seconds: 131))
        }
    }
}
