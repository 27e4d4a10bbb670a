package import StrictJSON

/// One operation of a service, with its references followed.
package struct APIOperation: Sendable {
    /// `operationId`, or `GET /units/{code}` where there is none. Grants name operations by it.
    package let id: String
    /// Upper case, as on the wire.
    package let method: String
    package let path: PathTemplate
    package let summary: APIWords?
    package let description: APIWords?
    package let isDeprecated: Bool
    package let parameters: [APIParameter]
    package let body: APIBody?
    /// In the order of the document.
    package let responses: [APIResponse]
    let security: APISecurity

    static func all(of text: ContractText, _ check: OpenAPICheck) -> [APIOperation] {
        var operations: [APIOperation] = []
        let proofs = APISecurity.proofs(check)
        let usual = APISecurity(text.root["security"], proofs)
        for (path, item) in text.root["paths"]?.members ?? [] {
            guard let template = PathTemplate(path) else { continue }
            for method in OpenAPIPart.methods {
                guard let operation = item[method] else { continue }
                let security = operation["security"].map { APISecurity($0, proofs) } ?? usual
                operations.append(APIOperation(operation, method, template, of: item, security, check))
            }
        }
        return operations
    }

    /// What grants call an operation by.
    static func id(of value: JSONValue, _ method: String, _ path: PathTemplate) -> String {
        value["operationId"]?.string ?? "\(method.uppercased()) \(path.text)"
    }

    private init(
        _ value: JSONValue, _ method: String, _ path: PathTemplate, of item: JSONValue, _ security: APISecurity,
        _ check: OpenAPICheck
    ) {
        self.method = method.uppercased()
        self.path = path
        self.security = security
        id = APIOperation.id(of: value, method, path)
        summary = APIWords(value, "summary") ?? APIWords(item, "summary")
        description = APIWords(value, "description") ?? APIWords(item, "description")
        isDeprecated = value["deprecated"]?.bool ?? false
        let own = (value["parameters"]?.elements ?? []).compactMap { check.resolved($0) }.compactMap(APIParameter.init)
        let shared = (item["parameters"]?.elements ?? []).compactMap { check.resolved($0) }
            .compactMap(APIParameter.init)
        let keys = Set(own.map(\.key))
        parameters = own + shared.filter { !keys.contains($0.key) }
        body = value["requestBody"].flatMap { check.resolved($0) }.map { APIBody($0) }
        responses = (value["responses"]?.members ?? []).filter { !$0.key.hasPrefix("x-") }.compactMap {
            code, response in
            check.resolved(response).map { APIResponse(code, $0, check) }
        }
    }
}

package struct APIParameter: Sendable {
    package enum Place: String, Sendable {
        case query, header, path, cookie
    }

    package let name: String
    package let place: Place
    package let isRequired: Bool
    package let description: APIWords?
    package let schema: JSONValue?
    package let example: JSONValue?
    let form: ValueForm
    /// Whether `/`, `?` and others may be sent as they are, and `?name=` with nothing behind it.
    let allowsReserved: Bool
    let allowsEmpty: Bool

    let key: String

    init?(_ value: JSONValue) {
        guard let name = value["name"]?.string, let place = value["in"]?.string.flatMap(Place.init) else { return nil }
        self.name = name
        self.place = place
        key = "\(place.rawValue) \(place == .header ? name.lowercased() : name)"
        isRequired = value["required"]?.bool ?? false
        description = APIWords(value, "description")
        let media = value["content"]?.members?.first?.value
        schema = value["schema"] ?? media?["schema"]
        example = value["example"] ?? value["schema"]?["example"] ?? media?["example"]
        form = ValueForm(value, usual: place == .query || place == .cookie ? "form" : "simple")
        allowsReserved = value["allowReserved"]?.bool ?? false
        allowsEmpty = value["allowEmptyValue"]?.bool ?? false
    }
}

/// How a value is written where there is no body (OpenAPI 3.1.1 §4.8.12.2): in a style, or as a media type.
struct ValueForm: Sendable, Hashable {
    let style: String
    let explodes: Bool
    let mediaType: String?

    init(_ value: JSONValue, usual: String) {
        let style = value["style"]?.string ?? usual
        self.style = style
        explodes = value["explode"]?.bool ?? (style == "form")
        mediaType = value["content"]?.members?.first?.key
    }
}

/// How one part of a form is written (OpenAPI 3.1.1 §4.8.15).
struct PartForm: Sendable, Hashable {
    let contentType: String?
    let style: String?
    let explodes: Bool?
    let allowsReserved: Bool

    init(_ value: JSONValue) {
        contentType = value["contentType"]?.string
        style = value["style"]?.string
        explodes = value["explode"]?.bool
        allowsReserved = value["allowReserved"]?.bool ?? false
    }
}

/// A header that an answer promises.
struct APIHeader: Sendable {
    let name: String
    let isRequired: Bool
    let schema: JSONValue?
    let form: ValueForm
    let key: String

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        key = name.lowercased()
        isRequired = value["required"]?.bool ?? false
        schema = value["schema"] ?? value["content"]?.members?.first?.value["schema"]
        form = ValueForm(value, usual: "simple")
    }
}

package struct APIBody: Sendable {
    package let isRequired: Bool
    package let description: APIWords?
    package let content: [APIContent]

    init(_ value: JSONValue) {
        isRequired = value["required"]?.bool ?? false
        description = APIWords(value, "description")
        content = (value["content"]?.members ?? []).map { APIContent($0.key, $0.value) }
    }
}

package struct APIResponse: Sendable {
    /// `200`, `4XX` or `default`.
    package let status: String
    package let description: APIWords?
    package let content: [APIContent]
    let headers: [APIHeader]

    init(_ status: String, _ value: JSONValue, _ check: OpenAPICheck) {
        self.status = status
        description = APIWords(value, "description")
        content = (value["content"]?.members ?? []).map { APIContent($0.key, $0.value) }
        // `Content-Type` is said by the content (§4.8.17).
        headers = (value["headers"]?.members ?? []).compactMap { name, header in
            name.lowercased() == "content-type" ? nil : check.resolved(header).map { APIHeader(name, $0) }
        }
    }
}

package struct APIContent: Sendable {
    /// As written, with parameters: `application/json; charset=utf-8`, `text/*`.
    package let mediaType: String
    let range: MediaRange
    package let schema: JSONValue?
    package let example: JSONValue?
    /// How the parts of a form are written, by name.
    let parts: [Exact: PartForm]

    init(_ mediaType: String, _ value: JSONValue) {
        self.mediaType = mediaType
        range = MediaRange(mediaType)
        schema = value["schema"]
        parts = (value["encoding"]?.named ?? [:]).mapValues(PartForm.init)
        example = value["example"] ?? value["examples"]?.members?.first?.value["value"]
    }

    /// RFC 8259 or any `+json` (RFC 6839).
    package var isJSON: Bool {
        let type = mediaType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return type == "application/json" || type.hasSuffix("+json")
    }
}
