import Contracts
import Gateway
import StrictJSON
import Vocabulary
import Web

/// Checks requests of one operation against its schemas, before anything is forwarded.
///
/// What it cannot check it refuses to be made for: a parameter in a cookie, one in another style than the usual one, an
/// object in a parameter. Nothing of a contract is passed over in silence.
struct RequestCheck: Sendable {
    private struct Named: Sendable {
        let name: String
        let place: APIParameter.Place
        let isRequired: Bool
        let isList: Bool
        let kinds: Set<String>
        let program: SchemaProgram?
    }

    private struct Content: Sendable {
        let mediaType: String
        let isJSON: Bool
        let program: SchemaProgram?
    }

    private let parameters: [Named]
    private let isBodyRequired: Bool
    private let contents: [Content]?

    init(_ operation: APIOperation, of document: OpenAPIDocument) throws(Flaws) {
        var parameters: [Named] = []
        for parameter in operation.parameters {
            let schema = parameter.schema.map { RequestCheck.resolved($0, document) }
            let kinds = RequestCheck.kinds(schema)
            let isHeaderOfItsOwn =
                parameter.place == .header && RequestCheck.ignored.contains(parameter.name.lowercased())
            if isHeaderOfItsOwn { continue }
            if let flaw = RequestCheck.objection(parameter, schema, kinds, in: operation, of: document) {
                throw Flaws([flaw])
            }
            let isList = kinds.contains("array")
            let item = isList ? schema?["items"].map { RequestCheck.resolved($0, document) } : schema
            var program: SchemaProgram?
            if let schema = parameter.schema { program = try document.program(schema, .request) }
            parameters.append(
                Named(
                    name: parameter.name, place: parameter.place, isRequired: parameter.isRequired, isList: isList,
                    kinds: RequestCheck.kinds(item), program: program))
        }
        self.parameters = parameters
        isBodyRequired = operation.body?.isRequired ?? false
        guard let body = operation.body else {
            contents = nil
            return
        }
        var contents: [Content] = []
        for content in body.content {
            var program: SchemaProgram?
            if content.isJSON, let schema = content.schema { program = try document.program(schema, .request) }
            let type = content.mediaType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
            contents.append(Content(mediaType: type, isJSON: content.isJSON, program: program))
        }
        // The nearest entry says what is taken (OpenAPI, Media Type Object), wherever it stands.
        self.contents = (0...2).flatMap { width in contents.filter { RequestCheck.width(of: $0.mediaType) == width } }
    }

    /// What a contract says of bodies and nobody here can check: the shape of a form, or of what may be of any media
    /// type. That it is text or bytes is no shape. Asked when a document is registered, and not of those that are
    /// there.
    static func uncheckable(_ operation: APIOperation, of document: OpenAPIDocument) -> [Flaw] {
        (operation.body?.content ?? []).filter { !$0.isJSON }.compactMap { content in
            guard let schema = content.schema, hasShape(resolved(schema, document)) else { return nil }
            return document.text.flaw("check.body", at: schema, .checkBody(content.mediaType))
        }
    }

    private static func hasShape(_ schema: JSONValue) -> Bool {
        guard let members = schema.members else { return schema.bool == false }
        let plain: Set = [
            "type", "format", "title", "description", "example", "examples", "default", "contentMediaType",
            "contentEncoding",
        ]
        return !members.allSatisfy { plain.contains($0.key) } || (schema["type"].map { $0.string != "string" } ?? false)
    }

    /// How much a media type covers: itself, all of its kind, or everything.
    private static func width(of mediaType: String) -> Int {
        mediaType == "*/*" ? 2 : mediaType.hasSuffix("/*") ? 1 : 0
    }

    /// OpenAPI says of these that a parameter of the name means nothing.
    private static let ignored: Set = ["accept", "content-type", "authorization"]

    private static func objection(
        _ parameter: APIParameter, _ schema: JSONValue?, _ kinds: Set<String>, in operation: APIOperation,
        of document: OpenAPIDocument
    ) -> Flaw? {
        let text = document.text
        let place = raw(parameter, operation, document) ?? text.root
        let style = place["style"]?.string
        let usual = parameter.place == .query ? "form" : "simple"
        if parameter.place == .cookie { return text.flaw("check.cookie", at: place, .checkCookie(parameter.name)) }
        if place["content"] != nil { return text.flaw("check.content", at: place, .checkStyle(parameter.name)) }
        if let style, style != usual { return text.flaw("check.style", at: place, .checkStyle(parameter.name)) }
        if kinds.contains("array"), parameter.place == .query, place["explode"]?.bool == false {
            return text.flaw("check.explode", at: place, .checkStyle(parameter.name))
        }
        if kinds.contains("object") { return text.flaw("check.object", at: place, .checkStyle(parameter.name)) }
        return nil
    }

    /// The parameter as the document writes it, for its line and its style.
    private static func raw(
        _ parameter: APIParameter, _ operation: APIOperation, _ document: OpenAPIDocument
    ) -> JSONValue? {
        let item = document.text.root["paths"]?[operation.path.text]
        let lists = [item?[operation.method.lowercased()]?["parameters"], item?["parameters"]]
        return lists.flatMap { $0?.elements ?? [] }.map { resolved($0, document) }.first { found in
            found["name"]?.string == parameter.name && found["in"]?.string == parameter.place.rawValue
        }
    }

