import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// Asking the person, and remembering the answer (sự đồng ý).
enum ConsentStore {
    static func scopes(_ person: ID<Person>, _ client: ID<Client>, in tx: any Transaction) throws -> Set<String> {
        let row = try tx.row(
            "SELECT scopes FROM identity_openid_consent WHERE person = \(person) AND client = \(client)")
        return Set(words(try row?.get("scopes") ?? ""))
    }

    static func give(
        _ person: ID<Person>, _ client: ID<Client>, _ scopes: [String], at now: Instant, in tx: any Transaction
    ) throws {
        let all = try ConsentStore.scopes(person, client, in: tx).union(scopes).sorted().joined(separator: " ")
        try tx.execute(
            """
            INSERT INTO identity_openid_consent (person, client, scopes, given_at)
            VALUES (\(person), \(client), \(all), \(now))
            ON CONFLICT (person, client) DO UPDATE SET scopes = excluded.scopes, given_at = excluded.given_at
            """)
    }

    static func withdraw(_ person: ID<Person>, _ client: ID<Client>, in tx: any Transaction) throws -> Bool {
        try tx.execute("DELETE FROM identity_openid_consent WHERE person = \(person) AND client = \(client)") == 1
    }

    /// Everybody's, of one application; how many there were.
    static func forgetAll(of client: ID<Client>, in tx: any Transaction) throws -> Int {
        try tx.execute("DELETE FROM identity_openid_consent WHERE client = \(client)")
    }

    struct Given: Sendable {
        let client: ID<Client>
        let name: Phrase
        let purpose: Client.Purpose
        let scopes: [String]
        let at: Instant
    }

    static func all(of person: ID<Person>, in tx: any Transaction) throws -> [Given] {
        try tx.rows(
            """
            SELECT g.client AS client, c.name AS name, c.name_en AS name_en, c.purpose_vi AS purpose_vi,
                c.purpose_en AS purpose_en, g.scopes AS scopes, g.given_at AS given_at
            FROM identity_openid_consent g JOIN identity_client c ON c.id = g.client
            WHERE g.person = \(person) ORDER BY g.given_at DESC, g.client
            """
        ).map { row in
            let (vi, en): (String, String) = (try row.get("name"), try row.get("name_en"))
            return Given(
                client: try row.get("client"), name: Phrase(vi: vi, en: en.isEmpty ? vi : en),
                purpose: Client.Purpose(vi: try row.get("purpose_vi"), en: try row.get("purpose_en")),
                scopes: words(try row.get("scopes")),
                at: try row.get("given_at"))
        }
    }
}

extension Identity {
    func consentDoors(_ site: Site) {
        let show = site.renderer
        site.form("/identity/oauth/consent", allow: .account, page: consentPage) { page, fields in
            let (request, person, session) = try await pending(page, fields)
            guard fields["answer"] == "yes" else {
                let address = refusal(.denied, request.redirect, asked(fields))
                return show(page, leavingView(page, address, request.client)).with("refresh", "0; url=\(address)")
            }
            let (at, seen) = (now(), fields[Identity.seenPurpose])
            let isOfToday = try await database.write { tx in
                let client = try ClientStore.find(request.client.id, in: tx)
                guard let client, seen == nil || seen == client.purpose.mark else { return false }
                try ConsentStore.give(person.id, request.client.id, request.scopes, at: at, in: tx)
                try outbox.record(
                    "identity.consent-given",
                    [
                        "person": "\(person.id)", "client": "\(request.client.id)",
                        "scopes": .string(request.scopes.joined(separator: " ")),
                    ], subject: person.id.text, at: at, in: tx)
                return true
            }
            guard isOfToday else {
                // What for was changed while they read it, maybe by another process.
                openID.clients.forget()
                return .redirect(("/identity/oauth/consent" as Link).with(asked(fields)))
            }
            let address = try await issueCode(request, person, session)
            return show(page, leavingView(page, address, request.client)).with("refresh", "0; url=\(address)")
        }
        applicationDoors(site)
    }

