import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// Whoever looks after the node sees what is unproven, and sets or takes back the day from which it is not taken.
@Suite("The day from which proofs are needed, by page and API")
struct ProofPageTests {
    private static let page = "/exchange/applications/unproven"

    /// An application with a contact and a certificate that was taken on trust.
    private func unproven(_ town: RegistryTown) async throws -> ID<Application> {
        let made = try await town.exchange.addApplication(
            "portal", named: "Cổng mẫu", of: ID("K40"), contact: "mau@example.vn", by: nil)
        let at = town.clock.now()
        try await town.node.database.write { tx in
            try ApplicationStore.insert(
                ApplicationCredential(
                    id: ID("old"), application: made.application.id, kind: .certificate,
                    value: String(repeating: "ab", count: 32), hint: "abababab", createdAt: at, provenAt: nil),
                by: nil, in: tx)
            try RegistryRevision.bump(in: tx)
        }
        return made.application.id
    }

    private func rule(_ town: RegistryTown) async throws -> String? {
        try await town.exchange.unprovenCredentials().rule.map { Day($0.since).description }
    }

    private func mark(_ town: RegistryTown) async throws -> String {
        ProofRule.mark(try await town.exchange.unprovenCredentials().rule)
    }

    @Test("the page says whose they are and whom to ask, and is for administrators", arguments: Engine.all)
    func list(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let visitor = town.visitor(town.administrator)
            await visitor.get("\(Self.page)?lang=en").expect(200, shows: "Every certificate and key is proven")
            let id = try await unproven(town)
            await visitor.get("\(Self.page)?lang=en").expect(
                200, shows: "/exchange/applications/\(id)", "Cổng mẫu", "Cơ quan K40", "mau@example.vn",
                "TLS certificate", "abababab", "No day is set")
            await visitor.get("/exchange/applications?lang=en").expect(200, shows: "href=\"\(Self.page)\"")
            for person in [town.user, town.provider, town.consumer] {
                await town.visitor(person).get(Self.page).expect(403)
                await town.visitor(person).get("/exchange/applications?lang=en").expect(200, hides: [Self.page])
            }
        }
    }

    @Test(
        "a day is set in two steps, of which the first says what will come of it; it is taken back",
        arguments: Engine.all)
    func day(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            _ = try await unproven(town)
            let visitor = town.visitor(town.administrator)
            let day = Day(town.clock.now().adding(days: 30))
            let form: Fields = ["from": day.description, "seen": "none"]
            await visitor.post("\(Self.page)?lang=en", form).expect(
                200, shows: "Set this day?", "calls with these", day.forReading, "<dd>1</dd>", "name=\"sure\"")
            #expect(try await rule(town) == nil, "nothing comes of the first step")
            #expect(town.announced.all().isEmpty)
            await visitor.post(Self.page, ["from": day.description, "seen": "none", "sure": "yes"]).expect(303)
            #expect(try await rule(town) == day.description)
            #expect(town.announced.all().map(\.kind) == ["exchange.proof-required"])
            await visitor.get("\(Self.page)?lang=en").expect(
                200, shows: "From \(day.forReading) on not taken any more: 1 certificate or key", "Take the day back",
                day.description)
            town.clock.advance(seconds: 31 * 86_400)
            await visitor.get("\(Self.page)?lang=en").expect(200, shows: "Not taken any more since \(day.forReading)")
            await visitor.post(Self.page, ["never": "yes", "seen": try await mark(town)]).expect(303)
            #expect(try await rule(town) == nil)
            #expect(try await town.leaves("exchange.proofs-required").count == 2)
        }
    }

    @Test("what is no day, or over, comes back; so does what somebody else changed meanwhile", arguments: Engine.all)
    func conflicts(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            _ = try await unproven(town)
            let visitor = town.visitor(town.administrator)
            let (day, other) = (Day(town.clock.now().adding(days: 30)), Day(town.clock.now().adding(days: 60)))
            for (text, words) in [("", "Enter a day"), ("soon", "Enter a day"), ("2020-11-08", "Choose today")] {
                await visitor.post("\(Self.page)?lang=en", ["from": text, "seen": "none"]).expect(422, shows: words)
                await visitor.post("\(Self.page)?lang=en", ["from": text, "seen": "none", "sure": "yes"]).expect(
                    422, shows: words)
            }
            // Today is soon enough for whoever cannot wait.
            await visitor.post(
                "\(Self.page)?lang=en", ["from": Day(town.clock.now()).description, "seen": "none"]
            ).expect(200, shows: "from now on")
            try await town.exchange.requireProofs(from: other, by: town.administrator)
            for step in [Fields(), ["sure": "yes"], ["never": "yes"]] {
                var sent: Fields = ["from": day.description, "seen": "none"]
                for field in step.list { sent.add(field.name, field.value) }
                // It comes back with the day that is set now, and knows it.
                await visitor.post("\(Self.page)?lang=en", sent).expect(
                    409, shows: other.forReading, try await mark(town))
            }
            #expect(try await rule(town) == other.description)
            // A form without what was seen sets nothing.
            await visitor.post(Self.page, ["from": day.description, "sure": "yes"]).expect(409)
            await visitor.post(Self.page, ["never": "yes"]).expect(409)
            #expect(try await rule(town) == other.description)
        }
    }

    @Test("programs read the list, set the day and take it back", arguments: Engine.all)
    func programs(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let id = try await unproven(town)
            let day = Day(town.clock.now().adding(days: 30)).description
            func send(_ body: JSON, by person: Person? = nil) async -> Answered {
                await town.visitor(person ?? town.administrator, isProgram: true).send(
                    .put, "/exchange/applications/proof-day", headers: ["content-type": "application/json"],
                    body: body.encoded())
            }
            let list = "\(Self.page).json"
            await town.visitor(town.administrator, isProgram: true).get(list).expect(
                200, shows: #""application":"K40/portal""#, #""application-id":"\#(id)""#,
                #""contact":"mau@example.vn""#, #""required-from":null"#, #""seen":"none""#)
            await town.visitor(town.user, isProgram: true).get(list).expect(403)
            await send(["from": .string(day)], by: town.user).expect(403)
            await send([:]).expect(422)
            await send(["from": "soon"]).expect(422)
            await send(["from": "2020-11-08"]).expect(422)
            await send(["from": .string(day), "seen": "0-0"]).expect(409)
            await send(["from": .string(day), "seen": "none"]).expect(200, shows: #""required-from":"\#(day)""#)
            await send(["from": .null, "seen": "none"]).expect(409)
            #expect(try await rule(town) == day)
            await send(["from": .null, "seen": .string(try await mark(town))]).expect(
                200, shows: #""required-from":null"#)
            // Whoever says nothing of what they saw has the last word.
            await send(["from": .string(day)]).expect(200)
            await send(["from": .null]).expect(200)
            #expect(try await rule(town) == nil)
        }
    }
}
