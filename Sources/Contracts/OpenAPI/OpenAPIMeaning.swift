import StrictJSON
import Vocabulary

/// What must hold between the parts of a document (OpenAPI 3.1.1 §4.8.8 to §4.8.12).
extension OpenAPICheck {
    mutating func checkMeaning() {
        checkNames()
        let schemes = Set((text.root["components"]?["securitySchemes"]?.members ?? []).map(\.key))
        checkSecurity(text.root["security"], schemes)
        for (name, member) in text.root["components"]?["securitySchemes"]?.members ?? [] where name != "" {
            checkScheme(member)
        }
        checkServers(text.root["servers"])
        var shapes: [String: String] = [:]
        var ids = Set<String>()
        for (path, item) in text.root["paths"]?.members ?? [] where !path.hasPrefix("x-") {
            guard path.hasPrefix("/") else {
                flaw("openapi.path", item, .openAPIPath)
                continue
            }
            guard let template = PathTemplate(path) else {
                flaw("openapi.path-template", item, .openAPITemplate)
                continue
            }
            if let other = shapes.updateValue(path, forKey: template.shape) {
                flaw("openapi.same-path", item, .openAPISamePath(other))
            }
            if let reference = item["$ref"] { flaw("openapi.path-reference", reference, .openAPIPathReference) }
            for method in OpenAPIPart.methods {
                guard let operation = item[method], operation.kind == .object else { continue }
                checkName(of: operation, APIOperation.id(of: operation, method, template), &ids)
                checkOperation(operation, of: item, template)
                checkSecurity(operation["security"], schemes)
            }
        }
        if !isNewer, text.root["paths"]?.members?.isEmpty == true {
            flaw("openapi.no-paths", text.root, isWarning: true, .openAPINoPaths)
        }
    }

    private mutating func checkServers(_ servers: JSONValue?) {
        for server in servers?.elements ?? [] {
            let known = Set((server["variables"]?.members ?? []).map { Exact($0.key) })
            for part in server["url"]?.string?.split(separator: "{").dropFirst() ?? [] {
                let name = String(part.prefix { $0 != "}" })
                if !known.contains(Exact(name)) {
                    flaw("openapi.server-variable", server, isWarning: true, .missing(name))
                }
            }
        }
    }

    private mutating func checkNames() {
        for (_, map) in text.root["components"]?.members ?? [] {
            for (name, member) in map.members ?? [] {
                let isFine = !name.isEmpty && name.utf8.allSatisfy { PathTemplate.isComponentName($0) }
                if !isFine { flaw("openapi.component-name", member, .openAPIComponentName) }
            }
        }
    }

    private mutating func checkScheme(_ value: JSONValue) {
        guard let scheme = resolved(value) else { return }
        let needed: [String: [String]] = [
            "apiKey": ["name", "in"], "http": ["scheme"], "oauth2": ["flows"], "openIdConnect": ["openIdConnectUrl"],
        ]
        for name in needed[scheme["type"]?.string ?? ""] ?? [] where scheme[name] == nil {
            flaw("openapi.missing-field", scheme, .missing(name))
        }
    }

    private mutating func checkSecurity(_ value: JSONValue?, _ schemes: Set<String>) {
        for requirement in value?.elements ?? [] {
            for (name, member) in requirement.members ?? [] where !schemes.contains(name) {
                flaw("openapi.security", member, .openAPISecurity(name))
            }
        }
    }

    /// Grants name operations: a name that is another's, too, would open both.
    private mutating func checkName(of operation: JSONValue, _ name: String, _ names: inout Set<String>) {
        if !names.insert(name).inserted {
            flaw("openapi.operation-id", operation["operationId"] ?? operation, .openAPIOperationID(name))
        }
    }

    private mutating func checkOperation(
        _ operation: JSONValue, of item: JSONValue, _ template: PathTemplate
    ) {
        checkParameters(operation, of: item, template)
        if let responses = operation["responses"] {
            let codes = (responses.members ?? []).filter { !$0.key.hasPrefix("x-") }
            if codes.isEmpty { flaw("openapi.no-responses", responses, .openAPINoResponses) }
            for (code, response) in codes where !OpenAPICheck.isStatus(code) {
                flaw("openapi.status", response, .openAPIStatus)
            }
        }
    }

