import Testing

@testable import Contracts

/// Documents as large as one may be, of a kind that takes hours where each name is looked for among all others.
@Suite("Large documents") struct LargeDocumentTests {
    private static func list(_ count: Int, _ line: (Int) -> String) -> String {
        (0..<count).map(line).joined(separator: ",")
    }

    @Test("a path of many names")
    func names() throws {
        let names = 300_000
        let path = "/" + (0..<names).map { "{n\($0)}" }.joined(separator: "/")
        #expect(PathTemplate(path)?.names.count == names)
        #expect(PathTemplate(path + "/{n7}") == nil)
    }

    @Test("many references to many components")
    func references() throws {
        let schemas = Self.list(60_000) { ##""A\##($0)":{"$ref":"#/components/schemas/Z"}"## }
        let all = #"{"schemas":{\#(schemas),"Z":{"type":"string"}}}"#
        let document = Samples.api(paths: #"{"/u":{"get":{\#(Samples.ok)}}}"#, components: all)
        #expect(try OpenAPIDocument(document).operations.count == 1)
    }

    @Test("many objects that are closed")
    func closed() throws {
        let schemas = Self.list(60_000) { #""A\#($0)":{"additionalProperties":false}"# }
        let document = Samples.api(
            paths: #"{"/u":{"get":{\#(Samples.ok)}}}"#, components: #"{"schemas":{\#(schemas)}}"#)
        #expect(try OpenAPIDocument(document).operations.count == 1)
    }

    @Test("many parameters and headers, in two versions")
    func parameters() throws {
        func many(_ name: String) -> String {
            Self.list(10_000) { #"{"name":"\#(name)\#($0)","in":"query","schema":{"type":"string"}}"# }
        }
        let headers = Self.list(10_000) { #""H\#($0)":{"schema":{"type":"string"}}"# }
        let answers = #"{"200":{"description":"x","headers":{\#(headers)}}}"#
        let paths = #"""
            {"/u":{"parameters":[\#(many("s"))],"get":{"parameters":[\#(many("o"))],"responses":\#(answers)}}}
            """#
        let document = try OpenAPIDocument(Samples.api(paths: paths))
        #expect(document.operations.first?.parameters.count == 20_000)
        let found = Compatibility.breakages(from: document, to: document)
        #expect(Set(found.map(\.code)) == ["breaks.not-compared"], "more than are compared for one operation")
    }

    @Test("a long list of values that many operations share counts for what it takes")
    func values() throws {
        func document(_ name: String) throws -> OpenAPIDocument {
            let values = Self.list(10_000) { #""\#(name)\#($0)""# }
            let answer = CompatibilityTests.answer(##"{"$ref":"#/components/schemas/E"}"##)
            let paths = Self.list(40) { #""/u\#($0)":{"get":\#(answer)}"# }
            return try OpenAPIDocument(
                Samples.api(paths: "{\(paths)}", components: #"{"schemas":{"E":{"enum":[\#(values)]}}}"#))
        }
        let found = Compatibility.breakages(
            from: try document("a"), to: try document("b"), within: .init(pairs: 20_000)
        ).map(\.code)
        #expect(found.count == 40)
        #expect(found.first == "breaks.response-enum" && found.last == "breaks.not-compared")
    }
}
