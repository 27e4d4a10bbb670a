import StrictJSON
import Vocabulary

/// The OpenAPI 3.1 document, made from the routes themselves. Summaries are English, descriptions Vietnamese.
struct OpenAPI {
    let name: Phrase
    /// As the caller's browser has it.
    let sessionCookie: String
    let routes: [Route]

    var json: JSON {
        let doors = routes.filter { $0.about != nil }
        let patterns = doors.reduce(into: [String]()) { if !$0.contains($1.pattern) { $0.append($1.pattern) } }
        let paths = patterns.map { pattern in
            JSON.Member(
                pattern.replacing("...}", with: "}"),
                .object(doors.filter { $0.pattern == pattern }.compactMap(operation)))
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": .string(name.en), "description": .string(name.vi), "version": "1"],
            "servers": [["url": "/"]],
            "paths": .object(paths),
            "components": ["securitySchemes": securitySchemes, "schemas": ["Problem": OpenAPI.problem]],
        ]
    }

    private func operation(_ route: Route) -> JSON.Member? {
        guard let about = route.about else { return nil }
        var operation: JSON = [
            "operationId": .string(OpenAPI.identifier(route)),
            "summary": .string(about.summary.en), "description": .string(about.summary.vi),
            "tags": .array((about.tags.isEmpty ? [OpenAPI.room(route)] : about.tags).map { .string($0) }),
            "parameters": .array(pathParameters(route) + about.query.map(queryParameter)),
            "responses": responses(route, about),
        ]
        if let request = about.request {
            operation["requestBody"] = ["required": true, "content": content(request)]
        }
        operation["security"] = route.permission == .everyone ? [] : [["session": []], ["signature": []]]
        if route.permission != .everyone { operation["x-permission"] = .string(route.permission.name) }
        return JSON.Member(route.method.rawValue.lowercased(), operation)
    }

    private func pathParameters(_ route: Route) -> [JSON] {
        Routes.parameterNames(route.pattern).map { name in
            ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
        }
    }

    private func queryParameter(_ parameter: APIDoc.Parameter) -> JSON {
        [
            "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
            "description": .string("\(parameter.about.en) / \(parameter.about.vi)"), "schema": parameter.schema.json,
        ]
    }

    private func responses(_ route: Route, _ about: APIDoc) -> JSON {
        var good: JSON = ["description": "OK"]
        if let response = about.response { good["content"] = content(response) }
        let problem: JSON = [
            "description": "Problem (RFC 9457)",
            "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
        ]
        return .object([JSON.Member(String(about.status), good), JSON.Member("default", problem)])
    }

    private func content(_ schema: Schema) -> JSON {
        .object([JSON.Member(schema.mediaType, ["schema": schema.json])])
    }

    private var securitySchemes: JSON {
        [
            "session": [
                "type": "apiKey", "in": "cookie", "name": .string(sessionCookie),
                "description": "A signed-in person; changes also carry X-CSRF-Token",
            ],
            "signature": [
                "type": "apiKey", "in": "header", "name": "Signature", "description": "RFC 9421, a member's node",
            ],
        ]
    }

    private static let problem: JSON = [
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": [
            "type": ["type": "string", "format": "uri-reference"], "title": ["type": "string"],
            "status": ["type": "integer"], "detail": ["type": "string"], "code": ["type": "string"],
            "instance": ["type": "string"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object", "properties": ["field": ["type": "string"], "detail": ["type": "string"]],
                ],
            ],
        ],
    ]

    private static func identifier(_ route: Route) -> String {
        let words = route.pattern.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return ([route.method.rawValue.lowercased()] + words).joined(separator: "-")
    }

    private static func room(_ route: Route) -> String {
        route.pattern.split(separator: "/").first.map(String.init) ?? "site"
    }
}

extension Site {
    func hangOpenAPI() {
        let about = APIDoc(
            Phrase(vi: "Tài liệu OpenAPI của nút này", en: "The OpenAPI document of this node"), response: .any,
            tags: ["site"])
        api(.get, "/openapi.json", allow: .everyone, about) { [weak self] call in
            guard let self else { throw Problem.notFound }
            let cookie = settings.cookies.name("session", on: call.request)
            return .json(OpenAPI(name: settings.name, sessionCookie: cookie, routes: table).json)
        }
    }
}
