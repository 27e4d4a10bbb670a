import Crypto
import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

extension Exchange {
    /// One fact with its signature checked again, now, from what is stored.
    func factPage(_ page: Page) async throws -> View {
        let seq = Int64(try page.parameter("seq")) ?? 0
        let shown = try await database.read { [rosters] tx in
            (fact: try FactStore(tx: tx).fact(seq)?.fact, key: try rosters.current(in: tx)?.roster)
        }
        guard let fact = shown.fact else { throw Problem.notFound }
        let isOurs = fact.origin == home.organisation
        if isOurs, !page.may(.viewDeliveries) { throw Problem.forbidden }
        let key = isOurs ? home.key.publicKey : shown.key?.member(fact.origin)?.key
        let holders = isOurs ? try await deliveries(of: fact.id) : []
        // What a fact says is for those who may see deliveries; whoever looks after the node needs its envelope only.
        // It may name persons: that it was read is in the ledger before the page is.
        let mayRead = page.may(.viewDeliveries)
        if mayRead { try await noteReading(of: fact, by: page.person) }
        return View(
            title: mayRead ? Shelf.name(fact.bytes) ?? fact.id : fact.id,
            back: isOurs ? "/exchange/shared" : "/exchange/received",
            body: """
                \(summaryList(page, [
                    (.object, "<code>\(fact.id)</code>"),
                    (.label, tlpTag(page, fact.tlp.rawValue)), (.recipients, HTML(words(page, fact.recipients))),
                    (.origin, HTML(page[name(of: fact.origin)])), (.version, HTML(fact.version)), (.mediaType,
                        HTML(fact.mediaType)),
                    (.sharedAt, time(fact.createdAt)), (.signature, verdict(page, key.map { fact.isSigned(by: $0) })),
                    (.digest, "<code>\(Hex.encode(fact.sha256))</code>"),
                ]))
                \(if: isOurs, whoHasIt(page, holders.filter { $0.version == fact.version }.map { holder(page, $0) }))
                \(if: mayRead, details(page, .content, content(page, fact)))
                """)
    }

    private func noteReading(of fact: Fact, by reader: Person?) async throws {
        let at = now()
        try await database.write { [outbox] tx in
            try outbox.record(
                "exchange.content-read",
                [
                    "fact": .string(fact.id), "version": .string(fact.version), "origin": .string(fact.origin.text),
                    "by": .string(reader?.id.text ?? ""),
                ], subject: fact.id, at: at, in: tx)
        }
    }

    private func content(_ page: Page, _ fact: Fact) -> HTML {
        let text = String(decoding: fact.bytes.prefix(65_536), as: UTF8.self)
        return "<p class=\"hint\">\(page[.exact])</p><pre>\(text)</pre>"
    }

    private func verdict(_ page: Page, _ holds: Bool?) -> HTML {
        switch holds {
        case true?: statusTag(page[.signatureHolds], kind: .done)
        case false?: statusTag(page[.signatureFails], kind: .bad)
        case nil: statusTag(page[.signatureUnknown], kind: .waiting)
        }
    }

    private func holder(_ page: Page, _ record: DeliveryRecord) -> Holder {
        let has = record.acknowledgedAt != nil
        return Holder(
            name: page[name(of: record.peer)], state: page[has ? .confirmed : .onItsWay], kind: has ? .done : .waiting,
            at: record.acknowledgedAt, checkpoint: record.checkpoint)
    }

    /// One member: how it is reached, how far it is, and what it was given.
    func memberPage(_ page: Page) async throws -> View {
        let code = ID<Organisation>(try page.parameter("code"))
        guard let member = try await roster()?.roster.member(code),
            let state = try await status().members.first(where: { $0.organisation == code })
        else { throw Problem.notFound }
        let before = try page.request.place("before") { Int64($0) }
        let maySee = page.may(.viewDeliveries) && code != home.organisation
        let records =
            maySee ? try await database.read { try Shelf(tx: $0).deliveries(to: code, before: before, limit: 50) } : []
        return View(
            title: page[member.name], back: "/exchange",
            body: """
                \(summaryList(page, [
                    (.code, HTML(code.text)), (.role, HTML(page[state.role?.phrase ?? MemberStatus.State.left.phrase])),
                    (.statusSummary, statusTag(page[state.state.phrase], kind: state.state.kind)),
                    (.lastSeen, state.lastSeen.map(time) ?? HTML(page[.never])), (.rosterVersion,
                        HTML(state.rosterVersion.map(String.init) ?? "–")),
                    (.waiting, "\(Int(state.waiting))"), (.confirmed, "\(Int(state.acknowledged))"), (.address,
                        "<code>\(member.address)</code>"),
                    (.key, "<code>\(member.keyID)</code>"), (.tlsPinWord, "<code>\(member.tlsPin)</code>"),
                ]))
                \(if: maySee, deliveryTable(page, code, records))
                """)
    }

    private func deliveryTable(
        _ page: Page, _ code: ID<Organisation>, _ records: [(id: String, fact: Int64, record: DeliveryRecord)]
    ) -> HTML {
        guard !records.isEmpty else { return emptyState(page, .nothingDelivered) }
        let older: Link? =
            records.count == 50
            ? records.last.map { "/exchange/members/\(code.text)?before=\(Int($0.record.seq))" } : nil
        let rows = records.map { item -> [HTML] in
            [
                "<a href=\"\(link: "/exchange/facts/\(Int(item.fact))")\"><code>\(item.id)</code></a>",
                "\(Int(item.record.seq))",
                HTML(page[item.record.rule.phrase]), time(item.record.releasedAt),
                item.record.acknowledgedAt.map(time) ?? HTML(page[.onItsWay]),
                "<code>\(item.record.checkpoint ?? "–")</code>",
            ]
        }
        return """
            \(table(page, .deliveryLedger, headers: [.object, .number, .rule, .sharedAt, .confirmed, .checkpointWord],
                rows: rows))
            \(pagination(page, showing: records.count, next: older))
            """
    }

    func alarmPage(_ page: Page) async throws -> View {
        let before = try page.request.place("before") { Int64($0) }
        let lines = try await database.read { try Shelf(tx: $0).alarms(before: before, limit: 50) }
        guard !lines.isEmpty else {
            return View(title: page[.alarms], back: "/exchange", body: emptyState(page, .noAlarms))
        }
        let older: Link? = lines.count == 50 ? lines.last.map { "/exchange/alarms?before=\(Int($0.seq))" } : nil
        let rows = lines.map { line -> [HTML] in
            [
                HTML(page[alarmPhrase(line.code)]), "<code>\(line.code)</code>",
                HTML(line.peer.map { page[name(of: $0)] } ?? "–"),
                HTML(line.detail), time(line.at),
            ]
        }
        return View(
            title: page[.alarms], back: "/exchange",
            body: """
                \(table(page, .alarms, headers: [.happened, .code, .memberColumn, .detail, .when], rows: rows,
                    isCaptionHidden: true))
                \(pagination(page, showing: lines.count, next: older))
                """)
    }
}

extension Phrase {
    static let checkpointWord = Phrase(vi: "Đầu sổ cái", en: "Checkpoint")
    static let signatureHeldOnArrival = Phrase(vi: "Đã kiểm tra khi nhận", en: "Checked on arrival")
}
