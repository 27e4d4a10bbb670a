import Database
package import Exchange
import Ledger
import StrictJSON
package import Vocabulary
import Web

extension Threats {
    /// `/threats/new`.
    func newPage(_ page: Page) async throws -> View {
        let kinds = ObservableKind.allCases.map { Choice($0.rawValue, page[$0.words]) }
        return View(
            title: page[.addIndicator], back: "/threats",
            body: form(
                page, action: "/threats/new",
                """
                \(selectField(page, "kind", .whatKind, options: kinds))
                \(textField(page, "value", .value, hint: .valueHint, maxLength: 4096))
                \(descriptionField(page))
                \(textField(page, "valid-until", .validUntil, hint: .validUntilHint, type: .date, required: false))
                \(try await sharingFields(page))
                \(buttons(submit(page, .save)))
                """))
    }

    private func descriptionField(_ page: Page) -> HTML {
        textArea(
            page, "description", .description, hint: .descriptionHint, required: false, rows: 3, maxLength: 4000)
    }

    /// Checked here too: a long one would be written into every indicator of a pasted list.
    private func readDescription(_ fields: Fields) throws(Problem) -> String {
        let text = fields["description"] ?? ""
        guard text.unicodeScalars.count <= 4000 else { throw .invalid(["description": .tooLongDescription]) }
        return text
    }

    func sharingFields(_ page: Page) async throws -> HTML {
        guard page.may(.shareThreats) else {
            return radioTiles(page, "label", .label, labelChoices(page, withRed: true), chosen: TLP.amber.rawValue)
        }
        return """
            \(radioTiles(page, "label", .label, labelChoices(page, withRed: true), chosen: TLP.amber.rawValue))
            \(recipientFields(page, try await neighbours.members(), chosen: "nobody"))
            """
    }

    /// The label of what is added, and to whom it goes; whoever may not share keeps it here.
    func readSharing(_ page: Page, _ fields: Fields) async throws -> Sharing {
        let label = try readLabel(fields)
        guard page.may(.shareThreats) else { return Sharing(label: label, recipients: .nobody) }
        let recipients = try readRecipients(fields, try await neighbours.members())
        if label == .red, !recipients.isNobody { throw Problem.invalid(["to": .redStays]) }
        try await checkReach(label, recipients)
        return Sharing(label: label, recipients: recipients)
    }

    /// Something that is said to be shared must reach somebody: AMBER to the whole network does not, nor does
    /// AMBER+STRICT to the cluster.
    func checkReach(_ label: TLP, _ recipients: Recipients) async throws {
        guard !recipients.isNobody else { return }
        guard try await neighbours.reachesAnybody(label, recipients) else {
            throw Problem.invalid(["to": .reachesNobody])
        }
    }

    func runNew(_ page: Page, _ fields: Fields) async throws -> Response {
        guard let person = page.person else { throw Problem.unauthenticated }
        guard let kind = fields["kind"].flatMap({ ObservableKind(rawValue: $0) }),
            let observable = fields["value"].flatMap({ Observable(kind, $0) })
        else { throw Problem.invalid(["value": .wrongValue]) }
        let validUntil = try day(fields["valid-until"])
        let sharing = try await readSharing(page, fields)
        let draft = IndicatorDraft(
            observable, description: try readDescription(fields), label: sharing.label, validUntil: validUntil)
        let ids = try await add([draft], as: person, to: sharing.recipients)
        return .redirect("/threats/\(ids.first ?? "")")
    }

    /// The end of a day in Vietnam, the day that was written included.
    private func day(_ text: String?) throws(Problem) -> Instant? {
        guard let text else { return nil }
        guard let day = Day(text) else { throw .invalid(["valid-until": .wrongDay]) }
        let end = day.start.adding(days: 1)
        guard end > now() else { throw .invalid(["valid-until": .pastDay]) }
        return end
    }

