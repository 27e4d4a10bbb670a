import Contracts
import StrictJSON
import Testing
import Vocabulary
import Web

@testable import Examples

/// The example services against their own documents.
@Suite("Example services")
struct ExampleTests {
    private static let folder = "Demo/axis"
    private static let clock: Clock = { Instant(milliseconds: 1_604_883_600_000) }

    private func ask(_ service: Example, _ target: String) async throws -> Response {
        let site = try service.site(dataIn: ExampleTests.folder, now: ExampleTests.clock)
        return await site.respond(to: Request(.get, target))
    }

    @Test("each has a document that can be registered", arguments: Example.allCases)
    func documents(service: Example) throws {
        let bytes = try Example.read(service.contractPath(in: ExampleTests.folder))
        let document = try OpenAPIDocument(bytes)
        #expect(document.operations.count >= 1)
        #expect(document.operations.allSatisfy { !$0.id.contains(" ") && !$0.responses.isEmpty })
    }

    @Test("each says everything in both languages", arguments: Example.allCases)
    func languages(service: Example) throws {
        let document = try OpenAPIDocument(Example.read(service.contractPath(in: ExampleTests.folder)))
        #expect(document.warnings.isEmpty)
        var said = [document.summary]
        for operation in document.operations {
            said.append(operation.summary)
            said += operation.parameters.map(\.description) + operation.responses.map(\.description)
        }
        for words in said {
            let (vietnamese, english) = (words?.text(in: .vi), words?.text(in: .en))
            #expect(english?.language == .en && english?.text != vietnamese?.text, "\(words?.plain ?? "nothing")")
        }
    }

    @Test("a unit is what it was on that day: three levels before July 2025, two after")
    func units() async throws {
        let old = try JSONDocument(try await ask(.units, "/units?asOf=2025-06-30").bytes ?? []).root
        #expect(try old.requireString("edition") == "2025-03-01")
        #expect(try old.requireElements("units").count == 9)
        let new = try JSONDocument(try await ask(.units, "/units?asOf=2025-07-01").bytes ?? []).root
        #expect(try new.requireElements("units").count == 5)
        let wards = try JSONDocument(try await ask(.units, "/units?asOf=2025-07-01&parent=37").bytes ?? []).root
        #expect(try wards.requireElements("units").count == 129)
        #expect(try wards.requireElements("units").allSatisfy { try $0.requireString("level") == "commune" })
        #expect(try await ask(.units, "/units/36?asOf=2025-03-01").text.contains("Nam Định"))
        #expect(try await ask(.units, "/units/36?asOf=2025-07-01").status == 404)
        #expect(try await ask(.units, "/units?asOf=2020-11-09").status == 404)
        #expect(try await ask(.units, "/units?asOf=heute").status == 422)
    }

    @Test("boundaries are GeoJSON, and a box finds what it touches")
    func communes() async throws {
        let all = try await ask(.communes, "/communes")
        #expect(all.headers["content-type"] == "application/geo+json")
        #expect(try JSONDocument(all.bytes ?? []).root.requireElements("features").count == 57)
        let some = try await ask(.communes, "/communes?bbox=106.1,20.4,106.2,20.5")
        let found = try JSONDocument(some.bytes ?? []).root.requireElements("features").count
        #expect((1..<57).contains(found))
        let none = try await ask(.communes, "/communes?bbox=0,0,1,1")
        #expect(none.text == #"{"type":"FeatureCollection","features":[]}"#)
        for box in ["1,2,3", "a,b,c,d", "5,0,1,1", "0,0,nan,1"] {
            #expect(try await ask(.communes, "/communes?bbox=\(box)").status == 400, "\(box)")
        }
    }

    @Test("a dossier says where it stands")
    func dossiers() async throws {
        let found = try await ask(.dossiers, "/dossiers/000.00.01.H40-201103-0007")
        #expect(try JSONDocument(found.bytes ?? []).root.requireString("state") == "processing")
        #expect(try await ask(.dossiers, "/dossiers/1").status == 404)
    }
}
