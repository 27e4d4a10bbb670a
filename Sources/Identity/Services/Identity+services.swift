import Database
import Ledger
import StrictJSON
package import Vocabulary

extension Identity {
    /// A new service account of an organisation in the author's reach, which may hand out only roles that the author
    /// holds (`nil`: whoever owns the node's folder). Its first key is shown this once.
    package func createService(
        name: String, purpose: String, organisation: ID<Organisation>? = nil, scopes: Set<ServiceAccount.Scope>,
        roles: Set<Role> = [], days: Int64 = ServiceKey.daysDefault, by author: Person?
    ) async throws -> (service: ServiceAccount, key: String) {
        var errors: [String: Phrase] = [:]
        if name.isEmpty || name.count > 100 || !Folding.isLegible(name) { errors["name"] = .serviceNameIsMissing }
        if purpose.isEmpty || purpose.count > 500 { errors["purpose"] = .purposeIsMissing }
        if scopes.isEmpty { errors["scope"] = .chooseScope }
        if !roles.isDisjoint(with: ServiceAccount.privileged) { errors["role"] = .roleIsPrivileged }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let at = now()
        let service = ServiceAccount(
            id: ID(newID()), organisation: organisation ?? settings.organisation, name: Folding.compose(name),
            purpose: Folding.compose(purpose), scopes: scopes, roles: roles, createdAt: at, endedAt: nil)
        return try await database.write { tx in
            try checkReach(of: author, to: service.organisation, giving: roles, at: at, in: tx)
            try ServiceStore.insert(service, by: author, in: tx)
            try outbox.record(
                "identity.service-added",
                [
                    "service": "\(service.id)", "organisation": "\(service.organisation)",
                    "scopes": .array(scopes.map(\.rawValue).sorted().map { .string($0) }),
                    "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }), "by": by(author),
                ], subject: service.id.text, at: at, in: tx)
            return (service, try issueKey(for: service.id, days: days, by: author, at: at, in: tx))
        }
    }

    /// Another key beside the present ones, of which the older goes on for `overlapDays`: nothing stops while the new
    /// one is put in place. At most two keys live at a time.
    package func rotateKey(
        of id: ID<ServiceAccount>, days: Int64 = ServiceKey.daysDefault, overlapDays: Int64 = 7, by author: Person?
    ) async throws -> String {
        let at = now()
        return try await database.write { tx in
            let service = try living(id, by: author, at: at, in: tx)
            let keys = try ServiceStore.keys(of: service.id, in: tx).filter { $0.lives(at: at) }
            guard keys.count < ServiceKey.livingMax else { throw Problem.conflict(.tooManyKeys) }
            for key in keys {
                try ServiceStore.shorten(key.id, to: at.adding(days: min(max(0, overlapDays), 30)), in: tx)
            }
            return try issueKey(for: id, days: days, by: author, at: at, in: tx)
        }
    }

    package func revokeKey(_ key: ID<ServiceKey>, of id: ID<ServiceAccount>, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            let service = try living(id, by: author, at: at, in: tx)
            guard try ServiceStore.delete(key, of: service.id, in: tx) else { throw Problem.notFound }
            try outbox.record(
                "identity.service-key-revoked", ["service": "\(id)", "key": "\(key)", "by": by(author)],
                subject: id.text, at: at, in: tx)
        }
    }

    /// Ends a service account and every key of it, at once.
    package func endService(_ id: ID<ServiceAccount>, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            _ = try living(id, by: author, at: at, in: tx)
            guard try ServiceStore.end(id, at: at, in: tx) else { return }
            try outbox.record(
                "identity.service-ended", ["service": "\(id)", "by": by(author)], subject: id.text, at: at, in: tx)
        }
    }

    /// Whose key it is; nil when the key or the account has ended or was never there.
    ///
    /// - Parameter isLook: whether it is not written down that the key was used.
    package func service(withKey text: String, isLook: Bool = false) async throws -> ServiceAccount? {
        guard text.hasPrefix(ServiceKey.prefix), text.utf8.count < 100 else { return nil }
        let (at, digest) = (now(), Token(text).digest)
        guard let (key, service) = try await database.read({ try ServiceStore.keys(digest: digest, in: $0) }),
            key.lives(at: at), service.endedAt == nil
        else { return nil }
        if !isLook, key.usedAt.map({ $0.adding(seconds: 60) <= at }) ?? true {
            try await database.write { try ServiceStore.touch(key.id, at: at, in: $0) }
        }
        return service
    }

    /// Writes down, once for each of 30, 7 and 1 days, that a key is about to end.
    func warnOfEndingKeys(at now: Instant, in tx: any Transaction) throws {
        for days in ServiceKey.warningDays.reversed() {
            let ending = try ServiceStore.ending(before: now.adding(days: Int64(days)), toldBefore: days, in: tx)
            for (key, service) in ending where key.lives(at: now) {
                try ServiceStore.told(key.id, days: days, in: tx)
                try outbox.record(
                    "identity.service-key-ending",
                    ["service": "\(service.id)", "key": "\(key.id)", "until": .string(key.expiresAt.rfc3339)],
                    subject: service.id.text, at: now, in: tx)
                try announce(
                    .keyEnding(key, of: service), to: .holders(ServiceAccount.keepers, in: service.organisation),
                    once: "key \(key.id) \(days)", at: now, in: tx)
            }
        }
        try ServiceStore.sweep(at: now, in: tx)
    }

    private func living(
        _ id: ID<ServiceAccount>, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> ServiceAccount {
        guard let service = try ServiceStore.service(id, in: tx), service.endedAt == nil else { throw Problem.notFound }
        try checkReach(of: author, to: service.organisation, giving: service.roles, at: now, in: tx)
        return service
    }

    private func issueKey(
        for service: ID<ServiceAccount>, days: Int64, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> String {
        guard (1...ServiceKey.daysMax).contains(days) else { throw Problem.invalid(["days": .daysAreWrong]) }
        let text = ServiceKey.prefix + Token().text
        let key = ServiceKey(
            id: ID(newID()), service: service, hint: String(text.suffix(4)), createdAt: now,
            expiresAt: now.adding(days: days), usedAt: nil)
        try ServiceStore.insert(key, digest: Token(text).digest, in: tx)
        try ProgramHolderStore.add(author, of: service.text, in: tx)
        try outbox.record(
            "identity.service-key-made",
            [
                "service": "\(service)", "key": "\(key.id)", "until": .string(key.expiresAt.rfc3339), "by": by(author),
            ], subject: service.text, at: now, in: tx)
        return text
    }
}
