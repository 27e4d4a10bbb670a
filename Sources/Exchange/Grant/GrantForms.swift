import Database
import Gateway
import Identity
import Vocabulary
import Web

/// The forms of a grant: asking, deciding, suspending, ending.
extension Exchange {
    /// What was filled in, over what was there: a decision may leave out what it does not change.
    func terms(_ fields: Fields, _ given: GrantTerms) throws -> GrantTerms {
        var terms = given
        if let purpose = fields["purpose"] { terms.purpose = purpose }
        if let basis = fields["basis"] { terms.legalBasis = basis }
        if let items = fields["items"] { terms.dataItems = items }
        if let frequency = fields["frequency"] { terms.frequency = frequency }
        let operations = fields.all("operation")
        terms.operations = operations.isEmpty ? nil : operations
        let named = (fields["fields"] ?? "").split(separator: "\n").map { $0.filter { !$0.isWhitespace } }
            .filter { !$0.isEmpty }
        terms.fields = named.isEmpty ? nil : named
        if let text = fields["rate"] {
            guard let rate = Double(text.replacing(",", with: ".")), rate.isFinite, rate > 0, rate <= 1_000_000 else {
                throw Problem.invalid(["rate": .rateIsWrong])
            }
            terms.limit(perSecond: rate)
        } else {
            terms.rate = nil
        }
        if let text = fields["quota"] {
            guard let calls = GrantTerms.wholeNumber(text) else { throw Problem.invalid(["quota": .quotaIsWrong]) }
            terms.limit(calls: calls)
        } else {
            terms.quota = nil
        }
        if let from = try day(fields, "from") { terms.from = max(terms.from, from.start) }
        guard let until = try day(fields, "until") else { throw Problem.invalid(["until": .untilIsWrong]) }
        terms.until = until.start.adding(days: 1)
        return terms
    }

    /// What was filled in for a decision. The reasons are those that were given when it was asked; what the form does
    /// not say of operations is as it was asked.
    func decided(_ fields: Fields, _ asked: GrantTerms) throws -> GrantTerms {
        var terms = try terms(fields, asked)
        (terms.purpose, terms.legalBasis) = (asked.purpose, asked.legalBasis)
        (terms.dataItems, terms.frequency) = (asked.dataItems, asked.frequency)
        if let named = terms.operations {
            let within = named.filter { asked.operations?.contains($0) ?? true }
            guard !within.isEmpty else { throw Problem.invalid(["operation": .operationIsMissing]) }
            terms.operations = within
        } else {
            terms.operations = asked.operations
        }
        terms.until = asked.end(with: terms.lastDay)
        return terms
    }

    /// The application that a request is for. All that is missing is said at once.
    func requestedFor(_ fields: Fields) throws(Problem) -> String {
        var errors: [String: Phrase] = [:]
        if fields["purpose"] == nil { errors["purpose"] = .purposeIsMissing }
        if fields["basis"] == nil { errors["basis"] = .basisIsMissing }
        if fields["until"] == nil { errors["until"] = .untilIsMissing }
        guard let application = fields["application"], errors.isEmpty else {
            if fields["application"] == nil { errors["application"] = .chooseApplication }
            throw .invalid(errors)
        }
        return application
    }

    func day(_ fields: Fields, _ name: String) throws -> Day? {
        guard let text = fields[name] else { return nil }
        guard let day = Day(text) else { throw Problem.invalid([name: .dayIsWrong]) }
        return day
    }

