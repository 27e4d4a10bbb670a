import Contracts
import StrictJSON
import Testing

@Suite("Values that a schema takes")
struct SampleTests {
    /// A schema with others that it may refer to.
    private func document(_ schema: String, _ others: String = "") throws -> (OpenAPIDocument, JSONValue) {
        let text = """
            {"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{},
            "components":{"schemas":{"root":\(schema)\(others)}}}
            """
        let document = try OpenAPIDocument(Array(text.utf8))
        return (document, try #require(document.text.target(of: "#/components/schemas/root")))
    }

    private func members(_ count: Int, _ member: (Int) -> String) -> String {
        (0..<count).map(member).joined(separator: ",")
    }

    @Test("numbers that nothing can have are none to follow", arguments: ["-1", "-1e300", "1e300"])
    func impossible(number: String) throws {
        let bounds = [
            "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains",
        ]
        for bound in bounds {
            let text = """
                {"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{},
                "x-root":{"\(bound)":\(number),"type":["string","array","object"],"contains":{},"properties":{"a":{}}}}
                """
            let document = try OpenAPIDocument(Array(text.utf8))
            let root = try #require(document.text.target(of: "#/x-root"))
            for type in ["string", "array", "object"] {
                let text = String(decoding: root.bytes, as: UTF8.self)
                let one = try JSONDocument(text.replacing(#"["string","array","object"]"#, with: "\"\(type)\"")).root
                _ = Sample.valid(one, named: "value", of: document)
                _ = Sample.likely(one, named: "value", of: document)
            }
        }
    }

    @Test("one is found of a form with hundreds of fields and of a long list of codes")
    func large() throws {
        let fields = members(300) {
            #""field-\#($0)":{"type":"string","description":"A field of some form, the \#($0)th"}"#
        }
        let codes = members(10_000) { "\"code-\($0)\"" }
        let (document, root) = try document(
            #"{"required":["field-7","code"],"properties":{\#(fields),"code":{"enum":[\#(codes)]}}}"#)
        let found = try #require(Sample.valid(root, named: "value", of: document))
        #expect(found["code"]?.text == "\"code-0\"" && found["field-7"] != nil)
    }

    @Test("one whose search would take for ever has none: patterns for names, one long text said often, many names")
    func entangled() throws {
        let patterns = members(8000) { #""^(a|b)*x\#($0)$":{}"# }
        let names = members(8000) { #""n\#($0)":{}"# }
        let (first, root1) = try document(#"{"properties":{\#(names)},"patternProperties":{\#(patterns)}}"#)
        #expect(Sample.valid(root1, named: "value", of: first) == nil)

        let long = String(repeating: "a", count: 400_000)
        let references = members(400) { ##""n\##($0)":{"$ref":"#/components/schemas/long"}"## }
        let (second, root2) = try document(
            #"{"properties":{\#(references)}}"#, #","long":{"enum":["\#(long)","b"],"type":["string","null"]}"#)
        #expect(Sample.valid(root2, named: "value", of: second) == nil)

        let required = members(2000) { "\"n\($0)\"" }
        let (third, root3) = try document(#"{"required":[\#(required)]}"#)
        #expect(Sample.valid(root3, named: "value", of: third) == nil)
        #expect(Sample.likely(root3, named: "value", of: third) == .null)
    }
}
