import Database
import Ledger
import StrictJSON
import Vocabulary
import Web
import WebAuthn

extension Identity {
    /// Signs in whoever holds the key: one proof of two factors.
    func signIn(with assertion: PasskeyAssertion, from browser: Browser) async throws -> SignInOutcome {
        try await prove(assertion, for: .signIn, browser) { passkey, at, tx in
            let way = Way.passkey(isSynced: passkey.isSynced)
            return .signedIn(try admit(passkey.person, browser, by: way, at: at, in: tx))
        }
    }

    /// Proves again who sits before an open session; a key of somebody else proves nothing.
    func confirm(with assertion: PasskeyAssertion, from browser: Browser) async throws -> SignInOutcome {
        let at = now()
        guard let token = browser.session,
            let session = try await database.read({ try living(token, at: at, in: $0)?.0 }), session.stage == .full
        else { return .startAgain }
        return try await prove(assertion, for: .confirm(session.id), browser) { passkey, at, tx in
            guard passkey.person == session.person,
                let session = try SessionStore.session(digest: token.digest, in: tx)
            else { return .wrong }
            return try raise(session, by: .passkey(isSynced: passkey.isSynced), browser, at: at, in: tx)
        }
    }

    /// Checks an assertion and, in the transaction that uses its challenge up, does `then`.
    private func prove(
        _ assertion: PasskeyAssertion, for purpose: Challenge.Purpose, _ browser: Browser,
        then: @escaping @Sendable (Passkey, Instant, any Transaction) throws -> SignInOutcome
    ) async throws -> SignInOutcome {
        let at = now()
        let lanes = [Throttle.Lane.address(browser.network), .network(browser.network)]
        let (passkey, freeAt) = try await database.read { tx in
            (try PasskeyStore.find(assertion.id, in: tx), try throttle.freeAt(lanes, at: at, in: tx))
        }
        if let freeAt { return .tooSoon(seconds: secondsUntil(freeAt, from: at)) }
        guard let end = assertion.challenge.end(purpose, at: at, box) else { return .startAgain }
        let counter: Int64
        do {
            counter = try check(assertion, passkey)
        } catch {
            return try await refuse(assertion, passkey, error, browser, lanes, at: at)
        }
        return try await database.write { tx in
            guard let passkey, try PasskeyStore.find(passkey.id, in: tx) != nil,
                try PeopleStore.account(passkey.person, in: tx)?.state == .active
            else { return .wrong }
            guard try assertion.challenge.use(until: end, in: tx) else { return .startAgain }
            guard try PasskeyStore.use(passkey.id, counter: counter, at: at, in: tx) else { return .wrong }
            return try then(passkey, at, tx)
        }
    }

    private func check(_ assertion: PasskeyAssertion, _ passkey: Passkey?) throws(WebAuthnFault) -> Int64 {
        guard let passkey, assertion.userHandle.isEmpty || assertion.userHandle == Array(passkey.person.text.utf8)
        else { throw .credential }
        let stored = StoredCredential(
            publicKey: passkey.publicKey, counter: UInt32(clamping: passkey.counter),
            isBackupEligible: passkey.isSynced)
        let data = try party.authenticate(
            clientData: assertion.clientData, authenticatorData: assertion.authenticatorData,
            signature: assertion.signature, challenge: assertion.challenge.bytes, with: stored)
        return Int64(data.counter)
    }

    /// A refusal names the account whose key it was, if there is one, and the code of what was wrong. A counter that
    /// did not grow is told to the owner too: somebody may hold a copy of the key.
    private func refuse(
        _ assertion: PasskeyAssertion, _ passkey: Passkey?, _ fault: WebAuthnFault, _ browser: Browser,
        _ lanes: [Throttle.Lane], at now: Instant
    ) async throws -> SignInOutcome {
        let who: JSON =
            if let passkey { ["person": "\(passkey.person)"] } else {
                ["pseudonym": .string(box.pseudonym("passkey", assertion.id))]
            }
        return try await database.write { tx in
            _ = try throttle.take(lanes, at: now, in: tx)
            if let passkey, fault == .counter { try tell(passkey.person, .passkeyCopied, browser, at: now, in: tx) }
            try outbox.record(
                fault == .counter ? "identity.passkey-copied" : "identity.passkey-refused",
                ["who": who, "code": .string(fault.code), "address": .string(browser.address)],
                subject: passkey?.person.text, at: now, in: tx)
            return .wrong
        }
    }

    /// Adds a passkey. When it is the first thing beside the password, ten recovery codes, to be shown this once.
    ///
    /// Throws `Problem.invalid` when the browser's answer does not hold, `Problem.conflict` when there are too many.
    func addPasskey(
        _ registration: PasskeyRegistration, name: String, to person: ID<Person>
    ) async throws -> [RecoveryCode]? {
        let at = now()
        guard let end = registration.challenge.end(.register(person), at: at, box) else {
            throw Problem.invalid(["": .passkeyPageIsOld])
        }
        let made: Registration
        do {
            made = try party.register(
                clientData: registration.clientData, attestationObject: registration.attestationObject,
                challenge: registration.challenge.bytes)
        } catch {
            throw Problem.invalid(["": .passkeyIsWrong])
        }
        let passkey = Passkey(
            id: Base64.encodeURL(made.credentialID), person: person, name: name, publicKey: made.publicKey,
            counter: Int64(made.counter), isSynced: made.flags.contains(.backupEligible), createdAt: at, usedAt: nil)
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
        return try await database.write { tx in
            guard try PasskeyStore.all(of: person, in: tx).count < Passkey.perPerson else {
                throw Problem.conflict(.tooManyPasskeys)
            }
            guard try registration.challenge.use(until: end, in: tx), try PasskeyStore.insert(passkey, in: tx) else {
                throw Problem.invalid(["": .passkeyPageIsOld])
            }
            let isFirst = try SecondStepStore.recoveryCodesLeft(of: person, in: tx) == 0
            if isFirst { try SecondStepStore.replaceRecoveryCodes(codes, of: person, in: tx) }
            try SessionStore.renewSoon(of: person, in: tx)
            try tell(person, .passkeyAdded, at: at, in: tx)
            try outbox.record(
                "identity.passkey-added",
                [
                    "person": "\(person)", "passkey": .string(passkey.id),
                    "algorithm": .integer(made.algorithm.rawValue),
                ],
                subject: person.text, at: at, in: tx)
            return isFirst ? codes : nil
        }
    }

    /// Removes a passkey and signs the person's other browsers out: it may be gone because a device is. The last way in
    /// stays.
    func removePasskey(_ id: String, of person: ID<Person>, keeping kept: ID<Session>?) async throws {
        let at = now()
        try await endingTokens { tx in
            guard try PasskeyStore.remove(id, of: person, in: tx) else { throw Problem.notFound }
            let hasPassword = try PasswordStore.phc(of: person, in: tx) != nil
            guard try hasPassword || PasskeyStore.hasAny(person, in: tx) else {
                throw Problem.conflict(.lastPasskey)
            }
            try SecondStepStore.forgetUselessCodes(of: person, in: tx)
            _ = try SessionStore.endAll(of: person, except: kept, in: tx)
            try openID.revokeAll(of: person, except: kept, at: at, in: tx)
            try tell(person, .passkeyRemoved, at: at, in: tx)
            try outbox.record(
                "identity.passkey-removed", ["person": "\(person)", "passkey": .string(id)], subject: person.text,
                at: at, in: tx)
        }
    }
}
