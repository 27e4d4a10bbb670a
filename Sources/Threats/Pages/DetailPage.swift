import Database
import Exchange
import Identity
import StrictJSON
import Vocabulary
import Web

/// One object with everything that we know of it.
struct ThreatDetail: Sendable {
    let line: ThreatLine
    let bytes: [UInt8]
    let versions: [ThreatLine]
    let relations: [ThreatRelation]
    /// The other ends of the relationship objects among `relations`, by the relationship's key.
    let ends: [String: ThreatLine]
    /// How its label changed.
    let labels: [PastLabel]
}

extension Threats {
    /// Whose object of an id: ours, unless the address names another origin.
    func chosenOrigin(_ query: Fields) -> ID<Organisation> { ID(query["origin"] ?? organisation.text) }

    /// The page of one object; several members may have one of the same id.
    func link(_ line: ThreatLine) -> Link {
        let page: Link = "/threats/\(line.id)"
        return line.origin == organisation ? page : page.with(["origin": line.origin.text])
    }

    /// That somebody read it is in the ledger before they have it.
    func detail(
        _ id: String, of origin: ID<Organisation>? = nil, for person: Person?
    ) async throws -> ThreatDetail {
        let origin = origin ?? organisation
        let (found, fresh) = try await database.read { tx in
            let store = ThreatStore(tx: tx)
            let (rights, versions) = (
                try rows(for: person), try versions(of: id, first: origin, for: person, in: store)
            )
            guard let line = versions.first else { throw Problem.notFound }
            let relations = try store.relations(of: line, rights)
            let links = relations.filter { !$0.isOutward && $0.other.type == "relationship" }.map(\.other.key)
            let found = ThreatDetail(
                line: line, bytes: try store.bytes(of: line.key), versions: versions, relations: relations,
                ends: try store.ends(of: links, besides: id, rights),
                labels: try store.labels(of: id, from: line.origin, rights))
            return (found, try unwritten([line], for: person, in: tx))
        }
        if let person { try await readings.write(fresh, by: person) }
        return found
    }

