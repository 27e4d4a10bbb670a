import Scim
import StrictJSON
import Vocabulary
import Web

/// One call as SCIM sees it.
struct ScimRequest: Sendable {
    let method: Web.Method
    /// What stands behind the base: `["Users", "01…"]`.
    let path: [String]
    var query: [(name: String, value: String)] = []
    var body: JSONValue?
    var ifMatch: [String] = []
    var ifNoneMatch: [String] = []

    init(method: Web.Method, path: [String], body: JSONValue? = nil, ifMatch: [String] = []) {
        self.method = method
        self.path = path
        self.body = body
        self.ifMatch = ifMatch
    }

    init(_ call: Call) throws {
        let request = call.request
        method = ScimRequest.method(of: call)
        path = ScimRequest.path(of: call)
        query = request.query.list.map { ($0.name, $0.value) }
        // A query that cannot be read must not answer with everybody.
        if query.isEmpty, request.rawTarget.dropFirst(request.path.count).count > 1 {
            throw ScimError.filter("the query cannot be read")
        }
        ifMatch = ScimRequest.tags(request.headers.all("if-match"))
        ifNoneMatch = ScimRequest.tags(request.headers.all("if-none-match"))
        if !request.body.isEmpty {
            guard ["application/scim+json", "application/json", ""].contains(request.mediaType) else {
                throw ScimError(415, nil, "send application/scim+json")
            }
            body = try JSONDocument(request.body, limits: ScimRequest.limits).root
        }
    }

    static func method(of call: Call) -> Web.Method {
        call.request.method == .head ? .get : call.request.method
    }

    static func path(of call: Call) -> [String] {
        (call.parameters["path"] ?? "").split(separator: "/").map(String.init)
    }

    private static let limits = JSONLimits(bytes: 1 << 20, depth: 16, nodes: 100_000, string: 64 << 10)

    func json() throws(ScimError) -> JSONValue {
        guard let body else { throw .syntax("a body is missing") }
        return body
    }

    func projection(_ type: ScimResourceType) throws(ScimError) -> ScimProjection {
        let names = try ScimQuery(query)
        return try ScimProjection(attributes: names.attributes, excluding: names.excludedAttributes, of: type)
    }

    /// RFC 9110 §13.1.1, with tags compared weakly: ours are weak, as RFC 7644 §3.14 has them.
    func checkMatch(_ document: ScimDocument) throws(ScimError) {
        guard !ifMatch.isEmpty, !ifMatch.contains("*") else { return }
        guard let version = document.version, ifMatch.contains(ScimRequest.opaque(version)) else {
            throw ScimError(412, nil, "the resource has changed since")
        }
    }

    func isUnchanged(_ document: ScimDocument) -> Bool {
        guard let version = document.version else { return false }
        return ifNoneMatch.contains("*") || ifNoneMatch.contains(ScimRequest.opaque(version))
    }

    static func tags(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { opaque(String($0.filter { !$0.isWhitespace })) }
    }

    private static func opaque(_ tag: String) -> String {
        tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
    }
}

/// What a call wants, by its method and path.
enum ScimRoute {
    enum Discovery {
        case resourceTypes, schemas
    }

    case config
    case list(Discovery, String?)
    case bulk
    case search(ScimResourceType?)
    case query(ScimResourceType?)
    case create(ScimResourceType)
    case read(ScimResourceType, String)
    case replace(ScimResourceType, String)
    case patch(ScimResourceType, String)
    case delete(ScimResourceType, String)

    init(_ method: Web.Method, _ path: [String]) throws(ScimError) {
        let first = path.first ?? ""
        switch (first, path.count) {
        case ("ServiceProviderConfig", 1): self = try ScimRoute.reading(method, .config)
        case ("ResourceTypes", 1), ("ResourceTypes", 2):
            self = try ScimRoute.reading(method, .list(.resourceTypes, path.dropFirst().first))
        case ("Schemas", 1), ("Schemas", 2):
            self = try ScimRoute.reading(method, .list(.schemas, path.dropFirst().first))
        case ("Bulk", 1): self = try ScimRoute.posting(method, .bulk)
        case (".search", 1): self = try ScimRoute.posting(method, .search(nil))
        default:
            guard let type = ScimResourceType.all.first(where: { $0.endpoint == first }), path.count <= 2 else {
                throw .notFound
            }
            self = try ScimRoute.resource(method, type, path.count == 2 ? path[1] : nil)
        }
    }

    private static func resource(
        _ method: Web.Method, _ type: ScimResourceType, _ id: String?
    ) throws(ScimError) -> ScimRoute {
        guard let id else {
            switch method {
            case .get: return .query(type)
            case .post: return .create(type)
            default: throw notAllowed
            }
        }
        if id == ".search" { return try posting(method, .search(type)) }
        switch method {
        case .get: return .read(type, id)
        case .put: return .replace(type, id)
        case .patch: return .patch(type, id)
        case .delete: return .delete(type, id)
        default: throw notAllowed
        }
    }

    var isWriting: Bool {
        switch self {
        case .create, .replace, .patch, .delete, .bulk: true
        default: false
        }
    }

    static let notAllowed = ScimError(405, nil, "this address does not take that method")

    /// What an address takes; nothing where there is none.
    static func methods(at path: [String]) -> [Web.Method] {
        let all: [Web.Method] = [.delete, .get, .patch, .post, .put]
        return all.filter { (try? ScimRoute($0, path)) != nil }
    }

    private static func reading(_ method: Web.Method, _ route: ScimRoute) throws(ScimError) -> ScimRoute {
        guard method == .get else { throw notAllowed }
        return route
    }

    private static func posting(_ method: Web.Method, _ route: ScimRoute) throws(ScimError) -> ScimRoute {
        guard method == .post else { throw notAllowed }
        return route
    }
}

/// What is answered, before it becomes HTTP: a bulk holds many of these.
struct ScimAnswer: Sendable {
    var status = 200
    let json: JSON?
    var version: String?
    var location: String?

    var response: Response {
        var response =
            json.map { Response.json($0, status: status, type: "application/scim+json") } ?? Response(status: status)
        if let version { response.headers["etag"] = version }
        if let location, status != 204 { response.headers[status == 201 ? "location" : "content-location"] = location }
        return response
    }
}

extension ScimError {
    var response: Response {
        var response = Response.json(json, status: status, type: "application/scim+json")
        if status == 401 { response.headers["www-authenticate"] = "Bearer realm=\"scim\"" }
        return response
    }

    /// What a verb of the house refused, in SCIM's words. What is no refusal is thrown on.
    init(_ problem: Problem) throws {
        switch problem {
        case .notFound: self = .notFound
        case .forbidden, .unauthenticated: self.init(403, nil, "this client may not do that")
        case .denied(_, let phrase): self.init(403, nil, phrase.en)
        case .invalid(let errors), .rejected(_, let errors):
            self = .value(errors.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.en)" }.joined(separator: "; "))
        case .conflict(let phrase): self.init(409, nil, phrase.en)
        case .malformed(_, let phrase): self = .syntax(phrase.en)
        case .busy, .tooOften, .tooLarge, .confirmFirst: throw problem
        }
    }
}