    private func consentPage(_ page: Page) async throws -> View {
        let (client, redirect) = try await addresseeOrProblem(page.request.query)
        let request: AuthorizationRequest
        do {
            request = try AuthorizationRequest(page.request.query, client: client, redirect: redirect)
        } catch {
            return faultView(page, error)
        }
        let organisation = page[try await organisations().name(of: client.organisation, on: Day(now()))]
        return View(
            title: page[.consentTitle(page[client.title])],
            body: """
                \(ifLet: client.purpose.words, { "<p><strong>\(page[.consentPurpose])</strong> \(page[$0])</p>" })
                <p>\(page[.consentLead(page[client.title], organisation)])</p>
                <ul>\(each: meanings(page, request.scopes), { "<li>\($0)</li>" })</ul>
                <p>\(page[.consentAfterwards(ClientAddress.host(redirect) ?? redirect)])</p>
                \(form(page, action: "/identity/oauth/consent", """
                    \(each: page.request.query.list, { hidden($0.name, $0.value) })\
                    \(hidden(Identity.seenPurpose, client.purpose.mark))\
                    \(buttons(
                        submit(page, .agree, name: "answer", value: "yes"),
                        submit(page, .disagree, kind: .quiet, name: "answer", value: "no")))
                    """))
                """)
    }

    func meanings(_ page: Page, _ scopes: [String]) -> [String] {
        let known = scopes.compactMap { Scope(rawValue: $0)?.meaning ?? AxisScope(rawValue: $0)?.label }
        let own = scopes.filter { Scope(rawValue: $0) == nil && AxisScope(rawValue: $0) == nil }
        return [page[.knowYouAgain]] + known.map { page[$0] } + own.map { page[.useService($0)] }
    }

    /// The purpose that somebody read when they agreed; forms of an older program have none.
    private static let seenPurpose = "purpose-seen"

    /// The request that the form carries, read and checked as if it had just come.
    private func pending(_ page: Page, _ fields: Fields) async throws -> (AuthorizationRequest, Person, Session) {
        let fields = asked(fields)
        let (client, redirect) = try await addresseeOrProblem(fields)
        let request: AuthorizationRequest
        do {
            request = try AuthorizationRequest(fields, client: client, redirect: redirect)
        } catch {
            throw Problem.malformed(code: error.rawValue, error.about)
        }
        guard let person = page.person, let session = try await signedInSession(page) else {
            throw Problem.unauthenticated
        }
        return (request, person, session)
    }

    func addresseeOrProblem(_ fields: Fields) async throws -> (Client, String) {
        do {
            return try await addressee(fields)
        } catch let fault as OAuthFault {
            throw Problem.malformed(code: fault.rawValue, fault.about)
        }
    }

    private func asked(_ fields: Fields) -> Fields {
        var fields = fields
        fields.remove("answer")
        fields.remove(Identity.seenPurpose)
        return fields
    }
}

extension Phrase {
    static let consentPurpose = Phrase(vi: "Mục đích:", en: "What for:")

    static func consentTitle(_ name: String) -> Phrase {
        Phrase(vi: "Đăng nhập vào \(name)", en: "Sign in to \(name)")
    }

    static func consentLead(_ name: String, _ organisation: String) -> Phrase {
        Phrase(
            vi: "\(name) của \(organisation) muốn biết về bạn:",
            en: "\(name) of \(organisation) would like to know about you:")
    }

    static func consentAfterwards(_ host: String) -> Phrase {
        Phrase(
            vi: "Sau đó bạn được đưa tới \(host). Bạn có thể rút lại sự đồng ý trong trang tài khoản bất cứ lúc nào.",
            en: "You are then taken to \(host). You can withdraw this on your account page at any time.")
    }

    static let knowYouAgain = Phrase(
        vi: "Nhận ra bạn khi bạn quay lại, và bạn đã xác thực bằng cách nào",
        en: "That it is you when you come back, and how you signed in")

    static func useService(_ scope: String) -> Phrase {
        Phrase(vi: "Dùng dịch vụ “\(scope)” thay mặt bạn", en: "Use the service “\(scope)” on your behalf")
    }

    static let agree = Phrase(vi: "Đồng ý", en: "Agree")
    static let disagree = Phrase(vi: "Không đồng ý", en: "Do not agree")
}
