import Cedar
import Database
import Ledger
import StrictJSON
package import Vocabulary

extension Identity {
    /// Asks for a right that a second person must approve; those who may are told. Throws `Problem.invalid` for a
    /// reason too short or too long, a role that cannot be held, hours out of range; `notFound` for a record or
    /// somebody unknown; `forbidden` for a role that whoever asks may not give; `conflict` where the same waits
    /// already, or too much of theirs does.
    @discardableResult
    package func ask(
        _ kind: AccessRequest.Kind, for subject: ID<Person>, _ object: String, hours: Int? = nil,
        _ term: AccessRequest.Term = AccessRequest.Term(), reason: String, by person: Person
    ) async throws -> ID<AccessRequest> {
        let reason = Folding.compose(reason)
        guard AccessRequest.reasonCharacters.contains(reason.count) else {
            throw Problem.invalid(["reason": .reasonIsMissing])
        }
        let lasts = try lasting(kind, hours)
        let request = AccessRequest(
            id: ID(newID()), kind: kind, subject: subject, object: object, lastsSeconds: lasts, reason: reason,
            askedBy: person.id, askedAt: now(), state: .waiting, decidedBy: nil, decidedAt: nil, term: term)
        try await database.write { try ask(request, by: person, in: $0) }
        return request.id
    }

    func ask(_ request: AccessRequest, by person: Person, in tx: any Transaction) throws {
        let at = request.askedAt
        guard try PeopleStore.account(request.subject, in: tx)?.state == .active else { throw Problem.notFound }
        if request.kind == .breakGlass {
            guard try resource(request.object, at: at, in: tx) != .none else { throw Problem.notFound }
        } else {
            guard let role = request.role, Role.ofPeople.contains(role) else {
                throw Problem.invalid(["role": .chooseRole])
            }
            if request.kind == .grant {
                let place = try request.term.organisation ?? present(at: at, in: tx)
                try checkReach(of: person, to: place, giving: [role], at: at, in: tx)
                try checkReach(of: person, to: request.subject, at: at, in: tx)
            } else if role.isPrivileged {
                // One approval would do for what takes two administrators otherwise.
                guard request.subject != person.id, try administrators(at: at, in: tx).contains(person.id) else {
                    throw Problem.invalid(["role": .privilegedIsAskedFor])
                }
            }
        }
        try checkRoom(for: request, in: tx)
        try AccessRequestStore.insert(request, in: tx)
        try tellWhoDecides(of: request, at: at, in: tx)
        try record("asked", request, by: person, at: at, in: tx)
    }

    private func checkRoom(for request: AccessRequest, in tx: any Transaction) throws {
        let waiting = try AccessRequestStore.waiting(askedBy: request.askedBy, at: request.askedAt, in: tx)
        let isThere = waiting.contains {
            ($0.kind, $0.subject, $0.object) == (request.kind, request.subject, request.object)
                && $0.term.organisation == request.term.organisation
        }
        if isThere { throw Problem.conflict(.requestWaitsAlready) }
        if waiting.count >= AccessRequest.waitingMax { throw Problem.conflict(.tooManyRequests) }
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
            try checkSecond(person, at: at, in: tx)
            guard request.waits(at: at), try AccessRequestStore.decide(id, state, by: person.id, at: at, in: tx) else {
                throw Problem.conflict(.requestIsOver)
            }
            if state == .approved {
                try carryOut(request, by: person, at: at, in: tx)
                if request.kind == .breakGlass { try alarm(of: request, by: person, at: at, in: tx) }
            }
            try tellWhoAsked(for: request, state, by: person, at: at, in: tx)
            try record(state.rawValue, request, by: person, at: at, in: tx)
        }
        try await readRights()
    }

    /// Whoever a record was opened for closes it before its hour is over. Throws `notFound` for what is not theirs,
    /// `conflict` where it is closed.
    package func closeRecord(_ id: ID<AccessRequest>, by person: Person) async throws {
        let at = now()
        try await database.write { tx in
            guard let request = try AccessRequestStore.request(id, in: tx), request.kind == .breakGlass,
                request.subject == person.id
            else { throw Problem.notFound }
            guard let until = request.opensUntil, at < until else { throw Problem.conflict(.requestIsOver) }
            try RelationshipStore.end(request.subject.text, .opens, request.object, due: until, at: at, in: tx)
            try end(request, by: person, at: at, now: at, in: tx)
        }
        try await readRights()
    }

    /// Openings that ended by themselves.
    func followOpenings(at now: Instant, in tx: any Transaction) throws {
        for request in try AccessRequestStore.lapsedOpenings(at: now, in: tx) {
            try end(request, by: nil, at: request.opensUntil ?? now, now: now, in: tx)
        }
    }

    private func end(
        _ request: AccessRequest, by person: Person?, at end: Instant, now: Instant, in tx: any Transaction
    ) throws {
        guard try AccessRequestStore.end(request.id, at: end, in: tx) else { return }
        try tellOfEnd(of: request, at: end, now: now, in: tx)
        try record("ended", request, by: person, at: now, in: tx)
    }

    private func carryOut(
        _ request: AccessRequest, by second: Person, at now: Instant, in tx: any Transaction
    ) throws {
        guard try PeopleStore.account(request.subject, in: tx)?.state == .active else { throw Problem.notFound }
        let until = request.lastsSeconds.map { now.adding(seconds: $0) } ?? request.term.until
        if let role = request.role {
            let membership = Membership(
                id: ID(newID()), person: request.subject,
                organisation: try request.term.organisation ?? present(at: now, in: tx), role: role,
                from: max(request.term.from ?? now, now), until: until)
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
        _ what: String, _ request: AccessRequest, by person: Person?, at: Instant, in tx: any Transaction
    ) throws {
        try outbox.record(
            "identity.\(request.kind.rawValue)-\(what)",
            [
                "request": "\(request.id)", "person": "\(request.subject)", "object": .string(request.object),
                "reason": .string(request.reason), "asked-by": "\(request.askedBy)", "by": by(person),
                "seconds": request.lastsSeconds.map { .integer($0) } ?? .null,
                "organisation": .string(orNull: request.term.organisation?.text),
                "from": .string(orNull: request.term.from?.rfc3339),
                "until": .string(orNull: request.term.until?.rfc3339),
            ], subject: request.subject.text, at: at, in: tx)
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
