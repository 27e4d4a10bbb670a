package import Database
package import Identity
package import Vocabulary
import Web

/// Grants under review, every ninety days with the other rights of an organisation: of whoever consumes, where that is
/// of this node's house; else of whoever provides, whose data it opens.
extension Exchange {
    package var rightsUnderReview: KeptRights {
        KeptRights(
            holding: { [self] house, at, tx in try grantsUnderReview(of: house, at: at, in: tx) },
            holds: { id, at, tx in try GrantStore.grant(ID(id), in: tx)?.isUnderReview(at: at) ?? false },
            end: { [self] id, reviewer, at, tx in
                guard let grant = try GrantStore.grant(ID(id), in: tx), grant.isUnderReview(at: at) else { return }
                try end(grant, because: .accessReview, by: reviewer, at: at, in: tx)
            },
            changed: { [self] in registryHasChanged() })
    }

    private func grantsUnderReview(
        of house: Set<ID<Organisation>>, at now: Instant, in tx: any Transaction
    ) throws -> [KeptRights.Right] {
        let uses = try GrantUseStore.all(in: tx)
        return try GrantStore.living(in: tx).filter { $0.isUnderReview(at: now) }.compactMap { grant in
            guard let application = try ApplicationStore.application(grant.application, in: tx),
                let offered = try ServiceStore.offered(grant.version, in: tx),
                let whose = [application.organisation, offered.service.organisation].first(where: house.contains)
            else { return nil }
            return KeptRights.Right(
                id: grant.id.text, organisation: whose,
                what: "\(application.organisation)/\(application.code) → \(offered.path.dropFirst())",
                from: grant.terms.from, until: grant.terms.until, grantedBy: grant.askedBy, approvedBy: grant.decidedBy,
                usedOn: uses[grant.id])
        }
    }

    /// Writes down on which day each of these grants was used last.
    package func noteUse(of grants: Set<ID<AccessGrant>>, on day: Day) async throws {
        guard !grants.isEmpty else { return }
        try await database.write { tx in
            for grant in grants.sorted(by: { $0.text < $1.text }) { try GrantUseStore.note(grant, on: day, in: tx) }
        }
    }
}

extension AccessGrant {
    fileprivate func isUnderReview(at now: Instant) -> Bool {
        (state == .active || state == .suspended) && now < terms.until
    }
}

enum GrantUseStore {
    static let tables: [SQL] = [
        "CREATE TABLE exchange_grant_use (grant_id TEXT PRIMARY KEY, day TEXT NOT NULL) \(.strict)"
    ]

    static func note(_ grant: ID<AccessGrant>, on day: Day, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_grant_use (grant_id, day) VALUES (\(grant), \(day))
            ON CONFLICT (grant_id) DO UPDATE SET day = excluded.day WHERE exchange_grant_use.day < excluded.day
            """)
    }

    static func all(in tx: any Transaction) throws -> [ID<AccessGrant>: Day] {
        let rows = try tx.rows("SELECT grant_id, day FROM exchange_grant_use")
        return Dictionary(
            try rows.map { (try $0.get("grant_id"), try $0.get("day")) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Phrase {
    static let endedByReview = Phrase(vi: "Kết thúc khi rà soát quyền", en: "Ended by an access review")
}
