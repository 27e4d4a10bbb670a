import StrictJSON
import Vocabulary

/// The OpenAPI 3.1 document, made from the routes themselves. Summaries are English, descriptions Vietnamese.
struct OpenAPI {
    let name: Phrase
    /// As the caller's browser has it.
    let sessionCookie: String
    /// Whether people come to this site with browsers; otherwise members' nodes come, who sign their calls.
    let servesBrowsers: Bool
    let routes: [Route]
    /// Whether strangers may open a door with this guard.
    let isOpen: (Permission) -> Bool

    /// What the document says of one method on one path.
    private struct Operation {
        let path: String
        let method: Method
        let permission: Permission
        let about: APIDoc
    }

    private var operations: [Operation] {
        routes.flatMap { route -> [Operation] in
            guard let about = route.about else { return [] }
            let places = about.places.isEmpty ? [APIDoc.Place(route.pattern, about)] : about.places
            return places.map {
                Operation(
                    path: $0.path.replacing("...}", with: "}"), method: route.method, permission: route.permission,
                    about: $0.about)
            }
        }
    }

    var json: JSON {
        let operations = operations
        let paths = operations.reduce(into: [String]()) { if !$0.contains($1.path) { $0.append($1.path) } }.map {
            path in
            JSON.Member(path, .object(operations.filter { $0.path == path }.map(member)))
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": .string(name.en), "description": .string(name.vi), "version": "1"],
            "servers": [["url": "/"]],
            "paths": .object(paths),
            "components": ["securitySchemes": securitySchemes, "schemas": ["Problem": OpenAPI.problem]],
        ]
    }

    private func member(_ door: Operation) -> JSON.Member {
        let about = door.about
        var operation: JSON = [
            "operationId": .string(OpenAPI.identifier(door)),
            "summary": .string(about.summary.en), "description": .string(about.summary.vi),
            "tags": .array((about.tags.isEmpty ? [OpenAPI.room(door)] : about.tags).map { .string($0) }),
            "parameters": .array(pathParameters(door) + about.query.map(queryParameter)),
            "responses": responses(about),
        ]
        if let request = about.request {
            operation["requestBody"] = ["required": true, "content": .object([content(request)])]
        }
        operation["security"] = .array(security(door))
        if door.permission != .everyone { operation["x-permission"] = .string(door.permission.name) }
        return JSON.Member(door.method.rawValue.lowercased(), operation)
    }

    /// By what the door knows who calls: one of these. A change that a browser's cookie asks for needs the token too.
    private func security(_ door: Operation) -> [JSON] {
        if let proofs = door.about.proofs { return proofs.map { $0 == .none ? [:] : [$0.rawValue: []] } }
        if door.permission == .everyone { return [] }
        let proof: JSON =
            !servesBrowsers
            ? ["signature": []] : door.method.isSafe ? ["session": []] : ["session": [], "formToken": []]
        let bearers = door.about.scopes.map { ["bearer": [.string($0)]] as JSON }
        return (isOpen(door.permission) ? [[:], proof] : [proof]) + bearers
    }

    private func pathParameters(_ door: Operation) -> [JSON] {
        Routes.parameterNames(door.path).map { name in
            let schema = door.about.path[name] ?? Schema.string.with(["minLength": 1])
            return ["name": .string(name), "in": "path", "required": true, "schema": schema.json]
        }
    }

    private func queryParameter(_ parameter: APIDoc.Parameter) -> JSON {
        [
            "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
            "description": .string("\(parameter.about.en) / \(parameter.about.vi)"), "schema": parameter.schema.json,
        ]
    }

    private func responses(_ about: APIDoc) -> JSON {
        var good: JSON = ["description": "OK"]
        if let response = about.response { good["content"] = .object([content(response)]) }
        let problem = JSON.Member(
            "application/problem+json", ["schema": ["$ref": "#/components/schemas/Problem"]])
        let refusals = (about.refusal.map { [content($0)] } ?? []) + [problem]
        return .object([
            JSON.Member(String(about.status), good),
            JSON.Member(
                "default",
                [
                    "description": "Problem (RFC 9457)", "headers": ["Content-Language": OpenAPI.contentLanguage],
                    "content": .object(refusals),
                ]),
        ])
    }

    private func content(_ schema: Schema) -> JSON.Member {
        JSON.Member(schema.mediaType, ["schema": schema.json])
    }

    private var securitySchemes: JSON {
        [
            "session": [
                "type": "apiKey", "in": "cookie", "name": .string(sessionCookie), "description": "A signed-in person",
            ],
            "formToken": [
                "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
                "description": "The token of any form of the session's pages",
            ],
            "signature": [
                "type": "apiKey", "in": "header", "name": "Signature", "description": "RFC 9421, a member's node",
            ],
            "client": ["type": "http", "scheme": "basic", "description": "A registered client's id and secret"],
            "bearer": [
                "type": "http", "scheme": "bearer", "description": "An access token or a service account's key",
            ],
            "apiKey": [
                "type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "The key of an application",
            ],
        ]
    }

    private static let contentLanguage: JSON = [
        "description": """
        Of the words: ?lang= of the address, else the choice kept in a cookie, else the profile, else \
        Accept-Language (RFC 9110), else vi
        """,
        "schema": ["type": "string", "enum": .array(Language.allCases.map { .string($0.rawValue) })],
    ]

    private static let problem: JSON = [
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": [
            "type": ["type": "string", "format": "uri-reference"], "title": ["type": "string"],
            "status": ["type": "integer"], "detail": ["type": "string"],
            "code": ["type": "string", "description": "Stable, in any language"], "instance": ["type": "string"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["field", "detail"],
                    "properties": ["field": ["type": "string"], "detail": ["type": "string"]],
                ],
            ],
        ],
    ]

    private static func identifier(_ door: Operation) -> String {
        let words = door.path.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return ([door.method.rawValue.lowercased()] + words).joined(separator: "-")
    }

    private static func room(_ door: Operation) -> String {
        door.path.split(separator: "/").first.map(String.init) ?? "site"
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
            return .json(
                OpenAPI(
                    name: settings.name, sessionCookie: cookie, servesBrowsers: settings.servesBrowsers, routes: table,
                    isOpen: { Site.opens($0, to: nil, self.doorkeeper.decide) }
                ).json)
        }
    }
}
