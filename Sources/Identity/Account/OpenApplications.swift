import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// An application that acts for somebody now, whether or not they were ever asked: they signed in to it from here.
struct OpenApplication: Sendable, Hashable {
    let client: ID<Client>
    let name: Phrase
    let since: Instant
    /// Whether it goes on when they sign out.
    let isOffline: Bool
}

enum OpenApplicationStore {
    /// The latest first, one for each application.
    ///
    /// - Parameter kept: a session whose grants are left out.
    static func all(
        of person: ID<Person>, except kept: ID<Session>? = nil, at now: Instant, in tx: any Transaction
    ) throws -> [OpenApplication] {
        try tx.rows(
            """
            SELECT g.client AS client, c.name AS name, c.name_en AS name_en, MIN(g.created_at) AS since,
                MAX(g.offline) AS offline
            FROM identity_openid_grant g JOIN identity_client c ON c.id = g.client AND c.state = \(Client.State.active)
            WHERE g.person = \(person) AND g.session <> \(kept ?? ID("")) AND g.revoked_at IS NULL
            AND g.expires_at > \(now)
            AND ((g.offline = 1 AND g.family IS NOT NULL) OR (g.ended_at IS NULL AND g.lapsed_at IS NULL))
            GROUP BY g.client, c.name, c.name_en ORDER BY since DESC, g.client LIMIT 100
            """
        ).map { row in
            let (vi, en): (String, String) = (try row.get("name"), try row.get("name_en"))
            return OpenApplication(
                client: try row.get("client"), name: Phrase(vi: vi, en: en.isEmpty ? vi : en),
                since: try row.get("since"), isOffline: try row.get("offline"))
        }
    }
}

extension Identity {
    func openApplicationDoors(_ site: Site) {
        site.action("/identity/account/applications/{id}/end", allow: .account) { page, _ in
            try await endApplication(ID(try page.parameter("id")), of: try signedIn(page).id)
            return .redirect("/identity/account")
        }
    }

    /// Ends what one application may do for a person, while they are away too; it is told. What they agreed that it may
    /// know stays agreed: they can sign in to it again.
    func endApplication(_ client: ID<Client>, of person: ID<Person>) async throws {
        let at = now()
        try await endingTokens { tx in
            guard try OpenApplicationStore.all(of: person, at: at, in: tx).contains(where: { $0.client == client })
            else { throw Problem.notFound }
            try openID.endLogins(of: person, at: client, at: at, in: tx)
            try outbox.record(
                "identity.application-ended", ["person": "\(person)", "client": "\(client)"], subject: person.text,
                at: at, in: tx)
        }
    }

    func openApplicationTable(_ page: Page, _ open: [OpenApplication]) -> HTML {
        guard !open.isEmpty else { return emptyState(page, .noOpenApplications) }
        let rows = open.map { one -> [HTML] in
            [
                HTML(page[one.name]), time(one.since), HTML(page[one.isOffline ? .actsWhileAway : .actsWhileHere]),
                actionButton(
                    page, .endApplication, "/identity/account/applications/\(one.client)/end", about: page[one.name]),
            ]
        }
        return table(
            page, .openApplications, headers: [.application, .since, .actsUntil, .action], rows: rows,
            isCaptionHidden: true)
    }
}

extension Phrase {
    static let openApplications = Phrase(vi: "Các ứng dụng đang đăng nhập", en: "Applications signed in to")
    static let noOpenApplications = Phrase(
        vi: "Bạn không đăng nhập vào ứng dụng nào qua nút này.",
        en: "You are not signed in to any application through this node.")
    static let actsUntil = Phrase(vi: "Hoạt động", en: "Acts for you")
    static let actsWhileAway = Phrase(vi: "Cả khi bạn vắng mặt", en: "While you are away too")
    static let actsWhileHere = Phrase(vi: "Trong phiên đăng nhập", en: "During your session")
    static let endApplication = Phrase(vi: "Đăng xuất khỏi ứng dụng", en: "Sign out of it")
}
