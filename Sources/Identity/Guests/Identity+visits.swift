package import Database
import Ledger
import StrictJSON
package import Vocabulary
package import Web

/// A person of ours whom this node can vouch for at another.
package struct OwnPerson: Sendable, Hashable {
    package let id: ID<Person>
    package let login: String
    package let name: String
    package let session: String
    package let assurance: Assurance
}

extension Identity {
    /// Whoever is signed in before this page, when they are staff of this node's organisation: nobody vouches for
    /// citizens, nor for the guests of others.
    package func ownPerson(_ page: Page) async throws -> OwnPerson? {
        guard let person = page.person, person.organisation != nil, person.guestOf == nil,
            let session = try await currentSession(page)
        else { return nil }
        return try await database.read { tx in
            try PeopleStore.account(person.id, in: tx).map {
                OwnPerson(
                    id: $0.id, login: $0.login, name: $0.name, session: session.id.text, assurance: session.assurance)
            }
        }
    }

    /// Of sessions that were open, those that are not any more.
    package func ended(_ sessions: Set<String>, in tx: any Transaction) throws -> Set<String> {
        sessions.subtracting(try SessionStore.living(sessions, in: tx))
    }

    /// Of these people, those whose account is suspended: on leave, gone, or forgotten by their directory.
    package func suspended(_ people: Set<ID<Person>>, in tx: any Transaction) throws -> Set<ID<Person>> {
        try PeopleStore.suspended(people, in: tx)
    }

    /// Signs a guest in on their node's word, for a short while, in place of whatever session the browser had. Throws
    /// `GuestRefusal`.
    package func receive(_ vouched: Vouched, _ page: Page, to next: Link) async throws -> Response {
        let (at, browser) = (now(), Browser(page.request, cookies))
        let token = try await database.write { tx in
            try admit(vouched, browser, at: at, in: tx)
        }
        return Response.redirect(next).setting(cookies.make("session", token.text, on: page.request))
    }

    private func admit(
        _ vouched: Vouched, _ browser: Browser, at now: Instant, in tx: any Transaction
    ) throws -> Token {
        let visit = "\(vouched.organisation) \(vouched.token)"
        guard try !GuestStore.isKnown(visit, in: tx) else { throw GuestRefusal.replayed }
        let guest = try guest(vouched, in: tx)
        guard guest.endedAt == nil, now < guest.until else { throw GuestRefusal.over }
        guard guest.from <= now else { throw GuestRefusal.early }
        guard let account = try PeopleStore.account(guest.person, in: tx), account.state == .active else {
            throw GuestRefusal.suspended
        }
        try GuestStore.vouch(for: guest.person, subject: vouched.subject, login: vouched.login, at: now, in: tx)
        try follow(vouched, account, at: now, in: tx)
        let until = min(guest.until, now.adding(seconds: settings.guestSessionSeconds))
        let session = try open(
            .full, for: guest.person, browser, knowing: vouched.assurance, until: until, at: now, in: tx)
        let made = GuestVisit(
            id: visit, person: guest.person, session: session.id, homeSession: vouched.session,
            level: vouched.assurance.level, address: browser.address, at: now)
        guard try GuestStore.insert(made, in: tx) else { throw GuestRefusal.replayed }
        try outbox.record(
            "identity.guest-arrived",
            [
                "person": "\(guest.person)", "guest-of": "\(vouched.organisation)", "token": .string(vouched.token),
                "level": .integer(Int64(vouched.assurance.level)), "address": .string(browser.address),
                "methods": .array(vouched.assurance.methods.map { .string($0) }), "device": .string(browser.deviceName),
            ], subject: guest.person.text, at: now, in: tx)
        return session.token
    }

    /// The guest by their id at home; the first time by the name under which they were registered.
    private func guest(_ vouched: Vouched, in tx: any Transaction) throws -> Guest {
        let named = try GuestStore.guest(vouched.login, of: vouched.organisation, in: tx)
        if let known = try GuestStore.guest(subject: vouched.subject, of: vouched.organisation, in: tx) {
            guard named == nil || named?.person == known.person else { throw GuestRefusal.otherPerson }
            return known
        }
        guard let named else { throw GuestRefusal.unknown }
        guard named.subject == nil else { throw GuestRefusal.otherPerson }
        return named
    }

    /// A guest is called as they are called at home.
    private func follow(
        _ vouched: Vouched, _ account: Account, at now: Instant, in tx: any Transaction
    ) throws {
        let login = "\(vouched.login)@\(vouched.organisation)"
        guard account.login != login || account.name != vouched.name else { return }
        let called = Account(
            id: account.id, login: login, name: Folding.compose(vouched.name), email: nil, state: account.state,
            createdAt: account.createdAt, home: account.home)
        let language = try language(of: called.id, in: tx)
        try PeopleStore.update(called, at: now, in: tx)
        try AttributeStore.replace(called.attributes, of: called.id, in: tx)
        if let language {
            try AttributeStore.set(Identity.languageAttribute, language.rawValue, of: called.id, in: tx)
        }
    }

    /// What another node says of its person: the session there is over, or (`stopped`) the person is not in service
    /// any more. How many visits ended.
    @discardableResult
    package func endVisits(
        of subject: String, from organisation: ID<Organisation>, session: String?, stopped: Bool
    ) async throws -> Int {
        let at = now()
        return try await endingTokens { tx in
            guard let guest = try GuestStore.guest(subject: subject, of: organisation, in: tx) else { return 0 }
            if stopped {
                try GuestStore.stop(guest.person, at: at, in: tx)
                try openID.revokeAll(of: guest.person, at: at, in: tx)
            }
            return try endVisits(
                of: guest, from: stopped ? nil : session, reason: stopped ? "left-home" : "signed-out-at-home", at: at,
                in: tx)
        }
    }

    @discardableResult
    func endVisits(
        of guest: Guest, from session: String?, reason: String, at now: Instant, in tx: any Transaction
    ) throws -> Int {
        let open = try GuestStore.open(of: guest.person, from: session, in: tx)
        var ended = 0
        for visit in open {
            try GuestStore.end(visit.id, reason, at: now, in: tx)
            ended += try SessionStore.end(visit.session, of: guest.person, in: tx)
            try openID.revokeAll(of: visit.session, at: now, in: tx)
        }
        guard ended > 0 else { return 0 }
        try outbox.record(
            "identity.guest-visits-ended",
            [
                "person": "\(guest.person)", "guest-of": "\(guest.organisation)", "reason": .string(reason),
                "sessions": .integer(Int64(ended)),
            ], subject: guest.person.text, at: now, in: tx)
        return ended
    }
}

extension SessionStore {
    static func living(_ ids: Set<String>, in tx: any Transaction) throws -> Set<String> {
        var found: Set<String> = []
        for chunk in ids.sorted().chunks(of: 500) {
            let rows = try tx.rows("SELECT id FROM identity_session WHERE id IN (\(list: chunk))")
            found.formUnion(try rows.map { try $0.get("id", as: String.self) })
        }
        return found
    }
}

extension PeopleStore {
    static func suspended(_ people: Set<ID<Person>>, in tx: any Transaction) throws -> Set<ID<Person>> {
        var found: Set<ID<Person>> = []
        for chunk in people.sorted(by: { $0.text < $1.text }).chunks(of: 500) {
            let rows = try tx.rows(
                "SELECT id FROM identity_person WHERE id IN (\(list: chunk)) AND state = \(Account.State.suspended)")
            found.formUnion(try rows.map { try $0.get("id", as: ID<Person>.self) })
        }
        return found
    }
}
