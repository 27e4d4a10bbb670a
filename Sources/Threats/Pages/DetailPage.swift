import Database
import Exchange
import StrictJSON
import Vocabulary
import Web

/// One object with everything that we know of it.
struct ThreatDetail: Sendable {
    let line: ThreatLine
    let bytes: [UInt8]
    let versions: [ThreatLine]
    let relations: [ThreatRelation]
    /// The other ends of the relationship objects among `relations`, by the relationship's id.
    let ends: [String: ThreatLine]
}

extension Threats {
    func detail(_ id: String, for person: Person?) async throws -> ThreatDetail {
        try await database.read { tx in
            let store = ThreatStore(tx: tx)
            let versions = try store.versions(of: id, for: person)
            guard let line = versions.first else { throw Problem.notFound }
            let relations = try store.relations(of: id, for: person)
            let links = relations.filter { !$0.isOutward && $0.other.type == "relationship" }.map(\.other.id)
            return ThreatDetail(
                line: line, bytes: try store.bytes(of: line.key), versions: versions, relations: relations,
                ends: try store.ends(of: links, besides: id, for: person))
        }
    }

    /// `/threats/{id}`.
    func detailPage(_ page: Page) async throws -> View {
        let found = try await detail(try page.parameter("id"), for: page.person)
        let members = try await neighbours.members()
        let names = Dictionary(members.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let holders = found.line.sharedAt == nil ? [] : try await neighbours.whoHas(found.line.id)
        let line = found.line
        let isSharedByUs = line.sharedAt != nil && line.origin == organisation
        return View(
            title: line.name.isEmpty ? page[typeName(line.type)] : line.name, back: "/threats",
            body: """
                \(if: !line.isLatest, banner(page, .warning, .newer))\(facts(page, line, names))
                \(buttons(
                    mayShare(page, line) ? buttonLink(page, .share, "/threats/\(line.id)/share") : "",
                    buttonLink(page, .downloadRaw, "/threats/\(line.id)/stix.json", kind: .quiet)))
                <h2>\(page[.properties])</h2>\(properties(page, found.bytes))
                <h2>\(page[.relations])</h2>\(relations(page, found))
                \(if: isSharedByUs, whoHasIt(page, holders.map { holder(page, $0) }))
                \(if: found.versions.count > 1, versions(page, found.versions))
                """)
    }

    func mayShare(_ page: Page, _ line: ThreatLine) -> Bool {
        line.origin == organisation && line.label != .red && page.may(.shareThreats)
    }

    private func facts(_ page: Page, _ line: ThreatLine, _ names: [ID<Organisation>: Phrase]) -> HTML {
        var rows: [(Phrase, HTML)] = [
            (.kind, HTML(page[typeName(line.type)])), (.label, tlpTag(page, line.label.rawValue)),
            (.origin, HTML(names[line.origin]?[page.language] ?? line.origin.text)),
            (.signature, signatureTag(page, line.signature)),
            (.state, stateTags(page, line)),
        ]
        if !line.value.isEmpty {
            rows.append((line.type == "indicator" ? .pattern : .value, "<code>\(line.value)</code>"))
        }
        if let modified = line.modifiedAt { rows.append((.modifiedAt, time(modified))) }
        if let end = line.validUntil { rows.append((.validUntil, time(end))) }
        rows.append((.storedAt, time(line.storedAt)))
        rows.append((.stixID, copyable(page, id: "stix-id", line.id)))
        return summaryList(page, rows)
    }

    /// Every property as it was sent, in its own order; long ones are cut here and whole in the raw bytes.
    private func properties(_ page: Page, _ bytes: [UInt8]) -> HTML {
        let members = (try? JSONDocument(bytes, limits: StixObject.limits))?.root.members ?? []
        return """
            <dl class="summary">\(each: members.prefix(100), {
                "<div><dt><code>\($0.key)</code></dt><dd>\(shown($0.value))</dd></div>"
            })</dl>
            """
    }

    private func shown(_ value: JSONValue) -> String {
        String((value.string ?? String(decoding: value.bytes.prefix(8000), as: UTF8.self)).prefix(4000))
    }

    private func relations(_ page: Page, _ found: ThreatDetail) -> HTML {
        guard !found.relations.isEmpty else { return emptyState(page, .noRelations) }
        return table(
            page, .relations, headers: [.how, .name, .kind, .label],
            rows: found.relations.map { relation in
                let end = found.ends[relation.other.id] ?? relation.other
                let verb = relation.other.type == "relationship" ? relation.other.value : relation.property
                return [
                    "\(relation.isOutward ? "→" : "←") <code>\(verb)</code>",
                    "<a href=\"\(link: "/threats/\(end.id)")\">\(end.name.isEmpty ? end.id : end.name)</a>",
                    HTML(page[typeName(end.type)]), tlpTag(page, end.label.rawValue),
                ]
            }, isCaptionHidden: true)
    }

    private func versions(_ page: Page, _ lines: [ThreatLine]) -> HTML {
        table(
            page, .versions, headers: [.modifiedAt, .label, .signature, .storedAt],
            rows: lines.map { line in
                let raw = ("/threats/\(line.id)/stix.json" as Link).with(["key": line.key])
                return [
                    "<a href=\"\(link: raw)\">\(line.version)</a>",
                    tlpTag(page, line.label.rawValue), signatureTag(page, line.signature), time(line.storedAt),
                ]
            })
    }

    private func holder(_ page: Page, _ delivery: ThreatDelivery) -> Holder {
        Holder(
            name: delivery.to.name[page.language], state: page[delivery.takenAt == nil ? .waiting : .received],
            kind: delivery.takenAt == nil ? .waiting : .done, at: delivery.takenAt, checkpoint: delivery.checkpoint)
    }
}

extension Phrase {
    static let received = Phrase(vi: "Đã nhận", en: "Received")
}
