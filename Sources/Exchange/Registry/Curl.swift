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

    /// - Parameter body: what is sent, where the operation takes a body; nil for nothing.
    func command(
        _ operation: APIOperation, of document: OpenAPIDocument, at base: String, sending body: JSON?
    ) -> String {
        var path = operation.path.text
        var (query, headers): ([String], [String]) = ([], [])
        for parameter in operation.parameters where parameter.isRequired {
            let given = parameter.example.map { JSON($0) }
            let sample = given ?? Sample.likely(parameter.schema, named: parameter.name, of: document)
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
            // `-d` would send a file of whoever pastes it, for an example as `@.ssh/id_ed25519`.
            if let body { words += ["--data-raw", Curl.quoted(content.isJSON ? body.text : Curl.plain(body))] }
        }
        return words.joined(separator: " ")
    }

    /// What a call may send: the example of the document, or one made from the schema.
    ///
    /// - Parameter isChecked: whether one that is made must be one that the schema takes; nil when none was found.
    static func body(_ operation: APIOperation, of document: OpenAPIDocument, isChecked: Bool) -> JSON? {
        guard let content = operation.body?.content.first else { return nil }
        if let example = content.example { return JSON(example) }
        return isChecked
            ? Sample.valid(content.schema, named: "value", of: document)
            : Sample.likely(content.schema, named: "value", of: document)
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
