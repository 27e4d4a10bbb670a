import Database
import Identity
import Ledger
import StrictJSON
import Vocabulary
import Web

/// At home: where one can go, and the word that goes along.
extension Across {
    func listPage(_ page: Page) async throws -> View {
        let members = try await exchange.otherMembersOfToday()
        guard !members.isEmpty else {
            return View(title: page[.goAcross], back: "/exchange", body: emptyState(page, .noClusterYet, sign: .share))
        }
        guard try await identity.ownPerson(page) != nil else {
            return View(title: page[.goAcross], back: "/exchange", body: banner(page, .info, .onlyOwnPeople))
        }
        let states = Dictionary(
            try await exchange.status().members.map { ($0.organisation, $0.state) },
            uniquingKeysWith: { first, _ in first })
        let rows = members.map { member -> [HTML] in
            let state = states[member.organisation] ?? .unseen
            return [
                HTML(page[member.name]), HTML(member.organisation.text),
                statusTag(page[state.phrase], kind: state.kind),
                """
                <a class="btn quiet" href="\(link: "/exchange/across/\(member.organisation)")">\(page[.goThere])\
                <span class="hidden"> \(page[member.name])</span></a>
                """,
            ]
        }
        return View(
            title: page[.goAcross], back: "/exchange",
            body: """
                <p>\(page[.goAcrossLead])</p>
                \(table(
                    page, .goAcross, headers: [.memberColumn, .code, .statusSummary, .goThere], rows: rows,
                    isCaptionHidden: true))
                """)
    }

    /// Without a nonce: to the other node, which gives one. With it: there and in.
    func go(_ page: Page) async throws -> Turn {
        let code = ID<Organisation>(try page.parameter("code"))
        guard let member = try await exchange.currentPeer(code) else { throw Problem.notFound }
        guard let person = try await identity.ownPerson(page) else {
            return .stay(
                View(title: page[.goAcross], back: "/exchange", body: banner(page, .info, .onlyOwnPeople)), status: 403)
        }
        guard let pages = await pages(of: member) else { return unreachable(page, member) }
        guard let nonce = page.request.query["nonce"] else {
            return try leave(to: pages, "/exchange/visit/\(home)", with: [:])
        }
        guard Base64.decodeURL(nonce)?.count == 32 else {
            throw Problem.malformed(code: "exchange.bad-nonce", .badNonce)
        }
        let at = exchange.now()
        let assertion = Assertion(
            issuer: home, audience: code, subject: person.id.text, session: person.session, login: person.login,
            name: person.name, assurance: person.assurance, id: Base64.encodeURL(exchange.random(16)), nonce: nonce,
            issuedAt: at)
        try await database.write { [outbox = exchange.outbox] tx in
            try AcrossStore.insert(
                AcrossStore.Vouch(id: assertion.id, peer: code, person: person.id, session: person.session), at: at,
                in: tx)
            try outbox.record(
                "exchange.vouched",
                [
                    "person": "\(person.id)", "to": "\(code)", "token": .string(assertion.id),
                    "level": .integer(Int64(person.assurance.level)),
                ], subject: person.id.text, at: at, in: tx)
        }
        return try leave(
            to: pages, "/exchange/visit", with: ["assertion": try assertion.signed(by: exchange.home.key)])
    }

    func leave(to pages: String, _ path: Link, with fields: Fields) throws -> Turn {
        guard let link = Link(on: pages, path: path.with(fields)) else { throw PeerError.unreadable }
        return .go(.redirect(link))
    }

    func unreachable(_ page: Page, _ member: Member) -> Turn {
        .stay(
            View(
                title: page[.goAcross], back: "/exchange/across",
                body: banner(page, .warning, .nodeIsAway(member.name), "<p>\(page[.tryLater])</p>")), status: 503)
    }

    // MARK: Where pages are

    private static let rememberPagesSeconds: Int64 = 600

    /// What the member itself says, by a signed call; what it said before when it does not answer now.
    func pages(of member: Member) async -> String? {
        let (code, key, at) = (member.organisation, member.keyID, exchange.now())
        let known = try? await database.read { try AcrossStore.pages(of: code, key: key, in: $0) }
        if let known, at < known.askedAt.adding(seconds: Across.rememberPagesSeconds) { return known.pages }
        guard let answer = try? await exchange.call(.get, "/exchange/about", at: member.place),
            let pages = try? JSONDocument(answer.body, limits: JSONLimits(bytes: 4096, depth: 2, nodes: 20)).root
                .requireString("pages"), Link.isSite(pages)
        else { return known?.pages }
        try? await database.write { try AcrossStore.save(pages: pages, of: code, key: key, at: at, in: $0) }
        return pages
    }
}
