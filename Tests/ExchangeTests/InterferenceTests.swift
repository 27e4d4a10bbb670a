import Database
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("What a node can learn that may not know")
struct InterferenceTests {
    /// Runs one story in which only the RED and the named content differs, and returns everything VNCERT sent and got.
    private func story(_ engine: Engine, secrets: [[FactDraft]]) async throws -> [String] {
        var seen: [String] = []
        try await SharingTests.network(engine, ["H40", "H23", "VNCERT"]) { network in
            try await network.found("H40", "H23", "VNCERT")
            for (turn, hidden) in secrets.enumerated() {
                if !hidden.isEmpty {
                    try await network["H40"].database.write { [node = try network["H40"]] tx in
                        _ = try node.exchange.publish(hidden, in: tx)
                    }
                }
                try await network["H40"].publish(draft("green-\(turn)", .green, .network, text: "{\"turn\":\(turn)}"))
                try await network["H23"].exchange.pull(from: ID("H40"))
                try await network["VNCERT"].exchange.pull(from: ID("H40"))
                network.clock.advance(seconds: 10)
            }
            seen = network.wire.record.filter { $0.from == "VNCERT" || $0.to == "VNCERT" }.map(Self.told)
        }
        return seen
    }

    /// One call and its answer, without the signatures and the parameters that only they know.
    private static func told(_ call: Wire.Exchanged) -> String {
        func plain(_ headers: [(String, String)]) -> String {
            headers.filter { !$0.0.hasPrefix("signature") }.map { "\($0.0): \($0.1)" }.joined(separator: "|")
        }
        let asked = plain(call.request.headers.fields.map { ($0.name, $0.value) })
        let answered = plain(call.response.headers.fields.map { ($0.name, $0.value) })
        return """
            \(call.from)→\(call.to) \(call.request.method.rawValue) \(call.request.rawTarget) \(asked)
            \(Hex.encode(call.request.body))
            \(call.response.status) \(answered) \(Hex.encode(call.response.bytes ?? []))
            """
    }

    @Test(
        "RED and AMBER for others, many or none, change no byte, number, size or order of what it gets",
        arguments: Engine.all)
    func nonInterference(engine: Engine) async throws {
        let quiet = try await story(engine, secrets: [[], [], []])
        let busy = try await story(
            engine,
            secrets: [
                [draft("red-1", .red, .network), draft("strict-1", .amberStrict, .named([ID("H23")]))],
                [draft("amber", .amber, .cluster, text: String(repeating: "x", count: 5000)), draft("red-2", .red)],
                (1...30).map { draft("red-many-\($0)", .red, .cluster) },
            ])
        #expect(quiet.count > 6)
        #expect(quiet == busy)
    }
}