    /// `200`, `4XX` or `default`.
    static func isStatus(_ code: String) -> Bool {
        guard code != "default" else { return true }
        let units = Array(code.utf8)
        guard units.count == 3, (UInt8(ascii: "1")...UInt8(ascii: "5")).contains(units[0]) else { return false }
        return units[1...].allSatisfy { (48...57).contains($0) } || units[1...].elementsEqual("XX".utf8)
    }

    private mutating func checkParameters(_ operation: JSONValue, of item: JSONValue, _ template: PathTemplate) {
        var own = Set<String>()
        var inPath = Set<String>()
        let names = Set(template.names)
        for (list, isOwn) in [(operation["parameters"], true), (item["parameters"], false)] {
            var seen = Set<String>()
            for reference in list?.elements ?? [] {
                guard let parameter = resolved(reference), let name = parameter["name"]?.string,
                    let place = parameter["in"]?.string
                else { continue }
                let key = "\(place) \(place == "header" ? name.lowercased() : name)"
                if !seen.insert(key).inserted { flaw("openapi.same-parameter", reference, .openAPISameParameter(name)) }
                if place == "path" { inPath.insert(name) }
                guard isOwn || !own.contains(key) else { continue }
                checkParameter(parameter, place, name, names, at: reference)
            }
            if isOwn { own = seen }
        }
        for name in template.names where !inPath.contains(name) {
            flaw("openapi.path-parameter-missing", operation, .openAPIPathParameter(name))
        }
    }

    private mutating func checkParameter(
        _ parameter: JSONValue, _ place: String, _ name: String, _ names: Set<String>, at reference: JSONValue
    ) {
        if place == "path" {
            if parameter["required"]?.bool != true { flaw("openapi.path-required", reference, .openAPIPathRequired) }
            if !names.contains(name) { flaw("openapi.path-unknown", reference, .openAPIPathUnknown(name)) }
        }
    }
}

extension Phrase {
    static let openAPIPath = Phrase(vi: "Đường dẫn phải bắt đầu bằng “/”", en: "A path begins with “/”")
    static let openAPITemplate = Phrase(
        vi: "Đường dẫn viết sai “{tên}”, hoặc có “?” hay “#”", en: "“{name}” is not well formed, or there is “?” or “#”"
    )
    static let openAPIPathReference = Phrase(
        vi: "$ref ở đường dẫn không được hỗ trợ: hãy viết đầy đủ", en: "$ref of a path is not supported: write it out")
    static let openAPINoPaths = Phrase(vi: "Tài liệu không có đường dẫn nào", en: "The document has no paths")
    static let openAPINoResponses = Phrase(vi: "Cần ít nhất một kết quả trả về", en: "At least one response is needed")
    static let openAPIStatus = Phrase(
        vi: "Mã trạng thái phải như 200, 4XX hoặc default", en: "A status is as 200, 4XX or default")
    static let openAPIPathRequired = Phrase(
        vi: "Tham số đường dẫn phải có “required: true”", en: "A path parameter needs “required: true”")
    static let openAPIParameterShape = Phrase(
        vi: "Tham số cần đúng một trong “schema” và “content”", en: "A parameter needs one of “schema” and “content”")
    static let openAPIOneContent = Phrase(vi: "Cần đúng một kiểu nội dung", en: "Exactly one media type is needed")
    static let openAPIComponentName = Phrase(
        vi: "Tên chỉ gồm chữ, số, “.”, “-” và “_”", en: "A name is of letters, digits, “.”, “-” and “_”")

    static func openAPISamePath(_ other: String) -> Phrase {
        Phrase(vi: "Trùng với đường dẫn \(other)", en: "The same path as \(other)")
    }

    static func openAPISecurity(_ name: String) -> Phrase {
        Phrase(vi: "Không có cơ chế bảo mật “\(name)”", en: "There is no security scheme “\(name)”")
    }

    static func openAPIOperationID(_ name: String) -> Phrase {
        Phrase(vi: "operationId “\(name)” đã dùng", en: "The operationId “\(name)” is used already")
    }

    static func openAPISameParameter(_ name: String) -> Phrase {
        Phrase(vi: "Tham số “\(name)” có hai lần", en: "The parameter “\(name)” is there twice")
    }

    static func openAPIPathParameter(_ name: String) -> Phrase {
        Phrase(
            vi: "Đường dẫn có “{\(name)}” nhưng thiếu tham số", en: "The path has “{\(name)}” and no parameter for it")
    }

    static func openAPIPathUnknown(_ name: String) -> Phrase {
        Phrase(vi: "Đường dẫn không có “{\(name)}”", en: "The path has no “{\(name)}”")
    }
}