    /// Makes STIX objects of what people typed, stores them, and shares them when there is somebody to share with.
    package func add(
        _ drafts: [IndicatorDraft], as person: Person, to recipients: Recipients
    ) async throws -> [String] {
        let (at, newID, organisation, neighbours, outbox) = (now(), newID, organisation, neighbours, outbox)
        if !recipients.isNobody, drafts.contains(where: { $0.label == .red }) { throw Problem.conflict(.redStays) }
        let objects = try drafts.map { try StixObject($0.stix(id: newID(), author: organisation, at: at)) }
        try await database.write { tx in
            let store = ThreatStore(tx: tx)
            let arrival = ThreatStore.Arrival(
                origin: organisation, signature: .unsigned, at: at, author: person.id)
            _ = try store.insert(objects, arrival, newID: newID)
            if !recipients.isNobody {
                let facts = objects.compactMap { $0.draft(Sharing(label: .clear, recipients: recipients)) }
                try publish(facts, store, tx, neighbours, journal(by: person.id, at: at))
            }
            try outbox.record(
                "threats.added", ["count": .integer(Int64(objects.count)), "first": .string(objects.first?.id ?? "")],
                subject: person.id.text, at: at, in: tx)
        }
        if !recipients.isNobody { neighbours.ring() }
        return objects.map(\.id)
    }
}

// MARK: - Lists

extension Threats {
    /// `/threats/paste`: the list, what became of each line, and the button that saves.
    func pastePage(_ page: Page) async throws -> View {
        let list = page.filled.verbatim("lines").map { PastedList($0) }
        return View(
            title: page[.pasteIndicators], back: "/threats",
            body: """
                \(ifLet: list, { previewTable(page, $0) })
                \(form(page, action: "/threats/paste", """
                    \(textArea(page, "lines", .lines, hint: .linesHint, rows: 12, maxLength: 400_000))
                    \(descriptionField(page))
                    \(try await sharingFields(page))
                    \(if: list?.unreadable.isEmpty == false, checkbox(page, "pass-over", .passOver))
                    \(buttons(
                        list.map { submit(page, .saveCount($0.values.count), name: "do", value: "save") } ?? "",
                        submit(page, .preview, kind: list == nil ? .main : .quiet, name: "do", value: "preview")))
                    """))
                """)
    }

    private func previewTable(_ page: Page, _ list: PastedList) -> HTML {
        table(
            page, .previewCaption, headers: [.line, .value, .reading],
            rows: list.lines.prefix(500).map { line in
                [HTML(String(line.number)), "<code>\(line.text)</code>", reading(page, line)]
            })
    }

    private func reading(_ page: Page, _ line: PastedList.Line) -> HTML {
        switch line.reading {
        case .value(let found): "\(statusTag(page[found.kind.words], kind: .done)) <code>\(found.value)</code>"
        case .repeated(let first): statusTag(page[.repeated(of: first)], kind: .neutral)
        case .unreadable: statusTag(page[.unreadable], kind: .waiting)
        }
    }

    /// A preview answers with the page again; saving refuses while lines cannot be read, unless they are passed over.
    func runPaste(_ page: Page, _ fields: Fields) async throws -> Response {
        guard let person = page.person else { throw Problem.unauthenticated }
        let list = PastedList(fields.verbatim("lines") ?? "")
        guard !list.lines.isEmpty else { throw Problem.invalid(["lines": .noLines]) }
        guard list.lines.count <= PastedList.lineLimit else { throw Problem.invalid(["lines": .tooManyLines]) }
        guard fields["do"] == "save" else { throw Problem.invalid([:]) }
        if !list.unreadable.isEmpty, !fields.isOn("pass-over") { throw Problem.invalid(["lines": .someUnreadable]) }
        guard !list.values.isEmpty else { throw Problem.invalid(["lines": .noLines]) }
        let sharing = try await readSharing(page, fields)
        let description = try readDescription(fields)
        let drafts = list.values.map { IndicatorDraft($0, description: description, label: sharing.label) }
        _ = try await add(drafts, as: person, to: sharing.recipients)
        return .redirect("/threats")
    }
}
