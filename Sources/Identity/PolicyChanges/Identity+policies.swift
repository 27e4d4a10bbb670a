import Cedar
import Crypto
import Database
import Ledger
import StrictJSON
package import Vocabulary

/// Policies are changed by two administrators: one proposes a text, another approves it, and every process decides by
/// it with its next request. Each step is a fact of the ledger.
extension Identity {
    /// What is wrong with a text, with its places: it is read, typed against the schema, and its examples are decided.
    package static func faults(inPolicies text: String) -> [PolicyFault] {
        CheckedPolicies(text).faults
    }

    /// Proposes a text that a second administrator must approve. Throws `invalid` with the first fault of the text, or
    /// for a reason too short; `conflict` when it changes nothing, or would leave nobody who can change it back.
    @discardableResult
    package func proposePolicies(_ text: String, reason: String, by person: Person) async throws -> Int64 {
        let reason = Folding.compose(reason)
        let text = text.replacing("\r\n", with: "\n")
        guard AccessRequest.reasonCharacters.contains(reason.count) else {
            throw Problem.invalid(["reason": .reasonIsMissing])
        }
        let checked = CheckedPolicies(text)
        if let fault = checked.faults.first { throw Problem.invalid(["text": fault.words]) }
        let at = now()
        return try await database.write { tx in
            guard let base = try policiesInForce(in: tx) else { throw Problem.notFound }
            guard text != base.text else { throw Problem.conflict(.policiesAreTheSame) }
            try checkAdministrators(keep: checked.engine, at: at, in: tx)
            let revision = PolicyRevision(
                number: try PolicyStore.nextNumber(in: tx), text: text, base: base.number, shipped: Policies.text,
                reason: reason, proposedBy: person.id, proposedAt: at, state: .waiting, decidedBy: nil, decidedAt: nil)
            try PolicyStore.insert(revision, schema: PolicySchema.text, in: tx)
            try record("proposed", revision, by: person.id, at: at, in: tx)
            return revision.number
        }
    }

    /// A second administrator approves or refuses. Of many at once one decides; what was written against policies that
    /// are in force no more is proposed anew.
    package func answerPolicies(_ number: Int64, approve: Bool, by person: Person) async throws {
        // A text never changes: it is read and tried before anything is held up by it.
        let text = try await database.read { try PolicyStore.find(number, in: $0)?.text }
        let checked = approve ? text.map { CheckedPolicies($0) } : nil
        let at = now()
        try await database.write { tx in
            guard let revision = try PolicyStore.find(number, in: tx), let author = revision.proposedBy else {
                throw Problem.notFound
            }
            let decision = try rightsOfNow(at: at, in: tx).mayApprove(
                person, "policies/\(number)", by: author, for: author)
            guard decision.allowed else { throw Problem.conflict(decision.words.first ?? .requestIsOver) }
            try checkSecond(person, at: at, in: tx)
            let last = try PolicyStore.last(in: tx)
            if approve {
                guard last?.number == revision.base else { throw Problem.conflict(.policiesMovedOn) }
                if let fault = checked?.faults.first { throw Problem.conflict(fault.words) }
                try checkAdministrators(keep: checked?.engine, at: at, in: tx)
            }
            // The clock was read before this transaction's turn, maybe by another process: what came later is later.
            let decidedAt = max(at, approve ? last?.decidedAt ?? at : at)
            let state: PolicyRevision.State = approve ? .approved : .refused
            guard try PolicyStore.decide(number, state, by: person.id, at: decidedAt, in: tx) else {
                throw Problem.conflict(.requestIsOver)
            }
            if approve { try RelationshipStore.change("policies", at: at, in: tx) }
            try record(approve ? "approved" : "refused", revision, by: person.id, at: at, in: tx)
        }
        try await readRights()
    }

    /// The latest first.
    package func policyRevisions(_ limit: Int = 100) async throws -> [PolicyRevision] {
        try await database.read { try PolicyStore.all(limit, in: $0) }
    }

    /// One text with the one on which it was written, and the number in force now.
    package func policyRevision(
        _ number: Int64?
    ) async throws -> (revision: PolicyRevision, base: PolicyRevision?, inForce: Int64) {
        try await database.read { tx in
            let inForce = try PolicyStore.last(in: tx)?.number ?? 0
            guard let found = try PolicyStore.find(number ?? inForce, in: tx) else { throw Problem.notFound }
            let base = found.base == found.number ? nil : try PolicyStore.find(found.base, in: tx)
            return (found, base, inForce)
        }
    }

    private func policiesInForce(in tx: any Transaction) throws -> PolicyRevision? {
        try PolicyStore.last(in: tx).flatMap { try PolicyStore.find($0.number, in: tx) }
    }

