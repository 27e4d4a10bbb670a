import Database
import JOSE
import Vocabulary

/// A key with its times: it signs from one and until another, and is published until the last.
struct KeptKey: Sendable {
    let key: SigningKey
    let from: Instant
    let until: Instant
    let goneAt: Instant
}

enum KeyStore {
    static func all(at now: Instant, _ box: SecretBox, in tx: any Transaction) throws -> [KeptKey] {
        try tx.rows("SELECT * FROM identity_openid_key WHERE gone_at > \(now) ORDER BY signs_from DESC, kid").map {
            row in
            let kid: String = try row.get("kid")
            let secret = try box.open(try row.get("sealed", as: [UInt8].self), named: kid)
            return KeptKey(
                key: try SigningKey(try row.get("algorithm"), kid: kid, secret: secret),
                from: try row.get("signs_from"),
                until: try row.get("signs_until"), goneAt: try row.get("gone_at"))
        }
    }

    /// Does nothing when a key of the algorithm signs then already.
    static func insert(_ kept: KeptKey, _ sealed: [UInt8], in tx: any Transaction) throws {
        let rival = try tx.row(
            """
            SELECT kid FROM identity_openid_key WHERE algorithm = \(kept.key.algorithm)
            AND signs_from <= \(kept.from) AND signs_until > \(kept.from)
            """)
        guard rival == nil else { return }
        try tx.execute(
            """
            INSERT INTO identity_openid_key (kid, algorithm, sealed, signs_from, signs_until, gone_at)
            VALUES (\(kept.key.kid), \(kept.key.algorithm), \(sealed), \(kept.from), \(kept.until), \(kept.goneAt))
            """)
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_openid_key WHERE gone_at <= \(now)")
    }

    static func forgetAll(in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_openid_key")
    }
}

extension SignatureAlgorithm: Bindable, Readable {}
