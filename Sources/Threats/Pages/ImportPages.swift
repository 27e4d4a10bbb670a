import Database
import Exchange
import Vocabulary
import Web

extension Threats {
    /// `/threats/import`.
    func importPage(_ page: Page) async throws -> View {
        let sharing = page.may(.shareThreats) ? try await importSharing(page) : ""
        let recent = try await database.read { tx in try ImportStore(tx: tx).latest(importRows(for: page.person)) }
        return View(
            title: page[.importThreats], back: "/threats",
            body: """
                \(form(page, action: "/threats/import", multipart: true, """
                    \(fileField(page, "file", .file, hint: .fileHint, accept: ".json,.gz,.xz,.tgz,.zip,.tar"))
                    \(sharing)
                    \(buttons(submit(page, .startImport)))
                    """))
                \(if: !recent.isEmpty, recentTable(page, recent))
                """)
    }

    private func importSharing(_ page: Page) async throws -> HTML {
        let labels = radioTiles(
            page, "label", .label, labelChoices(page, withRed: false), hint: .shareLabelHint, chosen: TLP.clear.rawValue
        )
        return "\(recipientFields(page, try await neighbours.members(), chosen: "nobody"))\(labels)"
    }

    private func recentTable(_ page: Page, _ imports: [ThreatImport]) -> HTML {
        table(
            page, .imports, headers: [.file, .state, .added, .faults, .startedAt],
            rows: imports.map { item in
                [
                    "<a href=\"\(link: "/threats/import/\(item.id)")\">\(item.name)</a>", stateTag(page, item.state),
                    HTML(String(item.added)), HTML(String(item.faults)), time(item.startedAt),
                ]
            }, numbers: [2, 3])
    }

    func runImportForm(_ page: Page, _ fields: Fields) async throws -> Response {
        guard let person = page.person else { throw Problem.unauthenticated }
        guard let file = fields.files["file"], !file.bytes.isEmpty else { throw Problem.invalid(["file": .noFile]) }
        var share: Sharing?
        if page.may(.shareThreats) {
            let recipients = try readRecipients(fields, try await neighbours.members())
            if !recipients.isNobody { share = Sharing(label: try readLabel(fields), recipients: recipients) }
        }
        if share?.label == .red { throw Problem.invalid(["label": .redStays]) }
        if let share { try await checkReach(share.label, share.recipients) }
        let name = String(file.name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last?.prefix(200) ?? "?")
        let id = try await importBytes(file.bytes, name: name, as: person, share: share)
        return .redirect("/threats/import/\(id)")
    }

    /// `/threats/import/{id}`: how far it is, live.
    func progressPage(_ page: Page) async throws -> View {
        let id = ID<ThreatImport>(try page.parameter("id"))
        let (found, faults) = try await database.read { tx in
            (try ImportStore(tx: tx).find(id, importRows(for: page.person)), try ImportStore(tx: tx).faults(of: id))
        }
        guard let found else { throw Problem.notFound }
        let live: Link = "/threats/import/\(id)/events"
        return View(
            title: found.name, back: "/threats/import",
            body: """
                \(liveRegion(id: "progress", source: live, progress(page, found)))
                \(if: !found.isOver, buttons(buttonLink(page, .refresh, "/threats/import/\(id)", kind: .quiet)))
                \(if: !faults.isEmpty, faultTable(page, faults))
                """)
    }

    private func progress(_ page: Page, _ found: ThreatImport) -> HTML {
        var rows: [(Phrase, HTML)] = [
            (.state, stateTag(page, found.state)), (.added, HTML(String(found.added))),
            (.known, HTML(String(found.known))),
            (.faults, HTML(String(found.faults))), (.startedAt, time(found.startedAt)),
        ]
        if let end = found.finishedAt { rows.append((.finishedAt, time(end))) }
        if let label = found.shareLabel { rows.append((.label, tlpTag(page, label.rawValue))) }
        if let problem = found.problem { rows.append((.problem, HTML(page[FileProblem.words(for: problem)]))) }
        return """
            \(progressBar(page, .progress, done: found.done, of: found.total ?? 0))\(summaryList(page, rows))
            """
    }

    private func faultTable(_ page: Page, _ faults: [ImportFault]) -> HTML {
        table(
            page, .faultList, headers: [.position, .problem],
            rows: faults.map { [HTML(String($0.position)), HTML(page[$0.fault.words])] }, numbers: [0])
    }

    private func stateTag(_ page: Page, _ state: ThreatImport.State) -> HTML {
        switch state {
        case .waiting: statusTag(page[.waiting], kind: .waiting)
        case .running: statusTag(page[.running], kind: .working)
        case .done: statusTag(page[.done], kind: .done)
        case .failed: statusTag(page[.failed], kind: .waiting)
        }
    }

    /// An event whenever the import moved on; its number is how many items are done, so nothing is told twice.
    func progressEvents(_ id: ID<ThreatImport>, after: Int64?) -> AsyncThrowingStream<ServerEvent, any Error> {
        AsyncThrowingStream { stream in
            let task = Task {
                var last = after ?? -1
                do {
                    while !Task.isCancelled {
                        let rung = progress.count
                        guard let found = try await find(id) else { break }
                        let step = Int64(found.done) * 2 + (found.isOver ? 1 : 0)
                        if step > last {
                            stream.yield(ServerEvent(sequence: step, data: "{\"done\":\(found.done)}"))
                            last = step
                        }
                        if found.isOver { break }
                        await progress.next(after: rung)
                    }
                    stream.finish()
                } catch {
                    stream.finish(throwing: error)
                }
            }
            stream.onTermination = { _ in task.cancel() }
        }
    }
}
