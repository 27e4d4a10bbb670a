import Contracts
import StrictJSON
import Vocabulary
import Web

extension Exchange {
    /// A text of a document for whoever reads the page, with its language where that is known.
    func written(_ page: Page, _ words: APIWords?, otherwise: String = "") -> HTML {
        let (text, language) = words?.text(in: page.language) ?? (otherwise, nil)
        let shown = SchemaWords.clipped(text, to: SchemaWords.textLimit)
        return text.isEmpty ? "" : "<span lang=\"\(language?.rawValue ?? "")\">\(shown)</span>"
    }

    /// What a person wrote, in whichever language; nothing for nothing, so that a list can leave it out.
    func asWritten(_ text: String) -> HTML { text.isEmpty ? "" : "<span lang=\"\">\(text)</span>" }
}

/// A schema as somebody reads it: names, types and what is required, references followed to some depth.
///
/// A document may say a long text once and refer to it a thousand times: each piece is cut to what somebody reads.
enum SchemaWords {
    static let textLimit = 4000
    private static let pieceLimit = 300

    /// By scalars: one character may be made of any number of them.
    static func clipped(_ text: String, to limit: Int = pieceLimit) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<end]) + "…"
    }

    /// A value as it was written.
    private static func written(_ value: JSONValue) -> String {
        let bytes = value.bytes
        guard bytes.count > 4 * pieceLimit else { return clipped(String(decoding: bytes, as: UTF8.self)) }
        return clipped(String(decoding: bytes.prefix(4 * pieceLimit), as: UTF8.self))
    }

    static func short(_ schema: JSONValue?) -> String {
        guard let schema else { return "" }
        if let reference = schema["$ref"]?.string { return clipped(String(reference.split(separator: "/").last ?? "")) }
        var words =
            schema["type"]?.string
            ?? (schema["type"]?.elements ?? []).prefix(8).compactMap(\.string).joined(separator: "|")
        if words == "array" { words = "[\(short(schema["items"]))]" }
        if let format = schema["format"]?.string { words += " (\(format))" }
        if let only = schema["const"] {
            words += (words.isEmpty ? "= " : " = ") + written(only)
        }
        if let values = schema["enum"]?.elements {
            words += " " + values.prefix(12).map(written).joined(separator: " | ")
        }
        for (name, sign) in [("minimum", "≥"), ("maximum", "≤")] {
            if let bound = schema[name] { words += " \(sign) \(written(bound))" }
        }
        return words.isEmpty ? "…" : clipped(words, to: 4 * pieceLimit)
    }

    static func tree(_ schema: JSONValue, of document: OpenAPIDocument, in language: Language) -> String {
        var lines: [String] = []
        write(schema, of: document, in: language, depth: 0, into: &lines)
        return lines.joined(separator: "\n")
    }

    private static func write(
        _ schema: JSONValue, of document: OpenAPIDocument, in language: Language, depth: Int,
        into lines: inout [String]
    ) {
        let indent = String(repeating: "  ", count: depth)
        var schema = schema
        if let reference = schema["$ref"]?.string, depth < 6, let target = document.text.target(of: reference) {
            schema = target
        }
        if let items = schema["items"], depth < 6 {
            lines.append(indent + "[")
            write(items, of: document, in: language, depth: depth + 1, into: &lines)
            lines.append(indent + "]")
            return
        }
        guard let properties = schema["properties"]?.members, depth < 6 else {
            lines.append(indent + short(schema))
            return
        }
        let required = Set((schema["required"]?.elements ?? []).compactMap(\.string))
        for (name, property) in properties.prefix(100) where lines.count < 300 {
            let about = APIWords(property, "description").map { "  — \(clipped($0.text(in: language).text))" } ?? ""
            lines.append("\(indent)\(clipped(name))\(required.contains(name) ? "" : "?"): \(short(property))\(about)")
            let inner = property["$ref"] != nil || property["properties"] != nil || property["items"] != nil
            if inner, depth < 3 {
                write(property, of: document, in: language, depth: depth + 1, into: &lines)
            }
        }
    }
}
