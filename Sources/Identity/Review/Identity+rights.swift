import Database
import Ledger
import Vocabulary

/// What a review looks at: every right that holds in an organisation, of people and of programs.
extension Identity {
    func rights(
        in organisation: ID<Organisation>, of house: Set<ID<Organisation>>, for review: ID<Review>, at now: Instant,
        in tx: any Transaction
    ) throws -> [ReviewItem] {
        var found = try rolesUnderReview(in: organisation, at: now, in: tx)
        found += try delegationsUnderReview(in: organisation, at: now, in: tx)
        found += try programsUnderReview(in: organisation, at: now, in: tx)
        found += try keptRights.holding(house, at: now, in: tx).filter { $0.right.organisation == organisation }.map {
            kind, right in
            FoundRight(
                kind: kind, right: right.id, what: right.what, from: right.from, until: right.until,
                grantedBy: right.grantedBy?.text, approvedBy: right.approvedBy?.text, usedAt: right.usedOn?.start)
        }
        return found.map { $0.item(ID(newID()), in: review) }
    }

    private struct FoundRight {
        var kind: ReviewItem.Kind
        var right: String
        var person: ID<Person>?
        var what: String
        var roles: Set<Role>?
        var from: Instant
        var until: Instant?
        var grantedBy: String?
        var approvedBy: String?
        var usedAt: Instant?
        var signedInAt: Instant?

        func item(_ id: ID<ReviewItem>, in review: ID<Review>) -> ReviewItem {
            ReviewItem(
                id: id, review: review, kind: kind, right: right, person: person, what: what, roles: roles, from: from,
                until: until, grantedBy: grantedBy, approvedBy: approvedBy, usedAt: usedAt, signedInAt: signedInAt,
                decision: nil, decidedBy: nil, decidedAt: nil)
        }
    }

    private func rolesUnderReview(
        in organisation: ID<Organisation>, at now: Instant, in tx: any Transaction
    ) throws -> [FoundRight] {
        var known: [ID<Person>: Instant?] = [:]
        return try ReviewStore.roles(in: organisation, at: now, tx).map { found in
            let held = found.membership
            let signedInAt = try known[held.person] ?? lastSignIn(of: held.person, in: tx)
            known[held.person] = .some(signedInAt)
            return FoundRight(
                kind: .role, right: held.id.text, person: held.person, what: held.role.rawValue, from: held.from,
                until: held.until, grantedBy: found.grantedBy, approvedBy: found.approvedBy,
                usedAt: try UseStore.lastUse(of: held.role, by: held.person, in: tx)?.start, signedInAt: signedInAt)
        }
    }

    /// By the ledger, which remembers longer than sessions do.
    private func lastSignIn(of person: ID<Person>, in tx: any Transaction) throws -> Instant? {
        try outbox.latest(of: ["identity.signed-in", "identity.guest-arrived"], about: person.text, in: tx)
    }

    private func delegationsUnderReview(
        in organisation: ID<Organisation>, at now: Instant, in tx: any Transaction
    ) throws -> [FoundRight] {
        try ReviewStore.delegations(of: organisation, at: now, tx).map { fact in
            let person = ID<Person>(fact.subject)
            return FoundRight(
                kind: .delegation, right: fact.id.text, person: person, what: fact.object, roles: fact.roles,
                from: fact.from, until: fact.until, grantedBy: fact.grantedBy?.text,
                approvedBy: fact.approvedBy?.text, usedAt: try UseStore.lastUseOfLent(by: person, in: tx)?.start,
                signedInAt: try lastSignIn(of: person, in: tx))
        }
    }

    private func programsUnderReview(
        in organisation: ID<Organisation>, at now: Instant, in tx: any Transaction
    ) throws -> [FoundRight] {
        let services = try ServiceStore.all(in: [organisation], tx).filter { $0.endedAt == nil }.map { service in
            let keys = try ServiceStore.keys(of: service.id, in: tx)
            return FoundRight(
                kind: .service, right: service.id.text, what: service.name, from: service.createdAt,
                until: keys.map(\.expiresAt).max(), usedAt: keys.compactMap(\.usedAt).max())
        }
        let clients = try ClientStore.holding(in: organisation, tx).map { client in
            FoundRight(
                kind: .client, right: client.id.text, what: client.name, from: client.createdAt,
                grantedBy: client.createdBy, usedAt: try UseStore.lastUse(of: client.id, in: tx)?.start)
        }
        return services + clients
    }
}
