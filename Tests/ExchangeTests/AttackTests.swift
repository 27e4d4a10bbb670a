import Crypto
import Database
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Calls and facts that are refused")
struct AttackTests {
    private func pair(_ engine: Engine, _ body: (Network, TestNode, TestNode) async throws -> Void) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40", "H23")
            try await body(network, try network["H40"], try network["H23"])
        }
    }

    /// The code of a refused pull of H23 from H40, with somebody on the line.
    private func refusal(
        _ network: Network, _ change: @escaping @Sendable (inout Request) -> Void
    ) async throws -> String {
        do {
            try await network.wire.tampering(request: change) {
                _ = try await network["H23"].exchange.pull(from: ID("H40"))
            }
            return "taken"
        } catch PeerError.refused(_, let code) {
            return code
        } catch PeerError.untrusted {
            return "taken"  // its answer belongs to the call that was really sent
        }
    }

    @Test("an altered path, roster mark, method or signature, a stranger's key, no signature", arguments: Engine.all)
    func alteredCalls(engine: Engine) async throws {
        try await pair(engine) { network, origin, _ in
            try await origin.publish(draft("a"))
            let code1 = try await refusal(network) { $0 = altered($0, "/exchange/facts?after=1") }
            #expect(code1 == "exchange.bad-signature")
            let code2 = try await refusal(network) { $0.headers["truc-roster"] = "9;0123456789abcdef" }
            #expect(code2 == "exchange.bad-signature")
            let code3 = try await refusal(network) { $0.headers["signature"] = nil }
            #expect(code3 == "exchange.unsigned")
            let code4 = try await refusal(network) { $0.headers["signature"] = "truc=:AAAA:" }
            #expect(code4 == "exchange.malformed-signature")
            let code5 = try await refusal(network) { $0.headers["signature-input"] = "truc=()" }
            #expect(code5 == "exchange.malformed-signature")
            let stranger = Curve25519.Signing.PrivateKey()
            let now = network.clock.now()
            let code6 = try await refusal(network) { $0 = signed($0, by: stranger, at: now) }
            #expect(code6 == "exchange.unknown-key")
            #expect(try await origin.count("exchange_ack") == 0)
            let code7 = try await refusal(network) { _ in }
            #expect(code7 == "taken")
            #expect(origin.exchange.watch.refused.values.reduce(0, +) == 6)
            #expect(
                Set(try await origin.alarms()) == [
                    "exchange.bad-signature", "exchange.unsigned", "exchange.malformed-signature",
                    "exchange.unknown-key",
                ])
        }
    }

    private func altered(_ request: Request, _ target: String) -> Request {
        Request(request.method, target, headers: request.headers, body: request.body, isSecure: true)
    }

    /// The same call signed by another.
    private func signed(
        _ request: Request, by key: Curve25519.Signing.PrivateKey, at now: Instant, seconds: Int64 = 60,
        nonce: String = "0123456789abcdef"
    ) -> Request {
        var request = request
        request.headers["signature"] = nil
        request.headers["signature-input"] = nil
        request.headers["content-digest"] = nil
        guard let headers = try? CallSigning.sign(request.signable, by: key, now: now, seconds: seconds, nonce: nonce)
        else { return request }
        request.headers = headers
        return request
    }

    @Test("the same call a second time, to the same node or to another", arguments: Engine.all)
    func replay(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H24"]) { network in
            try await network.found("H40", "H23", "H24")
            try await network["H40"].publish(draft("a"))
            try await network["H23"].exchange.pull(from: ID("H40"))
            let call = try #require(
                network.wire.record.last { $0.request.path == "/exchange/facts" && $0.from == "H23" })
            let again = try await network.wire.replay(call, to: "H40")
            #expect(again.status == 400)
            #expect(again.headers["content-type"] == "application/problem+json")
            #expect(PeerError.code(in: again.bytes ?? []) == "exchange.replayed")
            let elsewhere = try await network.wire.replay(call, to: "H24")
            #expect(PeerError.code(in: elsewhere.bytes ?? []) == "exchange.other-destination")
        }
    }

    @Test("a call that has expired, is not valid yet, or was signed before the node started", arguments: Engine.all)
    func times(engine: Engine) async throws {
        try await pair(engine) { network, origin, peer in
            let (key, now) = (peer.exchange.home.key, network.clock.now())
            network.clock.advance(seconds: 1000)
            let code8 = try await refusal(network) { $0 = signed($0, by: key, at: now) }
            #expect(code8 == "exchange.expired")
            let later = now.adding(seconds: 1031)
            let code9 = try await refusal(network) { $0 = signed($0, by: key, at: later) }
            #expect(code9 == "exchange.not-yet-valid")
            let present = now.adding(seconds: 1000)
            let code10 = try await refusal(network) { $0 = signed($0, by: key, at: present, seconds: 3600) }
            #expect(code10 == "exchange.expired")
            let code11 = try await refusal(network) { $0 = signed($0, by: key, at: later.adding(seconds: -1)) }
            #expect(code11 == "taken")
            #expect(origin.exchange.nonces.count > 0)
        }
    }

    @Test("nonces are bounded, and those of before the start are not taken")
    func nonces() throws {
        let now = Instant(milliseconds: 1_000_000)
        let store = NonceStore(startedAt: now, limit: 2)
        try store.take("a", created: 1000, until: now.adding(seconds: 1), now: now)
        #expect(throws: CallRefusal.replayed) { try store.take("a", created: 1000, until: now, now: now) }
        #expect(throws: CallRefusal.expired) { try store.take("old", created: 999, until: now, now: now) }
        try store.take("b", created: 1000, until: now.adding(seconds: 9), now: now)
        #expect(throws: CallRefusal.busy) { try store.take("c", created: 1000, until: now, now: now) }
        try store.take("c", created: 1002, until: now.adding(seconds: 9), now: now.adding(seconds: 2))
        #expect(store.count == 2)
    }

    @Test("an altered body of a call or of an answer", arguments: Engine.all)
    func alteredBodies(engine: Engine) async throws {
        try await pair(engine) { network, origin, peer in
            try await origin.publish(draft("a", text: "{\"x\":1}"))
            await #expect(throws: PeerError.untrusted("exchange.bad-digest")) {
                try await network.wire.tampering(response: { response in
                    if var bytes = response.bytes, bytes.count > 10 {
                        bytes[bytes.count - 2] ^= 1
                        response.body = .bytes(bytes)
                    }
                }) { try await peer.exchange.pull(from: ID("H40")) }
            }
            #expect(try await peer.received().isEmpty)
            await #expect(throws: PeerError.untrusted("exchange.bad-signature")) {
                try await network.wire.tampering(response: { $0.status = $0.status == 200 ? 206 : 200 }) {
                    try await peer.exchange.pull(from: ID("H40"))
                }
            }
            try await network.wire.tampering(request: { if $0.path == "/exchange/ack" { $0.body[2] ^= 1 } }) {
                _ = try await peer.exchange.pull(from: ID("H40"))
            }
            #expect(try await peer.received() == ["a"])
            #expect(try await origin.alarms() == ["exchange.bad-digest"])
        }
    }

    @Test("a cursor ahead of what was given is refused, and both sides say so", arguments: Engine.all)
    func cursorAhead(engine: Engine) async throws {
        try await pair(engine) { _, origin, peer in
            try await peer.database.write {
                try DeliveryStore(tx: $0).take(ID("H40"), upTo: 5, at: Instant(milliseconds: 0))
            }
            await #expect(throws: PeerError.refused(status: 400, code: "exchange.cursor-ahead")) {
                try await peer.exchange.pull(from: ID("H40"))
            }
            #expect(try await origin.alarms() == ["exchange.cursor-ahead"])
            #expect(try await peer.alarms() == ["exchange.cursor-ahead"])
        }
    }

    @Test(
        "a fact that a relay made up, altered, weakened or sent to the wrong node is set aside; the rest comes",
        arguments: Engine.all)
    func forgedFacts(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H24"]) { network in
            try await network.found("H40", "H23", "H24")
            let relay = try network["H23"]
            let (victim, now) = (try network["H24"], network.clock.now())
            let trueKey = try network["H40"].exchange.home.key
            let real = try draft("real").signed(by: trueKey, of: ID("H40"), at: now)
            var weaker = real.envelope
            weaker.tlp = .clear
            let facts = [
                try draft("made-up").signed(by: relay.exchange.home.key, of: ID("H40"), at: now),
                Fact(weaker, bytes: real.bytes, signature: real.signature),
                Fact(real.envelope, bytes: real.bytes + [32], signature: real.signature),
                try draft("not-for-you", .amberStrict, .named([ID("H23")])).signed(by: trueKey, of: ID("H40"), at: now),
                try draft("red", .red, .network).signed(by: trueKey, of: ID("H40"), at: now),
                try draft("future").signed(by: trueKey, of: ID("H40"), at: now.adding(seconds: 3600)),
                try draft("unborn").signed(by: trueKey, of: ID("H40"), at: now.adding(days: -2)),
                try draft("stranger").signed(by: trueKey, of: ID("H99"), at: now),
                try draft("yours").signed(by: trueKey, of: ID("H24"), at: now),
                real,
            ]
            let roster = try #require(try await victim.exchange.roster()?.roster)
            let inspector = Inspector(home: ID("H24"), roster: roster, now: now, skewSeconds: 30)
            let frames = facts.enumerated().map { frame(Int64($0 + 1), $1) }
            try await victim.exchange.store(
                await inspector.inspect(frames) { _ in [] }, from: ID("H23"), after: 0, next: 10)
            #expect(try await victim.received() == ["real"])
            #expect(
                try await victim.quarantine() == [
                    "exchange.fact-signature", "exchange.fact-signature", "exchange.fact-signature",
                    "exchange.fact-not-for-us",
                    "exchange.fact-red", "exchange.fact-from-the-future", "exchange.fact-origin-not-member",
                    "exchange.fact-unknown-origin",
                    "exchange.fact-ours",
                ])
            let taken = try await victim.database.read { try DeliveryStore(tx: $0).counters(of: ID("H23")).taken }
            #expect(taken == 10)
        }
    }

    private func frame(_ seq: Int64, _ fact: Fact) -> FactPage.Frame {
        FactPage.Frame(
            seq: seq, envelope: fact.envelope.bytes[...], signature: fact.signature[...], bytes: fact.bytes[...],
            raw: fact.bytes[...])
    }

    @Test("two contents under one version: both are set aside and an alarm is raised", arguments: Engine.all)
    func equivocation(engine: Engine) async throws {
        try await pair(engine) { network, origin, peer in
            try await origin.publish(draft("a"))
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == ["a"])
            let twin = try draft("a", text: "{\"other\":1}").signed(
                by: origin.exchange.home.key, of: ID("H40"), at: network.clock.now())
            let inspected = Inspected(frame: frame(2, twin), result: .success(twin))
            try await peer.exchange.store([inspected], from: ID("H40"), after: 1, next: 2)
            #expect(try await peer.received().isEmpty)
            #expect(try await peer.count("exchange_fact") == 2)
            #expect(try await peer.alarms() == ["exchange.fact-equivocation"])
        }
    }

    @Test("what a room refuses is kept aside with its reason and blocks nothing", arguments: Engine.all)
    func refusedByRoom(engine: Engine) async throws {
        try await pair(engine) { _, origin, peer in
            try await peer.database.write { _ = try $0.execute("CREATE TABLE exchange_test (id TEXT PRIMARY KEY)") }
            peer.exchange.onArrival(mediaType: "application/stix+json") { fact, tx in
                try tx.execute("INSERT INTO exchange_test (id) VALUES (\(fact.id))")
                if fact.id.hasPrefix("bad") { throw FactError.malformed(fact.id) }
            }
            try await origin.publish(draft("good-1"), draft("bad-1"), draft("good-2"))
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == ["good-1", "good-2"])
            #expect(try await peer.count("exchange_test") == 2)
            #expect(try await peer.quarantine().map { $0.prefix(29) } == ["exchange.fact-refused-by-room"])
            for turn in 1...6 { try await origin.publish(draft("bad-more-\(turn)"), draft("fine-\(turn)")) }
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received().count == 8)
            #expect(try await peer.quarantine().count == 7)
        }
    }
}
