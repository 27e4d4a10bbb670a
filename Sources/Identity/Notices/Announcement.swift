package import Database
import Ledger
import Mail
import StrictJSON
package import Vocabulary
package import Web

/// Something that people must know because of what they are here: a key that ends, a glass that was broken, a review
/// that waits (nhắc việc). Told on the account's page and by a letter in the person's language.
package struct Announcement: Sendable, Hashable {
    /// Stable, `room.what`: `identity.break-glass`.
    package let kind: String
    package let title: Phrase
    /// What happened and what to do; lines end in `\n`.
    package let text: Phrase
    /// Where more is to be seen.
    package let path: Link
    /// Whom it names: when one of them is erased it says no more than that it was told.
    package let about: Set<ID<Person>>

    package init(kind: String, title: Phrase, text: Phrase, path: Link, about: Set<ID<Person>> = []) {
        self.kind = kind
        self.title = title
        self.text = text
        self.path = path
        self.about = about
    }
}

package enum AnnouncementAudience: Sendable, Hashable {
    case people(Set<ID<Person>>)
    /// Whoever holds one of the roles there now; where nobody does, in what stands above it; at last whoever
    /// administers the node, so that nothing is told to nobody.
    case holders(Set<Role>, in: ID<Organisation>)
}

extension Identity {
    /// Tells people something, in the transaction in which it happened. Suspended accounts are told nothing unless that
    /// is said.
    ///
    /// - Parameter once: a key under which the same person is told one time only, however often this runs.
    /// - Parameter evenSuspended: whether people who cannot sign in are told too, by letter.
    /// - Returns: how many were told now.
    @discardableResult
    package func announce(
        _ announcement: Announcement, to audience: AnnouncementAudience, once: String? = nil,
        evenSuspended: Bool = false, at now: Instant, in tx: any Transaction
    ) throws -> Int {
        let key = once ?? newID()
        var told = 0
        for person in try people(of: audience, at: now, in: tx).sorted(by: { $0.text < $1.text }) {
            guard let account = try PeopleStore.account(person, in: tx), !account.isErased,
                evenSuspended || account.state == .active,
                try ReminderStore.insert("\(key) \(person)", announcement, for: person, at: now, in: tx)
            else { continue }
            told += 1
            try post(announcement, to: account, at: now, in: tx)
        }
        if told > 0 {
            try outbox.record(
                "identity.announced", ["kind": .string(announcement.kind), "people": .integer(Int64(told))], at: now,
                in: tx)
        }
        return told
    }

    private func people(
        of audience: AnnouncementAudience, at now: Instant, in tx: any Transaction
    ) throws -> Set<ID<Person>> {
        switch audience {
        case .people(let people): return people
        case .holders(let roles, let organisation):
            let (register, day) = (try OrganisationStore.all(in: tx), Day(now))
            let house = register.house(of: settings.organisation, on: day)
            var (place, seen): (ID<Organisation>?, Set<ID<Organisation>>) = (organisation, [])
            while let here = place, house.contains(here), seen.insert(here).inserted {
                let found = try PeopleStore.holders(of: roles, in: here, at: now, in: tx)
                if !found.isEmpty { return found }
                place = register[here]?.parent(on: day)
            }
            return try administrators(at: now, in: tx)
        }
    }

    private func post(
        _ announcement: Announcement, to account: Account, at now: Instant, in tx: any Transaction
    ) throws {
        guard let mail, let address = account.email.flatMap({ MailAddress($0) }) else { return }
        func body(_ language: Language, _ greeting: String) -> String {
            """
            \(greeting) \(account.name),

            \(announcement.text[language])

            \(settings.origin)\(announcement.path.text)
            """
        }
        try mail.post(
            Letter(
                to: address, name: account.name, subject: announcement.title,
                body: Phrase(vi: body(.vi, "Kính gửi"), en: body(.en, "Dear")),
                language: try language(of: account.id, in: tx), person: account.id, about: announcement.about),
            at: now, in: tx)
    }
}
