import Contracts
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Another document in place of one that is in use")
struct ReplacedDocumentTests {
    @Test(
        "a field that is taken from answers breaks whom it reaches: each is named with what breaks him, nobody else",
        arguments: Engine.all)
    func breakingFields(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let id = offered.version.id
            let shorter = Array(Self.shorter.utf8)
            func grant(_ code: String, _ fields: [String]?, at node: String? = nil) async throws -> AccessGrant {
                let made = try await town.exchange.addApplication(
                    code, named: "Ứng dụng \(code)", of: ID("K40"), at: node.map { ID($0) }, by: town.administrator)
                var terms = town.terms(["list-units"])
                terms.fields = fields
                return try await town.exchange.issueGrant(
                    GrantDraft(application: made.application.id, version: id, terms: terms))
            }
            func refusal() async -> Phrase? {
                let found = await problem {
                    try await town.exchange.replaceDocument(of: id, with: shorter, by: town.provider)
                }
                guard case .conflict(let words) = found else { return nil }
                return words
            }
            _ = try await grant("codes", ["code"])
            let both = try await grant("both", ["code", "name"])
            let all = try await grant("whole", nil)
            let far = try await grant("far", ["name"], at: "H42")
            let words = try #require(await refusal())
            for code in ["both", "whole", "far"] {
                let line = "K40 Ứng dụng \(code) – list-units: "
                #expect(words.vi.contains(line) && words.en.contains(line), "\(words.en)")
            }
            #expect(words.en.contains("“200[].name” is no longer there (breaks.response-field-removed)"))
            #expect(!words.en.contains("codes"))
            try await town.exchange.endGrant(both.id, because: "Thôi", by: town.provider)
            try await town.exchange.endGrant(all.id, because: "Thôi", by: town.provider)
            #expect(await refusal()?.en.contains("K40 Ứng dụng far") == true, "and another node's application")
            try await town.exchange.endGrant(far.id, because: "Thôi", by: town.provider)
            let harmless = try await town.exchange.replaceDocument(of: id, with: shorter, by: town.provider)
            #expect(harmless.map(\.code) == ["breaks.response-field-removed"])
        }
    }

    /// The usual document without the name of units.
    private static let shorter = String(decoding: RegistryTown.document(), as: UTF8.self)
        .replacing(", name: {type: string}}", with: "}")

    @Test("whoever replaces a document reads what breaks nobody in use, on the page and as a program")
    func breaksNobody() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let id = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider).version.id
            let text = String(decoding: RegistryTown.document(), as: UTF8.self)
            var fields = Fields()
            fields.files["document"] = UploadedFile(
                name: "units.yaml", type: "application/yaml", bytes: Array(Self.shorter.utf8))
            await town.visitor(town.provider).post("/exchange/versions/\(id)/document?lang=en", fields).expect(
                200, shows: "Breaking for nobody in use", "<code>list-units</code>", "“200[].name”")
            func put(_ document: String) async throws -> JSONValue {
                let sent: JSON = ["document": .string(document)]
                let answer = await town.visitor(town.provider, isProgram: true).send(
                    .put, "/exchange/versions/\(id)/document", headers: ["content-type": "application/json"],
                    body: sent.encoded()
                ).expect(200)
                return try JSONDocument(answer.response.text).root.require("breaks-nobody-in-use")
            }
            #expect(try await put(text).elements?.isEmpty == true)
            let told = try await put(Self.shorter).elements ?? []
            #expect(told.map { $0["operation"]?.string } == ["list-units"])
            #expect(told.map { $0["code"]?.string } == ["breaks.response-field-removed"])
        }
    }
}
