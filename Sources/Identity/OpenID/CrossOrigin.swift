import Vocabulary
import Web

/// Which pages of others may call us from a browser and read the answer (CORS, Fetch standard §3.2): those that public
/// clients return to, for they redeem their codes themselves. Cookies are never taken along.
extension OpenID {
    /// The answer, readable for whoever calls when it is a page of a public client.
    func shared(_ request: Request, _ run: () async throws -> Response) async throws -> Response {
        let response = try await run().with("vary", "Origin")
        guard let origin = try await publicOrigin(of: request) else { return response }
        return response.with("access-control-allow-origin", origin)
            .with("access-control-expose-headers", "WWW-Authenticate")
    }

    /// What a browser asks before it sends a call that no form could send.
    func preflight(_ request: Request, _ methods: String) async throws -> Response {
        let answer = Response(status: 204).with("vary", "Origin")
        guard let origin = try await publicOrigin(of: request) else { return answer }
        return answer.with("access-control-allow-origin", origin).with("access-control-allow-methods", methods)
            .with("access-control-allow-headers", "Authorization, Content-Type")
            .with("access-control-max-age", "600")
    }

    private func publicOrigin(of request: Request) async throws -> String? {
        guard let origin = request.headers["origin"], origin.utf8.count <= 300,
            try await clients.isOrigin(origin, at: now(), in: database)
        else { return nil }
        return origin
    }
}

extension Identity {
    func preflightDoors(_ site: Site) {
        for (path, methods) in [("/identity/oauth/token", "POST"), ("/identity/oauth/userinfo", "GET, POST")] {
            site.api(.options, path, allow: .everyone, .preflight) { call in
                try await openID.preflight(call.request, methods)
            }
        }
    }
}

extension APIDoc {
    static let preflight = APIDoc(
        Phrase(
            vi: "Trình duyệt hỏi trước khi gọi (CORS)",
            en: "What a browser asks before it calls from another site (CORS)"),
        tags: ["identity"], status: 204)
}
