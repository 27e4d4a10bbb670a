import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// A list of staff from a spreadsheet (nhập danh sách người dùng): uploaded, looked at line by line, then done as a
/// whole or not at all. The same list a second time changes nothing.
extension Identity {
    func importDoors(_ site: Site) {
        site.form(
            "/identity/people/import", allow: .delegate, bodyLimit: CSVTable.bytesMax + (64 << 10), page: importPage
        ) { page, fields in
            guard let file = fields.files["file"] else { throw Problem.invalid(["file": .chooseFile]) }
            let id = try await bring(file.bytes, named: file.name, by: try signedIn(page))
            return .redirect("/identity/people/import/\(id)")
        }
        site.page("/identity/people/import/{id}", allow: .delegate, previewPage)
        site.action("/identity/people/import/{id}/perform", allow: .delegate) { page, _ in
            let id = ID<StaffImport>(try page.parameter("id"))
            try await perform(id, by: try signedIn(page))
            return .redirect("/identity/people/import/\(id)")
        }
    }

    /// Keeps a list for a day. Throws when it cannot be read at all; what is wrong with single lines is shown later.
    func bring(_ bytes: [UInt8], named name: String, by author: Person) async throws -> ID<StaffImport> {
        let logins = Set(try ImportedPerson.all(try CSVTable(bytes)).map(\.login))
        let it = StaffImport(
            id: ID(newID()), author: author.id, name: String(name.prefix(100)), content: bytes, createdAt: now(),
            doneAt: nil)
        try await database.write { try ImportStore.insert(it, logins: logins, in: $0) }
        return it.id
    }

    /// Does all of it in one transaction, once: a second call finds it done.
    func perform(_ id: ID<StaffImport>, by author: Person) async throws {
        let at = now()
        // Read outside of the writer: a list is never changed, only done or taken away.
        guard let it = try await database.read({ try ImportStore.find(id, of: author.id, in: $0) }) else {
            throw Problem.notFound
        }
        guard it.doneAt == nil else { return }
        let people = try ImportedPerson.all(try CSVTable(it.content))
        try await database.write { tx in
            guard let it = try ImportStore.find(id, of: author.id, in: tx) else { throw Problem.notFound }
            guard it.doneAt == nil else { return }
            let plan = try plan(people, by: author, at: at, in: tx)
            try perform(plan, by: author, at: at, in: tx)
            try ImportStore.finish(id, at: at, in: tx)
            try outbox.record(
                "identity.people-imported",
                [
                    "by": by(author), "made": .integer(Int64(plan.creations)),
                    "changed": .integer(Int64(plan.changes)), "lines": .integer(Int64(plan.entries.count)),
                ], subject: author.id.text, at: at, in: tx)
        }
    }

    // MARK: Pages

    private func importPage(_ page: Page) async throws -> View {
        let rows = ImportedPerson.Column.allCases.map { column -> [HTML] in
            [HTML(page[column.label]), "<code>\(column.names[0])</code>", HTML(page[column.about])]
        }
        return View(
            title: page[.importPeople], back: "/identity/people",
            body: """
                <p>\(page[.importLead])</p>
                \(form(page, action: "/identity/people/import", multipart: true,
                    """
                    \(fileField(page, "file", .csvFile, hint: .csvHint, accept: ".csv,text/csv"))\
                    \(buttons(submit(page, .lookAtIt)))
                    """))
                \(details(page, .whichColumns, table(
                    page, .whichColumns, headers: [.column, .columnName, .columnAbout], rows: rows,
                    isCaptionHidden: true)))
                """)
    }

    private func previewPage(_ page: Page) async throws -> View {
        let (id, at, author) = (ID<StaffImport>(try page.parameter("id")), now(), try signedIn(page))
        let found = try await database.read { tx -> (StaffImport, ImportPlan?, OrganisationRegister)? in
            guard let it = try ImportStore.find(id, of: author.id, in: tx) else { return nil }
            let plan =
                it.doneAt == nil
                ? try plan(try ImportedPerson.all(try CSVTable(it.content)), by: author, at: at, in: tx) : nil
            return (it, plan, try OrganisationStore.all(in: tx))
        }
        guard let (it, plan, register) = found else { throw Problem.notFound }
        guard let plan else {
            return View(
                title: page[.importPeople], back: "/identity/people",
                body: banner(page, .success, .importDone, "<p>\(it.name)</p>")
                    + buttonLink(page, .people, "/identity/people"))
        }
        return View(
            title: page[.importPreview], back: "/identity/people/import",
            body: """
                \(summaryList(page, [
                    (.csvFile, HTML(it.name)), (.toCreate, HTML(String(plan.creations))),
                    (.toChange, HTML(String(plan.changes))), (.faultyLines, HTML(String(plan.faults))),
                ]))
                \(verdict(page, it, plan))
                \(lines(page, plan, register, on: Day(at)))
                """)
    }

    private func verdict(_ page: Page, _ it: StaffImport, _ plan: ImportPlan) -> HTML {
        if plan.faults > 0 { return banner(page, .error, .importIsFaulty, "<p>\(page[.importFaultyLead])</p>") }
        if plan.isDone { return banner(page, .info, .importChangesNothing) }
        return actionButton(page, .doImport, "/identity/people/import/\(it.id)/perform", kind: .main)
    }

    private static let shownLines = 200

    /// Faulty lines first, then what changes; at most two hundred.
    private func lines(
        _ page: Page, _ plan: ImportPlan, _ register: OrganisationRegister, on day: Day
    ) -> HTML {
        func rank(_ step: ImportPlan.Step) -> Int {
            switch step {
            case .faulty: 0
            case .create, .change: 1
            case .nothing: 2
            }
        }
        let entries = plan.entries.sorted {
            (rank($0.step), $0.person.line) < (rank($1.step), $1.person.line)
        }
        let rows = entries.prefix(Identity.shownLines).map { entry -> [HTML] in
            [
                HTML(String(entry.person.line)), HTML(entry.person.name), HTML(entry.person.login),
                HTML(entry.unit.map { page[register.name(of: $0, on: day)] } ?? entry.person.unit ?? ""),
                HTML(entry.person.roles.map { page[$0.label] }.joined(separator: ", ")), step(page, entry.step),
            ]
        }
        return table(
            page, .importLines, headers: [.line, .fullName, .login, .organisation, .roles, .whatHappens],
            rows: Array(rows))
    }

    private func step(_ page: Page, _ step: ImportPlan.Step) -> HTML {
        switch step {
        case .create: statusTag(page[.stepCreate], kind: .working)
        case .change: statusTag(page[.stepChange], kind: .waiting)
        case .nothing: statusTag(page[.stepNothing], kind: .neutral)
        case .faulty(let faults):
            statusTag(page[.stepFaulty], kind: .bad) + "<ul>\(each: faults, { "<li>\(page[$0])</li>" })</ul>"
        }
    }
}
