import Database
import Vocabulary

/// Service accounts and their keys in their tables.
enum ServiceStore {
    static func insert(_ service: ServiceAccount, by author: Person?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_service (id, organisation, name, purpose, scopes, roles, created_by, created_at)
            VALUES (\(service.id), \(service.organisation), \(service.name), \(service.purpose),
                \(joined(service.scopes)), \(joined(service.roles)), \(author?.id), \(service.createdAt))
            """)
    }

    static func service(_ id: ID<ServiceAccount>, in tx: any Transaction) throws -> ServiceAccount? {
        try tx.row("SELECT * FROM identity_service WHERE id = \(id)").map { try ServiceAccount($0) }
    }

    /// Who made it; nil for whoever owned the node's folder.
    static func author(of id: ID<ServiceAccount>, in tx: any Transaction) throws -> ID<Person>? {
        try tx.row("SELECT created_by FROM identity_service WHERE id = \(id)")?.get("created_by")
    }

    static func all(in organisations: Set<ID<Organisation>>, _ tx: any Transaction) throws -> [ServiceAccount] {
        try tx.rows(
            """
            SELECT * FROM identity_service WHERE organisation IN (\(list: organisations))
            ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id LIMIT 500
            """
        ).map { try ServiceAccount($0) }
    }

    static func end(_ id: ID<ServiceAccount>, at now: Instant, in tx: any Transaction) throws -> Bool {
        let ended = try tx.execute(
            "UPDATE identity_service SET ended_at = \(now) WHERE id = \(id) AND ended_at IS NULL")
        try tx.execute("DELETE FROM identity_service_key WHERE service = \(id)")
        return ended == 1
    }

    static func insert(_ key: ServiceKey, digest: String, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_service_key (digest, id, service, hint, created_at, expires_at)
            VALUES (\(digest), \(key.id), \(key.service), \(key.hint), \(key.createdAt), \(key.expiresAt))
            """)
    }

    static func keys(of service: ID<ServiceAccount>, in tx: any Transaction) throws -> [ServiceKey] {
        try tx.rows(
            "SELECT * FROM identity_service_key WHERE service = \(service) ORDER BY created_at DESC, id"
        ).map { try ServiceKey($0) }
    }

    static func keys(digest: String, in tx: any Transaction) throws -> (ServiceKey, ServiceAccount)? {
        guard let row = try tx.row("SELECT * FROM identity_service_key WHERE digest = \(digest)") else { return nil }
        let key = try ServiceKey(row)
        return try service(key.service, in: tx).map { (key, $0) }
    }

    static func touch(_ key: ID<ServiceKey>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_service_key SET used_at = \(now) WHERE id = \(key)")
    }

    static func shorten(_ key: ID<ServiceKey>, to end: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE identity_service_key SET expires_at = \(end) WHERE id = \(key) AND expires_at > \(end)")
    }

    static func delete(_ key: ID<ServiceKey>, of service: ID<ServiceAccount>, in tx: any Transaction) throws -> Bool {
        try tx.execute("DELETE FROM identity_service_key WHERE id = \(key) AND service = \(service)") == 1
    }

    /// Keys that end before `moment` and about which nobody was told at `days` yet.
    static func ending(
        before moment: Instant, toldBefore days: Int, in tx: any Transaction
    ) throws -> [(ServiceKey, ServiceAccount)] {
        try tx.rows(
            """
            SELECT * FROM identity_service_key
            WHERE expires_at <= \(moment) AND (warned_days IS NULL OR warned_days > \(days)) ORDER BY expires_at
            LIMIT 100
            """
        ).compactMap { row in
            let key = try ServiceKey(row)
            return try service(key.service, in: tx).map { (key, $0) }
        }
    }

    static func told(_ key: ID<ServiceKey>, days: Int, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_service_key SET warned_days = \(days) WHERE id = \(key)")
    }

    /// Keys that ended a month ago are forgotten.
    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_service_key WHERE expires_at <= \(now.adding(days: -30))")
    }

    private static func joined<Word: RawRepresentable<String>>(_ words: Set<Word>) -> String {
        words.map(\.rawValue).sorted().joined(separator: " ")
    }
}

extension ServiceAccount {
    init(_ row: Row) throws {
        let scopes: String = try row.get("scopes")
        let roles: String = try row.get("roles")
        self.init(
            id: try row.get("id"), organisation: try row.get("organisation"), name: try row.get("name"),
            purpose: try row.get("purpose"),
            scopes: Set(scopes.split(separator: " ").compactMap { Scope(rawValue: String($0)) }),
            roles: Set(roles.split(separator: " ").compactMap { Role(rawValue: String($0)) }),
            createdAt: try row.get("created_at"), endedAt: try row.get("ended_at"))
    }
}

extension ServiceKey {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), service: try row.get("service"), hint: try row.get("hint"),
            createdAt: try row.get("created_at"), expiresAt: try row.get("expires_at"), usedAt: try row.get("used_at"))
    }
}
