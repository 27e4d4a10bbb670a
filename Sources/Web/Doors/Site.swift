package import Logging
import Synchronization
package import Vocabulary

/// Where rooms hang their doors. `allow:` has no default: a door without a guard does not compile.
///
/// ```swift
/// site.page("/incidents", allow: .viewIncidents) { page in incidentList(page, try await store.open()) }
/// site.form("/incidents/new", allow: .reportIncidents, page: reportForm) { page, fields in
///     let id = try await report(fields, by: page.person)
///     return .redirect("/incidents/\(id)")
/// }
/// ```
///
/// Built once and then only read; `respond(to:)` answers without a socket.
package final class Site: Sendable {
    package let settings: SiteSettings
    package let now: Clock
    let doorkeeper: Doorkeeper
    let layout: Layout
    let newID: IDSource
    let logger: Logger
    let assets: Assets
    let tokens: Tokens
    private let plan = Mutex(Plan())

    private struct Plan {
        var routes = Routes()
        var menu: [MenuEntry] = []
    }

    package init(
        doorkeeper: Doorkeeper, settings: SiteSettings, now: @escaping Clock, newID: IDSource? = nil,
        layout: @escaping Layout = plainLayout, logger: Logger = Logger(label: "web")
    ) {
        self.doorkeeper = doorkeeper
        self.settings = settings
        self.now = now
        self.newID = newID ?? UUIDv7.source(now: now)
        self.layout = layout
        self.logger = logger
        tokens = Tokens(secret: settings.secret)
        assets = Assets(folder: settings.publicFolder, reloads: settings.reloadsAssets)
        hangOwnDoors()
    }

    /// Every door there is: what a test walks as stranger, citizen, officer and node.
    package var table: [Route] { plan.withLock { $0.routes.table } }

    package var menuEntries: [MenuEntry] { plan.withLock { $0.menu } }

    var routes: Routes { plan.withLock { $0.routes } }

    package func menu(_ label: Phrase, _ link: Link, allow: Permission, covers: [String] = []) {
        plan.withLock { $0.menu.append(MenuEntry(label: label, link: link, permission: allow, covers: covers)) }
    }

    func add(
        _ method: Method, _ pattern: String, _ allow: Permission, _ kind: Route.Kind, about: APIDoc? = nil,
        bodyLimit: Int = 0, isKept: Bool = false, _ run: @escaping @Sendable (Visit) async throws -> Response
    ) {
        let route = Route(
            method: method, pattern: pattern, permission: allow, kind: kind, about: about, bodyLimit: bodyLimit,
            isKept: isKept, run: run)
        plan.withLock { $0.routes.add(route) }
    }

    /// The one place where a permission is checked against a person.
    static func opens(
        _ permission: Permission, to person: Person?, _ decide: (Person?, Permission) -> Bool
    ) -> Bool {
        switch permission {
        case .everyone: true
        case .signedIn: person.map { !$0.roles.contains(.peerNode) && !$0.isProgram } ?? false
        default: decide(person, permission)
        }
    }
}

extension Site {
    /// A page that people read (GET).
    ///
    /// When `render` throws `Problem.rejected`, what the address asks cannot be read: `render` is called again, with
    /// what was asked filled in and the errors, shows no answer, and goes out with 422.
    package func page(
        _ path: String, allow: Permission, _ render: @escaping @Sendable (Page) async throws -> View
    ) {
        add(.get, path, allow, .page) { visit in
            do {
                return visit.show(try await render(visit.page))
            } catch Problem.rejected(let code, let errors) {
                var visit = visit
                visit.page = visit.page.back(with: errors, code: code, filled: visit.page.request.query)
                return visit.show(try await render(visit.page), status: 422)
            }
        }
    }

    /// Something else than a page that people get with their browser (GET): a file to keep, a redirect.
    package func get(
        _ path: String, allow: Permission, _ run: @escaping @Sendable (Page) async throws -> Response
    ) {
        add(.get, path, allow, .page) { visit in try await run(visit.page) }
    }