    /// The fields that both asking and deciding have.
    func termFields(_ page: Page, _ operations: [String], _ given: GrantTerms?) -> HTML {
        let chosen = given?.operations ?? []
        let until = given?.lastDay.description
        let hint: Phrase =
            GrantTerms.usualOperations(among: operations) == nil ? .operationsHint : .eventOperationsHint
        return """
            \(if: operations.count > 1, checkTiles(
                page, "operation", .operations, operations.map { Choice($0, $0) }, hint: hint,
                required: false, chosen: Set(chosen)))\
            \(textArea(page, "fields", .fields, hint: .fieldsHint, required: false, rows: 3,
                value: given?.fields?.joined(separator: "\n")))\
            \(textField(page, "rate", .rate, hint: .rateHint, type: .decimal, required: false,
                value: given?.rate.map { page[.exactly($0.perSecond)] }, maxLength: 12))\
            \(textField(page, "quota", .quota, hint: .quotaHint, type: .code, required: false,
                value: given?.quota.map { "\($0.calls)" }, maxLength: 12))\
            \(textField(page, "until", .untilDay, type: .date, value: until, maxLength: 10))
            """
    }

    func requestPage(_ page: Page) async throws -> View {
        let wanted = page.filled["version"] ?? page.request.query["version"] ?? ""
        guard !wanted.isEmpty, let offered = try? await version(named: wanted), offered.isOpen else {
            return try await chooseServicePage(page)
        }
        let applications = try await allApplications().filter {
            $0.endedAt == nil
                && authorization.decide(page.person, .requestGrants, .registered($0.id.text, by: $0.organisation))
        }
        let operations = try await database.read { [self] tx in
            try contract(of: offered.version, in: tx).plain.map(\.id)
        }
        guard !applications.isEmpty else {
            let found: HTML =
                page.may(.register) ? buttonLink(page, .addApplication, "/exchange/applications/new") : ""
            return View(
                title: page[.askForGrant], back: "/exchange/grants",
                body: emptyState(page, .noApplicationOfYours, action: found))
        }
        let register = try await authorization.organisations()
        let choices = applications.map { Choice($0.id.text, applicationTitle(page, $0, register)) }
        let fields: HTML = """
            <input type="hidden" name="version" value="\(offered.version.id.text)">
            \(selectField(page, "application", .application, options: choices,
                chosen: choices.count == 1 ? choices.first?.value : nil))\
            \(reasonFields(page))\
            \(termFields(page, operations, nil))\
            \(buttons(submit(page, .sendRequest)))
            """
        return View(
            title: page[.askForGrant], back: "/exchange/grants",
            body: """
                <p><strong>\(page[offered.service.name])</strong> <code>\(offered.path)</code></p>
                <p>\(page[.requestLead])</p>
                \(form(page, action: "/exchange/grants/new", fields))
                """)
    }

    /// What NĐ 47/2020 Đ35 wants said.
    func reasonFields(_ page: Page) -> HTML {
        """
        \(textArea(page, "purpose", .purpose, hint: .purposeHint, rows: 3, maxLength: 2000))\
        \(textArea(page, "basis", .legalBasis, hint: .basisHint, rows: 2, maxLength: 1000))\
        \(textArea(page, "items", .dataItems, hint: .itemsHint, required: false, rows: 2, maxLength: 2000))\
        \(textField(page, "frequency", .frequency, hint: .frequencyHint, required: false))
        """
    }

    private func chooseServicePage(_ page: Page) async throws -> View {
        let open = try await allVersions().filter(\.isOpen)
        let choices = open.map { Choice($0.version.id.text, $0.title(page)) }
        let body: HTML =
            choices.isEmpty
            ? emptyState(page, .noServices)
            : searchForm(
                page, action: "/exchange/grants/new",
                selectField(page, "version", .service, options: choices) + submit(page, .goOn))
        return View(title: page[.askForGrant], back: "/exchange/grants", body: body)
    }

