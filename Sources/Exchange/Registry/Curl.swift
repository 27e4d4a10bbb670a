import Contracts
import StrictJSON
import Web

/// A call that somebody can paste: with what the contract gives as an example, or else a value that fits its schema.
struct Curl {
    /// Base64url SHA-256 of the server's SubjectPublicKeyInfo, where no authority signed for it: curl then takes this
    /// very key instead of a chain, and no other.
    var pin: String?

    /// A script that uses it must see that a call was refused, and whoever looks must see why.
    private var program: [String] {
        let pinned = pin.map { ["--insecure", "--pinnedpubkey", Curl.quoted("sha256//\(Curl.plainBase64($0))")] }
        return ["curl", "--fail-with-body"] + (pinned ?? [])
    }

    /// From base64url without padding.
    private static func plainBase64(_ text: String) -> String {
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return text.replacing("-", with: "+").replacing("_", with: "/") + padding
    }

    func command(_ operation: APIOperation, of document: OpenAPIDocument, at base: String) -> String {
        var path = operation.path.text
        var (query, headers): ([String], [String]) = ([], [])
        for parameter in operation.parameters where parameter.isRequired {
            let given = parameter.example.map { JSON($0) }
            let sample = given ?? Sample.value(parameter.schema, named: parameter.name, of: document)
            let text = Curl.plain(sample)
            switch parameter.place {
            case .path: path = path.replacing("{\(parameter.name)}", with: PercentCoding.encode(text))
            case .query: query.append("\(PercentCoding.encode(parameter.name))=\(PercentCoding.encode(text))")
            case .header: headers += ["-H", Curl.quoted("\(parameter.name): \(text)")]
            case .cookie: headers += ["-b", Curl.quoted("\(parameter.name)=\(text)")]
            }
        }
        let target = base + path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        var words = program
        if operation.method != "GET" { words += ["-X", operation.method] }
        words += [Curl.quoted(target), "-H", Curl.quoted("X-Api-Key: KEY")] + headers
        if let content = operation.body?.content.first {
            words += ["-H", Curl.quoted("Content-Type: \(content.mediaType)")]
            let example = content.example.map { JSON($0) }
            let body = example ?? Sample.value(content.schema, named: "value", of: document)
            // `-d` would send a file of whoever pastes it, for an example as `@.ssh/id_ed25519`.
            words += ["--data-raw", Curl.quoted(content.isJSON ? body.text : Curl.plain(body))]
        }
        return words.joined(separator: " ")
    }

    /// Of the call whose id the answer said in `Truc-Call`.
    func receipts(at gateway: String) -> String {
        let words = [
            Curl.quoted("\(gateway)/evidence/CALL"), "-H", Curl.quoted("X-Api-Key: KEY"), "-o", "receipts.json",
        ]
        return (program + words).joined(separator: " ")
    }

    /// A value without the quotes of JSON; a list as its parts.
    private static func plain(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .array(let parts): parts.map(plain).joined(separator: ",")
        default: value.text
        }
    }

    /// For a POSIX shell: nothing inside means anything.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}

/// A value that a schema would take, as far as its type, bounds and lists say so. Where nothing does, it is the name in
/// capitals: to be replaced by whoever pastes it.
enum Sample {
    private static let depthMax = 6

    static func value(
        _ schema: JSONValue?, named name: String, of document: OpenAPIDocument, depth: Int = 0
    ) -> JSON {
        guard var schema, depth < depthMax else { return .string(name.uppercased()) }
        for _ in 0..<depthMax {
            guard let target = schema["$ref"]?.string.flatMap({ document.text.target(of: $0) }) else { break }
            schema = target
        }
        let said = schema["example"] ?? schema["examples"]?.elements?.first ?? schema["const"] ?? schema["default"]
        if let said = said ?? schema["enum"]?.elements?.first { return JSON(said) }
        for key in ["allOf", "oneOf", "anyOf"] {
            if let first = schema[key]?.elements?.first {
                return value(first, named: name, of: document, depth: depth + 1)
            }
        }
        let types = (schema["type"]?.elements ?? [schema["type"]].compactMap { $0 }).compactMap(\.string)
        switch types.first ?? (schema["properties"] == nil ? "" : "object") {
        case "object": return object(schema, of: document, depth: depth)
        case "array": return .array([value(schema["items"], named: name, of: document, depth: depth + 1)])
        case "integer", "number": return schema["minimum"].map { JSON($0) } ?? 1
        case "boolean": return true
        case "string": return text(schema, name)
        default: return .string(name.uppercased())
        }
    }

    /// What is required, or all where nothing is.
    private static func object(_ schema: JSONValue, of document: OpenAPIDocument, depth: Int) -> JSON {
        let required = Set((schema["required"]?.elements ?? []).compactMap(\.string))
        let members = (schema["properties"]?.members ?? []).filter {
            (required.isEmpty || required.contains($0.key)) && $0.value["readOnly"]?.bool != true
        }
        return .object(
            members.prefix(50).map {
                JSON.Member($0.key, value($0.value, named: $0.key, of: document, depth: depth + 1))
            })
    }

    private static func text(_ schema: JSONValue, _ name: String) -> JSON {
        switch schema["format"]?.string {
        case "date": "2025-07-01"
        case "date-time": "2025-07-01T08:00:00+07:00"
        case "uuid": "00000000-0000-4000-8000-000000000000"
        default: .string(name.uppercased())
        }
    }
}
