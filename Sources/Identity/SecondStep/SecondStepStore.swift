import Database
import Vocabulary

/// Authenticators and recovery codes in their tables.
enum SecondStepStore {
    struct Authenticator {
        let sealed: [UInt8]
        let confirmedAt: Instant?
        let lastStep: Int64
    }

    static func authenticator(of person: ID<Person>, in tx: any Transaction) throws -> Authenticator? {
        try tx.row("SELECT sealed, confirmed_at, last_step FROM identity_authenticator WHERE person = \(person)").map {
            row in
            Authenticator(
                sealed: try row.get("sealed"), confirmedAt: try row.get("confirmed_at"),
                lastStep: try row.get("last_step"))
        }
    }

    /// Whether a password alone does not open the account: there is an authenticator or a passkey.
    static func isOn(for person: ID<Person>, in tx: any Transaction) throws -> Bool {
        try hasAuthenticator(person, in: tx) || PasskeyStore.hasAny(person, in: tx)
    }

    static func hasAuthenticator(_ person: ID<Person>, in tx: any Transaction) throws -> Bool {
        try authenticator(of: person, in: tx)?.confirmedAt != nil
    }

    /// A secret that nothing depends on until a code of it was typed.
    static func propose(_ sealed: [UInt8], for person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_authenticator (person, sealed, confirmed_at, last_step)
            VALUES (\(person), \(sealed), NULL, 0)
            ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed, last_step = 0
            WHERE identity_authenticator.confirmed_at IS NULL
            """)
    }

    /// A secret that a session saw and did not confirm is not proposed to the next: who borrowed the one must not know
    /// the secret of the other.
    static func forgetProposal(for person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_authenticator WHERE person = \(person) AND confirmed_at IS NULL")
    }

    static func confirm(for person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE identity_authenticator SET confirmed_at = \(now) WHERE person = \(person) AND confirmed_at IS NULL")
    }

    /// Whether this call was the one that used the step: of many at once, one.
    static func use(step: Int64, of person: ID<Person>, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            "UPDATE identity_authenticator SET last_step = \(step) WHERE person = \(person) AND last_step < \(step)")
            == 1
    }

    static func removeAuthenticator(of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_authenticator WHERE person = \(person)")
        try forgetUselessCodes(of: person, in: tx)
    }

    /// Recovery codes stand in for an authenticator or a passkey. Without either they are none.
    static func forgetUselessCodes(of person: ID<Person>, in tx: any Transaction) throws {
        guard try !isOn(for: person, in: tx) else { return }
        try tx.execute("DELETE FROM identity_recovery WHERE person = \(person)")
    }

    static func replaceRecoveryCodes(_ codes: [RecoveryCode], of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_recovery WHERE person = \(person)")
        for code in codes {
            try tx.execute(
                """
                INSERT INTO identity_recovery (digest, person, used_at)
                VALUES (\(code.digest(of: person)), \(person), NULL)
                """
            )
        }
    }

    /// Whether this call was the one that used the code.
    static func use(_ code: RecoveryCode, of person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Bool
    {
        try tx.execute(
            """
            UPDATE identity_recovery SET used_at = \(now)
            WHERE digest = \(code.digest(of: person)) AND person = \(person) AND used_at IS NULL
            """) == 1
    }

    static func recoveryCodesLeft(of person: ID<Person>, in tx: any Transaction) throws -> Int {
        try tx.row("SELECT COUNT(*) AS n FROM identity_recovery WHERE person = \(person) AND used_at IS NULL")?.get("n")
            ?? 0
    }
}
