import Database
import Ledger
import StrictJSON
package import Vocabulary
package import Web

/// What must be known about whoever asks, beyond their roles, before something sealed is done.
///
/// Doors whose permission stands in `guarded` are held shut by the doorkeeper. A room with an action of its own that
/// must be sealed (a vote, a signature) says so where it does it:
///
/// ```swift
/// try identity.confirm(page, level: 2)
/// ```
///
/// The site then sends the person to `/identity/confirm` and from there back.
extension Identity {
    /// Permissions to change what others may do.
    static let guarded: Set<String> = ["identity.administer", "identity.delegate", "exchange.administer"]

    /// How surely the person of this page was recognised; `.none` for strangers and nodes.
    package func assurance(of page: Page) -> Assurance {
        page.person?.assurance ?? .none
    }

    /// Throws `Problem.confirmFirst` unless the session was proved at `level` within the last `seconds`.
    package func confirm(_ page: Page, level: Int, withinSeconds seconds: Int64? = nil) throws(Problem) {
        guard let person = page.person else { throw .unauthenticated }
        let seconds = seconds ?? settings.confirmedSeconds
        guard person.assurance.holds(level: level, withinSeconds: seconds, at: page.now) else {
            throw .confirmFirst(level: level)
        }
    }

    /// For the doorkeeper: what a person must do before a door with this permission opens.
    @Sendable func objection(_ person: Person, _ permission: Permission, at now: Instant) -> Problem? {
        guard Identity.guarded.contains(permission.name) else { return nil }
        let level = settings.administratorsNeedTwoSteps ? 2 : 1
        let isSure = person.assurance.holds(level: level, withinSeconds: settings.confirmedSeconds, at: now)
        return isSure ? nil : .confirmFirst(level: level)
    }

    /// Proves again, or with more, who sits before an open session. Whoever has a second step gives both.
    func confirm(password: String, code: String, from browser: Browser) async throws -> SignInOutcome {
        let (at, authenticatorAt) = (now(), authenticatorNow())
        guard let token = browser.session,
            let session = try await database.read({ try living(token, at: at, in: $0)?.0 }), session.stage == .full
        else { return .startAgain }
        guard try await isPassword(password, of: session.person, browser) else {
            return try await refuseConfirmation(session, at: at)
        }
        return try await database.write { tx in
            guard let session = try SessionStore.session(digest: token.digest, in: tx) else { return .startAgain }
            var way = Way.password
            if try SecondStepStore.isOn(for: session.person, in: tx) {
                let lanes = try secondStepLanes(session.person, browser, at: at, in: tx)
                if let freeAt = try throttle.take(lanes, at: at, in: tx) {
                    return .tooSoon(seconds: secondsUntil(freeAt, from: at))
                }
                guard let used = try useSecondStep(code, of: session.person, at: at, authenticatorAt, in: tx) else {
                    try recordRefusal(session, at: at, in: tx)
                    return .wrong
                }
                try throttle.giveBack(lanes, succeeded: true, at: at, in: tx)
                way = used
            }
            return try raise(session, by: way, browser, at: at, in: tx)
        }
    }

    private func refuseConfirmation(_ session: Session, at now: Instant) async throws -> SignInOutcome {
        try await database.write { tx in
            try recordRefusal(session, at: now, in: tx)
            return .wrong
        }
    }

    private func recordRefusal(_ session: Session, at now: Instant, in tx: any Transaction) throws {
        try outbox.record(
            "identity.confirmation-failed", ["person": "\(session.person)", "address": .string(session.address)],
            subject: session.person.text, at: now, in: tx)
    }

    /// The same session under a new token, with what was just proved. The old token keeps what it was worth, for a
    /// minute.
    func raise(
        _ session: Session, by way: Way, _ browser: Browser, at now: Instant, in tx: any Transaction
    ) throws -> SignInOutcome {
        let (next, device) = (Token(), browser.device ?? Token())
        guard try replace(session, with: next, knowing: way.assurance(at: now), at: now, in: tx) else {
            return .startAgain
        }
        try DeviceStore.remember(device.digest, of: session.person, at: now, in: tx)
        try outbox.record(
            "identity.confirmed", ["person": "\(session.person)", "method": .string(way.name)],
            subject: session.person.text, at: now, in: tx)
        return .signedIn(SignedIn(session: next, device: device))
    }
}
