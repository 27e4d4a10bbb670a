import Database
import Ledger
import StrictJSON
import Vocabulary
package import Web

/// What a browser is handed when somebody is signed in.
struct SignedIn: Sendable {
    let session: Token
    let device: Token
}

extension Identity {
    package var doorkeeper: Doorkeeper {
        var keeper = Doorkeeper(identify: identify, decide: { allows($0, $1) }, look: look)
        keeper.objection = { person, permission, at in
            let objection = objection(person, permission, at: at)
            if objection == nil { noteUse(of: permission, by: person, at: at) }
            return objection
        }
        keeper.bearer = bearer
        keeper.freshSeconds = settings.confirmedSeconds
        return keeper
    }

    /// The person whose session the request carries, with the roles that they hold now. One read; a write once a
    /// minute.
    func identify(_ request: Request) async throws -> Caller {
        let browser = Browser(request, cookies)
        guard let token = browser.session else { return Caller() }
        let at = now()
        // What was chosen on this device comes before the profile, which then need not be asked.
        let hasChosen = cookies.value("language", of: request).flatMap(Language.init) != nil
        let (found, revision, language) = try await database.read { tx in
            let found = try living(token, at: at, in: tx)
            let language =
                try hasChosen
                ? nil : found.flatMap { session, _ in try self.language(of: session.person, in: tx) }
            return (found, try RelationshipStore.revision(in: tx), language)
        }
        guard let (session, person) = found else { return Caller() }
        try await refreshRights(to: revision, at: at)
        var caller = Caller(person: person, session: session.id.text, language: language)
        if let renewed = try await keepAlive(session, at: at) {
            caller.responseHeaders = ["set-cookie": cookies.make("session", renewed.text, on: request).text]
        }
        return caller
    }

    /// Who calls now, without keeping the session alive.
    func look(_ request: Request) async throws -> Caller {
        guard let token = Browser(request, cookies).session else { return Caller() }
        let at = now()
        let (found, revision) = try await database.read {
            (try living(token, at: at, in: $0), try RelationshipStore.revision(in: $0))
        }
        try await refreshRights(to: revision, at: at)
        return Caller(person: found?.1, session: found?.0.id.text)
    }

    /// The session of a token and its person; the person is nil while the second step is owed.
    func living(_ token: Token, at now: Instant, in tx: any Transaction) throws -> (Session, Person?)? {
        guard let session = try SessionStore.session(digest: token.digest, in: tx), session.lives(at: now),
            let account = try PeopleStore.account(session.person, in: tx), account.state == .active
        else { return nil }
        guard session.stage == .full else { return (session, nil) }
        return (session, try person(account, session.assurance, at: now, in: tx))
    }

    /// The person of an account as they act here now.
    func person(
        _ account: Account, _ assurance: Assurance, at now: Instant, in tx: any Transaction
    ) throws -> Person {
        let memberships = try counted(try PeopleStore.memberships(of: account.id, in: tx), at: now, in: tx)
        return Person(
            id: account.id, name: account.name, memberships: memberships, actingIn: settings.organisation, at: now,
            assurance: assurance, guestOf: account.guestOf)
    }

    /// Moves the end of an idle session on, and replaces a token that is old; the new one, if there is one.
    private func keepAlive(_ session: Session, at now: Instant) async throws -> Token? {
        guard session.stage == .full, session.replacedAt == nil else { return nil }
        let isOld = session.issuedAt.adding(seconds: settings.sessionRenewSeconds) <= now
        guard isOld || session.seenAt.adding(seconds: 60) <= now else { return nil }
        let next = Token()
        return try await database.write { tx in
            guard isOld else {
                try SessionStore.touch(
                    session.digest, at: now, idleUntil: now.adding(seconds: settings.sessionIdleSeconds), in: tx)
                return nil
            }
            return try replace(session, with: next, knowing: session.assurance, at: now, in: tx) ? next : nil
        }
    }

    /// Whether this call was the one that replaced the token: of many at once, one.
    func replace(
        _ session: Session, with next: Token, knowing assurance: Assurance, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        let dying = min(session.expiresAt, now.adding(seconds: settings.sessionGraceSeconds))
        guard try SessionStore.retire(session.digest, at: now, dying: dying, in: tx) else { return false }
        try SessionStore.insert(
            Session(
                digest: next.digest, id: session.id, person: session.person, stage: session.stage,
                createdAt: session.createdAt, issuedAt: now, seenAt: now,
                idleUntil: now.adding(seconds: settings.sessionIdleSeconds), expiresAt: session.expiresAt,
                replacedAt: nil,
                attempts: 0, device: session.device, address: session.address, assurance: assurance), in: tx)
        return true
    }

