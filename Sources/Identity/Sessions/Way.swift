import Vocabulary

/// A way to prove who one is, and what it is worth.
enum Way: Sendable, Hashable {
    case password
    case passwordAndAuthenticator
    case passwordAndRecoveryCode
    case firstAdministratorLink
    case mailLink
    /// A key that verified its user; `isSynced` when it may be on several devices.
    case passkey(isSynced: Bool)

    /// As ledger facts call it.
    var name: String {
        switch self {
        case .password: "password"
        case .passwordAndAuthenticator: "password+authenticator"
        case .passwordAndRecoveryCode: "password+recovery-code"
        case .firstAdministratorLink: "first-administrator-link"
        case .mailLink: "mail-link"
        case .passkey: "passkey"
        }
    }

    /// What a way is worth that a fact names; nil for one that nobody knows.
    static func level(named name: String) -> Int? {
        let ways: [Way] = [
            .password, .passwordAndAuthenticator, .passwordAndRecoveryCode, .firstAdministratorLink, .mailLink,
            .passkey(isSynced: false),
        ]
        return ways.first { $0.name == name }?.assurance(at: Instant(milliseconds: 0)).level
    }

    func assurance(at now: Instant) -> Assurance {
        switch self {
        case .password, .firstAdministratorLink: Assurance(level: 1, methods: ["pwd"], at: now)
        case .mailLink: Assurance(level: 1, methods: ["otp"], at: now)
        case .passwordAndAuthenticator, .passwordAndRecoveryCode:
            Assurance(level: 2, methods: ["pwd", "otp", "mfa"], at: now)
        case .passkey(let isSynced):
            Assurance(level: 2, methods: [isSynced ? "swk" : "hwk", "user", "mfa"], at: now)
        }
    }
}
