import Identity
package import StrictJSON
import Vocabulary
import Web

/// Which certificates and keys nobody has proven, and from which day on they are not taken: for whoever looks after the
/// node, on a page and for programs.
extension Exchange {
    private static let place: Link = "/exchange/applications/unproven"

    func proofDoors(_ site: Site) {
        let show = site.renderer
        site.form("/exchange/applications/unproven", allow: .administerExchange, page: unprovenPage) {
            [self] page, fields in
            guard !fields.isOn("never") else {
                try await requireProofs(from: nil, seen: fields["seen"] ?? "", by: page.person)
                return .redirect(Exchange.place)
            }
            guard let from = try day(fields, "from") else { throw Problem.invalid(["from": .dayIsWrong]) }
            guard fields.isOn("sure") else {
                guard from >= Day(now()) else { throw Problem.invalid(["from": .proofDayIsOver]) }
                let known = try await unprovenCredentials()
                guard fields["seen"] == ProofRule.mark(known.rule) else { throw Problem.conflict(.proofDayChanged) }
                return show(page, confirmation(page, from, known.rule, known.credentials))
            }
            try await requireProofs(from: from, seen: fields["seen"] ?? "", by: page.person)
            return .redirect(Exchange.place)
        }
    }

    func proofAPI(_ site: Site) {
        site.api(
            .get, "/exchange/applications/unproven.json", allow: .administerExchange,
            APIDoc(.unprovenCredentials, response: Exchange.unprovenSchema, tags: ["exchange"]).open(to: .everything)
        ) { [self] _ in .json(json(try await unprovenCredentials())) }
        site.api(
            .put, "/exchange/applications/proof-day", allow: .administerExchange,
            APIDoc(
                .setProofDay, request: Exchange.proofDaySchema, response: Exchange.unprovenSchema, tags: ["exchange"]
            ).open(to: .everything)
        ) { [self] call in
            let input = try Exchange.input(call, Exchange.proofDaySchema)
            guard try input.requireMembers().contains(where: { $0.key == "from" }) else {
                throw Problem.invalid(["from": .dayIsWrong])
            }
            try await requireProofs(
                from: try Exchange.day(input, "from"), seen: try input.optionalString("seen"), by: call.person)
            return .json(json(try await unprovenCredentials()))
        }
    }

    // MARK: The page

    private func unprovenPage(_ page: Page) async throws -> View {
        let (rule, found) = try await unprovenCredentials()
        let register = try await authorization.organisations()
        let rows = found.map { found -> [HTML] in
            let (application, credential) = (found.application, found.credential)
            let kind = page[credential.kind.phrase]
            return [
                "<a href=\"\(link: "/exchange/applications/\(application.id)")\">\(application.name)</a>",
                HTML(page[register.name(of: application.organisation, on: Day(now()))]),
                application.contact.isEmpty ? HTML(page[.nothingSaid]) : asWritten(application.contact),
                "\(kind) <code>…\(credential.hint)</code>", time(credential.createdAt),
            ]
        }
        // Whoever sends the form has what stands on this page before them, also when it came back.
        let seen = ProofRule.mark(rule)
        let from = rule.map { Day($0.since).description }
        let fields: HTML = """
            <input type="hidden" name="seen" value="\(seen)">\
            \(textField(
                page, "from", .proofDay, hint: .proofDayHint(found.count), type: .date, value: from, maxLength: 10))\
            \(buttons(submit(page, .nextProofDay)))
            """
        return View(
            title: page[.unprovenCredentials], back: "/exchange/applications",
            body: """
                <p>\(page[.unprovenCredentialsLead])</p>
                \(standing(page, rule, concerned: found.count))
                \(if: rows.isEmpty, emptyState(page, .everythingIsProven, sign: .tick), else: table(
                    page, .unprovenCredentials,
                    headers: [.application, .owner, .contact, .credential, .createdAt], rows: rows,
                    isCaptionHidden: true))
                <h2>\(page[rule == nil ? .setProofDay : .changeProofDay])</h2>
                \(form(page, action: Exchange.place, fields))
                \(if: rule != nil, askingButton(
                    page, .takeProofDayBack, .takeProofDayBackLead(found.count), Exchange.place,
                    fields: ["seen": seen, "never": "yes"]))
                """)
    }

    private func standing(_ page: Page, _ rule: ProofRule?, concerned count: Int) -> HTML {
        guard let rule else { return banner(page, .info, .noProofDay) }
        let day = Day(rule.since).forReading
        return now() < rule.since
            ? banner(page, .warning, .proofDayIsSet(day, count)) : banner(page, .error, .proofDayIsHere(day, count))
    }

    /// What will come of it, before it does.
    private func confirmation(
        _ page: Page, _ from: Day, _ rule: ProofRule?, _ found: [UnprovenCredential]
    ) -> View {
        let applications = Set(found.map(\.application.id)).count
        let organisations = Set(found.map(\.application.organisation)).count
        let day = from.forReading
        let fields: HTML = """
            <input type="hidden" name="seen" value="\(ProofRule.mark(rule))">\
            <input type="hidden" name="from" value="\(from.description)">\
            <input type="hidden" name="sure" value="yes">\
            \(buttons(
                submit(page, .setProofDay(day), kind: .danger),
                buttonLink(page, .leaveProofDay, Exchange.place, kind: .quiet)))
            """
        return View(
            title: page[.confirmProofDay], back: Exchange.place,
            body: """
                \(summaryList(page, [
                    (.proofDay, HTML(day)), (.proofDayUntilNow, HTML(rule.map { Day($0.since).forReading }
                        ?? page[.noProofDay])),
                    (.unprovenCredentials, HTML(page[.count(found.count)])), (.applications, "\(applications)"),
                    (.organisationsConcerned, "\(organisations)"),
                ]))
                <p>\(page[from == Day(now()) ? .proofsNeededNow : .proofsNeededFrom(day)])</p>
                <p>\(page[.proofDayCanBeTakenBack])</p>
                \(form(page, action: Exchange.place, fields))
                """)
    }

    // MARK: For programs

    private static let proofDaySchema = Schema.object(
        ["from": Schema(json: ["type": "string", "format": "date"]).orNull, "seen": .string], optional: ["seen"]
    ).closed

    private static let unprovenSchema = Schema.object([
        "required-from": Schema(json: ["type": "string", "format": "date"]).orNull,
        // What `proof-day` is told, to be refused when somebody else changed it meanwhile.
        "seen": .string,
        "credentials": .array(
            .object([
                "application": .string, "application-id": .string, "name": .string, "organisation": .string,
                "contact": .string, "credential": .string,
                "kind": .oneOf(ApplicationCredential.Kind.allCases.filter(\.isProvable).map(\.rawValue)),
                "hint": .string, "created": .dateTime,
            ])),
    ])

    package func json(_ known: (rule: ProofRule?, credentials: [UnprovenCredential])) -> JSON {
        [
            "required-from": .string(orNull: known.rule.map { Day($0.since).description }),
            "seen": .string(ProofRule.mark(known.rule)),
            "credentials": .array(
                known.credentials.map { found in
                    let (application, credential) = (found.application, found.credential)
                    return [
                        "application": .string("\(application.organisation)/\(application.code)"),
                        "application-id": "\(application.id)", "name": .string(application.name),
                        "organisation": "\(application.organisation)", "contact": .string(application.contact),
                        "credential": "\(credential.id)", "kind": .string(credential.kind.rawValue),
                        "hint": .string(credential.hint), "created": .string(credential.createdAt.rfc3339),
                    ]
                }),
        ]
    }
}
