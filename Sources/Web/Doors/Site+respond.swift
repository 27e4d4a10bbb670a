import Vocabulary

extension Site {
    /// Answers one call. Never throws: whatever goes wrong has a face.
    package func respond(to request: Request) async -> Response {
        var request = request
        do {
            try checkHost(of: request)
        } catch {
            return finish(face(of: error, for: request, as: nil, kind: nil), for: request, caller: nil)
        }
        let match = routes.match(request.method, request.path)
        if case .door(let route, let parameters) = match {
            request.parameters = parameters
            if route.kind == .asset { return await answer(request, route, caller: nil) }
        }
        let known: KnownCaller
        do {
            let caller = try await caller(of: request, at: match)
            if case .door(let route, _) = match, route.kind == .api, caller.session == nil {
                known = KnownCaller(caller: caller, subject: "", tokens: tokens, newVisit: nil)
            } else {
                known = know(caller, request)
            }
        } catch {
            if case .otherMethods(let methods) = match {
                return refuse(request, with: Refusal.methodNotAllowed(methods))
            }
            return finish(face(of: error, for: request, as: nil, kind: nil), for: request, caller: nil)
        }
        switch match {
        case .door(let route, _): return await answer(request, route, caller: known)
        case .otherMethods(let methods):
            let taken = methods.filter { routes.takes($0, request.path) }
            return refuse(request, taken.isEmpty ? Problem.notFound : Refusal.methodNotAllowed(taken), known)
        case .withoutSlash: return withoutSlash(request, known)
        case .none: return refuse(request, Problem.notFound, known)
        }
    }

    /// The answer to a call whose body could not be read to its end: too long, too slow.
    func refuse(_ request: Request, with error: any Error) -> Response {
        finish(face(of: error, for: request, as: nil, kind: nil), for: request, caller: nil)
    }

    /// How many bytes of a body the door of this call takes; 0 when there is no such door.
    package func bodyLimit(_ method: Method, _ path: String) -> Int {
        if case .door(let route, _) = routes.match(method, path) { route.bodyLimit } else { 0 }
    }

    /// Whether a body may come: none is read for a method that the path does not take.
    func hasDoor(_ method: Method, _ path: String) -> Bool { routes.takes(method, path) }

    /// Whether it is worth reading a long body: whoever may not open the door is answered without.
    func expectsBody(of request: Request) async -> Bool {
        if request.queryFault != nil { return false }
        guard let look = doorkeeper.look, case .door(let route, _) = routes.match(request.method, request.path) else {
            return true
        }
        let caller: Caller?
        if let bearer = bearer(at: route), request.headers["authorization"] != nil {
            let token = (try? Bearer.token(of: request)) ?? ""
            caller = try? await bearer(request, token, true)
        } else {
            caller = try? await look(request)
        }
        return Site.opens(route.permission, to: caller?.person, doorkeeper.decide)
    }

    /// The pattern of the door that a call goes to, for logs: the path itself may hold a token.
    func pattern(_ request: Request) -> String? {
        if case .door(let route, _) = routes.match(request.method, request.path) { route.pattern } else { nil }
    }

    /// The token that a form from this caller must carry: for programs that walk through forms, tests above all.
    package func csrfToken(for request: Request) async -> String {
        let caller = try? await doorkeeper.identify(request)
        return know(caller ?? Caller(), request).token
    }

    /// Who calls. A key or token at a door that takes them is all by which its bearer is known: a cookie beside it
    /// opens nothing, and no token of a form is asked for, since no browser sends it by itself.
    private func caller(of request: Request, at match: Routes.Match) async throws -> Caller {
        guard case .door(let route, _) = match, let bearer = bearer(at: route) else {
            return try await doorkeeper.identify(request)
        }
        do {
            guard let token = try Bearer.token(of: request) else { return try await doorkeeper.identify(request) }
            return try await bearer(request, token, false)
        } catch let fault as BearerFault {
            throw Refusal.bearer(fault)
        }
    }

    /// How bearers of keys and tokens are found out at a door; nil at one that takes none.
    private func bearer(at route: Route) -> (@Sendable (Request, String, Bool) async throws -> Caller)? {
        route.about?.scopes.isEmpty == false ? doorkeeper.bearer : nil
    }

    private func answer(_ request: Request, _ route: Route, caller: KnownCaller?) async -> Response {
        let caller = caller ?? know(Caller(), request)
        let visit = visit(request, caller, at: route.kind)
        do {
            try check(visit, route)
            return finish(
                try await route.run(visit), for: request, caller: route.kind == .asset ? nil : caller,
                page: route.kind == .asset ? nil : visit.page)
        } catch {
            return finish(
                face(of: toldToPrograms(error, caller.caller, route), for: request, as: visit, kind: route.kind),
                for: request, caller: caller, page: visit.page)
        }
    }

