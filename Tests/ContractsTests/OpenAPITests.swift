import Foundation
import StrictJSON
import Testing

@testable import Contracts

enum Samples {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/openapi")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static let large = "xroad-security-server-management-api.yaml"

    /// The large document with its three schemas of another file written into it.
    static func bundled() throws -> [UInt8] {
        let text = String(decoding: try bytes(large), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains("$ref: '../") && line.contains("components/schemas") ? "      type: object" : String(line)
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// A small service whose parts a test replaces.
    static func api(paths: String, components: String = "{}", version: String = "3.1.0") -> [UInt8] {
        let info = #"{"title":"T","version":"1"}"#
        return Array(
            #"{"openapi":"\#(version)","info":\#(info),"paths":\#(paths),"components":\#(components)}"#.utf8)
    }

    static let ok = #""responses":{"200":{"description":"ok"}}"#
}

@Suite("OpenAPI documents") struct OpenAPITests {
    @Test("X-Road's good files are read", arguments: ["xroad-valid.yaml", "xroad-valid.json", "xroad-v310.yaml"])
    func good(name: String) throws {
        let document = try OpenAPIDocument(try Samples.bytes(name))
        #expect(document.title == "Test")
        #expect(document.operations.contains { $0.id == "POST /test" && $0.body != nil })
        // `version: 1.0` is a number, where OpenAPI wants text.
        #expect(document.warnings.map(\.code) == (name == "xroad-v310.yaml" ? [] : ["openapi.text"]))
        #expect(document.version == "1.0")
    }

    @Test("a later patch of 3.1 is 3.1: X-Road's parser knew only 3.1.0")
    func patch() throws {
        #expect(try OpenAPIDocument(try Samples.bytes("xroad-invalid_version.yaml")).operations.count == 3)
    }

    @Test("X-Road's bad files are refused where they are bad")
    func bad() throws {
        let twice = try Samples.bytes("xroad-duplicateendpoint.yaml")
        let flaws = #expect(throws: Flaws.self) { try OpenAPIDocument(twice) }
        #expect(flaws?.all.map { "\($0.line) \($0.code)" } == ["30 yaml.duplicate-key"])

        let undeclared = try Samples.bytes("xroad-warnings.yml")
        let others = #expect(throws: Flaws.self) { try OpenAPIDocument(undeclared) }
        #expect(Set(others?.errors.map(\.code) ?? []) == ["openapi.path-parameter-missing"])
        #expect(others?.all.filter(\.isWarning).map(\.code) == ["openapi.server-variable"])
        let places = Set(others?.all.map { "\($0.line) \($0.pointer)" } ?? [])
        #expect(
            places.contains("9 /paths/~1{instanceId}~1{memberClass}~1{memberCode}~1{subsystemCode}~1listMethods/get"))
    }

    @Test("a real document of 278 KB: what it keeps in other files is named, what is its own is read")
    func large() throws {
        let flaws = #expect(throws: Flaws.self) { try OpenAPIDocument(try Samples.bytes(Samples.large)) }
        #expect(
            flaws?.errors.map { "\($0.line) \($0.pointer)" } == [
                "6898 /components/schemas/CodeWithDetails/$ref", "7052 /components/schemas/ErrorInfo/$ref",
                "8254 /components/schemas/User/$ref",
            ])
        let document = try OpenAPIDocument(try Samples.bundled())
        #expect(document.operations.count == 138)
        #expect(document.operation("addClient")?.body?.isRequired == false)
        #expect(Set(document.warnings.map(\.code)) == ["reference.outside"])
    }

    static let broken: [(String, String, [String])] = [
        (#"{"units":{}}"#, "{}", ["openapi.path /paths/units"]),
        (#"{"/a/{x":{}}"#, "{}", ["openapi.path-template /paths/~1a~1{x"]),
        (#"{"/a/{x}":{},"/a/{y}":{}}"#, "{}", ["openapi.same-path /paths/~1a~1{y}"]),
        (#"{"/a/{x}":{"get":{\#(Samples.ok)}}}"#, "{}", ["openapi.path-parameter-missing /paths/~1a~1{x}/get"]),
        (
            #"{"/a":{"get":{"operationId":"o",\#(Samples.ok)},"put":{"operationId":"o",\#(Samples.ok)}}}"#, "{}",
            ["openapi.operation-id /paths/~1a/put/operationId"]
        ),
        (
            #"{"/a":{"get":{"responses":{"2xx":{"description":"x"}}}}}"#, "{}",
            ["openapi.status /paths/~1a/get/responses/2xx"]
        ),
        (#"{"/a":{"get":{"responses":{}}}}"#, "{}", ["openapi.no-responses /paths/~1a/get/responses"]),
        (#"{"/a":{"get":{"respones":{},\#(Samples.ok)}}}"#, "{}", ["openapi.unknown-field /paths/~1a/get/respones"]),
        (
            ##"{"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/p"}],\##(Samples.ok)}}}"##, "{}",
            ["reference.nowhere /paths/~1a/get/parameters/0/$ref"]
        ),
        (
            ##"{"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/p"}],\##(Samples.ok)}}}"##,
            ##"{"parameters":{"p":{"$ref":"#/components/parameters/q"},"q":{"$ref":"#/components/parameters/p"}}}"##,
            ["reference.circle", "reference.circle", "reference.circle"]
        ),
        (
            ##"{"/a":{"get":{"parameters":[{"$ref":"other.yaml#/p"}],\##(Samples.ok)}}}"##, "{}",
            ["reference.outside /paths/~1a/get/parameters/0/$ref"]
        ),
        (
            #"{"/a":{"get":{"parameters":[{"name":"q","in":"query"}],\#(Samples.ok)}}}"#, "{}",
            ["openapi.parameter-shape"]
        ),
        (
            #"{"/a":{"get":{"parameters":[{"name":"q","in":"body","schema":{}}],\#(Samples.ok)}}}"#, "{}",
            ["openapi.choice /paths/~1a/get/parameters/0/in"]
        ),
        (
            #"{"/a":{"get":{"security":[{"key":[]}],\#(Samples.ok)}}}"#, "{}",
            ["openapi.security /paths/~1a/get/security/0/key"]
        ),
        (
            "{}", #"{"schemas":{"A":{"unevaluatedItems":false}}}"#,
            ["schema.unsupported-keyword /components/schemas/A/unevaluatedItems"]
        ),
        ("{}", #"{"schemas":{"a b":{}}}"#, ["openapi.component-name /components/schemas/a b"]),
        ("{}", #"{"securitySchemes":{"k":{"type":"apiKey"}}}"#, ["openapi.missing-field", "openapi.missing-field"]),
        ("[]", "{}", ["openapi.object /paths"]),
    ]

    @Test("every problem is named by code and pointer", arguments: broken)
    func refuses(paths: String, components: String, expected: [String]) {
        let flaws = #expect(throws: Flaws.self) {
            try OpenAPIDocument(Samples.api(paths: paths, components: components))
        }
        let found = flaws?.errors.map { "\($0.code) \($0.pointer)" } ?? []
        #expect(found.count == expected.count, "\(found)")
        for (flaw, wanted) in zip(found, expected) { #expect(flaw.hasPrefix(wanted)) }
    }

    @Test("other versions are refused", arguments: ["2.0", "3.2.0", "3.0", "3.1.x", "4.0.0"])
    func versions(version: String) {
        let flaws = #expect(throws: Flaws.self) { try OpenAPIDocument(Samples.api(paths: "{}", version: version)) }
        #expect(flaws?.all.map(\.code) == ["openapi.version"])
    }

    @Test("a document full of mistakes collects a bounded number of them")
    func limited() {
        let many = (0..<5000).map { #""p\#($0)":{}"# }.joined(separator: ",")
        let flaws = #expect(throws: Flaws.self) { try OpenAPIDocument(Samples.api(paths: "{\(many)}")) }
        #expect(flaws?.all.count == Flaws.limit)
    }

    @Test("what is referred to is looked at wherever it stands, once")
    func referred() {
        let text = """
            {"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/a":{"get":{"parameters":[
            {"$ref":"#/x-p"},{"$ref":"#/components/parameters/q"}],\(Samples.ok)}}},
            "components":{"parameters":{"q":{"name":"q","in":"query","schema":{"type":"array","minItems":-2}}}},
            "x-p":{"name":"p","in":"query","schema":{"type":"array","maxItems":-1}}}
            """
        let flaws = #expect(throws: Flaws.self) { try OpenAPIDocument(Array(text.utf8)) }
        #expect(
            flaws?.all.map(\.pointer).sorted() == [
                "/components/parameters/q/schema/minItems", "/x-p/schema/maxItems",
            ])
    }

    @Test("warnings leave room for what refuses")
    func room() {
        let servers = Array(repeating: #"{"url":"https://{a}.example.vn"}"#, count: 150).joined(separator: ",")
        let words = (0..<150).map { #""w\#($0)":{"x-ibm-languages":5}"# }.joined(separator: ",")
        for (paths, schemas, code) in [
            (##"{"/a":{"$ref":"#/x-x"}}"##, words, "openapi.path-reference"),
            ("{}", #"\#(words),"z":{"unheardOf":1}"#, "schema.unsupported-keyword"),
        ] {
            let text = """
                {"openapi":"3.1.0","info":{"title":"T","version":"1"},"servers":[\(servers)],"paths":\(paths),
                "components":{"schemas":{\(schemas)}},"x-x":{}}
                """
            let flaws = #expect(throws: Flaws.self) { try OpenAPIDocument(Array(text.utf8)) }
            #expect(flaws?.errors.map(\.code) == [code])
            #expect(flaws?.all.count == Flaws.limit)
        }
    }
}
