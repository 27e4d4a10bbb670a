import Database
package import Jobs
import Ledger
import Mail
import StrictJSON
import Vocabulary
import Web

/// Somebody who cannot sign in asks for help. A job looks whether there is such an account, so that whoever asks learns
/// nothing, not even from how long the answer took.
struct AskForHelp: Job {
    static let name = "identity.ask-for-help"

    enum Kind: String, Codable {
        case reset
        case mailLink = "mail-link"
    }

    let kind: Kind
    let login: String
    let address: String
    /// The digest of the device cookie that came with it, whosever it is.
    var device: String?
}

extension Identity {
    /// Says what runs this room's jobs for people's accounts. Before `Jobs.run`.
    package func accountJobs(_ jobs: Jobs) {
        jobs.handle(AskForHelp.self) { [self] in try await perform($0) }
    }

    /// The same work and the same answer, whoever is named. Throws `Problem.tooOften`.
    func ask(_ kind: AskForHelp.Kind, login typed: String, _ browser: Browser) async throws {
        let at = now()
        let lanes = [Throttle.Lane.address(browser.network), .network(browser.network)]
        let job = AskForHelp(
            kind: kind, login: Login.fold(typed), address: browser.address, device: browser.device?.digest)
        let freeAt = try await database.write { tx in
            if let freeAt = try throttle.take(lanes, at: at, in: tx) { return freeAt as Instant? }
            try Jobs.enqueue(job, id: newID(), at: at, in: tx)
            return nil
        }
        if let freeAt { throw Problem.tooOften(retryAfterSeconds: Int(secondsUntil(freeAt, from: at))) }
    }

    func perform(_ job: AskForHelp) async throws {
        let (at, token) = (now(), Token())
        try await database.write { tx in
            guard let account = try PeopleStore.account(login: job.login, in: tx), account.state == .active else {
                return
            }
            let lanes = [try helpLane(job, for: account.id, at: at, in: tx)]
            switch job.kind {
            case .reset:
                guard try ResetStore.find(for: account.id, at: at, in: tx) == nil,
                    try throttle.take(lanes, at: at, in: tx) == nil
                else { return }
                try ResetStore.insert(ID(newID()), for: account.id, at: at, in: tx)
                try outbox.record(
                    "identity.reset-asked", ["person": "\(account.id)", "address": .string(job.address)],
                    subject: account.id.text, at: at, in: tx)
            case .mailLink: try sendLink(token, to: account, unlessTooOften: lanes, at: at, in: tx)
            }
        }
    }