    private static func resolved(_ value: JSONValue, _ document: OpenAPIDocument) -> JSONValue {
        var value = value
        for _ in 0..<16 {
            guard let reference = value["$ref"]?.string, let target = document.text.target(of: reference) else { break }
            value = target
        }
        return value
    }

    private static func kinds(_ schema: JSONValue?) -> Set<String> {
        guard let type = schema?["type"] else { return [] }
        return Set(type.string.map { [$0] } ?? (type.elements ?? []).compactMap(\.string))
    }
}

extension RequestCheck {
    /// Nil when the request is in order.
    func finding(_ request: ValidatedRequest) -> ValidationFinding? {
        // Read strictly: the service gets the bytes as they came, and must not read another value than was checked.
        guard let query = try? URLEncoded.parse(Array((request.query ?? "").utf8)).list else {
            return ValidationFinding(place: "query", reason: "cannot be read")
        }
        for parameter in parameters {
            let values =
                switch parameter.place {
                case .query: query.filter { $0.name == parameter.name }.map(\.value)
                case .path: request.parameters.filter { $0.name == parameter.name }.map(\.value)
                case .header:
                    request.headers.filter { $0.name.lowercased() == parameter.name.lowercased() }.map(\.value)
                case .cookie: [String]()
                }
            if let finding = finding(parameter, values) { return finding }
        }
        return bodyFinding(request)
    }

    private func finding(_ parameter: Named, _ values: [String]) -> ValidationFinding? {
        let place = "\(parameter.place.rawValue)/\(parameter.name)"
        guard !values.isEmpty else {
            return parameter.isRequired ? ValidationFinding(place: place, reason: "is missing") : nil
        }
        guard parameter.isList || values.count == 1 else {
            return ValidationFinding(place: place, reason: "is there more than once")
        }
        guard let program = parameter.program else { return nil }
        let parts =
            parameter.isList && parameter.place != .query
            ? values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } : values
        let items = parts.map { RequestCheck.json($0, as: parameter.kinds) }
        let value = parameter.isList ? JSON.array(items) : items[0]
        guard let document = try? JSONDocument(value.encoded()) else {
            return ValidationFinding(place: place, reason: "cannot be read")
        }
        return program.misfits(document.root, limit: 1).first.map {
            ValidationFinding(place: place, reason: $0.words.en)
        }
    }

    private func bodyFinding(_ request: ValidatedRequest) -> ValidationFinding? {
        guard let contents else {
            return request.body.isEmpty ? nil : ValidationFinding(place: "", reason: "no body is taken")
        }
        guard !request.body.isEmpty else {
            return isBodyRequired ? ValidationFinding(place: "", reason: "a body is needed") : nil
        }
        let sent = request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        let type = sent.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard let content = contents.first(where: { RequestCheck.covers($0.mediaType, type) }) else {
            return ValidationFinding(place: "header/content-type", reason: "no body of this media type is taken")
        }
        guard let program = content.program else { return nil }
        do {
            let document = try JSONDocument(request.body)
            return program.misfits(document.root, limit: 1).first.map {
                ValidationFinding(place: $0.pointer, reason: $0.words.en)
            }
        } catch {
            return ValidationFinding(place: error.pointer, reason: "no JSON: \(error.code)")
        }
    }

    /// `text/*` covers `text/csv`.
    private static func covers(_ range: String, _ type: String) -> Bool {
        if range == type || range == "*/*" { return true }
        return range.hasSuffix("/*") && type.hasPrefix(range.dropLast())
    }

    /// A value of a query or a path as the schema's types let it be read.
    private static func json(_ text: String, as kinds: Set<String>) -> JSON {
        if kinds.contains("integer") || kinds.contains("number"), let document = try? JSONDocument(text),
            document.root.kind == .number
        {
            return JSON(document.root)
        }
        if kinds.contains("boolean"), text == "true" || text == "false" { return .bool(text == "true") }
        if kinds.contains("null"), text.isEmpty { return .null }
        return .string(text)
    }
}

extension Phrase {
    fileprivate static func checkCookie(_ name: String) -> Phrase {
        Phrase(
            vi: "Không kiểm tra được tham số “\(name)” trong cookie; hãy tắt kiểm tra hoặc chuyển chỗ",
            en: "The cookie parameter “\(name)” cannot be checked; do without checking, or move it")
    }

    fileprivate static func checkBody(_ mediaType: String) -> Phrase {
        Phrase(
            vi: "Không kiểm tra được nội dung kiểu “\(mediaType)”; hãy tắt kiểm tra hoặc chỉ tả application/json",
            en: "A body of the type “\(mediaType)” cannot be checked; do without checking, or describe JSON alone")
    }

    fileprivate static func checkStyle(_ name: String) -> Phrase {
        Phrase(
            vi: "Không kiểm tra được kiểu viết của tham số “\(name)”; hãy tắt kiểm tra hoặc dùng kiểu thường",
            en: "The style of the parameter “\(name)” cannot be checked; do without checking, or use the usual one")
    }
}
