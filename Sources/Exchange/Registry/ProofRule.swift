import Database
import Identity
import StrictJSON
package import Vocabulary
import Web

/// Since when certificates and public keys without a proof are not taken any more (yêu cầu chứng minh sở hữu khóa): an
/// administrator's word. Until then, or without it, what was registered before proofs were asked for works on.
package struct ProofRule: Sendable, Hashable {
    package let since: Instant
    /// When somebody said so.
    let setAt: Instant

    static func find(in tx: any Transaction) throws -> ProofRule? {
        try tx.row("SELECT since, set_at FROM exchange_proof_rule WHERE id = 'credentials'").map {
            ProofRule(since: try $0.get("since"), setAt: try $0.get("set_at"))
        }
    }

    /// Which word is in force, or that there is none: for who changes it, to say what they looked at.
    package static func mark(_ rule: ProofRule?) -> String {
        rule.map { "\($0.since.milliseconds)-\($0.setAt.milliseconds)" } ?? "none"
    }

    /// Whether what has no proof counts for nothing by now.
    static func isInForce(at now: Instant, in tx: any Transaction) throws -> Bool {
        try find(in: tx).map { now >= $0.since } ?? false
    }

    static func set(_ since: Instant?, by author: ID<Person>?, at now: Instant, in tx: any Transaction) throws {
        guard let since else {
            try tx.execute("DELETE FROM exchange_proof_rule WHERE id = 'credentials'")
            return
        }
        try tx.execute(
            """
            INSERT INTO exchange_proof_rule (id, since, set_by, set_at)
            VALUES ('credentials', \(since), \(author), \(now))
            ON CONFLICT (id) DO UPDATE SET
                since = excluded.since, set_by = excluded.set_by, set_at = excluded.set_at
            """)
    }
}

/// A certificate or public key that nobody has proven, with whose it is said to be.
package struct UnprovenCredential: Sendable {
    package let application: Application
    package let credential: ApplicationCredential
}

extension Exchange {
    /// What was registered without a proof and is still there, by application; and since when that does not do.
    package func unprovenCredentials() async throws -> (rule: ProofRule?, credentials: [UnprovenCredential]) {
        try await database.read { [self] tx in (try ProofRule.find(in: tx), try unproven(in: tx)) }
    }

    /// From the beginning of this day on, what has no proof is not taken; with nil, it is again. Those whom it concerns
    /// are told.
    ///
    /// - Parameter seen: `ProofRule.mark` of what somebody looked at before; nil for nothing.
    /// - Throws: `Problem.forbidden` for whoever does not look after the node, `invalid` for a day that is over,
    ///   `conflict` when somebody else changed it since it was `seen`.
    package func requireProofs(from day: Day?, seen: String? = nil, by author: Person?) async throws {
        guard authorization.allows(author, .administerExchange, on: .none) else { throw Problem.forbidden }
        let at = now()
        if let day, day < Day(at) { throw Problem.invalid(["from": .proofDayIsOver]) }
        try await changeRegistry { [self] tx in
            let rule = try ProofRule.find(in: tx)
            guard seen == nil || seen == ProofRule.mark(rule) else { throw Problem.conflict(.proofDayChanged) }
            guard day != nil || rule != nil else { return }
            try ProofRule.set(day?.start, by: author?.id, at: at, in: tx)
            try record(
                "exchange.proofs-required", ["from": .string(orNull: day?.description)], about: "credentials",
                by: author, at: at, in: tx)
            guard let day else { return }
            for found in try unproven(in: tx) { try tell(found, from: day, at: at, in: tx) }
        }
    }

    private func unproven(in tx: any Transaction) throws -> [UnprovenCredential] {
        let known = try ApplicationStore.credentials(in: tx)
        return try ApplicationStore.all(in: tx).filter { $0.endedAt == nil }.flatMap { application in
            (known[application.id] ?? []).filter(\.isUnproven).map {
                UnprovenCredential(application: application, credential: $0)
            }
        }
    }

    /// Whoever leads where the application belongs hears of it in time, once for each day that is set.
    private func tell(_ found: UnprovenCredential, from day: Day, at now: Instant, in tx: any Transaction) throws {
        let (application, credential) = (found.application, found.credential)
        let announcement = Announcement(
            kind: "exchange.proof-required",
            title: .proofIsRequired(application.name),
            text: .proofIsRequired(
                application.name, kind: credential.kind.phrase, hint: credential.hint, from: day.forReading),
            path: "/exchange/applications/\(application.id)")
        try authorization.announce(
            announcement, .holders([.departmentLead], in: application.organisation), "\(credential.id) \(day)", now, tx)
    }
}
