import Foundation
import TestKit
import Testing
import Vocabulary

@testable import truc

/// Rights by commands, as whoever owns a node's folder types and reads them.
@Suite("people and rights by commands", .serialized)
struct PeopleCommandTests {
    private static func walk(_ body: (CommandTown, _ last: Day) async throws -> Void) async throws {
        try await CommandTown.open { town in
            for (login, name, role) in [("lanhdao.mau", "Lãnh đạo", "department-lead"), ("canbo.mau", "An", "officer")]
            {
                _ = try await town.typed("person", "add", login, name, "--role", role)
            }
            try await body(town, Day(Configuration.machineClock().adding(days: 9)))
        }
    }

    @Test("what ends is printed by its last day in Vietnam, what is noted by its moment there")
    func moments() async throws {
        try await Self.walk { town, last in
            _ = try await town.typed(
                "deputy", "add", "lanhdao.mau", "canbo.mau", "--role", "department-lead", "--until", last.description,
                "--reason", "Đi công tác theo quyết định mẫu")
            let deputy = try #require(try await town.typed("deputy", "list").first)
            #expect(deputy.contains(last.forReading) && deputy.contains(Day(Configuration.machineClock()).forReading))
            #expect(deputy.last == "department-lead")
            _ = try await town.typed("application", "add", "H49/desk", "Ứng dụng mẫu")
            _ = try await town.typed("application", "contact", "H49/desk", "Phòng mẫu")
            try await town.refused("application", "contact", "H49/nowhere", "x", saying: "nothing of this id")
            _ = try await town.typed(
                "grant", "issue", "H49/desk", "units/v1", "--purpose", "Thử", "--basis", "47/2020", "--until",
                last.description)
            #expect(try await town.typed("grant", "list").first?.contains(last.forReading) == true)
            try await town.refused(
                "deputy", "add", "lanhdao.mau", "canbo.mau", "--from", "2020-11-09", "--until", last.description,
                "--reason", "Đi công tác theo quyết định mẫu", saying: "from: ")
            try await town.refused(
                "deputy", "add", "lanhdao.mau", "canbo.mau", "--until", "2026-02-30", "--reason", "x",
                saying: "until: “2026-02-30”")
        }
    }

    @Test("a review says who holds what by name, and of a deputy which roles are lent")
    func review() async throws {
        try await Self.walk { town, last in
            _ = try await town.typed(
                "deputy", "add", "lanhdao.mau", "canbo.mau", "--role", "department-lead", "--until", last.description,
                "--reason", "Đi công tác theo quyết định mẫu")
            let review = try #require(try await town.typed("review", "open", "H49").first?.first)
            let items = try await town.typed("review", "show", review)
            let lent = try #require(items.first { $0.contains("delegation") })
            #expect(lent.contains("An") && lent.contains("department-lead") && lent.contains(last.forReading))
            #expect(items.contains { $0.contains("role") && $0.contains("An") && $0.contains("officer") })
            try await town.refused("review", "show", "nowhere", saying: "nothing of this id")
        }
    }

    @Test("an explanation names the roles that would do, and answers of no day that is to come")
    func explain() async throws {
        try await Self.walk { town, last in
            let words = try await town.typed("explain", "canbo.mau", "incidents.share", "--language", "en")
            #expect(words.contains { $0.starts(with: ["One", "of", "these", "roles"]) })
            try await town.refused(
                "explain", "canbo.mau", "incidents.veiw", "--language", "en",
                saying: "There is no action “incidents.veiw”. There are: design.view, incidents.view")
            try await town.refused(
                "explain", "canbo.mau", "incidents.share", "--on", last.description, "--language", "en",
                saying: "This day is to come")
            let file = town.home + "/policies.cedar"
            let text = try await Program.run(["policy", "show"] + town.flags).said
            try Data(text.utf8).write(to: URL(filePath: file))
            #expect(try await !town.typed("policy", "check", file).isEmpty, "it says that all is well")
        }
    }

    @Test("names are those of the command's language")
    func names() async throws {
        try await CommandTown.open { town in
            for (language, name) in [("en", "Ministry"), ("vi", "Bộ")] {
                let all = try await town.typed("organisation", "list", "--language", language)
                #expect(all.contains { $0.contains(name) }, "\(language)")
            }
        }
    }
}
