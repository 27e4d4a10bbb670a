import Database
import Ledger
import StrictJSON
import Vocabulary

enum SecondStep {
    /// After so many wrong codes the password is asked again.
    static let attemptsPerHalfSession = 5
}

extension Identity {
    /// Uses a code of the authenticator or a recovery code: the way it was done, nil when the code is not good (any
    /// more).
    func useSecondStep(
        _ typed: String, of person: ID<Person>, at now: Instant, _ authenticatorAt: Instant, in tx: any Transaction
    ) throws -> Way? {
        if try useAuthenticator(typed, of: person, at: authenticatorAt, mustBeConfirmed: true, in: tx) {
            return .passwordAndAuthenticator
        }
        guard let code = RecoveryCode(typed: typed), try SecondStepStore.use(code, of: person, at: now, in: tx) else {
            return nil
        }
        try outbox.record("identity.recovery-code-used", ["person": "\(person)"], subject: person.text, at: now, in: tx)
        return .passwordAndRecoveryCode
    }

    private func useAuthenticator(
        _ code: String, of person: ID<Person>, at instant: Instant, mustBeConfirmed: Bool, in tx: any Transaction
    ) throws -> Bool {
        guard let held = try SecondStepStore.authenticator(of: person, in: tx),
            (held.confirmedAt != nil) == mustBeConfirmed,
            // A secret sealed by a lost key is none; recovery codes still work.
            let secret = try? box.open(held.sealed, of: person),
            let step = TOTP.step(of: code, secret: secret, at: instant, after: held.lastStep)
        else { return false }
        return try SecondStepStore.use(step: step, of: person, in: tx)
    }

    /// The secret that the set-up page shows: the one proposed before, or a new one. Nil when an authenticator is set
    /// up.
    func proposedSecret(of person: ID<Person>) async throws -> [UInt8]? {
        let fresh = Randomness.bytes(TOTP.secretBytes)
        return try await database.write { tx in
            if let held = try SecondStepStore.authenticator(of: person, in: tx) {
                return held.confirmedAt == nil ? try box.open(held.sealed, of: person) : nil
            }
            try SecondStepStore.propose(try box.seal(fresh, for: person), for: person, in: tx)
            return fresh
        }
    }

    /// Turns the second step on with a first code. The recovery codes, to be shown this once; nil when the code is
    /// wrong.
    ///
    /// The session that did it has proved two factors now: it is worth as much as if it had signed in with them.
    func confirmAuthenticator(
        code: String, of person: ID<Person>, in token: Token? = nil
    ) async throws -> [RecoveryCode]? {
        let at = now()
        let authenticatorAt = authenticatorNow()
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
        return try await database.write { tx in
            guard try useAuthenticator(code, of: person, at: authenticatorAt, mustBeConfirmed: false, in: tx) else {
                return nil
            }
            try SecondStepStore.confirm(for: person, at: at, in: tx)
            try SecondStepStore.replaceRecoveryCodes(codes, of: person, in: tx)
            try SessionStore.renewSoon(of: person, in: tx)
            if let token {
                try SessionStore.raise(token.digest, to: Way.passwordAndAuthenticator.assurance(at: at), in: tx)
            }
            try tell(person, .authenticatorAdded, at: at, in: tx)
            try outbox.record(
                "identity.authenticator-added", ["person": "\(person)"], subject: person.text, at: at, in: tx)
            return codes
        }
    }

    /// Puts an authenticator in place from outside the browser, with a secret that somebody has already: for examples
    /// that a person must be able to try. Ends nothing; a conflict when there is one.
    package func setAuthenticator(secret: [UInt8], of login: String) async throws {
        guard secret.count == TOTP.secretBytes else { throw Problem.conflict(.secretIsWrong) }
        let at = now()
        try await database.write { tx in
            guard let person = try PeopleStore.account(login: Login.named(login), in: tx)?.id else {
                throw Problem.notFound
            }
            guard try !SecondStepStore.hasAuthenticator(person, in: tx) else { throw Problem.conflict(.secretIsSet) }
            try SecondStepStore.propose(try box.seal(secret, for: person), for: person, in: tx)
            try SecondStepStore.confirm(for: person, at: at, in: tx)
            try outbox.record(
                "identity.authenticator-added", ["person": "\(person)", "how": "command"], subject: person.text, at: at,
                in: tx)
        }
    }

    func removeAuthenticator(of person: ID<Person>) async throws {
        let at = now()
        try await database.write { tx in
            try SecondStepStore.removeAuthenticator(of: person, in: tx)
            try SessionStore.renewSoon(of: person, in: tx)
            try tell(person, .authenticatorRemoved, at: at, in: tx)
            try outbox.record(
                "identity.authenticator-removed", ["person": "\(person)"], subject: person.text, at: at, in: tx)
        }
    }

    /// Ten new recovery codes in place of the old ones; nil while the second step is off.
    func newRecoveryCodes(of person: ID<Person>) async throws -> [RecoveryCode]? {
        let at = now()
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
        return try await database.write { tx in
            guard try SecondStepStore.isOn(for: person, in: tx) else { return nil }
            try SecondStepStore.replaceRecoveryCodes(codes, of: person, in: tx)
            try outbox.record(
                "identity.recovery-codes-made", ["person": "\(person)"], subject: person.text, at: at, in: tx)
            return codes
        }
    }
}

extension Phrase {
    fileprivate static let secretIsWrong = Phrase(vi: "Bí mật phải dài 20 byte", en: "The secret must have 20 bytes")
    fileprivate static let secretIsSet = Phrase(
        vi: "Người này đã có ứng dụng xác thực", en: "This person has an authenticator app already")
}
