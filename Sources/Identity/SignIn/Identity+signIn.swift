import Database
import Ledger
import StrictJSON
import Vocabulary

/// How an attempt to sign in ended.
enum SignInOutcome: Sendable {
    case signedIn(SignedIn)
    /// The password was right; the token is of a half session that opens the page of the second step alone.
    case secondStep(Token)
    /// Wrong name, wrong password, no password yet, suspended: never said which.
    case wrong
    /// Too many attempts; nothing was tried. Whole seconds until the next may be made.
    case tooSoon(seconds: Int64)
    /// There is no half session: expired, or too many wrong codes.
    case startAgain
}

extension Identity {
    /// Whatever is wrong, the same work is done and the same answer is given, whether or not anybody has the name.
    func signIn(login typed: String, password: String, from browser: Browser) async throws -> SignInOutcome {
        let login = Login.fold(typed)
        let at = now()
        let known = try await database.read { try candidate(login, browser, at: at, in: $0) }
        let lanes = known.lanes(login: login, browser)
        if let freeAt = try await database.write({ try throttle.take(lanes, at: at, in: $0) }) {
            return .tooSoon(seconds: secondsUntil(freeAt, from: at))
        }
        let matches: Bool
        do {
            matches = try await hasher.verify(password, against: known.phc)
        } catch let problem as Problem {
            try await database.write { try throttle.giveBack(lanes, succeeded: false, at: at, in: $0) }
            throw problem
        }
        return try await database.write { tx in
            guard matches, let account = known.account, account.state == .active,
                try PasswordStore.phc(of: account.id, in: tx) == known.phc
            else {
                try recordFailure(login: login, known.account, browser, at: at, in: tx)
                return .wrong
            }
            try throttle.giveBack(lanes, succeeded: true, at: at, in: tx)
            if try SecondStepStore.isOn(for: account.id, in: tx) {
                return .secondStep(try open(.half, for: account.id, browser, at: at, in: tx))
            }
            return .signedIn(try admit(account.id, browser, by: .password, at: at, in: tx))
        }
    }

    /// `code` is of the authenticator or a recovery code.
    func takeSecondStep(code: String, from browser: Browser) async throws -> SignInOutcome {
        let at = now()
        let authenticatorAt = authenticatorNow()
        return try await database.write { tx in
            guard let token = browser.session, let half = try SessionStore.session(digest: token.digest, in: tx),
                half.stage == .half, half.lives(at: at)
            else { return .startAgain }
            let lanes = try secondStepLanes(half.person, browser, at: at, in: tx)
            if let freeAt = try throttle.take(lanes, at: at, in: tx) {
                return .tooSoon(seconds: secondsUntil(freeAt, from: at))
            }
            guard try SessionStore.countAttempt(half.digest, in: tx) <= SecondStep.attemptsPerHalfSession else {
                _ = try SessionStore.end(half.id, of: half.person, in: tx)
                return .startAgain
            }
            guard let way = try useSecondStep(code, of: half.person, at: at, authenticatorAt, in: tx) else {
                try outbox.record(
                    "identity.second-step-failed", ["person": "\(half.person)", "address": .string(browser.address)],
                    subject: half.person.text, at: at, in: tx)
                return .wrong
            }
            try throttle.giveBack(lanes, succeeded: true, at: at, in: tx)
            return .signedIn(try admit(half.person, browser, by: way, at: at, in: tx))
        }
    }

    func secondStepLanes(
        _ person: ID<Person>, _ browser: Browser, at now: Instant, in tx: any Transaction
    ) throws -> [Throttle.Lane] {
        if let device = browser.device, try DeviceStore.isKnown(device.digest, of: person, at: now, in: tx) {
            return [.device("second \(person) \(device.digest)")]
        }
        return [
            .accountAndAddress(login: "second \(person)", browser.network), .address(browser.network),
            .secondStep(person),
        ]
    }

    /// A failure names the account when there is one. A name that nobody has may be a password typed in the wrong
    /// field: it is kept as a pseudonym that only this node can make.
    private func recordFailure(
        login: String, _ account: Account?, _ browser: Browser, at now: Instant, in tx: any Transaction
    ) throws {
        let who: JSON =
            if let account { ["person": "\(account.id)"] } else {
                ["pseudonym": .string(box.pseudonym("login", login))]
            }
        try outbox.record(
            "identity.sign-in-failed",
            ["who": who, "address": .string(browser.address), "device": .string(browser.deviceName)],
            subject: account?.id.text, at: now, in: tx)
    }

    private func candidate(
        _ login: String, _ browser: Browser, at now: Instant, in tx: any Transaction
    ) throws -> Candidate {
        guard let account = try PeopleStore.account(login: login, in: tx) else { return Candidate() }
        var device: String?
        if let held = browser.device?.digest, try DeviceStore.isKnown(held, of: account.id, at: now, in: tx) {
            device = held
        }
        return Candidate(account: account, phc: try PasswordStore.phc(of: account.id, in: tx), device: device)
    }

    func secondsUntil(_ instant: Instant, from now: Instant) -> Int64 {
        max(1, (instant.milliseconds - now.milliseconds + 999) / 1000)
    }
}

/// What is known before a password is tried.
private struct Candidate {
    var account: Account?
    var phc: String?
    /// The digest of a device cookie that this account was signed in with before.
    var device: String?

    func lanes(login: String, _ browser: Browser) -> [Throttle.Lane] {
        if let device, let account { return [.device("\(account.id) \(device)")] }
        let network = browser.network
        return [.accountAndAddress(login: login, network), .address(network), .network(network)]
    }
}

/// Names to sign in with (tên đăng nhập): 3 to 64 of `a`–`z`, digits, `.`, `-`, `_`, compared without case.
enum Login {
    /// What was typed, as the table has it; never longer than a name can be by much.
    static func fold(_ typed: String) -> String {
        String(PasswordRules.normalise(typed).lowercased().filter { !$0.isWhitespace }.prefix(100))
    }

    /// The name of an account as somebody calls it: of a guest, `canbo.mau@H23`, the part before the sign is folded.
    static func named(_ typed: String) -> String {
        guard let at = typed.lastIndex(of: "@") else { return fold(typed) }
        return fold(String(typed[..<at])) + typed[at...].filter { !$0.isWhitespace }
    }

    /// As a regular expression, for documents.
    static let pattern = "^[a-z0-9._-]{3,64}$"

    static func isValid(_ login: String) -> Bool {
        (3...64).contains(login.utf8.count)
            && login.utf8.allSatisfy { Set("abcdefghijklmnopqrstuvwxyz0123456789.-_".utf8).contains($0) }
    }
}