    /// A new session, in place of whatever session the browser came with: a token planted before sign-in is worth
    /// nothing after it.
    func open(
        _ stage: Session.Stage, for person: ID<Person>, _ browser: Browser, knowing assurance: Assurance = .none,
        at now: Instant, in tx: any Transaction
    ) throws -> Token {
        try open(stage, for: person, browser, knowing: assurance, until: nil, at: now, in: tx).token
    }

    /// - Parameter until: when it ends at the latest; as the settings have it unless that is said.
    func open(
        _ stage: Session.Stage, for person: ID<Person>, _ browser: Browser, knowing assurance: Assurance,
        until: Instant?, at now: Instant, in tx: any Transaction
    ) throws -> (token: Token, id: ID<Session>) {
        if let old = try browser.session.flatMap({ try SessionStore.session(digest: $0.digest, in: tx) }) {
            _ = try SessionStore.end(old.id, of: old.person, in: tx)
        }
        let (token, id) = (Token(), ID<Session>(newID()))
        let idle = stage == .full ? settings.sessionIdleSeconds : settings.halfSessionSeconds
        let longest = stage == .full ? settings.sessionSeconds : settings.halfSessionSeconds
        try SessionStore.insert(
            Session(
                digest: token.digest, id: id, person: person, stage: stage, createdAt: now, issuedAt: now,
                seenAt: now, idleUntil: now.adding(seconds: idle),
                expiresAt: min(until ?? .distantFuture, now.adding(seconds: longest)), replacedAt: nil, attempts: 0,
                device: browser.deviceName, address: browser.address, assurance: assurance), in: tx)
        try SessionStore.keepLatest(settings.sessionsPerPerson, stage, of: person, in: tx)
        return (token, id)
    }

    /// A full session, and the browser is known from now on.
    func admit(
        _ person: ID<Person>, _ browser: Browser, by way: Way, at now: Instant, in tx: any Transaction
    ) throws -> SignedIn {
        let session = try open(.full, for: person, browser, knowing: way.assurance(at: now), at: now, in: tx)
        var (device, isKnown) = (Token(), false)
        let hasOthers = try DeviceStore.hasAny(of: person, at: now, in: tx)
        if let held = browser.device, try DeviceStore.isKnown(held.digest, of: person, at: now, in: tx) {
            (device, isKnown) = (held, true)
        }
        if hasOthers, !isKnown { try tell(person, .newDevice, browser, at: now, in: tx) }
        try DeviceStore.remember(device.digest, of: person, at: now, in: tx)
        try SecondStepStore.forgetProposal(for: person, in: tx)
        try outbox.record(
            "identity.signed-in",
            [
                "person": "\(person)", "method": .string(way.name), "address": .string(browser.address),
                "device": .string(browser.deviceName),
            ],
            subject: person.text, at: now, in: tx)
        return SignedIn(session: session, device: device)
    }

    func signOut(_ browser: Browser) async throws {
        guard let token = browser.session else { return }
        let at = now()
        try await endingTokens { tx in
            guard let session = try SessionStore.session(digest: token.digest, in: tx) else { return }
            _ = try SessionStore.end(session.id, of: session.person, in: tx)
            try openID.endLogins(of: session.id, at: at, in: tx)
            try outbox.record(
                "identity.signed-out", ["person": "\(session.person)"], subject: session.person.text, at: at, in: tx)
        }
    }

    /// Ends one session of a person, or with `id` nil all but the one that asks, with what applications may do by them,
    /// while the person is away too.
    func revoke(_ id: ID<Session>?, of person: ID<Person>, keeping kept: ID<Session>?) async throws {
        let at = now()
        try await endingTokens { tx in
            if let id {
                guard try SessionStore.end(id, of: person, in: tx) > 0 else { return }
                try openID.revokeAll(of: id, at: at, in: tx)
            } else {
                let open = try OpenApplicationStore.all(of: person, except: kept, at: at, in: tx)
                let ended = try SessionStore.endAll(of: person, except: kept, in: tx)
                guard ended > 0 || !open.isEmpty else { return }
                try openID.revokeAll(of: person, except: kept, at: at, in: tx)
            }
            try outbox.record(
                "identity.sessions-revoked", ["person": "\(person)", "which": .string(id?.text ?? "others")],
                subject: person.text, at: at, in: tx)
        }
    }
}
