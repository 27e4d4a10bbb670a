package import StrictJSON
import Vocabulary

/// An OpenAPI 3.0 or 3.1 document that is in order: every reference leads somewhere, every schema compiles.
package struct OpenAPIDocument: Sendable {
    package let text: ContractText
    package let dialect: SchemaDialect
    package let title: String
    /// `info.version`, the provider's own count of versions.
    package let version: String
    package let summary: APIWords?
    package let operations: [APIOperation]
    package let warnings: [Flaw]

    /// - Throws: `Flaws` with everything found, at most `Flaws.limit`, warnings included.
    package init(_ bytes: [UInt8], limits: ContractText.Limits = ContractText.Limits()) throws(Flaws) {
        try self.init(try ContractText(bytes, limits: limits))
    }

    package init(_ text: ContractText) throws(Flaws) {
        let isNewer = try OpenAPIDocument.isNewer(text)
        dialect = isNewer ? .draft2020 : .openAPI30
        var check = OpenAPICheck(text, isNewer: isNewer)
        check.checkAll()
        if isNewer, ["paths", "components", "webhooks"].allSatisfy({ text.root[$0] == nil }) {
            check.flaw("openapi.empty", text.root, .openAPINoPaths)
        }
        if let named = text.root["jsonSchemaDialect"], !SchemaDialect.known.contains(named.string ?? "") {
            check.flaw("schema.unsupported-dialect", named, .schemaDialect)
        }
        check.checkMeaning()
        var compiler = SchemaCompiler(text, dialect, .either)
        for schema in check.schemas { _ = compiler.place(of: schema) }
        compiler.finish()
        let found = check.flaws + compiler.flaws
        let errors = found.filter { !$0.isWarning }.prefix(Flaws.limit)
        let warnings = found.filter(\.isWarning).prefix(Flaws.limit - (errors.isEmpty ? 0 : errors.count))
        let flaws = (errors + warnings).sorted { ($0.line, $0.pointer) < ($1.line, $1.pointer) }
        guard errors.isEmpty else { throw Flaws(flaws) }
        self.text = text
        let info = text.root["info"]
        title = info?["title"]?.string ?? ""
        version = info?["version"].map { $0.string ?? String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        summary = APIWords(info, "summary") ?? APIWords(info, "description")
        self.warnings = flaws
        operations = APIOperation.all(of: text, check)
    }

    private static func isNewer(_ text: ContractText) throws(Flaws) -> Bool {
        guard text.root.kind == .object else {
            throw Flaws([text.flaw("openapi.object", at: text.root, .openAPIObject)])
        }
        let version = text.root["openapi"]
        let parts = version?.string?.split(separator: ".", omittingEmptySubsequences: false).map(String.init) ?? []
        if parts.count == 3, parts[2].allSatisfy({ $0.isASCII && $0.isNumber }), !parts[2].isEmpty {
            if parts[..<2] == ["3", "0"] { return false }
            if parts[..<2] == ["3", "1"] { return true }
        }
        throw Flaws([text.flaw("openapi.version", at: version ?? text.root, .openAPIVersion)])
    }

    package func operation(_ id: String) -> APIOperation? { operations.first { $0.id == id } }

    /// Compiles a schema of this document for whoever sends such a value.
    package func program(_ schema: JSONValue, _ direction: SchemaDirection) throws(Flaws) -> SchemaProgram {
        try SchemaProgram(schema, of: text, dialect: dialect, direction: direction)
    }
}

extension Phrase {
    static let openAPIVersion = Phrase(
        vi: "Cần “openapi: 3.0.x” hoặc “openapi: 3.1.x”", en: "“openapi: 3.0.x” or “openapi: 3.1.x” is needed")
}