    func decidePage(_ page: Page) async throws -> View {
        let (named, _, _) = try await grant(ID(try page.parameter("id")))
        let grant = named.grant
        guard decides(page, named, try await makers(of: [grant])) else { throw Problem.forbidden }
        guard grant.state == .waiting else { throw Problem.conflict(.alreadyDecided) }
        guard !grant.isPast(at: now()) else { throw Problem.conflict(.requestIsPast) }
        let operations = try await database.read { [self] tx in
            try contract(of: named.offered.version, in: tx).plain.map(\.id)
        }
        let name = try await authorization.organisations().name(of: named.application.organisation, on: Day(now()))
        let fields: HTML = """
            \(radioTiles(page, "decision", .decision, [
                Choice("approve", page[.approve]), Choice("refuse", page[.refuse]),
            ]))\
            \(textArea(page, "reason", .reason, hint: .refusalHint, required: false, hintSaysWhen: true,
                rows: 2, maxLength: 2000))\
            \(formSection(page, .grantedTerms, hint: .grantedTermsHint, termFields(page, operations, grant.terms)))\
            \(buttons(submit(page, .saveDecision)))
            """
        return View(
            title: page[.decide], back: "/exchange/grants/\(grant.id)",
            body: """
                \(summaryList(page, [
                    (.application, HTML(named.application.name)),
                    (.consumingOrganisation, HTML(page[name])),
                    (.service, HTML(named.offered.title(page))),
                ] + termRows(page, grant.terms) + [(.decideBy, HTML(Day(lastOf: grant.dueAt).forReading))]))
                \(try await overlapBanner(page, grant))
                \(form(page, action: "/exchange/grants/\(grant.id)/decide", fields))
                """)
    }

    func suspendPage(_ page: Page) async throws -> View {
        let living = try await livingGrant(page)
        let id = living.grant.id
        let earliest = try await database.read { [self] tx in
            try HolidayStore.calendar(in: tx).day(AccessGrant.suspensionNoticeDays, after: Day(now()))
        }
        let fields: HTML = """
            \(radioTiles(page, "kind", .suspensionKind, Suspension.Kind.allCases.map {
                Choice($0.rawValue, page[$0.phrase], hint: page[$0.hint])
            }))\
            \(textField(page, "from", .fromDay, hint: .noticeHint(earliest), type: .date, required: false,
                hintSaysWhen: true, value: earliest.description, maxLength: 10))\
            \(textField(page, "until", .resumesOn, hint: .resumesHint, type: .date, required: false, maxLength: 10))\
            \(textArea(page, "reason", .reason, rows: 2, maxLength: 2000))\
            \(buttons(submit(page, .suspend, kind: .danger)))
            """
        return View(
            title: page[.suspend], about: living.title(page), back: "/exchange/grants/\(id)",
            body: form(page, action: "/exchange/grants/\(id)/suspend", fields))
    }

    /// The grant of the page, while it can still be suspended or ended.
    private func livingGrant(_ page: Page) async throws -> NamedGrant {
        let named = try await grant(ID(try page.parameter("id"))).0
        let state = named.grant.state
        guard state == .active || state == .suspended else { throw Problem.conflict(.notActive) }
        return named
    }

    func endPage(_ page: Page) async throws -> View {
        let living = try await livingGrant(page)
        let id = living.grant.id
        return endForm(
            page, about: living.title(page), "/exchange/grants/\(id)/end", back: "/exchange/grants/\(id)")
    }

    /// For a grant of this node and for one of another.
    func endForm(_ page: Page, about: String, _ action: Link, back: Link) -> View {
        View(
            title: page[.endGrant], about: about, back: back,
            body: """
                <p>\(page[.endLead])</p>
                \(form(page, action: action, """
                    \(textArea(page, "reason", .reason, rows: 2, maxLength: 2000))\
                    \(buttons(submit(page, .endGrant, kind: .danger)))
                    """))
                """)
    }
}

extension GrantTerms {
    /// `1000` however its groups are set apart: `1.000`, `1,000`, `1 000`. Nil for anything else.
    static func wholeNumber(_ text: String) -> Int64? {
        let groups = text.split(omittingEmptySubsequences: false) { ".,\u{A0} ".contains($0) }
        let isGrouped = (1...3).contains(groups[0].utf8.count) && groups.dropFirst().allSatisfy { $0.utf8.count == 3 }
        guard isGrouped || groups.count == 1 else { return nil }
        return Int64(groups.joined())
    }
}
