import Gateway
import Contracts
import Database
import StrictJSON
import Vocabulary
import Web

/// The pages for those who look after events: types, queues, dead letters.
extension Events {
    func pages(_ site: Site) {
        site.menu(.eventsMenu, "/events", allow: .viewEvents)
        site.page("/events", allow: .viewEvents) { [self] page in try await overview(page) }
        site.form(
            "/events/types/new", allow: .registerEvents, bodyLimit: 512 << 10,
            page: { [self] page in typeForm(page) },
            run: { [self] page, fields in
                let code = try await register(page, fields)
                return .redirect("/events/types/\(code)")
            })
        site.page("/events/types/{code}", allow: .viewEvents) { [self] page in try await typePage(page) }
        site.page("/events/queues/{id}", allow: .viewEvents) { [self] page in try await queuePage(page) }
        site.page("/events/dead", allow: .viewEvents) { [self] page in try await deadPage(page) }
        site.form(
            "/events/queues/{id}/replay", allow: .administerEvents,
            page: { [self] page in try await replayPage(page) },
            run: { [self] page, fields in
                let id = ID<Subscription>(try page.parameter("id"))
                let start = try Events.replayStart(fields)
                do {
                    _ = try await replay(id, from: start.moment, position: start.position, by: author(page))
                } catch Problem.malformed {
                    throw Problem.invalid([start.moment == nil ? "position" : "from": .badCursor])
                }
                return .redirect("/events/queues/\(id)")
            })
        site.action("/events/queues/{id}/again", allow: .administerEvents) { [self] page, fields in
            let id = ID<Subscription>(try page.parameter("id"))
            _ = try await tryAgain(id, try Events.number(fields["position"]), by: author(page))
            return .redirect("/events/queues/\(id)")
        }
        site.action("/events/queues/{id}/pause", allow: .administerEvents) { [self] page, fields in
            let id = ID<Subscription>(try page.parameter("id"))
            try await pause(id, fields.isOn("pause"), by: author(page))
            return .redirect("/events/queues/\(id)")
        }
        site.action("/events/queues/{id}/private", allow: .administerEvents) { [self] page, fields in
            let id = ID<Subscription>(try page.parameter("id"))
            try await allowPrivate(id, fields.isOn("allow"), by: author(page))
            return .redirect("/events/queues/\(id)")
        }
    }

    /// Either the moment or the position of the form; both, or neither, is a mistake.
    private static func replayStart(_ fields: Fields) throws(Problem) -> (moment: Instant?, position: Int64?) {
        let (from, position) = (fields["from"] ?? "", fields["position"] ?? "")
        switch (from.isEmpty, position.isEmpty) {
        case (false, true):
            guard let moment = Instant(local: from) else { throw .invalid(["from": .replayTimeIsWrong]) }
            return (moment, nil)
        case (true, false):
            guard let position = Int64(position) else { throw .invalid(["position": .badCursor]) }
            return (nil, position)
        default: throw .invalid(["from": .replayNeedsOne])
        }
    }

    private func author(_ page: Page) -> String { page.person?.id.text ?? "" }

    private func register(_ page: Page, _ fields: Fields) async throws -> String {
        let organisation = page.person?.organisation ?? organisation
        let draft = EventTypeDraft(
            code: fields["code"] ?? "", name: fields["name"] ?? "", organisation: organisation,
            title: Phrase(vi: fields["title"] ?? "", en: fields["title-en"] ?? fields["title"] ?? ""),
            about: fields["about"] ?? "", dataClass: fields["class"] ?? "internal",
            schema: Array((fields.verbatim("schema") ?? "").utf8))
        return try await register(draft, by: page.person).code
    }

