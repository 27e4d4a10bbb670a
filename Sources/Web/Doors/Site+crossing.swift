package import Vocabulary

/// Where the browser goes from a door that does not know beforehand whether it will show a page.
package enum Turn: Sendable {
    case stay(View, status: Int = 200, headers: Headers = [:])
    case go(Response)
}

extension Site {
    /// A door between this site and others (GET): it sends the browser on, or shows a page when it cannot.
    package func crossing(
        _ path: String, allow: Permission, _ run: @escaping @Sendable (Page) async throws -> Turn
    ) {
        add(.get, path, allow, .page) { visit in
            switch try await run(visit.page) {
            case .go(let response): return response
            case .stay(let view, let status, let headers):
                var response = visit.show(view, status: status)
                response.headers.add(headers)
                return response
            }
        }
    }

    /// A form that other sites send (POST), handed on as a question: 303 to the same path with its fields as the query.
    ///
    /// Nothing happens behind this door, so no token is asked for; and the browser comes back by GET with the cookies
    /// that `SameSite=Lax` kept out of the POST.
    package func handOver(_ path: String, allow: Permission, bodyLimit: Int = 16 << 10) {
        add(.post, path, allow, .foreign, bodyLimit: bodyLimit) { visit in
            guard let here = Link(ownPath: path) else { throw Problem.notFound }
            return .redirect(here.with(try Forms.read(visit.page.request, limits: .query)))
        }
    }
}