    /// A browser in which this person signed in before has a lane that nobody else can fill.
    private func helpLane(
        _ job: AskForHelp, for person: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> Throttle.Lane {
        if let device = job.device, try DeviceStore.isKnown(device, of: person, at: now, in: tx) {
            return .device("\(job.kind.rawValue) \(person) \(device)")
        }
        return .help(job.kind, person)
    }

    // MARK: Two officers

    /// An officer begins for somebody who stands before them, and is the first of two.
    func beginReset(of person: ID<Person>, by officer: Person) async throws {
        let at = now()
        try await database.write { tx in
            guard try PeopleStore.account(person, in: tx)?.state == .active else { throw Problem.notFound }
            guard person != officer.id else { throw Problem.conflict(.resetOwnElsewhere) }
            try ResetStore.insert(ID(newID()), for: person, at: at, in: tx)
            guard let reset = try ResetStore.find(for: person, at: at, in: tx) else { throw Problem.notFound }
            // Where another officer began already, the list is the place to agree: the link must be seen.
            if reset.first == nil { _ = try approve(reset, by: officer, Token(), at: at, in: tx) }
        }
    }

    /// The first officer's word is kept; the second's, of another officer, resets the account. The link with which the
    /// person sets a new password, for the second officer to hand over; nil after the first.
    func approveReset(_ id: ID<Reset>, by officer: Person) async throws -> Link? {
        let (at, token) = (now(), Token())
        return try await endingTokens { tx in
            guard let reset = try ResetStore.find(id, at: at, in: tx) else { throw Problem.notFound }
            return try approve(reset, by: officer, token, at: at, in: tx)
        }
    }

    private func approve(
        _ reset: Reset, by officer: Person, _ token: Token, at now: Instant, in tx: any Transaction
    ) throws -> Link? {
        guard reset.person != officer.id else { throw Problem.conflict(.resetOwnElsewhere) }
        try GuestStore.refuseGuest(reset.person, in: tx)
        try checkSecond(officer, at: now, in: tx)
        guard let first = reset.first else {
            try ResetStore.approve(reset.id, by: officer.id, at: now, in: tx)
            try outbox.record(
                "identity.reset-approved", ["person": "\(reset.person)", "by": "\(officer.id)"],
                subject: reset.person.text, at: now, in: tx)
            return nil
        }
        guard first != officer.id else { throw Problem.conflict(.secondOfficerNeeded) }
        guard try ResetStore.end(reset.id, in: tx) else { throw Problem.notFound }
        try takeEverything(from: reset.person, at: now, in: tx)
        try LinkStore.put(
            token, .setPassword, for: reset.person, until: now.adding(seconds: settings.linkSeconds), in: tx)
        try outbox.record(
            "identity.account-reset",
            ["person": "\(reset.person)", "first": "\(first)", "second": "\(officer.id)"], subject: reset.person.text,
            at: now, in: tx)
        try tell(reset.person, .accountReset, at: now, in: tx)
        return "/identity/set-password?token=\(token.text)"
    }

    /// Every way in that there was, and everybody who came by it.
    private func takeEverything(from person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        _ = try PasskeyStore.removeAll(of: person, in: tx)
        try SecondStepStore.removeAuthenticator(of: person, in: tx)
        try PasswordStore.remove(of: person, in: tx)
        try endAccess(of: person, at: now, in: tx)
        try DeviceStore.forgetAll(of: person, in: tx)
    }

    func refuseReset(_ id: ID<Reset>, by officer: Person) async throws {
        let at = now()
        try await database.write { tx in
            guard let reset = try ResetStore.find(id, at: at, in: tx), try ResetStore.end(id, in: tx) else {
                throw Problem.notFound
            }
            try outbox.record(
                "identity.reset-refused", ["person": "\(reset.person)", "by": "\(officer.id)"],
                subject: reset.person.text, at: at, in: tx)
        }
    }

    /// Whether somebody has a way to sign in to an account that is more than a mailbox. Until then one officer makes
    /// and hands over a link to choose a password; from then on it takes two.
    func isOpened(_ person: ID<Person>, in tx: any Transaction) throws -> Bool {
        try PasswordStore.phc(of: person, in: tx) != nil || SecondStepStore.isOn(for: person, in: tx)
    }

    // MARK: A link by mail

    /// Whether this node lets people in by a link in their mail: its policy says so, and it has mail.
    var sendsLinks: Bool { settings.allowsMailLinks && mail?.isOn ?? false }

    static let mailLinkSeconds: Int64 = 15 * 60

    /// Nobody who has a second step gets in with the mailbox alone. Links that were sent before stay good: whoever asks
    /// in another's name takes nothing from them.
    private func sendLink(
        _ token: Token, to account: Account, unlessTooOften lanes: [Throttle.Lane], at now: Instant,
        in tx: any Transaction
    ) throws {
        guard let mail, sendsLinks, let address = account.email.flatMap({ MailAddress($0) }),
            try !SecondStepStore.isOn(for: account.id, in: tx), try throttle.take(lanes, at: now, in: tx) == nil
        else { return }
        try LinkStore.add(
            token, .signIn, for: account.id, until: now.adding(seconds: Identity.mailLinkSeconds), in: tx)
        let link = "\(settings.origin)/identity/mail-link/use?token=\(token.text)"
        let letter = Letter(
            to: address, name: account.name, subject: .signInLink,
            body: Phrase(
                vi: "Mở liên kết này để đăng nhập. Liên kết dùng được một lần trong 15 phút:\n\(link)",
                en: "Open this link to sign in. It works once within 15 minutes:\n\(link)"),
            language: try language(of: account.id, in: tx), person: account.id)
        try mail.post(letter, at: now, in: tx)
        try outbox.record(
            "identity.mail-link-made", ["person": "\(account.id)"], subject: account.id.text, at: now, in: tx)
    }

    /// Nil when the link is not good (any more).
    func signIn(byLink token: Token, from browser: Browser) async throws -> SignedIn? {
        let at = now()
        guard sendsLinks else { return nil }
        return try await database.write { tx in
            guard let person = try LinkStore.find(token, .signIn, at: at, in: tx)?.person,
                try LinkStore.use(token, in: tx), try PeopleStore.account(person, in: tx)?.state == .active,
                try !SecondStepStore.isOn(for: person, in: tx)
            else { return nil }
            try LinkStore.forget(.signIn, for: person, in: tx)
            return try admit(person, browser, by: .mailLink, at: at, in: tx)
        }
    }
}
