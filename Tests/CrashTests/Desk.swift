import StrictJSON
import Vocabulary
import Web

/// Somebody at a node, signed in, who writes as fast as the node answers. What throws was not acknowledged: it may have
/// happened or not.
actor Desk {
    static let login = "nguoi-mau"
    static let password = "sen-ho-tay-2020"

    enum Trouble: Error, CustomStringConvertible {
        /// The node answered, and not with yes.
        case refused(path: String, status: Int, text: String)
        var description: String {
            switch self {
            case .refused(let path, let status, let text): "\(path) answered \(status): \(text)"
            }
        }
    }

    nonisolated let origin: String
    private let fetch = Fetch()
    private var jar: [String: String] = [:]
    private var token: String?

    init(_ origin: String) {
        self.origin = origin
    }

    func signIn() async throws {
        jar = [:]
        token = try await readToken(of: "/sign-in")
        let answer = try await form("/sign-in", ["login": Desk.login, "password": Desk.password])
        guard answer.status == 303 else { throw refusal("/sign-in", answer) }
        token = try await readToken(of: "/threats/new")
    }

    /// Adds an indicator and shares it, in one form. Returns its STIX id.
    func indicator(_ value: String, _ audience: Audience) async throws -> String {
        var fields: Fields = ["kind": "domain", "value": value, "label": audience.label, "to": audience.to]
        for code in audience.named { fields.add("member", code) }
        let place = try await signedIn { [fields] desk in try await desk.form("/threats/new", fields) }
        return String(place.dropFirst("/threats/".count))
    }

    /// Reports an incident over the JSON door. Returns its id.
    func report(_ title: String, _ audience: Audience) async throws -> String {
        let body = Desk.report(title, audience).encoded()
        let place = try await signedIn { desk in
            try await desk.send(
                .post, "/incidents.json",
                headers: ["content-type": "application/json", "x-csrf-token": await desk.token ?? ""], body: body)
        }
        return String(place.dropFirst("/incidents/".count))
    }

    func share(incident id: String, _ title: String) async throws {
        _ = try await signedIn { desk in
            try await desk.form("/incidents/\(id)/share", ["title": title, "text": "Nội dung của \(title)"])
        }
    }

    /// The latest signed head of the node's ledger.
    func checkpoint() async throws -> String {
        if token == nil { try await signIn() }
        var answer = try await send(.get, "/ledger/checkpoint")
        if answer.status == 401 {
            try await signIn()
            answer = try await send(.get, "/ledger/checkpoint")
        }
        guard answer.status == 200 else { throw refusal("/ledger/checkpoint", answer) }
        return answer.text
    }

    func status() async throws -> JSONValue {
        if token == nil { try await signIn() }
        return try JSONDocument(try await send(.get, "/exchange.json").body).root
    }

    /// The place to which the answer leads: 201 or 303. Signs in once more when the session was lost.
    private func signedIn(_ work: @Sendable (isolated Desk) async throws -> FetchResponse) async throws -> String {
        if token == nil { try await signIn() }
        var answer = try await work(self)
        if [401, 403].contains(answer.status) || answer.headers["location"]?.hasPrefix("/sign-in") == true {
            try await signIn()
            answer = try await work(self)
        }
        guard [201, 303].contains(answer.status), let place = answer.headers["location"],
            !place.hasPrefix("/sign-in")
        else { throw refusal("form", answer) }
        return String(place.prefix { $0 != "?" })
    }

    private func form(_ path: String, _ fields: Fields) async throws -> FetchResponse {
        var fields = fields
        fields.add("csrf", token ?? "")
        return try await send(
            .post, path, headers: ["content-type": "application/x-www-form-urlencoded"],
            body: URLEncoded.encode(fields))
    }

    private func send(
        _ method: Web.Method, _ path: String, headers: Headers = [:], body: [UInt8] = []
    ) async throws -> FetchResponse {
        var headers = headers
        headers["accept"] = method == .get ? "text/html, application/json" : "text/html"
        headers["origin"] = origin
        if !jar.isEmpty { headers["cookie"] = jar.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }
        let answer = try await fetch.send(
            FetchRequest(
                method, origin + path, headers: headers, body: body, deadlineSeconds: 10, maxBytes: 4 << 20,
                trust: .plain, mayReachPrivate: true))
        for cookie in answer.headers.all("set-cookie") { keep(cookie) }
        return answer
    }

    private func keep(_ cookie: String) {
        let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if pair.count == 2 { jar[String(pair[0])] = String(pair[1]) }
    }

    private func readToken(of path: String) async throws -> String {
        let page = try await send(.get, path)
        guard page.status == 200, let mark = page.text.ranges(of: "name=\"csrf\" value=\"").last else {
            throw refusal(path, page)
        }
        return String(page.text[mark.upperBound...].prefix { $0 != "\"" })
    }

    private func refusal(_ path: String, _ answer: FetchResponse) -> Trouble {
        let text = answer.text
        let start = text.firstRange(of: "<main")?.lowerBound ?? text.startIndex
        return .refused(path: path, status: answer.status, text: String(text[start...].prefix(400)))
    }

    private static func report(_ title: String, _ audience: Audience) -> JSON {
        var report: JSON = [
            "title": .string(title), "kind": "phishing", "summary": .string("Ví dụ để thử: \(title)"),
            "operator": "Đơn vị vận hành mẫu", "detected": "2020-11-01T01:00:00.000Z", "present": "handled",
            "detections": ["log"], "notified": ["nobody"], "confidential": "yes", "tlp": .string(audience.label),
            "to": .string(audience.to), "named": .array(audience.named.map { .string($0) }),
        ]
        for part in ["reporter", "contact"] {
            report["\(part)-name"] = "Người xử lý mẫu"
            report["\(part)-phone"] = "0200000000"
            report["\(part)-email"] = "mau@example.vn"
        }
        report["reporter-address"] = "Địa chỉ mẫu"
        report["contact-position"] = "Chuyên viên"
        return report
    }
}

/// A label and addressees as a form says them, and who may have it by the rules of the issue, worked out here anew.
struct Audience: Sendable, Hashable {
    let label: String
    let to: String
    var named: [String] = []

    static let all = [
        Audience(label: "TLP:GREEN", to: "network"), Audience(label: "TLP:GREEN", to: "cluster"),
        Audience(label: "TLP:AMBER", to: "cluster"), Audience(label: "TLP:AMBER", to: "named", named: ["VNCERT"]),
        Audience(label: "TLP:AMBER+STRICT", to: "named", named: ["H23"]), Audience(label: "TLP:RED", to: "nobody"),
    ]

    /// - Parameter members: codes of the nodes that take part.
    func entitled(from origin: String, among members: Set<String>) -> Set<String> {
        let addressed: Set<String> =
            switch to {
            case "network": members
            case "cluster": CrashCluster.cluster
            case "named": Set(named)
            default: []
            }
        return addressed.intersection(members).subtracting([origin])
    }

    /// Nobody is addressed by her own name.
    func fits(_ origin: String) -> Bool { !named.contains(origin) }
}