    private func typeForm(_ page: Page) -> View {
        View(
            title: page[.newType], back: "/events",
            body: form(
                page, action: "/events/types/new",
                """
                \(textField(page, "code", .typeCode, hint: .typeCodeHint))
                \(textField(page, "name", .typeName, hint: .typeNameHint))
                \(textField(page, "title", .typeTitle))
                \(textField(page, "title-en", .typeTitleEnglish, required: false))
                \(radioTiles(page, "class", .dataClass, EventType.dataClasses.map { Choice($0, page[.dataClass($0)]) },
                    chosen: "internal"))
                \(textArea(page, "about", .aboutType, required: false))
                \(textArea(page, "schema", .schemaOfData, hint: .schemaHint, rows: 14))
                \(buttons(submit(page, .registerType)))
                """))
    }

    private func overview(_ page: Page) async throws -> View {
        let (subscriptions, dead) = try await database.read { tx in
            (try SubscriptionStore.all(in: tx), try DeadLetterStore.counts(in: tx))
        }
        let bounds = store.bounds
        let at = now()
        let rights = rights
        var owners: [ID<Organisation>: Phrase] = [:]
        for owner in Set(types.all.map(\.organisation)) { owners[owner] = try await neighbours.organisationName(owner) }
        let typeRows = types.all.map { type -> [HTML] in
            [
                "<a href=\"\(link: "/events/types/\(type.code)")\">\(page[type.title])</a>",
                "<code>\(type.name)</code>",
                HTML(owners[type.organisation].map { page[$0] } ?? type.organisation.text),
                "\(rights.publishers(of: type.name, at: at).count)",
                "\(rights.followers(of: type.name, at: at).count)",
            ]
        }
        let names = try await neighbours.applicationNames(Set(subscriptions.map(\.name)))
        let queueRows = subscriptions.map { row(page, $0, named: names[$0.name], dead[$0.id.text] ?? 0) }
        let count = dead.values.reduce(0, +)
        return View(
            title: page[.eventsTitle],
            body: """
                \(buttons(
                    page.may(.registerEvents) ? buttonLink(page, .newType, "/events/types/new") : "",
                    buttonLink(page, .deadLetters, "/events/dead", kind: .quiet)))
                \(summaryList(page, [
                    (.eventsStored, "\(Int(max(0, bounds.last - bounds.oldest + 1)))"),
                    (.newestPosition, "\(Int(bounds.last))"), (.deadLetters, "\(count)"),
                ]))
                <h2>\(page[.eventTypes])</h2>
                \(typeRows.isEmpty ? emptyState(page, .noTypes) : table(page, .eventTypes,
                    headers: [.typeTitle, .typeName, .organisation, .publishers, .followers], rows: typeRows,
                    numbers: [3, 4], isCaptionHidden: true))
                <h2>\(page[.queues])</h2>
                \(queueRows.isEmpty ? emptyState(page, .noQueues) : table(page, .queues,
                    headers: [.application, .way, .state, .behind, .deadLetters], rows: queueRows, numbers: [3, 4],
                    isCaptionHidden: true))
                """)
    }

    private func row(_ page: Page, _ item: Subscription, named name: String?, _ dead: Int) -> [HTML] {
        let live = dispatcher[item.id]?.now
        let position = live?.subscription.position ?? item.position
        return [
            """
            <a href="\(link: "/events/queues/\(item.id)")" lang="">\(name ?? item.name)</a>\
            \(if: name != nil, "<br><code>\(item.name)</code>")
            """,
            HTML(item.target.map { host($0.url) } ?? page[.pulls]), stateTag(page, item, live),
            "\(Int(max(0, store.bounds.last - position)))", "\(dead)",
        ]
    }

