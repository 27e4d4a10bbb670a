import Database
import Vocabulary
import Web

/// What waits for a second person, what was decided, and asking: `/identity/requests`.
extension Identity {
    func requestDoors(_ site: Site) {
        site.menu(.requests, "/identity/requests", allow: .requests)
        site.page("/identity/requests", allow: .requests, requestsPage)
        site.form("/identity/requests/new", allow: .requests, page: newRequestPage) { page, fields in
            guard let person = page.person else { throw Problem.unauthenticated }
            guard let kind = fields["kind"].flatMap(AccessRequest.Kind.init), kind != .grant else {
                throw Problem.invalid(["kind": .chooseKind])
            }
            let object = (kind == .elevation ? fields["role"] : fields["resource"]) ?? ""
            do {
                try await ask(
                    kind, for: person.id, object, hours: fields["hours"].flatMap { Int($0) },
                    reason: fields["reason"] ?? "", by: person)
            } catch Problem.notFound { throw Problem.invalid(["resource": .explainNotFound]) }
            return .redirect("/identity/requests?done=asked")
        }
        for (verb, state) in [("approve", AccessRequest.State.approved), ("refuse", .refused)] {
            site.action("/identity/requests/{id}/\(verb)", allow: .administer) { page, _ in
                guard let person = page.person else { throw Problem.unauthenticated }
                try await answer(ID(try page.parameter("id")), state, by: person)
                return .redirect("/identity/requests?done=\(state.rawValue)")
            }
        }
    }

    private func requestsPage(_ page: Page) async throws -> View {
        let (at, reader, seesAll) = (now(), page.person, page.may(.administer))
        let (own, names) = try await database.write { tx in
            let own = try AccessRequestStore.latest(100, in: tx).filter {
                seesAll || $0.subject == reader?.id || $0.askedBy == reader?.id
            }
            try note(reading: own.map(\.subject), by: reader, how: .list, at: at, in: tx)
            let people = Set(own.flatMap { [$0.subject, $0.askedBy, $0.decidedBy].compactMap { $0 } })
            return (own, try people.compactMap { try PeopleStore.account($0, in: tx) })
        }
        let known = Dictionary(names.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let rows = own.map { row(page, $0, known, at: at) }
        let list =
            rows.isEmpty
            ? emptyState(page, .noRequests)
            : table(
                page, .requests, headers: [.requestFor, .requestWhat, .reason, .requestAsked, .state], rows: rows,
                isCaptionHidden: true)
        return View(
            title: page[.requests],
            body: """
                <p>\(page[.requestsLead])</p>
                \(buttonLink(page, .askForRight, "/identity/requests/new"))
                \(list)
                """)
    }

    private func row(
        _ page: Page, _ request: AccessRequest, _ names: [ID<Person>: String], at now: Instant
    ) -> [HTML] {
        func name(_ id: ID<Person>?) -> String { id.map { names[$0] ?? $0.text } ?? "" }
        let what = request.role.map { page[$0.label] } ?? request.object
        let hours = request.lastsSeconds.map { " (\($0 / 3600) h)" } ?? ""
        let mine = [request.askedBy, request.subject].contains(page.person?.id)
        let answer: HTML =
            request.waits(at: now) && page.may(.administer) && !mine
            ? buttons(
                actionButton(
                    page, .approve, "/identity/requests/\(request.id)/approve",
                    about: "\(what), \(name(request.subject))"),
                actionButton(
                    page, .refuse, "/identity/requests/\(request.id)/refuse", about: "\(what), \(name(request.subject))"
                ))
            : ""
        let decided: HTML = request.decidedBy == nil ? "" : "<br>\(name(request.decidedBy))"
        return [
            HTML(name(request.subject)), "\(page[request.kind.label]): \(what)\(hours)", HTML(request.reason),
            "\(time(request.askedAt))<br>\(name(request.askedBy))",
            "\(stateTag(page, request, at: now))\(decided)\(answer)",
        ]
    }

    private func stateTag(_ page: Page, _ request: AccessRequest, at now: Instant) -> HTML {
        switch request.state {
        case .waiting where !request.waits(at: now): statusTag(page[.requestLapsed], kind: .neutral)
        case .waiting: statusTag(page[.requestWaits], kind: .neutral)
        case .approved: statusTag(page[.requestApproved], kind: .done)
        case .refused: statusTag(page[.requestRefused], kind: .bad)
        }
    }

    private func newRequestPage(_ page: Page) async throws -> View {
        let kinds = [AccessRequest.Kind.elevation, .breakGlass].map {
            Choice($0.rawValue, page[$0.label], hint: page[$0.hint])
        }
        let roles = Role.ofPeople.filter { $0 != .citizen }.map { Choice($0.rawValue, page[$0.label]) }
        let hours = AccessRequest.elevationHours.map { Choice("\($0)", "\($0)") }
        let role = selectField(page, "role", .role, options: roles, hint: .onlyForElevation, required: false)
        let length = selectField(page, "hours", .hours, options: hours, hint: .onlyForElevation, required: false)
        let record = textField(
            page, "resource", .resourceField, hint: .onlyForBreakGlass, required: false,
            value: page.request.query["resource"],
            maxLength: 200)
        return View(
            title: page[.askForRight], back: "/identity/requests",
            body: form(
                page, action: "/identity/requests/new",
                """
                \(radioTiles(page, "kind", .requestKind, kinds))\(role)\(length)\(record)\
                \(textArea(page, "reason", .reason, hint: .reasonHint, rows: 3, maxLength: 500))\
                \(buttons(submit(page, .askForRight)))
                """))
    }
}
