import Database
import Ledger
import StrictJSON
import Vocabulary

extension Identity {
    func check(_ password: String, login: String) throws(Problem) {
        if let complaint = PasswordRules.complaint(about: password, login: login) {
            throw .invalid(["password": complaint])
        }
    }

    /// Sets a password from outside the browser (`truc`). Ends the person's sessions.
    package func setPassword(_ password: String, of login: String) async throws {
        let at = now()
        guard let account = try await database.read({ try PeopleStore.account(login: Login.named(login), in: $0) })
        else {
            throw Problem.notFound
        }
        try check(password, login: account.login)
        let phc = try await hasher.hash(password)
        try await endingTokens { try put(phc, of: account.id, keeping: nil, how: "command", at: at, in: $0) }
    }

    /// A person changes their own, having given the old one. False when the old one is wrong; attempts are counted as
    /// at sign-in, so that an open session is no way to guess.
    func changePassword(
        of person: ID<Person>, from old: String, to new: String, _ browser: Browser
    ) async throws -> Bool {
        let at = now()
        guard let account = try await database.read({ try PeopleStore.account(person, in: $0) }) else {
            throw Problem.notFound
        }
        try check(new, login: account.login)
        guard try await isPassword(old, of: person, browser) else { return false }
        let phc = try await hasher.hash(new)
        return try await endingTokens { tx in
            let session = try browser.session.flatMap { try SessionStore.session(digest: $0.digest, in: tx) }
            try put(phc, of: person, keeping: session?.id, how: "changed", at: at, in: tx)
            return true
        }
    }

    /// Asked again before something that a borrowed browser must not do. Throws `Problem.tooOften`.
    func isPassword(_ password: String, of person: ID<Person>, _ browser: Browser) async throws -> Bool {
        let at = now()
        let lanes = [Throttle.Lane.accountAndAddress(login: "again \(person)", browser.network)]
        if let freeAt = try await database.write({ try throttle.take(lanes, at: at, in: $0) }) {
            throw Problem.tooOften(retryAfterSeconds: Int(secondsUntil(freeAt, from: at)))
        }
        let phc = try await database.read { try PasswordStore.phc(of: person, in: $0) }
        let matches = try await hasher.verify(password, against: phc)
        if matches {
            try await database.write { try throttle.giveBack(lanes, succeeded: true, at: at, in: $0) }
        }
        return matches
    }

    /// With a new password every other browser is signed out and known no more, every application asks anew, and no
    /// link sets another: whoever had the old one may have let an application act while they are away.
    func put(
        _ phc: String, of person: ID<Person>, keeping kept: ID<Session>?, how: String, at now: Instant,
        in tx: any Transaction
    ) throws {
        let isFirst = try PasswordStore.phc(of: person, in: tx) == nil
        try PasswordStore.save(phc, of: person, at: now, in: tx)
        _ = try SessionStore.endAll(of: person, except: kept, in: tx)
        try openID.revokeAll(of: person, at: now, in: tx)
        try SessionStore.renewSoon(of: person, in: tx)
        try DeviceStore.forgetAll(of: person, in: tx)
        try LinkStore.forget(.setPassword, for: person, in: tx)
        if !isFirst { try tell(person, .passwordChanged, at: now, in: tx) }
        try outbox.record(
            "identity.password-changed", ["person": "\(person)", "how": .string(how)], subject: person.text, at: now,
            in: tx)
    }
}
