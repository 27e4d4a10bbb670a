import Contracts
import StrictJSON
import Vocabulary
import Web

extension Exchange {
    /// A text of a document for whoever reads the page, with its language where that is known.
    func written(_ page: Page, _ words: APIWords?, otherwise: String = "") -> HTML {
        let (text, language) = words?.text(in: page.language) ?? (otherwise, nil)
        return text.isEmpty ? "" : "<span lang=\"\(language?.rawValue ?? "")\">\(text)</span>"
    }

    /// What a person wrote, in whichever language; nothing for nothing, so that a list can leave it out.
    func asWritten(_ text: String) -> HTML { text.isEmpty ? "" : "<span lang=\"\">\(text)</span>" }
}

/// A schema as somebody reads it: names, types and what is required, references followed to some depth.
enum SchemaWords {
    static func short(_ schema: JSONValue?) -> String {
        guard let schema else { return "" }
        if let reference = schema["$ref"]?.string { return String(reference.split(separator: "/").last ?? "") }
        var words =
            schema["type"]?.string ?? (schema["type"]?.elements ?? []).compactMap(\.string).joined(separator: "|")
        if words == "array" { words = "[\(short(schema["items"]))]" }
        if let format = schema["format"]?.string { words += " (\(format))" }
        if let only = schema["const"] {
            words += (words.isEmpty ? "= " : " = ") + String(decoding: only.bytes, as: UTF8.self)
        }
        if let values = schema["enum"]?.elements {
            words += " " + values.prefix(12).map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: " | ")
        }
        for (name, sign) in [("minimum", "≥"), ("maximum", "≤")] {
            if let bound = schema[name] { words += " \(sign) \(String(decoding: bound.bytes, as: UTF8.self))" }
        }
        return words.isEmpty ? "…" : words
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
            let about = APIWords(property, "description").map { "  — \($0.text(in: language).text)" } ?? ""
            lines.append("\(indent)\(name)\(required.contains(name) ? "" : "?"): \(short(property))\(about)")
            let inner = property["$ref"] != nil || property["properties"] != nil || property["items"] != nil
            if inner, depth < 3 {
                write(property, of: document, in: language, depth: depth + 1, into: &lines)
            }
        }
    }
}