    /// `/threats/{id}`.
    func detailPage(_ page: Page) async throws -> View {
        let found = try await detail(
            try page.parameter("id"), of: chosenOrigin(page.request.query), for: page.person)
        let members = try await neighbours.members()
        let names = Dictionary(members.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let holders = found.line.sharedAt == nil ? [] : try await neighbours.whoHas(found.line.id)
        let people = try await neighbours.names(Set(found.labels.compactMap(\.person)))
        let line = found.line
        let isMarked = decision(about: line, .viewThreats, for: page.person)?.obligations.contains(.watermark) ?? false
        let isSharedByUs = line.sharedAt != nil && line.origin == organisation
        return View(
            title: line.name.isEmpty ? page[typeName(line.type)] : line.name, back: "/threats",
            body: """
                \(if: isMarked, watermark(page))\
                \(if: !line.isLatest, banner(page, .warning, .newer))\(facts(page, line, names))
                \(buttons(
                    mayShare(page, line) ? buttonLink(page, .share, "/threats/\(line.id)/share") : "",
                    buttonLink(page, .downloadRaw, raw(line), kind: .quiet)))
                <h2>\(page[.properties])</h2>\(properties(page, found.bytes))
                <h2>\(page[.relations])</h2>\(relations(page, found))
                \(if: isSharedByUs, whoHasIt(page, holders.map { holder(page, $0) }))
                \(if: !found.labels.isEmpty, labels(page, found.labels, people, names))
                \(if: found.versions.count > 1, versions(page, found.versions, names))
                """)
    }

    func mayShare(_ page: Page, _ line: ThreatLine) -> Bool {
        line.origin == organisation && line.sharedAt == nil
            && decision(about: line, .shareThreats, for: page.person)?.allowed == true
    }

    private func facts(_ page: Page, _ line: ThreatLine, _ names: [ID<Organisation>: Phrase]) -> HTML {
        var rows: [(Phrase, HTML)] = [
            (.kind, HTML(page[typeName(line.type)])), (.label, tlpTag(page, line.label.rawValue)),
            (.origin, HTML(names[line.origin]?[page.language] ?? line.origin.text)),
            (.signature, signatureTag(page, line.signature)),
            (.state, stateTags(page, line)),
        ]
        if !line.value.isEmpty {
            rows.append((line.type == "indicator" ? .pattern : .value, "<code>\(line.value.plain())</code>"))
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
                "<div><dt><code>\($0.key.plain(250))</code></dt><dd>\(shown($0.value))</dd></div>"
            })</dl>
            """
    }

    private func shown(_ value: JSONValue) -> String {
        (value.string ?? String(decoding: value.bytes.prefix(8000), as: UTF8.self)).plain()
    }

    private func relations(_ page: Page, _ found: ThreatDetail) -> HTML {
        guard !found.relations.isEmpty else { return emptyState(page, .noRelations) }
        return table(
            page, .relations, headers: [.how, .name, .kind, .label],
            rows: found.relations.map { relation in
                let end = found.ends[relation.other.key] ?? relation.other
                let verb = relation.other.type == "relationship" ? relation.other.value : relation.property
                return [
                    "\(relation.isOutward ? "→" : "←") <code>\(verb.plain(250))</code>",
                    "<a href=\"\(link: link(end))\">\(end.name.isEmpty ? end.id : end.name)</a>",
                    HTML(page[typeName(end.type)]), tlpTag(page, end.label.rawValue),
                ]
            }, isCaptionHidden: true)
    }

    /// Who changed the label from what to what; what no person changed, a version or a definition of `origin` did.
    private func labels(
        _ page: Page, _ changes: [PastLabel], _ people: [ID<Person>: String], _ names: [ID<Organisation>: Phrase]
    ) -> HTML {
        table(
            page, .labelHistory, headers: [.changedAt, .labelWas, .label, .changedBy, .changedBecause],
            rows: changes.map { change in
                let who = change.person.map { people[$0] ?? page[.somebodyGone] }
                return [
                    time(change.at), tlpTag(page, change.was.rawValue), tlpTag(page, change.label.rawValue),
                    HTML(who ?? names[change.origin]?[page.language] ?? change.origin.text),
                    HTML(page[change.cause.words]),
                ]
            })
    }

    private func raw(_ line: ThreatLine) -> Link {
        ("/threats/\(line.id)/stix.json" as Link).with(["key": line.key])
    }

    private func versions(_ page: Page, _ lines: [ThreatLine], _ names: [ID<Organisation>: Phrase]) -> HTML {
        table(
            page, .versions, headers: [.modifiedAt, .origin, .label, .signature, .storedAt],
            rows: lines.map { line in
                [
                    "<a href=\"\(link: raw(line))\">\(line.version)</a>",
                    HTML(names[line.origin]?[page.language] ?? line.origin.text),
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

extension Relabelling.Cause {
    var words: Phrase {
        switch self {
        case .shared: Phrase(vi: "Chia sẻ với nhãn chặt hơn", en: "Shared under a stricter label")
        case .version: Phrase(vi: "Phiên bản mới có nhãn khác", en: "A newer version says so")
        case .marking: Phrase(vi: "Nhãn riêng được định nghĩa sau", en: "A marking was defined later")
        }
    }
}

extension Phrase {
    static let labelHistory = Phrase(vi: "Lịch sử nhãn", en: "How the label changed")
    static let changedAt = Phrase(vi: "Lúc", en: "When")
    static let labelWas = Phrase(vi: "Nhãn trước", en: "Label before")
    static let changedBy = Phrase(vi: "Ai đổi", en: "By whom")
    static let changedBecause = Phrase(vi: "Vì sao", en: "Why")
    static let somebodyGone = Phrase(vi: "Người đã xóa dữ liệu", en: "Somebody whose data were erased")
    static let received = Phrase(vi: "Đã nhận", en: "Received")
}
