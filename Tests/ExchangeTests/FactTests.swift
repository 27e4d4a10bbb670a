import Crypto
import Testing
import Vocabulary

@testable import Exchange

private let draft = FactDraft(
    id: "indicator--1", version: "2020-11-09T01:30:00.000Z", mediaType: "application/stix+json;version=2.1",
    tlp: .amber,
    recipients: .cluster(and: [ID("VNCERT")]), bytes: Array(#"{"type":"indicator"}"#.utf8))

@Suite("A signed fact")
struct FactTests {
    private let key = Curve25519.Signing.PrivateKey()

    private func fact() throws -> Fact {
        try draft.signed(by: key, of: ID("H40"), at: Instant(milliseconds: 1_604_885_400_000))
    }

    @Test("holds with its origin's key and with no other")
    func signature() throws {
        #expect(try fact().isSigned(by: key.publicKey))
        #expect(try !fact().isSigned(by: Curve25519.Signing.PrivateKey().publicKey))
    }

    @Test("any change of bytes, label, recipients or origin breaks the signature")
    func tampering() throws {
        let whole = try fact()
        var envelope = whole.envelope
        envelope.tlp = .green
        #expect(!Fact(envelope, bytes: whole.bytes, signature: whole.signature).isSigned(by: key.publicKey))
        envelope = whole.envelope
        envelope.recipients = .network
        #expect(!Fact(envelope, bytes: whole.bytes, signature: whole.signature).isSigned(by: key.publicKey))
        envelope = whole.envelope
        envelope.origin = ID("H23")
        #expect(!Fact(envelope, bytes: whole.bytes, signature: whole.signature).isSigned(by: key.publicKey))
        #expect(
            !Fact(whole.envelope, bytes: whole.bytes + [0x20], signature: whole.signature).isSigned(by: key.publicKey))
    }

    @Test("an envelope has one spelling, and only that one is read")
    func spelling() throws {
        let envelope = try fact().envelope
        #expect(Envelope(envelope.bytes) == envelope)
        let text = String(decoding: envelope.bytes, as: UTF8.self)
        #expect(text.contains("\n@cluster,VNCERT\n"))
        for wrong in [
            text + "\n", String(text.dropLast()), text.replacing("@cluster,VNCERT", with: "VNCERT,@cluster"),
            text.replacing("TLP:AMBER", with: "tlp:amber"), text.replacing("current", with: "maybe"),
            text.replacing("1604885400000", with: "+1604885400000"), text.replacing("truc-fact-1", with: "truc-fact-2"),
        ] {
            #expect(Envelope(Array(wrong.utf8)) == nil, "\(wrong)")
        }
    }

    @Test(
        "a text that could forge a line is refused",
        arguments: ["a\nb", "", "\u{7F}", String(repeating: "x", count: 257)])
    func controls(id: String) {
        var odd = draft
        odd.id = id
        #expect(throws: FactError.malformed(id)) {
            try odd.signed(by: key, of: ID("H40"), at: Instant(milliseconds: 0))
        }
    }

    @Test(
        "labels as others write them",
        arguments: [
            ("TLP:CLEAR", TLP.clear), ("tlp:white", .clear), ("tlp:amber+strict", .amberStrict), ("TLP:GREEN", .green),
            ("tlp:ambre", .red), ("TLP:EX:CHR", .red), ("", .red),
        ])
    func labels(written: String, label: TLP) {
        #expect(TLP(written: written) == label)
    }

    @Test("several labels: the strictest; none: AMBER")
    func strictest() {
        #expect(TLP.strictest([.green, .red, .clear]) == .red)
        #expect(TLP.strictest([.green, .clear]) == .green)
        #expect(TLP.strictest([]) == .amber)
    }
}