    /// At the start: what the program ships becomes the first revision, and with a new release another one, with what
    /// was changed here kept. Of a merge that does not pass only our own prohibitions stay; that is a leaf of its own,
    /// and whoever administers the node is told.
    func takeShippedPolicies(at now: Instant, in tx: any Transaction) throws {
        let last = try policiesInForce(in: tx)
        guard last?.shipped != Policies.text else { return }
        let merged = try last.map { try mergedPolicies($0, at: now, in: tx) } ?? (text: Policies.text, isWhole: true)
        let number = try PolicyStore.nextNumber(in: tx)
        let revision = PolicyRevision(
            number: number, text: merged.text, base: last?.number ?? number, shipped: Policies.text, reason: "",
            proposedBy: nil, proposedAt: now, state: .approved, decidedBy: nil,
            decidedAt: max(now, last?.decidedAt ?? now))
        try PolicyStore.insert(revision, schema: PolicySchema.text, in: tx)
        try RelationshipStore.change("policies", at: now, in: tx)
        try record(merged.isWhole ? "shipped" : "reset", revision, by: nil, at: now, in: tx)
        guard !merged.isWhole, let last else { return }
        try announce(
            .policiesWereReset(to: number, from: last.number), to: .people(try administrators(at: now, in: tx)),
            once: "policies \(number)", at: now, in: tx)
    }

    /// The release with all that was changed here; where that has a fault or would lock the administrators out, with
    /// those of our own prohibitions that do not.
    private func mergedPolicies(
        _ last: PolicyRevision, at now: Instant, in tx: any Transaction
    ) throws -> (text: String, isWhole: Bool) {
        let keepers = try keepers(at: now, in: tx)
        // A node with fewer than two administrators is no better off with the text of the release.
        let areNeeded = try keepers.remain(by: try Policies.engine())
        func isGood(_ text: String) throws -> Bool {
            guard let engine = CheckedPolicies(text).engine else { return false }
            return try !areNeeded || keepers.remain(by: engine)
        }
        let whole = try? PolicyMerge.merged(shipped: last.shipped, changed: last.text, release: Policies.text)
        if let whole, try isGood(whole) { return (whole, true) }
        var text = Policies.text
        for forbid in (try? PolicyMerge.forbids(shipped: last.shipped, changed: last.text)) ?? [] {
            let stricter = try PolicyMerge.adding(forbid, to: text)
            if try isGood(stricter) { text = stricter }
        }
        return (text, false)
    }

    /// Throws `conflict` where no two administrators could change a text back.
    private func checkAdministrators(
        keep engine: Engine?, at now: Instant, in tx: any Transaction
    ) throws {
        guard let engine, try keepers(at: now, in: tx).remain(by: engine) else {
            throw Problem.conflict(.policiesLockOut)
        }
    }

    private func keepers(at now: Instant, in tx: any Transaction) throws -> PolicyKeepers {
        PolicyKeepers(
            knowledge: try knowledge(in: tx), administrators: try administrators(at: now, in: tx), now: now)
    }

    /// The text itself stays out of the ledger, its hash does not.
    private func record(
        _ what: String, _ revision: PolicyRevision, by person: ID<Person>?, at: Instant, in tx: any Transaction
    ) throws {
        let hash = Hex.encode(Array(SHA256.hash(data: Array(revision.text.utf8))))
        try outbox.record(
            "identity.policies-\(what)",
            [
                "number": .integer(revision.number), "base": .integer(revision.base), "sha256": .string(hash),
                "reason": .string(revision.reason), "asked-by": .string(orNull: revision.proposedBy?.text),
                "by": .string(orNull: person?.text),
            ], subject: "policies/\(revision.number)", at: at, in: tx)
    }
}

/// Whoever may change policies must be able to change these back: somebody who may propose, and another who may approve
/// that.
private struct PolicyKeepers {
    let knowledge: Knowledge
    let administrators: Set<ID<Person>>
    let now: Instant

    func remain(by engine: Engine) throws -> Bool {
        let rights = try knowledge.rights(at: now, by: engine)
        let doors: [Permission] = [.everyone, .signedIn, .policies, .administer]
        let able = administrators.sorted { $0.text < $1.text }.map {
            Person(
                id: $0, name: "", organisation: nil, roles: [], assurance: Assurance(level: 2, methods: [], at: now))
        }.filter { person in
            doors.allSatisfy { rights.decide(person, $0, on: .none, in: DecisionContext()).allowed }
        }
        return able.contains { first in
            able.contains { second in
                second.id != first.id
                    && rights.mayApprove(second, "policies/?", by: first.id, for: first.id).allowed
            }
        }
    }
}