    private func host(_ url: String) -> String { String(url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }) }

    private func stateTag(_ page: Page, _ item: Subscription, _ live: Endpoint.State?) -> HTML {
        let state = live?.subscription.state ?? item.state
        let withheld = state == .active ? withheld(from: item) : []
        if !withheld.isEmpty, withheld.count == item.types.count {
            let why = Set(withheld.map(\.why))
            return statusTag(page[why.count == 1 ? .stateWithheld(withheld[0].why) : .stateUngranted], kind: .bad)
        }
        let tag = stateTag(page, state, live)
        return withheld.isEmpty ? tag : "\(tag) \(statusTag(page[.stateInPart], kind: .waiting))"
    }

    private func stateTag(_ page: Page, _ state: Subscription.State, _ live: Endpoint.State?) -> HTML {
        switch (state, live?.failures ?? 0) {
        case (.active, 0): statusTag(page[.stateActive], kind: .done)
        case (.active, _): statusTag(page[.stateFailing], kind: .bad)
        case (.asked, _): statusTag(page[.stateAsked], kind: .waiting)
        case (.paused, _): statusTag(page[.statePaused], kind: .neutral)
        case (.gone, _): statusTag(page[.stateGone], kind: .bad)
        }
    }

    private func typePage(_ page: Page) async throws -> View {
        let code = try page.parameter("code")
        guard let type = types.all.first(where: { $0.code == code }), let ready = types[type.name] else {
            throw Problem.notFound
        }
        let at = now()
        let owner = try await neighbours.organisationName(type.organisation)
        let (publishers, followers) = (
            rights.publishers(of: type.name, at: at), rights.followers(of: type.name, at: at)
        )
        let known = try await neighbours.applicationNames(Set((publishers + followers).map(\.name.description)))
        func names(_ people: [EventRights.Application]) -> HTML {
            let lines = people.map { application -> HTML in
                let code = application.name.description
                guard let name = known[code] else { return "<code>\(code)</code>" }
                return "<span lang=\"\">\(name)</span> <code>\(code)</code>"
            }
            return lines.isEmpty ? HTML(page[.nobodyYet]) : "\(each: lines, { "<div>\($0)</div>" })"
        }
        return View(
            title: page[type.title], back: "/events",
            body: """
                \(summaryList(page, [
                    (.typeName, "<code>\(type.name)</code>"),
                    (.organisation, HTML(owner.map { page[$0] } ?? type.organisation.text)),
                    (.dataClass, HTML(page[.dataClass(type.dataClass)])), (.revision, "\(type.revision)"),
                    (.publishers, names(publishers)), (.followers, names(followers)),
                ]))
                \(if: !type.about.isEmpty, "<p lang=\"\">\(type.about)</p>")
                <h2>\(page[.schemaOfData])</h2>
                <pre>\(String(decoding: ready.text.json.bytes.prefix(65_536), as: UTF8.self))</pre>
                """)
    }

    private func queuePage(_ page: Page) async throws -> View {
        let id = ID<Subscription>(try page.parameter("id"))
        let (found, letters) = try await database.read { tx in
            (try SubscriptionStore.find(id, in: tx), try DeadLetterStore.letters(of: id, limit: 50, in: tx))
        }
        guard let found else { throw Problem.notFound }
        let live = dispatcher[id]?.now
        let position = live?.subscription.position ?? found.position
        let isPaused = (live?.subscription.state ?? found.state) == .paused
        let kept = live?.subscription.reason ?? found.reason
        let fault = (isPaused ? nil : live?.lastError) ?? (kept.isEmpty ? nil : DeliveryFault(kept))
        let name = try await neighbours.applicationNames([found.name])[found.name]
        return View(
            title: page[.queueOf(name ?? found.name)], back: "/events",
            body: """
                \(summaryList(page, [
                    (.application, "<code>\(found.name)</code>"),
                    (.state, stateTag(page, found, live)),
                    (.way, found.target.map { "<code>\($0.url)</code>" } ?? HTML(page[.pulls])),
                    (.eventTypes, HTML(found.types.sorted().joined(separator: ", "))),
                    (.ungrantedTypes, ungranted(page, found)),
                    (.behind, "\(Int(max(0, store.bounds.last - position)))"),
                    (.position, "\(Int(position))"),
                    (.missedEvents, "\(Int(live?.subscription.missed ?? found.missed))"),
                    (.withheldEvents, gapList(live?.subscription.gaps ?? found.gaps)),
                    (.lastError, HTML(fault.map { page[$0.phrase] } ?? "–")),
                    (.nextTry, live?.retryAt.map(time) ?? "–"), (.lastTaken, live?.lastTakenAt.map(time) ?? "–"),
                ]))
                \(if: page.may(.administerEvents), controls(page, found))
                <h2>\(page[.deadLetters])</h2>
                \(letters.isEmpty ? emptyState(page, .noDeadLetters) : deadTable(page, letters))
                """)
    }

    private func ungranted(_ page: Page, _ item: Subscription) -> HTML {
        let lines = withheld(from: item)
        guard !lines.isEmpty else { return "–" }
        return "\(each: lines, { "<div><code>\($0.type)</code>: \(page[$0.why.phrase])</div>" })"
    }

    private func gapList(_ gaps: Gaps) -> HTML {
        guard gaps.count > 0 else { return "0" }
        let places = gaps.all.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)" }
        return "\(Int(gaps.count)) (\(places.joined(separator: ", ")))"
    }

    private func controls(_ page: Page, _ item: Subscription) -> HTML {
        let isPaused = item.state == .paused
        let place = item.id
        let isPrivate = item.target?.mayBePrivate ?? false
        return """
            \(buttons(
                actionButton(page, isPaused ? .goOn : item.state == .active ? .stopForNow : .askAgain,
                    "/events/queues/\(place)/pause", fields: item.state == .active ? ["pause": "1"] : [:]),
                item.target == nil ? "" : actionButton(page, isPrivate ? .forbidPrivate : .allowPrivate,
                    "/events/queues/\(place)/private", fields: isPrivate ? [:] : ["allow": "1"]),
                actionButton(page, .tryAllAgain, "/events/queues/\(place)/again"),
                buttonLink(page, .replayNow, "/events/queues/\(place)/replay", kind: .quiet)))
            """
    }

    private func replayPage(_ page: Page) async throws -> View {
        let id = ID<Subscription>(try page.parameter("id"))
        guard let found = try await database.read({ try SubscriptionStore.find(id, in: $0) }) else {
            throw Problem.notFound
        }
        let name = try await neighbours.applicationNames([found.name])[found.name]
        return View(
            title: page[.replayNow], about: name ?? found.name, back: "/events/queues/\(id)",
            body: """
                <p>\(page[.replayHint])</p>
                \(form(page, action: "/events/queues/\(id)/replay", """
                    \(textField(page, "from", .replayFrom, hint: .replayFromHint, type: .dateTime, required: false))
                    \(textField(page, "position", .replayPosition, type: .code, required: false))
                    \(buttons(submit(page, .replayNow)))
                    """))
                """)
    }

    private func deadTable(_ page: Page, _ letters: [DeadLetter]) -> HTML {
        let rows = letters.map { letter -> [HTML] in
            [
                "<a href=\"\(link: "/events/queues/\(letter.subscription)")\">\(letter.event)</a>",
                "<code>\(letter.type)</code>", HTML(page[DeliveryFault(letter.reason).phrase]), "\(letter.tries)",
                time(letter.diedAt),
                page.may(.administerEvents) && !letter.again
                    ? actionButton(
                        page, .tryAgain, "/events/queues/\(letter.subscription)/again", about: letter.event,
                        fields: ["position": "\(letter.position)"])
                    : HTML(letter.again ? page[.waitsForTry] : "–"),
            ]
        }
        return table(
            page, .deadLetters, headers: [.event, .typeName, .reason, .tries, .when, .whatToDo], rows: rows,
            numbers: [3], isCaptionHidden: true)
    }

    private func deadPage(_ page: Page) async throws -> View {
        let place = try page.request.place("before") { Int64($0) }
        let last = place.map { ($0, ID<Subscription>(page.request.query["queue"] ?? "")) }
        let letters = try await database.read { try DeadLetterStore.letters(behind: last, limit: 50, in: $0) }
        guard !letters.isEmpty else {
            return View(title: page[.deadLetters], back: "/events", body: emptyState(page, .noDeadLetters))
        }
        let older: Link? =
            letters.count == 50
            ? letters.last.map {
                "/events/dead?before=\(Int($0.position))&queue=\($0.subscription)"
            } : nil
        return View(
            title: page[.deadLetters], back: "/events",
            body: "\(deadTable(page, letters))\(pagination(page, showing: letters.count, next: older))")
    }
}