    /// What a program can do about it: RFC 9470 where its person must prove anew who they are, and at a door that takes
    /// tokens the challenge for one.
    private func toldToPrograms(_ error: any Error, _ caller: Caller, _ route: Route) -> any Error {
        switch error {
        case Problem.confirmFirst(let level) where caller.scopes != nil:
            Refusal.bearer(.notSure(level: level, withinSeconds: doorkeeper.freshSeconds))
        case Problem.unauthenticated where bearer(at: route) != nil: Refusal.bearer(.missing)
        default: error
        }
    }

    private func check(_ visit: Visit, _ route: Route) throws {
        let request = visit.page.request
        if let fault = request.queryFault { throw fault }
        if let scopes = visit.caller.caller.scopes, let about = route.about, let narrowest = about.scopes.first,
            scopes.isDisjoint(with: about.scopes)
        {
            throw Refusal.bearer(.notEnough(scope: narrowest))
        }
        guard Site.opens(route.permission, to: visit.page.person, doorkeeper.decide) else {
            throw visit.page.person == nil ? Problem.unauthenticated : Problem.forbidden
        }
        if let objection = visit.page.person.flatMap({ doorkeeper.objection($0, route.permission, visit.page.now) }) {
            throw objection
        }
        guard request.body.count <= route.bodyLimit else { throw Problem.tooLarge(limitBytes: route.bodyLimit) }
        guard request.headers["content-encoding"].map({ $0.lowercased() == "identity" }) ?? true else {
            throw Refusal.unsupportedMediaType()
        }
        try checkMediaType(request, route)
        try checkOrigin(visit, route)
    }

    /// A door for JSON takes what says that it is JSON, or says nothing of itself. Doors of other formats read the type
    /// themselves.
    private func checkMediaType(_ request: Request, _ route: Route) throws(Refusal) {
        let json = "application/json"
        guard route.about?.request?.mediaType == json, !request.body.isEmpty else { return }
        let type = request.mediaType
        let isJSON = type.isEmpty || type == json || type.hasPrefix("application/") && type.hasSuffix("+json")
        guard isJSON, request.headers.all("content-type").count <= 1 else {
            throw .unsupportedMediaType(accepted: json)
        }
    }

    /// A change that a browser asks for comes from a page of ours. Programs that sign their calls have no cookie that
    /// somebody could abuse.
    private func checkOrigin(_ visit: Visit, _ route: Route) throws {
        let request = visit.page.request
        if route.kind == .foreign { return }
        guard !request.method.isSafe, route.kind.isForPeople || visit.caller.caller.session != nil else { return }
        guard isFromHere(request) else { throw Refusal.crossSite }
        if !route.kind.isForPeople, !visit.caller.isTokenValid(request.headers["x-csrf-token"] ?? "") {
            throw Refusal.formExpired
        }
    }

    private func checkHost(of request: Request) throws {
        guard settings.hosts.isEmpty || settings.hosts.contains(request.host.lowercased()) || request.remote == "unix"
        else {
            throw Refusal.misdirected
        }
    }

    private func refuse(_ request: Request, _ error: any Error, _ caller: KnownCaller) -> Response {
        let visit = visit(request, caller, at: nil)
        return finish(
            face(of: error, for: request, as: visit, kind: nil), for: request, caller: caller, page: visit.page)
    }

    private func withoutSlash(_ request: Request, _ caller: KnownCaller) -> Response {
        let query = request.rawTarget.dropFirst(request.path.count)
        guard let link = Link(ownPath: String(request.path.dropLast()) + query) else {
            return refuse(request, Problem.notFound, caller)
        }
        return finish(.redirect(link, status: 308), for: request, caller: caller)
    }

    private func visit(_ request: Request, _ caller: KnownCaller, at kind: Route.Kind?) -> Visit {
        let face = SiteFace(
            name: settings.name, menu: { [weak self] in self?.menuEntries ?? [] }, assets: assets,
            csrfToken: { caller.token }, decide: doorkeeper.decide)
        let page = Page(
            language: language(of: request, caller.caller, at: kind), person: caller.caller.person, request: request,
            now: now(), face: face)
        return Visit(page: page, caller: caller, layout: layout)
    }

    private func know(_ caller: Caller, _ request: Request) -> KnownCaller {
        if let session = caller.session {
            return KnownCaller(caller: caller, subject: "session:\(session)", tokens: tokens, newVisit: nil)
        }
        if let visit = settings.cookies.value("visit", of: request), !visit.isEmpty {
            return KnownCaller(caller: caller, subject: "visit:\(visit)", tokens: tokens, newVisit: nil)
        }
        let visit = newID()
        let cookie = settings.cookies.make("visit", visit, on: request)
        return KnownCaller(caller: caller, subject: "visit:\(visit)", tokens: tokens, newVisit: cookie)
    }
}
