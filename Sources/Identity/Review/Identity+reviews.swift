import Database
import Ledger
import StrictJSON
package import Vocabulary

extension Identity {
    /// Opens the reviews that are due, reminds of those that are late, and ends what nobody decided where that is the
    /// policy. May be called as often as one likes.
    func followReviews(at now: Instant, in tx: any Transaction) throws {
        let open = try ReviewStore.open(in: tx)
        for review in open { try follow(review, at: now, in: tx) }
        let last = try ReviewStore.lastOpened(in: tx)
        let house = try reviewedHouse(at: now, in: tx)
        var since = try ReviewStore.earliestRights(at: now, in: tx)
        for (_, right) in try keptRights.holding(house, at: now, in: tx) {
            since[right.organisation] = min(since[right.organisation] ?? right.from, right.from)
        }
        let busy = Set(open.map(\.organisation))
        for (organisation, first) in since.sorted(by: { $0.key.text < $1.key.text })
        where house.contains(organisation) && !busy.contains(organisation) {
            guard (last[organisation] ?? first).adding(days: settings.review.everyDays) <= now else { continue }
            try openReview(of: organisation, at: now, in: tx)
        }
    }

    /// Begins a review of an organisation now, whenever the last one was.
    @discardableResult
    package func openReview(of organisation: ID<Organisation>, by author: Person?) async throws -> ID<Review> {
        let at = now()
        return try await database.write { tx in
            if author != nil { try checkReach(of: author, to: organisation, at: at, in: tx) }
            guard try reviewedHouse(at: at, in: tx).contains(organisation) else { throw Problem.notFound }
            guard try !ReviewStore.open(in: tx).contains(where: { $0.organisation == organisation }) else {
                throw Problem.conflict(.reviewIsOpen)
            }
            return try openReview(of: organisation, at: at, in: tx)
        }
    }

    /// The organisation of this node and what is below it.
    private func reviewedHouse(at now: Instant, in tx: any Transaction) throws -> Set<ID<Organisation>> {
        try OrganisationStore.all(in: tx).house(of: settings.organisation, on: Day(now))
    }

    @discardableResult
    private func openReview(
        of organisation: ID<Organisation>, at now: Instant, in tx: any Transaction
    ) throws -> ID<Review> {
        let review = Review(
            id: ID(newID()), organisation: organisation, openedAt: now,
            dueAt: now.adding(days: settings.review.dueDays), remindedAt: nil, closedAt: nil)
        try ReviewStore.insert(review, in: tx)
        let items = try rights(
            in: organisation, of: try reviewedHouse(at: now, in: tx), for: review.id, at: now, in: tx)
        for item in items { try ReviewStore.insert(item, in: tx) }
        try outbox.record(
            "identity.review-opened",
            [
                "review": "\(review.id)", "organisation": "\(organisation)", "due": .string(review.dueAt.rfc3339),
                "rights": .integer(Int64(items.count)),
            ], subject: review.id.text, at: now, in: tx)
        guard !items.isEmpty else {
            try ReviewStore.close(review.id, at: now, in: tx)
            return review.id
        }
        try announce(
            .reviewWaits(review, rights: items.count), to: .holders(Review.reviewers, in: organisation),
            once: "review \(review.id)", at: now, in: tx)
        return review.id
    }

    // MARK: Deciding

