import Database
import Vocabulary

/// Secrets and certificates of clients, each with the one before it while that still holds: a program is told without
/// a pause. Called inside a transaction.
extension ClientStore {
    /// The secret that holds becomes the old one, which dies at `oldUntil`, or earlier when it would have ended.
    static func rotate(
        _ id: ID<Client>, to digest: String, until: Instant, oldUntil: Instant, in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_client SET old_secret = secret,
                old_secret_until = CASE WHEN secret_until < \(oldUntil) THEN secret_until ELSE \(oldUntil) END,
                secret = \(digest), secret_until = \(until), warned_days = NULL
            WHERE id = \(id) AND state = \(Client.State.active) AND secret IS NOT NULL
            """) == 1
    }

    /// The certificate that holds becomes the old one, which dies at `oldUntil`.
    static func rotate(
        _ id: ID<Client>, toCertificate thumbprint: String, oldUntil: Instant, in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_client SET old_certificate = certificate, old_certificate_until = \(oldUntil),
                certificate = \(thumbprint)
            WHERE id = \(id) AND state = \(Client.State.active) AND certificate IS NOT NULL
                AND certificate <> \(thumbprint)
            """) == 1
    }

    /// Clients whose secret holds now and ends before `moment`, and about which nobody was told at `days` yet.
    static func ending(
        after now: Instant, before moment: Instant, toldBefore days: Int, in tx: any Transaction
    ) throws -> [Client] {
        let ids = try tx.rows(
            """
            SELECT id FROM identity_client WHERE state = \(Client.State.active) AND secret IS NOT NULL
            AND secret_until > \(now) AND secret_until <= \(moment)
            AND (warned_days IS NULL OR warned_days > \(days)) ORDER BY secret_until LIMIT 100
            """
        ).map { try $0.get("id", as: ID<Client>.self) }
        return try ids.compactMap { try find($0, in: tx) }
    }

    static func told(_ id: ID<Client>, days: Int, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_client SET warned_days = \(days) WHERE id = \(id)")
    }

    /// The return addresses of public clients.
    static func publicRedirects(in tx: any Transaction) throws -> [String] {
        try tx.rows(
            """
            SELECT a.uri AS uri FROM identity_client_address a JOIN identity_client c ON c.id = a.client
            WHERE c.is_public = 1 AND c.state = \(Client.State.active) AND a.purpose = 'redirect'
            """
        ).map { try $0.get("uri") }
    }
}