    /// A form with its page. GET renders `page`; POST runs `run`.
    ///
    /// When `run` throws `Problem.invalid` or `rejected`, `page` is rendered again with 422, what was filled in, and
    /// the errors; `Problem.conflict` comes back the same way with 409, `tooOften` with 429, as the error of the form
    /// as a whole (key `""`). So does a form whose token ran out, with 403 and before `run`: what was typed is not
    /// lost.
    ///
    /// - Parameter isKept: whether what a person wrote is handed back too when their session ended meanwhile. For long
    ///   forms without secrets; others send to sign in, and begin anew.
    package func form(
        _ path: String, allow: Permission, bodyLimit: Int = 64 << 10, isKept: Bool = false,
        page render: @escaping @Sendable (Page) async throws -> View,
        run: @escaping @Sendable (Page, Fields) async throws -> Response
    ) {
        add(.get, path, allow, .form) { visit in visit.show(try await render(visit.page)) }
        add(.post, path, allow, .form, bodyLimit: bodyLimit, isKept: isKept) { visit in
            var visit = visit
            let (fields, isOurs) = try visit.readFields()
            guard isOurs else {
                visit.page = visit.page.back(with: ["": .sendAgain], filled: fields)
                return visit.show(try await render(visit.page), status: ProblemKind.formExpired.status)
            }
            do {
                return try await run(visit.page, fields)
            } catch Problem.invalid(let errors) {
                visit.page = visit.page.back(with: errors, filled: fields)
                return visit.show(try await render(visit.page), status: 422)
            } catch Problem.rejected(let code, let errors) {
                visit.page = visit.page.back(with: errors, code: code, filled: fields)
                return visit.show(try await render(visit.page), status: 422)
            } catch Problem.conflict(let phrase) {
                visit.page = visit.page.back(with: ["": phrase], filled: fields)
                // Where the form is no more, as after somebody else's decision, what happened is said without it.
                guard let view = try? await render(visit.page) else { throw Problem.conflict(phrase) }
                return visit.show(view, status: 409)
            } catch Problem.tooOften(let seconds) {
                visit.page = visit.page.back(with: ["": .waitSeconds(seconds)], filled: fields)
                return visit.show(try await render(visit.page), status: 429).with("retry-after", "\(max(1, seconds))")
            }
        }
    }

    /// A button without a page of its own (POST): sign out, close, revoke.
    package func action(
        _ path: String, allow: Permission, bodyLimit: Int = 64 << 10,
        run: @escaping @Sendable (Page, Fields) async throws -> Response
    ) {
        add(.post, path, allow, .action, bodyLimit: bodyLimit) { visit in
            try await run(visit.page, try visit.readForm())
        }
    }

    /// A door for programs. Errors are problem+json; it stands in the OpenAPI document.
    package func api(
        _ method: Method, _ path: String, allow: Permission, _ about: APIDoc, bodyLimit: Int = 1 << 20,
        _ run: @escaping @Sendable (Call) async throws -> Response
    ) {
        add(method, path, allow, .api, about: about, bodyLimit: method.isSafe ? 0 : bodyLimit) { visit in
            let page = visit.page
            return try await run(
                Call(
                    request: page.request, person: page.person, parameters: page.request.parameters,
                    language: page.language, now: page.now))
        }
    }
}

extension Visit {
    /// The fields of the body, after its token was checked.
    func readForm() throws -> Fields {
        let (fields, isOurs) = try readFields()
        guard isOurs else { throw Refusal.formExpired }
        return fields
    }

    /// The fields of the body, and whether their token is this caller's.
    func readFields() throws -> (Fields, isOurs: Bool) {
        var fields = try Forms.read(page.request)
        let isOurs = caller.isTokenValid(fields[Page.csrfName] ?? "")
        fields.remove(Page.csrfName)
        return (fields, isOurs)
    }
}
