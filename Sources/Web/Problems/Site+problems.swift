import Logging
import StrictJSON
import Vocabulary

/// One error, two faces: RFC 9457 for programs, a sentence with a next step for people.
extension Site {
    func face(of error: any Error, for request: Request, as visit: Visit?, kind: Route.Kind?) -> Response {
        if let next = keptForm(after: error, request, visit) ?? detour(for: error, request, visit, kind) { return next }
        let face = describe(error, request)
        var response = draw(face, for: request, as: visit, kind: kind)
        response.headers.add(face.headers)
        return response
    }

    private func draw(_ face: ProblemFace, for request: Request, as visit: Visit?, kind: Route.Kind?) -> Response {
        if let visit, kind?.isForPeople ?? request.wantsPage {
            return visit.show(face.view(visit.page, signIn: settings.signIn), status: face.kind.status)
        }
        let language = visit?.page.language ?? language(of: request, Caller(), at: kind)
        return .json(face.json(language), status: face.kind.status, type: "application/problem+json")
            .with("content-language", language.rawValue)
            .with("vary", hearsLanguage(request, at: kind) ? "Accept-Language, Cookie" : "Cookie")
    }

    /// A stranger at a page is sent to sign in, somebody who is not known surely enough to confirm it, and both come
    /// back afterwards.
    private func detour(for error: any Error, _ request: Request, _ visit: Visit?, _ kind: Route.Kind?) -> Response? {
        guard visit != nil, kind?.isForPeople ?? false else { return nil }
        var query = Fields()
        let way: Link
        switch error {
        case Problem.unauthenticated: way = settings.signIn
        case Problem.confirmFirst(let level):
            way = settings.confirm
            query.add("level", String(level))
        default: return nil
        }
        let target = request.method.isSafe ? request.rawTarget : kind == .form ? request.path : page(before: request)
        if target != "/", Link(ownPath: target) != nil { query.add(next: target) }
        return .redirect(way.with(query))
    }

    /// The page of ours on which a button was pressed, as the browser says; the home page when it says none.
    private func page(before request: Request) -> String {
        let parts = (request.headers["referer"] ?? "").split(
            separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 && parts[2] == request.host ? "/\(parts[3])" : "/"
    }

    private func describe(_ error: any Error, _ request: Request) -> ProblemFace {
        switch error {
        case let problem as Problem: return ProblemFace(problem)
        case let refusal as Refusal: return ProblemFace(refusal)
        case let error as JSONError:
            var face = ProblemFace(error.problem)
            face.code = error.code
            return face
        default:
            let isTemporary = settings.isTemporary(error)
            var face = ProblemFace(kind: isTemporary ? .unavailable : .internalError)
            if isTemporary { face.headers["retry-after"] = "10" }
            let id = newID()
            face.incident = id
            logger.error(
                isTemporary ? "not possible for now" : "an error nobody expected",
                metadata: [
                    "web.error": "\(id)", "web.method": "\(request.method.rawValue)",
                    "web.path": "\(pattern(request) ?? "-")",
                    "web.cause": "\(error)",
                ])
            return face
        }
    }

    func hangProblemPages() {
        page("/problems/{slug}", allow: .everyone) { page in
            let slug = try page.parameter("slug")
            guard let kind = ProblemKind.all.first(where: { $0.slug == slug }) else { throw Problem.notFound }
            return View(
                title: page[kind.title],
                body: """
                    <p>\(page[kind.advice])</p>
                    <p>HTTP \(kind.status) · <code>/problems/\(kind.slug)</code></p>
                    <p><a href="/">\(page[.home])</a></p>
                    """)
        }
    }
}
