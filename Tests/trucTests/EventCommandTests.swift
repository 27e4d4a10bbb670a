import Foundation
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// What is done to subscriptions by commands.
@Suite("subscriptions by commands", .serialized)
struct EventCommandTests {
    private static let type = "vn.gov.test.dossier.changed"

    /// Returns the subscription's id.
    private func subscribe(_ key: String, _ town: CommandTown) async throws -> String {
        let ask: JSON = ["types": [.string(EventCommandTests.type)]]
        let answer = try await Fetch().send(
            FetchRequest(
                .post, "http://127.0.0.1:\(town.webPort)/events/v1/subscriptions",
                headers: ["content-type": "application/json", "x-api-key": key], body: ask.encoded(), trust: .plain,
                mayReachPrivate: true))
        try #require(answer.status == 201, "\(answer.text)")
        return try JSONDocument(answer.body).root.requireString("id")
    }

    @Test("whoever owns the node ends the subscription of an application that has ended")
    func ending() async throws {
        try await CommandTown.open { town in
            let schema = "\(town.home)/schema.json"
            try Data(#"{"type":"object"}"#.utf8).write(to: URL(filePath: schema))
            _ = try await town.typed(
                "event", "register", "dossier-changed", EventCommandTests.type, "Hồ sơ", schema, "--owner", "H49")
            let key = try #require(try await town.typed("application", "add", "H49/desk", "Mẫu").last?.first)
            let until = Day(Configuration.machineClock().adding(days: 30)).description
            _ = try await town.typed(
                "grant", "issue", "H49/desk", "dossier-changed/v1", "--purpose", "Thử", "--basis", "47/2020", "--until",
                until, "--operation", "follow:\(EventCommandTests.type)")
            var made: String?
            #expect(
                try await eventually(withinSeconds: 20) {
                    made = try? await subscribe(key, town)
                    return made != nil
                })
            let id = try #require(made)
            try await town.refused("event", "replay", id, "hôm qua", saying: "no day, no time")
            #expect(try await town.typed("event", "replay", id, "0").last?.first == "0")
            func isThere() async throws -> Bool { try await town.typed("event", "queues").contains { $0.contains(id) } }
            _ = try await town.typed("application", "end", "H49/desk")
            #expect(try await isThere())
            _ = try await town.typed("event", "end", id)
            #expect(try await !isThere())
            try await town.refused("event", "end", id, saying: "nothing of this id")
        }
    }
}
