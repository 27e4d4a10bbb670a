import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// Every page that a list or the menu leads to, in both languages; the visitor checks each where it is fetched.
@Suite("every page in both languages")
struct PageTests {
    @Test("balanced tags, one h1, labels and lang, for whoever may open it")
    func walk() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(2))) { cluster in
            let now = try cluster["H40"].clock()
            let handler = try await cluster.visitor(at: "H40", "xu-ly-mau", roles: [.incidentHandler, .departmentLead])
            var incident = ""
            for report in DemoReport.all where report.to != "named" {
                incident = try await handler.report(report, at: now)
            }
            let administrator = try await cluster.visitor(
                at: "H40", "quan-tri-mau", roles: [.nodeAdministrator, .auditor])
            let stranger = Visitor(try cluster["H40"].site)
            let doors = try cluster["H40"].site.table.filter { $0.method == .get && [.page, .form].contains($0.kind) }
            for language in ["vi", "en"] {
                for door in doors {
                    let path =
                        door.pattern.hasPrefix("/incidents/{id}")
                        ? incident + door.pattern.dropFirst("/incidents/{id}".count)
                        : door.pattern.replacing("{slug}", with: "not-found").replacing("{code}", with: "H23")
                            .replacing("{seq}", with: "1").replacing("{index}", with: "0")
                    guard !path.contains("{") else { continue }
                    for visitor in [stranger, handler, administrator] {
                        let answer = await visitor.get(path + "?lang=" + language)
                        #expect(answer.status < 500, "\(path): \(answer.status)")
                        if answer.status == 200, answer.isPage {
                            #expect(answer.text.contains("<html lang=\"\(language)\""), "\(path)")
                        }
                    }
                }
            }
        }
    }
}