    /// Keeps or ends one right. Throws `conflict` for one's own, for what was decided before, and `forbidden` for
    /// somebody whose duty it is not; nil stands for whoever owns the node's folder.
    package func decide(_ id: ID<ReviewItem>, keep: Bool, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            guard let item = try ReviewStore.item(id, in: tx), let review = try ReviewStore.review(item.review, in: tx)
            else { throw Problem.notFound }
            if let author {
                guard item.person != author.id else { throw Problem.conflict(.notOwnRights) }
                guard try mayReview(author, item, of: review.organisation, at: at, in: tx) else {
                    throw Problem.forbidden
                }
            }
            guard review.closedAt == nil, item.decision == nil else { throw Problem.conflict(.alreadyReviewed) }
            let decision: ReviewItem.Decision = try !holds(item, at: at, in: tx) ? .gone : keep ? .keep : .end
            try settle(item, decision, by: author, at: at, in: tx)
            try closeIfDone(review, at: at, in: tx)
        }
        try await readRights()
        rightsMayHaveEnded()
    }

    /// Who leads an organisation reviews it; who administers it reviews the roles that they may give there.
    func mayReview(
        _ person: Person, _ item: ReviewItem?, of organisation: ID<Organisation>, at now: Instant,
        in tx: any Transaction
    ) throws -> Bool {
        let register = try OrganisationStore.all(in: tx)
        let leads = try PeopleStore.memberships(of: person.id, in: tx).contains {
            $0.role == .departmentLead && $0.holds(at: now)
                && register.isSame($0.organisation, organisation, on: Day(now))
        }
        if leads { return true }
        let reach = try reach(of: person, at: now, in: tx)
        guard reach.organisations.contains(organisation) else { return false }
        return item?.role.map { reach.mayGive($0, in: organisation) } ?? true
    }

    private func settle(
        _ item: ReviewItem, _ decision: ReviewItem.Decision, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        if decision == .end || decision == .lapsed { try end(item, by: author, at: now, in: tx) }
        guard try ReviewStore.decide(item.id, decision, by: author?.id, at: now, in: tx) else {
            throw Problem.conflict(.alreadyReviewed)
        }
        try outbox.record(
            "identity.review-decided",
            [
                "review": "\(item.review)", "item": "\(item.id)", "right": .string(item.right),
                "kind": .string(item.kind.rawValue), "what": .string(item.what), "roles": Relationship.json(item.roles),
                "person": .string(orNull: item.person?.text), "decision": .string(decision.rawValue), "by": by(author),
            ], subject: item.person?.text ?? item.right, at: now, in: tx)
    }

    private func end(_ item: ReviewItem, by author: Person?, at now: Instant, in tx: any Transaction) throws {
        switch item.kind {
        case .role:
            guard let membership = try PeopleStore.membership(ID(item.right), in: tx) else { return }
            try end(membership, by: author, at: now, in: tx)
        case .delegation:
            guard let fact = try RelationshipStore.fact(ID(item.right), in: tx) else { return }
            _ = try end(fact, by: author, at: now, in: tx)
        case .service:
            guard try ServiceStore.end(ID(item.right), at: now, in: tx) else { return }
            try outbox.record(
                "identity.service-ended", ["service": .string(item.right), "by": by(author)], subject: item.right,
                at: now, in: tx)
        case .client: _ = try revokeClient(ID(item.right), by: author, at: now, in: tx)
        case .grant: try keptRights[.grant]?.end(item.right, author, now, tx)
        }
    }

    func holds(_ item: ReviewItem, at now: Instant, in tx: any Transaction) throws -> Bool {
        switch item.kind {
        case .role: try PeopleStore.membership(ID(item.right), in: tx)?.holds(at: now) ?? false
        case .delegation:
            try RelationshipStore.fact(ID(item.right), in: tx)?.holds(at: now) ?? false
        case .service: try ServiceStore.service(ID(item.right), in: tx).map { $0.endedAt == nil } ?? false
        case .client: try ClientStore.find(ID(item.right), in: tx)?.state == .active
        case .grant: try keptRights[.grant]?.holds(item.right, now, tx) ?? false
        }
    }

    // MARK: What the clock brings

    private func follow(_ review: Review, at now: Instant, in tx: any Transaction) throws {
        var waiting: [ReviewItem] = []
        for item in try ReviewStore.items(of: review.id, in: tx) where item.decision == nil {
            if try holds(item, at: now, in: tx) {
                waiting.append(item)
            } else {
                try settle(item, .gone, by: nil, at: now, in: tx)
            }
        }
        if !waiting.isEmpty, review.isOverdue(at: now), review.remindedAt == nil {
            try ReviewStore.remind(review.id, at: now, in: tx)
            try announce(
                .reviewIsLate(review, rights: waiting.count, policy: settings.review),
                to: .holders(Review.reviewers, in: review.organisation), once: "review \(review.id) late", at: now,
                in: tx)
        }
        if settings.review.endsUndecided, review.dueAt.adding(days: settings.review.graceDays) <= now {
            for item in waiting where try !keepsLastAdministrator(item, at: now, in: tx) {
                try settle(item, .lapsed, by: nil, at: now, in: tx)
            }
        }
        try closeIfDone(review, at: now, in: tx)
    }

    /// The last administrator stays, whoever did not look: nobody could appoint another.
    private func keepsLastAdministrator(
        _ item: ReviewItem, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        guard item.role == .nodeAdministrator, let person = item.person else { return false }
        return try administrators(at: now, in: tx) == [person]
    }

    private func closeIfDone(_ review: Review, at now: Instant, in tx: any Transaction) throws {
        let items = try ReviewStore.items(of: review.id, in: tx)
        guard items.allSatisfy({ $0.decision != nil }) else { return }
        try ReviewStore.close(review.id, at: now, in: tx)
        func count(_ decision: ReviewItem.Decision) -> JSON {
            .integer(Int64(items.count { $0.decision == decision }))
        }
        try outbox.record(
            "identity.review-closed",
            [
                "review": "\(review.id)", "organisation": "\(review.organisation)", "kept": count(.keep),
                "ended": count(.end), "lapsed": count(.lapsed), "gone": count(.gone),
            ], subject: review.id.text, at: now, in: tx)
    }

    // MARK: For pages and commands

    /// The reviews that somebody may look at, with how much of each is decided; nil sees all.
    package func reviews(by reader: Person?) async throws -> [(review: Review, decided: Int, all: Int)] {
        let at = now()
        return try await database.read { tx in
            try ReviewStore.latest(200, in: tx).compactMap { review in
                guard try maySee(reader, review, at: at, in: tx) else { return nil }
                let counts = try ReviewStore.counts(of: review.id, in: tx)
                return (review, counts.decided, counts.all)
            }
        }
    }

    func maySee(_ reader: Person?, _ review: Review, at now: Instant, in tx: any Transaction) throws -> Bool {
        guard let reader, !reader.roles.contains(.auditor) else { return true }
        return try mayReview(reader, nil, of: review.organisation, at: now, in: tx)
    }

    package func items(of review: ID<Review>) async throws -> [ReviewItem] {
        try await database.read { try ReviewStore.items(of: review, in: $0) }
    }

    /// For whoever owns the node's folder: each right, and what the people in it are called, by their ids. That it was
    /// read is written down. Throws `notFound`.
    package func reviewed(_ id: ID<Review>) async throws -> (items: [ReviewItem], names: [String: String]) {
        let at = now()
        return try await database.write { tx in
            guard try ReviewStore.review(id, in: tx) != nil else { throw Problem.notFound }
            let items = try ReviewStore.items(of: id, in: tx)
            try note(reading: items.compactMap(\.person), by: nil, how: .list, at: at, in: tx)
            return (items, try LookStore.names(Set(items.flatMap(\.named)), in: tx))
        }
    }
}
