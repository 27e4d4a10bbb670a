import Foundation
import TestKit
import Testing
import Vocabulary

@testable import truc

/// The registry and grants by commands, with real calls through the gateway.
@Suite("the registry by commands", .serialized)
struct RegistryCommandTests {
    @Test("a limit that is set holds on the wire, and a version that is used closes only with a word to its users")
    func walk() async throws {
        try await CommandTown.open { town in
            let key = try #require(try await town.typed("application", "add", "H49/desk", "Ứng dụng mẫu").last?.first)
            let until = Day(Configuration.machineClock().adding(days: 30)).description
            func request() async throws -> String {
                try #require(
                    try await town.typed(
                        "grant", "request", "H49/desk", "units/v1", "--purpose", "Thử", "--basis", "47/2020", "--until",
                        until
                    ).last?.first)
            }
            try await town.refused(
                "grant", "request", "H49/desk", "units/v1", "--basis", "47/2020", code: 64,
                saying: "--purpose, --until are needed")
            #expect(try await town.typed("service", "list").contains { $0.contains("H49") })
            // No word of pages and addresses to whoever types a command.
            try await town.refused("grant", "show", "nope", "--language", "en", saying: "nothing of this id or name")
            _ = try await town.typed("grant", "withdraw", try await request())
            let grant = try await request()
            try await town.refused("grant", "approve", grant, "--operation", "nowhere", saying: "nowhere")
            try await town.refused("grant", "approve", grant, "--burst", "7", saying: "0.001")
            _ = try await town.typed(
                "grant", "approve", grant, "--operation", "readUnit", "--rate", "100", "--burst", "70")
            let shown = try await Program.run(["grant", "show", grant] + town.flags).said
            #expect(shown.contains(#""rate":{"burst":70,"per-second":100}"#), "\(shown)")
            #expect(try await eventually(withinSeconds: 20) { try await town.calls(key) })

            try await checks(town, grant)
            #expect(try await eventually(withinSeconds: 20) { try await town.calls(key) })
            try await limits(town, key)
            try await instances(town, key)

            let credentials = try await town.typed("application", "credentials", "H49/desk")
            #expect(credentials.count == 1 && credentials[0].contains("api-key"))
            let other = try #require(try await town.typed("application", "key", "H49/desk").last?.first)
            _ = try await town.typed("application", "revoke", "H49/desk", credentials[0][0])
            #expect(
                try await eventually(withinSeconds: 10) {
                    let (isOff, isOn) = (try await !town.calls(key), try await town.calls(other))
                    return isOff && isOn
                })

