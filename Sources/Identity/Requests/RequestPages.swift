import Database
import Vocabulary
import Web

/// What waits for a second person, what was decided, and asking: `/identity/requests`.
extension Identity {
    func requestDoors(_ site: Site) {
        site.menu(.requests, "/identity/requests", allow: .requests)
        site.page("/identity/requests", allow: .requests, requestsPage)
        site.form("/identity/requests/new", allow: .requests, isKept: true, page: newRequestPage) { page, fields in
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
        site.action("/identity/requests/{id}/close", allow: .requests) { page, _ in
            try await closeRecord(ID(try page.parameter("id")), by: try signedIn(page))
            return .redirect("/identity/requests?done=closed")
        }
    }

    private func requestsPage(_ page: Page) async throws -> View {
        let (at, reader, seesAll) = (now(), page.person, page.may(.administer))
        let (waiting, past, count, people) = try await database.write { tx in
            let whose: ID<Person>? = try seesAll ? nil : signedIn(page).id
            let waiting = try AccessRequestStore.waiting(for: whose, at: at, limit: 200, in: tx)
            let past = try AccessRequestStore.past(for: whose, at: at, limit: 100, in: tx)
            let all = waiting + past
            try note(reading: all.map(\.subject), by: reader, how: .list, at: at, in: tx)
            let people = Set(all.flatMap { [$0.subject, $0.askedBy, $0.decidedBy].compactMap { $0 } })
            let count = try seesAll ? AccessRequestStore.countWaiting(at: at, in: tx) : waiting.count
            return (waiting, past, count, try people.compactMap { try PeopleStore.account($0, in: tx) })
        }
        let names = Dictionary(people.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let register = try await organisations()
        func list(_ caption: Phrase, _ requests: [AccessRequest], empty: Phrase) -> HTML {
            guard !requests.isEmpty else { return emptyState(page, empty) }
            return table(
                page, caption, headers: [.requestFor, .requestWhat, .reason, .requestAsked, .state],
                rows: requests.map { row(page, $0, names, register, at: at) }, isCaptionHidden: true)
        }
        return View(
            title: page[.requests],
            body: """
                \(ifLet: Phrase.wasDone(page.request.query["done"] ?? ""), { banner(page, .success, $0) })\
                <p>\(page[.requestsLead])</p>
                \(buttonLink(page, .askForRight, "/identity/requests/new"))
                <h2>\(page[.waitingRequests(count)])</h2>
                \(list(.waitingRequests(count), waiting, empty: .noWaitingRequests))
                <h2>\(page[.pastRequests])</h2>
                \(list(.pastRequests, past, empty: .noRequests))
                """)
    }

    private func row(
        _ page: Page, _ request: AccessRequest, _ names: [ID<Person>: String], _ register: OrganisationRegister,
        at now: Instant
    ) -> [HTML] {
        func name(_ id: ID<Person>?) -> String { id.map { names[$0] ?? $0.text } ?? "" }
        let what = request.role.map { page[$0.label] } ?? request.object
        let hours = request.lastsSeconds.map { " (\(page[.forHours($0 / 3600)]))" } ?? ""
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
            HTML(name(request.subject)),
            "\(page[request.kind.label]): \(what)\(hours)\(term(page, request.term, register, at: now))",
            HTML(page[request.why]),
            "\(time(request.askedAt))<br>\(name(request.askedBy))",
            "\(stateTag(page, request, at: now))\(decided)\(answer)\(closing(page, request, at: now))",
        ]
    }

    /// Where and when a role is to hold, as far as that was said.
    private func term(
        _ page: Page, _ term: AccessRequest.Term, _ register: OrganisationRegister, at now: Instant
    ) -> HTML {
        let place = term.organisation.map { page[register.name(of: $0, on: Day(now))] }
        return """
            \(ifLet: place, { "<br>\($0)" })\
            \(ifLet: term.from, { "<br>\(page[.from]) \(time($0))" })\
            \(ifLet: term.until, { "<br>\(page[.until]) \(lastDay($0))" })
            """
    }

    /// Whoever a record is open for may close it; everybody sees until when it is, or was.
    private func closing(_ page: Page, _ request: AccessRequest, at now: Instant) -> HTML {
        guard let end = request.opensUntil else { return "" }
        guard now < end else { return "<br>\(page[.closedAt(end)])" }
        let close = actionButton(
            page, .closeRecord, "/identity/requests/\(request.id)/close", about: request.object)
        return "<br>\(page[.openUntil(end)])\(if: request.subject == page.person?.id, close)"
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
        let roles = Role.ofPeople.filter { $0 != .citizen && !$0.isPrivileged }.map {
            Choice($0.rawValue, page[$0.label])
        }
        let hours = AccessRequest.elevationHours.map { Choice("\($0)", "\($0)") }
        let role = selectField(
            page, "role", .role, options: roles, hint: .onlyForElevation, required: false, hintSaysWhen: true)
        let length = selectField(
            page, "hours", .hours, options: hours, hint: .onlyForElevation, required: false, hintSaysWhen: true)
        let record = textField(
            page, "resource", .resourceField, hint: .onlyForBreakGlass, required: false, hintSaysWhen: true,
            value: page.request.query["resource"], maxLength: 200)
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
