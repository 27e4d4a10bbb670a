import Cedar
import Database
import Ledger
import StrictJSON
package import Vocabulary

extension Identity {
    /// Asks for a right that a second person must approve. Throws `Problem.invalid` for a reason too short or too long,
    /// a role that cannot be held, hours out of range; `notFound` for a record or a person nobody knows.
    @discardableResult
    package func ask(
        _ kind: AccessRequest.Kind, for subject: ID<Person>, _ object: String, hours: Int? = nil, reason: String,
        by person: Person
    ) async throws -> ID<AccessRequest> {
        let reason = Folding.compose(reason)
        guard AccessRequest.reasonCharacters.contains(reason.count) else {
            throw Problem.invalid(["reason": .reasonIsMissing])
        }
        let lasts = try lasting(kind, hours)
        let request = AccessRequest(
            id: ID(newID()), kind: kind, subject: subject, object: object, lastsSeconds: lasts, reason: reason,
            askedBy: person.id, askedAt: now(), state: .waiting, decidedBy: nil, decidedAt: nil)
        try await database.write { tx in
            guard try PeopleStore.account(subject, in: tx)?.state == .active else { throw Problem.notFound }
            if kind == .breakGlass {
                guard try resource(object, at: request.askedAt, in: tx) != .none else { throw Problem.notFound }
            } else {
                guard let role = request.role, Role.ofPeople.contains(role) else {
                    throw Problem.invalid(["role": .chooseRole])
                }
            }
            try AccessRequestStore.insert(request, in: tx)
            try record("asked", request, by: person, at: request.askedAt, in: tx)
        }
        return request.id
    }

    private func lasting(_ kind: AccessRequest.Kind, _ hours: Int?) throws(Problem) -> Int64? {
        switch kind {
        case .breakGlass: return AccessRequest.breakGlassSeconds
        case .grant: return nil
        case .elevation:
            guard let hours, AccessRequest.elevationHours.contains(hours) else {
                throw .invalid(["hours": .hoursAreWrong])
            }
            return Int64(hours) * 3600
        }
    }

    /// A second person approves or refuses. Throws `conflict` in the words of the policy when it is the first person,
    /// or the one who is to have the right, and when it was decided or lapsed meanwhile. Of many at once, one decides.
    package func answer(_ id: ID<AccessRequest>, _ state: AccessRequest.State, by person: Person) async throws {
        let at = now()
        try await database.write { tx in
            guard let request = try AccessRequestStore.request(id, in: tx) else { throw Problem.notFound }
            let decision = try rights(at: at, in: tx).mayApprove(person, request)
            guard decision.allowed else { throw Problem.conflict(decision.words.first ?? .requestIsOver) }
            guard request.waits(at: at), try AccessRequestStore.decide(id, state, by: person.id, at: at, in: tx) else {
                throw Problem.conflict(.requestIsOver)
            }
            if state == .approved {
                try carryOut(request, by: person, at: at, in: tx)
                if request.kind == .breakGlass { try alarm(of: request, by: person, at: at, in: tx) }
            }
            try record(state.rawValue, request, by: person, at: at, in: tx)
        }
        try await readRights()
    }

    private func carryOut(
        _ request: AccessRequest, by second: Person, at now: Instant, in tx: any Transaction
    ) throws {
        guard try PeopleStore.account(request.subject, in: tx)?.state == .active else { throw Problem.notFound }
        let until = request.lastsSeconds.map { now.adding(seconds: $0) }
        if let role = request.role {
            let membership = Membership(
                id: ID(newID()), person: request.subject, organisation: try present(at: now, in: tx), role: role,
                from: now, until: until)
            try PeopleStore.insert(
                membership, at: now, grantedBy: request.askedBy, approvedBy: second.id, reason: request.reason, in: tx)
            try SessionStore.renewSoon(of: request.subject, in: tx)
        } else {
            try RelationshipStore.insert(
                Relationship(
                    id: ID(newID()), subject: request.subject.text, relation: .opens, object: request.object, from: now,
                    until: until, grantedBy: request.askedBy, approvedBy: second.id, reason: request.reason), at: now,
                in: tx)
        }
    }

    /// `identity.grant-asked`, `identity.break-glass-approved`: the kind alone tells an auditor that glass was broken.
    private func record(
        _ what: String, _ request: AccessRequest, by person: Person, at: Instant, in tx: any Transaction
    ) throws {
        try outbox.record(
            "identity.\(request.kind.rawValue)-\(what)",
            [
                "request": "\(request.id)", "person": "\(request.subject)", "object": .string(request.object),
                "reason": .string(request.reason), "asked-by": "\(request.askedBy)", "by": "\(person.id)",
                "seconds": request.lastsSeconds.map { .integer($0) } ?? .null,
            ], subject: request.subject.text, at: at, in: tx)
    }

    func needsSecondPerson(_ role: Role?, by author: Person?) async throws -> Bool {
        guard let role, role.isPrivileged else { return false }
        let at = now()
        return try await database.read { try needsSecondPerson(role, by: author, at: at, in: $0) }
    }

    /// Whether `role` needs a second person when `author` gives it: a privileged one does, as soon as there is anybody
    /// who could be the second.
    func needsSecondPerson(
        _ role: Role, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        guard role.isPrivileged, let author else { return false }
        return try administrators(at: now, in: tx) != [author.id]
    }
}

extension Rights {
    /// Whether somebody may be the second person for a request: not who asked, not who is to have the right.
    func mayApprove(_ person: Person, _ request: AccessRequest) -> Decision {
        mayApprove(person, request.id.text, by: request.askedBy, for: request.subject)
    }

    /// The same for anything that waits for a second person.
    func mayApprove(
        _ person: Person, _ request: String, by author: ID<Person>, for subject: ID<Person>
    ) -> Decision {
        var asking = Asking(world)
        guard let action = action(.approveRequests) else {
            return Decision(allowed: false, PolicyMask(), .unknownAction, self)
        }
        let what = asking.entity(names.request, request)
        let (by, forWhom) = (
            asking.entity(names.person, author.text), asking.entity(names.person, subject.text)
        )
        asking.describe(what, [asking.term(by), asking.term(forWhom)])
        let who = principal(person, in: &asking)
        let answer = world.decide(asking.query(who, action, what, context(DecisionContext(), of: person)))
        return Decision(
            allowed: answer.allowed && !answer.isUnsure, answer.determining,
            answer.determining.isEmpty ? .noPolicy : .byPolicies, self)
    }
}