            try await town.refused("service", "close", "units/v1", saying: "H49 Ứng dụng mẫu")
            try await town.refused(
                "service", "close", "units/v1", "--on", until, "--kind", "later", "--because", "x", saying: "planned")
            _ = try await town.typed("service", "close", "units/v1", "--on", until, "--because", "Thay bằng v2")
            _ = try await town.typed("service", "keep", "units/v1")
            #expect(try await town.calls(other))
            _ = try await town.typed("service", "close", "units/v1", "--kind", "security", "--because", "Lộ khóa")
            #expect(try await eventually(withinSeconds: 10) { try await !town.calls(other) })
            #expect(try await town.typed("grant", "list").isEmpty)
            #expect(
                try await town.typed("grant", "list", "--all").contains { $0.contains(grant) && $0.contains("ended") })
            #expect(try await standing(town).contains("closed"))
            for command in ["close", "keep"] {
                try await town.refused("service", command, "units/v1", "--language", "en", saying: "version closed on")
            }
        }
    }

    /// What the list says of the one version that there is.
    private func standing(_ town: CommandTown) async throws -> [String] {
        try #require(try await town.typed("service", "list", "--language", "en").first)
    }

    @Test("a suspension and a closing on a day to come are said as what they are, and listed with their day")
    func daysToCome() async throws {
        try await CommandTown.open { town in
            _ = try await town.typed("application", "add", "H49/desk", "Ứng dụng mẫu")
            let day = Day(Configuration.machineClock().adding(days: 30))
            let grant = try #require(
                try await town.typed(
                    "grant", "issue", "H49/desk", "units/v1", "--purpose", "Thử", "--basis", "47/2020", "--until",
                    Day(Configuration.machineClock().adding(days: 90)).description
                ).last?.first)
            func listed() async throws -> String {
                try await town.typed("grant", "list", "--language", "en").joined().joined(separator: " ")
            }
            #expect(try await listed().contains(" active "))
            let said = try await town.typed(
                "grant", "suspend", grant, "planned", "--from", day.description, "--because", "Bảo trì", "--language",
                "en")
            #expect(said.joined().joined(separator: " ") == "suspended from \(day.forReading)")
            #expect(try await listed().contains("suspended from \(day.forReading)"))
            #expect(try await standing(town).contains("open"))
            _ = try await town.typed("service", "close", "units/v1", "--on", day.description, "--because", "Thay")
            let closes = try await standing(town)
            #expect(closes.contains("closes") && closes.contains(day.forReading), "\(closes)")
        }
    }

    /// Before anything is called: what the gateway would say.
    private func checks(_ town: CommandTown, _ grant: String) async throws {
        let check = ["grant", "check", "H49/desk", "units/v1"]
        #expect(try await Program.run(check + ["readUnit"] + town.flags).code == 0)
        _ = try await town.typed("grant", "suspend", grant, "security", "--because", "Thử")
        for (operation, code) in [("readUnit", "grant-suspended"), ("listUnits", "operation-not-granted")] {
            let said = try await Program.run(check + [operation] + town.flags)
            #expect(said.code == 1 && said.said.contains(code), "\(said)")
        }
        _ = try await town.typed("grant", "resume", grant)
    }

    private func limits(_ town: CommandTown, _ key: String) async throws {
        let set = try await town.typed(
            "service", "limits", "units/v1", "--response-bytes", "10", "--answer-seconds", "2.5")
        #expect(set.contains(["response-bytes", "10"]) && set.contains(["answer-seconds", "2.5"]), "\(set)")
        #expect(set.contains(["tries", "2"]))
        #expect(try await eventually(withinSeconds: 10) { try await !town.calls(key) }, "an answer longer than allowed")
        _ = try await town.typed("service", "limits", "units/v1", "--response-bytes", "usual")
        #expect(try await eventually(withinSeconds: 10) { try await town.calls(key) })
        // An instance that says nothing good at its health path is left out.
        _ = try await town.typed(
            "service", "limits", "units/v1", "--health-path", "/nowhere", "--health-seconds", "1",
            "--failures-to-eject", "1", "--eject-seconds", "60")
        #expect(try await eventually(withinSeconds: 20) { try await !town.calls(key) }, "its health path is asked")
        _ = try await town.typed(
            "service", "limits", "units/v1", "--health-path", "usual", "--health-seconds", "usual", "--eject-seconds",
            "usual", "--failures-to-eject", "usual")
        #expect(try await eventually(withinSeconds: 10) { try await town.calls(key) })
        try await town.refused("service", "limits", "units/v1", "--tries", "9", saying: "5")
    }

    private func instances(_ town: CommandTown, _ key: String) async throws {
        let found = try await town.typed("service", "instances", "units/v1")
        #expect(found.count == 1)
        let (id, address) = (try #require(found.first?.first), try #require(found.first?.dropFirst().first))
        try await town.refused("service", "remove", "units/v1", id, saying: "last instance")
        _ = try await town.typed("service", "move", "units/v1", id, "http://127.0.0.1:9", "--allow-private")
        #expect(try await eventually(withinSeconds: 10) { try await !town.calls(key) })
        let moved = try #require(try await town.typed("service", "instances", "units/v1").first?.first)
        _ = try await town.typed("service", "instance", "units/v1", address, "--allow-private")
        _ = try await town.typed("service", "remove", "units/v1", moved)
        #expect(try await eventually(withinSeconds: 10) { try await town.calls(key) })
    }
}
