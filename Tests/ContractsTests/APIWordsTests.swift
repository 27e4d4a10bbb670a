import Foundation
import StrictJSON
import Testing
import Vocabulary

@testable import Contracts

/// Documents with words in both languages.
@Suite("Words of documents") struct APIWordsTests {
    private func document(_ operation: String, info: String = "") throws -> OpenAPIDocument {
        let text = #"""
            {"openapi":"3.1.0","info":{"title":"Hồ sơ","version":"1"\#(info)},
             "paths":{"/a":{"get":{\#(operation),"responses":{"200":{"description":"Được",
             "x-ibm-languages":{"description":{"en":"Fine"}}}}}}}}
            """#
        return try OpenAPIDocument(Array(text.utf8))
    }

    private func both(_ words: APIWords?) -> [String] {
        Language.allCases.map { language in
            let (text, known) = words?.text(in: language) ?? ("none", nil)
            return "\(text) \(known?.rawValue ?? "-")"
        }
    }

    @Test("each reader gets the words of their language, and what is there where there are none")
    func languages() throws {
        let read = try document(
            #""summary":"Một hồ sơ","x-ibm-languages":{"summary":{"en":"One dossier","fr":"Un dossier"}}"#,
            info: #","description":"Xem","x-ibm-languages":{"description":{"en-GB":"Look"}}"#)
        #expect(read.warnings.isEmpty)
        #expect(both(read.operations.first?.summary) == ["Một hồ sơ -", "One dossier en"])
        #expect(both(read.summary) == ["Xem -", "Look en"])
        #expect(both(read.operations.first?.responses.first?.description) == ["Được -", "Fine en"])
        // The other way round: the field is in English.
        let english = try document(#""summary":"One dossier","x-ibm-languages":{"summary":{"vi":"Một hồ sơ"}}"#)
        #expect(both(english.operations.first?.summary) == ["Một hồ sơ vi", "One dossier -"])
        let plain = try document(#""summary":"Một hồ sơ""#)
        #expect(both(plain.operations.first?.summary) == ["Một hồ sơ -", "Một hồ sơ -"])
        #expect(both(plain.operations.first?.description) == ["none -", "none -"])
    }

    @Test(
        "what nobody would read of it is named with its place, and refuses nothing",
        arguments: [
            (#""summary":"A","x-ibm-languages":"en""#, "/paths/~1a/get/x-ibm-languages"),
            (#""summary":"A","x-ibm-languages":{"sumary":{"en":"B"}}"#, "/paths/~1a/get/x-ibm-languages/sumary"),
            (
                #""summary":"A","x-ibm-languages":{"description":{"en":"B"}}"#,
                "/paths/~1a/get/x-ibm-languages/description"
            ),
            (#""summary":"A","x-ibm-languages":{"summary":"B"}"#, "/paths/~1a/get/x-ibm-languages/summary"),
            (#""summary":"A","x-ibm-languages":{"summary":{"en":1}}"#, "/paths/~1a/get/x-ibm-languages/summary/en"),
            (
                #""parameters":[{"name":"n","in":"query","schema":{"type":"string","x-ibm-languages":{"title":{}}}}]"#,
                "/paths/~1a/get/parameters/0/schema/x-ibm-languages/title"
            ),
        ])
    func faults(operation: String, pointer: String) throws {
        let warnings = try document(operation).warnings
        #expect(warnings.map(\.code) == ["openapi.languages"])
        #expect(warnings.map(\.pointer) == [pointer])
    }
}
