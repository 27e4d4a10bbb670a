import StrictJSON
import Vocabulary
import Web

/// An application at the doors of events of one node. What throws was not acknowledged: it may have happened or not.
struct EventDesk: Sendable {
    static let type = "vn.gov.test.dossier.changed"

    let origin: String
    let key: String
    private let fetch = Fetch()

    init(_ origin: String, _ key: String) {
        (self.origin, self.key) = (origin, key)
    }

    /// Returns the events' positions.
    func publish(_ ids: [String]) async throws -> [Int64] {
        let events = ids.map { id -> JSON in
            [
                "specversion": "1.0", "id": .string(id), "source": "/dossiers", "type": .string(EventDesk.type),
                "datacontenttype": "application/json", "data": ["dossier": .string("Hồ sơ \(id)")],
            ]
        }
        let answer = try await send(
            .post, "", "application/cloudevents-batch+json", JSON.array(events).encoded(), expecting: 200)
        return try JSONDocument(answer.body).root.requireElements("positions").map { $0.integer ?? 0 }
    }

    /// Returns the subscription's id.
    func subscribe(url: String? = nil) async throws -> String {
        var ask: JSON = ["types": [.string(EventDesk.type)]]
        if let url { ask["url"] = .string(url) }
        let answer = try await send(.post, "/subscriptions", "application/json", ask.encoded(), expecting: 201)
        return try JSONDocument(answer.body).root.requireString("id")
    }

    func unsubscribe(_ id: String) async throws {
        _ = try await send(.delete, "/subscriptions/\(id)", nil, [], expecting: 204)
    }

    /// State of each subscription of the application, by id.
    func subscriptions() async throws -> [String: String] {
        let answer = try await send(.get, "/subscriptions", nil, [], expecting: 200)
        let all = try JSONDocument(answer.body).root.elements ?? []
        return Dictionary(
            try all.map { (try $0.requireString("id"), try $0.requireString("state")) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What waits behind the cursor, and where it ends.
    func pull(_ id: String, limit: Int = 1000) async throws -> (ids: [String], next: Int64) {
        let answer = try await send(.get, "/subscriptions/\(id)/events?limit=\(limit)", nil, [], expecting: 200)
        let ids = try (JSONDocument(answer.body).root.elements ?? []).map { try $0.requireString("id") }
        return (ids, answer.headers["truc-next"].flatMap { Int64($0) } ?? -1)
    }

    func acknowledge(_ id: String, upTo position: Int64) async throws {
        let body: JSON = ["position": .integer(position)]
        _ = try await send(.post, "/subscriptions/\(id)/ack", "application/json", body.encoded(), expecting: 204)
    }

    private func send(
        _ method: Web.Method, _ path: String, _ type: String?, _ body: [UInt8], expecting status: Int
    ) async throws -> FetchResponse {
        var headers: Headers = ["x-api-key": key]
        headers["content-type"] = type
        let answer = try await fetch.send(
            FetchRequest(
                method, origin + "/events/v1" + path, headers: headers, body: body, deadlineSeconds: 5,
                maxBytes: 4 << 20, trust: .plain, mayReachPrivate: true))
        guard answer.status == status else {
            throw Desk.Trouble.refused(path: path, status: answer.status, text: String(answer.text.prefix(300)))
        }
        return answer
    }
}
