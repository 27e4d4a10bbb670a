import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The applications that a person let know about them, and taking it back: `/identity/account/applications`.
extension Identity {
    func applicationDoors(_ site: Site) {
        site.page("/identity/account/applications", allow: .account, applicationsPage)
        site.action("/identity/account/applications/{id}/withdraw", allow: .account) { page, _ in
            let (person, client) = (try signedIn(page).id, ID<Client>(try page.parameter("id")))
            try await withdrawConsent(of: person, to: client)
            return .redirect("/identity/account/applications")
        }
    }

    /// The application's tokens for this person are dead at once, and it is told.
    func withdrawConsent(of person: ID<Person>, to client: ID<Client>) async throws {
        let at = now()
        try await endingTokens { tx in
            guard try ConsentStore.withdraw(person, client, in: tx) else { throw Problem.notFound }
            try openID.endLogins(of: person, at: client, at: at, in: tx)
            try outbox.record(
                "identity.consent-withdrawn", ["person": "\(person)", "client": "\(client)"], subject: person.text,
                at: at, in: tx)
        }
    }

    private func applicationsPage(_ page: Page) async throws -> View {
        let person = try signedIn(page).id
        let given = try await database.read { try ConsentStore.all(of: person, in: $0) }
        return View(title: page[.applications], back: "/identity/account", body: applicationList(page, given))
    }

    /// What each application may know, since when, and taking it back.
    func applicationList(_ page: Page, _ given: [ConsentStore.Given]) -> HTML {
        guard !given.isEmpty else { return emptyState(page, .noApplications) }
        let rows = given.map { one -> [HTML] in
            let purpose: HTML = "\(ifLet: one.purpose.words, { "<p>\(page[.consentPurpose]) \(page[$0])</p>" })"
            return [
                HTML(page[one.name]), "\(purpose)<ul>\(each: meanings(page, one.scopes), { "<li>\($0)</li>" })</ul>",
                time(one.at),
                actionButton(
                    page, .withdraw, "/identity/account/applications/\(one.client)/withdraw", about: page[one.name]),
            ]
        }
        return table(
            page, .applications, headers: [.application, .mayKnow, .since, .action], rows: rows, isCaptionHidden: true)
    }
}

extension Phrase {
    static let applications = Phrase(vi: "Ứng dụng đã được đồng ý", en: "Applications you agreed to")
    static let application = Phrase(vi: "Ứng dụng", en: "Application")
    static let mayKnow = Phrase(vi: "Được biết", en: "May know")
    static let since = Phrase(vi: "Từ lúc", en: "Since")
    static let withdraw = Phrase(vi: "Rút lại sự đồng ý", en: "Withdraw")
    static let noApplications = Phrase(
        vi: "Bạn chưa đồng ý cho ứng dụng nào biết về bạn.", en: "You have not let any application know about you.")
}
