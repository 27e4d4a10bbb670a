import Database
import Vocabulary
import Web

/// One person's page: who they are, how they are reached, what they may do, where they work.
extension Identity {
    /// The reading is in the ledger before the page is. How the person is reached stays masked until a purpose is
    /// given.
    func personPage(_ page: Page) async throws -> View {
        let (id, at, reader): (ID<Person>, _, _) = (ID(try page.parameter("id")), now(), page.person)
        let purpose = Purpose(of: page)
        let found = try await database.write { tx -> Seen? in
            guard let account = try reached(id, within: reader, at: at, in: tx) else { return nil }
            let contact = try contact(of: account, for: purpose.words, by: reader, in: tx)
            try note(
                reading: [id], by: reader, how: contact.isMasked ? .page : .contact, for: purpose.words, at: at, in: tx)
            return Seen(
                account: account, contact: contact, memberships: try PeopleStore.memberships(of: id, in: tx),
                posts: try PostStore.posts(of: id, in: tx), organisations: try OrganisationStore.all(in: tx),
                hasSecondStep: try SecondStepStore.isOn(for: id, in: tx))
        }
        guard let seen = found else { throw Problem.notFound }
        let account = seen.account
        let mayChange = page.may(.delegate)
        let end = mayChange ? { endButton(page, $0) } : nil
        return View(
            title: account.name, back: "/identity/people",
            body: """
                \(if: seen.contact.isMasked && !seen.contact.isEmpty, purpose.form(page, at: "/identity/people/\(id)"))\
                \(summaryList(page, rows(page, seen)))
                <h2>\(page[.roles])</h2>
                \(roleTable(page, seen.memberships, seen.organisations, at: at, action: end))
                <h2>\(page[.posts])</h2>
                \(postTable(page, seen.posts, seen.organisations, at: at))
                \(if: mayChange, changes(
                    page, account, canReset: id != reader?.id && page.may(.administer)))
                """)
    }

    /// Whom a form is about: nobody's data is erased for another's. Throws `Problem.notFound` for whoever is out of the
    /// reader's reach.
    func whom(_ page: Page) async throws -> String {
        let (id, at, reader): (ID<Person>, _, _) = (ID(try page.parameter("id")), now(), page.person)
        let found = try await database.write { tx -> Account? in
            guard let account = try reached(id, within: reader, at: at, in: tx) else { return nil }
            try note(reading: [id], by: reader, how: .page, at: at, in: tx)
            return account
        }
        guard let account = found else { throw Problem.notFound }
        return "\(account.name) (\(account.login))"
    }

    /// An account, when it belongs to a unit for which the reader answers.
    private func reached(
        _ id: ID<Person>, within reader: Person?, at now: Instant, in tx: any Transaction
    ) throws -> Account? {
        guard let account = try PeopleStore.account(id, in: tx) else { return nil }
        guard let homes = try homes(of: reader, at: now, in: tx) else { return account }
        return account.home.map(homes.contains) == true ? account : nil
    }

    private struct Seen: Sendable {
        let account: Account
        let contact: StaffContact
        let memberships: [Membership]
        let posts: [Post]
        let organisations: OrganisationRegister
        let hasSecondStep: Bool
    }

    private func rows(_ page: Page, _ seen: Seen) -> [(Phrase, HTML)] {
        func listed(_ values: [String]) -> HTML {
            HTML(values.isEmpty ? page[.none] : values.joined(separator: ", "))
        }
        return [
            (.login, HTML(seen.account.login)), (.email, listed(seen.contact.emails)),
            (.telephone, listed(seen.contact.phones)), (.staffNumber, listed(seen.contact.numbers)),
            (.state, stateTag(page, seen.account)), (.addedAt, time(seen.account.createdAt)),
            (.secondStep, HTML(page[seen.hasSecondStep ? .secondStepIsOn : .secondStepIsOff])),
        ]
    }

    private func endButton(_ page: Page, _ membership: Membership) -> HTML {
        actionButton(
            page, .endRole, "/identity/people/\(membership.person)/roles/\(membership.id)/end",
            about: page[membership.role.label])
    }

    private func changes(_ page: Page, _ account: Account, canReset: Bool) -> HTML {
        let id = account.id
        return buttons(
            buttonLink(page, .giveRole, "/identity/people/\(id)/give-role"),
            buttonLink(page, .movePerson, "/identity/people/\(id)/move", kind: .quiet),
            buttonLink(page, .letGo, "/identity/people/\(id)/leave", kind: .quiet),
            actionButton(page, .makePasswordLink, "/identity/people/\(id)/link"),
            canReset
                ? actionButton(page, .resetAccount, "/identity/people/\(id)/reset", kind: .danger) : "",
            account.state == .active
                ? actionButton(page, .suspend, "/identity/people/\(id)/suspend", kind: .danger)
                : actionButton(page, .reinstate, "/identity/people/\(id)/reinstate"),
            buttonLink(page, .eraseData, "/identity/people/\(id)/erase", kind: .danger))
    }
}
