import Crypto
import Foundation
import Testing
import Vocabulary
import Web

@testable import Exchange

/// What `docs/calling.md` tells developers, held against what the gateway asks.
@Suite("the guide to calling")
struct CallingGuideTests {
    private static let guide = URL(filePath: #filePath).appending(path: "../../../docs/calling.md").standardizedFileURL

    /// The code blocks, in their order.
    private static func blocks() throws -> [String] {
        let parts = try String(contentsOf: guide, encoding: .utf8).components(separatedBy: "```\n")
        return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0].dropLast()) }
    }

    @Test("the text that it says is signed is the one that the gateway checks")
    func base() throws {
        let blocks = try CallingGuideTests.blocks()
        let sent = blocks[1].split(separator: "\n").map { $0.split(separator: ": ", maxSplits: 1).map(String.init) }
        let key = Curve25519.Signing.PrivateKey()
        let signature = try key.signature(for: Data(blocks[0].utf8)).base64EncodedString()
        let settings = ExchangeSettings()
        func message(_ target: String) -> SignableMessage {
            var headers: Headers = [:]
            headers[sent[0][0].lowercased()] = sent[0][1]
            headers[sent[1][0].lowercased()] = sent[1][1].replacing("…", with: signature)
            return .request("GET", authority: "gateway.example", target: target, headers: headers, body: [])
        }
        let asked = message("/units/v1/units?level=1")
        let found = try GatewaySigning.read(asked, now: Instant(milliseconds: 1_604_900_010_000), settings: settings)
        #expect(found.signature.isValid(for: asked, by: key.publicKey))
        #expect(!found.signature.isValid(for: message("/units/v1/units?level=2"), by: key.publicKey))
        #expect(throws: CallRefusal.expired) {
            try GatewaySigning.read(asked, now: Instant(milliseconds: 1_604_900_061_000), settings: settings)
        }
    }

    @Test("the bounds that it names are those in force")
    func bounds() throws {
        let text = try String(contentsOf: CallingGuideTests.guide, encoding: .utf8)
        let settings = ExchangeSettings()
        let bounds = "at most \(settings.callSeconds) apart; the clocks may differ by \(settings.skewSeconds)"
        #expect(text.contains(bounds))
        for name in GatewaySigning.fields { #expect(text.contains("`\(name)`"), "\(name)") }
    }
}
