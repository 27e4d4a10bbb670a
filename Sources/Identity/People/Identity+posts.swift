import Database
import Ledger
import StrictJSON
package import Vocabulary

/// Joiners, movers and leavers (vào, chuyển, nghỉ): a post begins and ends by the clock, and rights go with it.
extension Identity {
    /// Puts somebody on the staff of an organisation, now or from a later moment on. Whoever works elsewhere moves: the
    /// old post ends then, and with it the roles held there.
    package func place(
        _ person: ID<Person>, in organisation: ID<Organisation>, from: Instant? = nil, until: Instant? = nil,
        by author: Person?
    ) async throws {
        let at = now()
        if let until, until <= from ?? at { throw Problem.invalid(["until": .dayIsWrong]) }
        try await database.write { tx in
            if author != nil {
                try checkReach(of: author, to: organisation, at: at, in: tx)
                try checkReach(of: author, to: person, at: at, in: tx)
            }
            try place(person, in: organisation, from: max(from ?? at, at), until: until, by: author, at: at, tx)
        }
    }

    func place(
        _ person: ID<Person>, in organisation: ID<Organisation>, from: Instant, until: Instant?, by author: Person?,
        at now: Instant, _ tx: any Transaction
    ) throws {
        guard let account = try PeopleStore.account(person, in: tx) else { throw Problem.notFound }
        for old in try PostStore.posts(of: person, in: tx) where (old.until ?? .distantFuture) > from {
            if old.from >= from, !old.hasBegun {
                try PostStore.delete(old.id, in: tx)
            } else {
                try PostStore.end(old.id, at: from, in: tx)
            }
        }
        let post = Post(
            id: ID(newID()), person: person, organisation: organisation, from: from, until: until, hasBegun: false,
            hasEnded: false, succeeds: nil)
        try PostStore.insert(post, in: tx)
        try outbox.record(
            "identity.post-given",
            [
                "person": "\(person)", "organisation": "\(organisation)", "from": .string(from.rfc3339),
                "until": .string(orNull: until?.rfc3339), "before": .string(orNull: account.home?.text),
                "by": by(author),
            ], subject: person.text, at: now, in: tx)
        if from <= now { try followPosts(of: person, by: author, at: now, in: tx) }
    }

    /// Lets somebody go, now or at a later moment: then every role ends, and every session.
    package func leave(_ person: ID<Person>, at moment: Instant? = nil, by author: Person?) async throws {
        let at = now()
        let end = max(moment ?? at, at)
        try await endingTokens { tx in
            if author != nil { try checkReach(of: author, to: person, at: at, in: tx) }
            let posts = try PostStore.posts(of: person, in: tx).filter { ($0.until ?? .distantFuture) > end }
            guard !posts.isEmpty else { throw Problem.conflict(.holdsNoPost) }
            if end <= at { try keepAnAdministrator(without: person, at: at, in: tx) }
            for post in posts {
                if post.from >= end, !post.hasBegun {
                    try PostStore.delete(post.id, in: tx)
                } else {
                    try PostStore.end(post.id, at: end, in: tx)
                }
            }
            try outbox.record(
                "identity.post-ends", ["person": "\(person)", "at": .string(end.rfc3339), "by": by(author)],
                subject: person.text, at: at, in: tx)
            if end <= at { try followPosts(of: person, by: author, at: at, in: tx) }
        }
    }

    /// Does what the clock has made due: begins and ends posts, each person's in a transaction of their own. May be
    /// called as often as one likes. Throws the last error when somebody's posts could not be followed.
    func followDuePosts(at now: Instant) async throws {
        let people = Set(try await database.read { try PostStore.due(at: now, limit: 200, in: $0) }.map(\.person))
        var failure: (any Error)?
        for person in people.sorted(by: { $0.text < $1.text }) {
            do {
                try await endingTokens { tx in
                    // The only administrator stays one until there is another, whatever the calendar says.
                    guard try administrators(at: now, in: tx) != [person] else { return }
                    try followPosts(of: person, at: now, in: tx)
                }
            } catch {
                try Task.checkCancellation()
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Brings what somebody may do into line with their posts.
    private func followPosts(
        of person: ID<Person>, by author: Person? = nil, at now: Instant, in tx: any Transaction
    ) throws {
        let posts = try PostStore.posts(of: person, in: tx)
        let present = posts.last { $0.holds(at: now) }
        let wasAway = posts.contains { $0.hasEnded } && !posts.contains { $0.hasBegun && !$0.hasEnded }
        var isLeaving = false
        for post in posts {
            let (begins, ends) = (post.from <= now, (post.until ?? .distantFuture) <= now)
            guard begins != post.hasBegun || ends != post.hasEnded else { continue }
            try PostStore.mark(post.id, begun: begins, ended: ends, in: tx)
            if ends, !post.hasEnded {
                isLeaving = present == nil
                let place = present == nil ? nil : post.organisation
                try endRoles(of: person, in: place, unless: present, by: author, at: now, tx)
            }
            if begins, !post.hasBegun, !ends {
                try PeopleStore.setHome(post.organisation, of: person, at: now, in: tx)
                try outbox.record(
                    "identity.post-begun", ["person": "\(person)", "organisation": "\(post.organisation)"],
                    subject: person.text, at: now, in: tx)
            }
        }
        if wasAway, present != nil, try PeopleStore.account(person, in: tx)?.state == .suspended {
            try setSuspended(false, person, by: author, at: now, in: tx)
        }
        if isLeaving {
            try endDelegations(of: person, by: author, at: now, in: tx)
            try setSuspended(true, person, by: author, at: now, in: tx)
            try outbox.record(
                "identity.person-left", ["person": "\(person)"], subject: person.text, at: now, in: tx)
        }
    }

    private func endRoles(
        of person: ID<Person>, in organisation: ID<Organisation>?, unless present: Post?, by author: Person?,
        at now: Instant, _ tx: any Transaction
    ) throws {
        guard organisation == nil || organisation != present?.organisation else { return }
        for membership in try PeopleStore.memberships(of: person, in: tx)
        where (membership.until ?? .distantFuture) > now && membership.role != .citizen {
            guard organisation == nil || membership.organisation == organisation else { continue }
            try end(membership, by: author, at: now, in: tx)
        }
    }

    /// An account that is given up for good: somebody left, and the directory of the organisation forgot them. The name
    /// to sign in with is free again; what they did stays under their id.
    func giveUp(_ person: ID<Person>, by author: Person?, at now: Instant, in tx: any Transaction) throws {
        try keepAnAdministrator(without: person, at: now, in: tx)
        for post in try PostStore.posts(of: person, in: tx) where (post.until ?? .distantFuture) > now {
            if post.hasBegun {
                try PostStore.end(post.id, at: now, in: tx)
            } else {
                try PostStore.delete(post.id, in: tx)
            }
            try PostStore.mark(post.id, begun: true, ended: true, in: tx)
        }
        try watching(person, by: author, at: now, in: tx) {
            try endRoles(of: person, in: nil, unless: nil, by: author, at: now, tx)
            try PeopleStore.setState(.suspended, of: person, in: tx)
        }
        try endDelegations(of: person, by: author, at: now, in: tx)
        try endAccess(of: person, at: now, in: tx)
        try PeopleStore.giveUp(person, at: now, in: tx)
        try outbox.record(
            "identity.person-given-up", ["person": "\(person)", "by": by(author)], subject: person.text, at: now,
            in: tx)
    }
}

extension PeopleStore {
    static func setHome(
        _ home: ID<Organisation>, of person: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws {
        try tx.execute("UPDATE identity_person SET home = \(home), changed_at = \(now) WHERE id = \(person)")
    }

    static func giveUp(_ person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_person SET login = id, gone_at = \(now), changed_at = \(now)
            WHERE id = \(person) AND gone_at IS NULL
            """)
        try tx.execute("DELETE FROM identity_team_member WHERE person = \(person)")
        try tx.execute("DELETE FROM identity_external WHERE resource = \(person)")
    }

    /// Name, address and login as they are now known.
    static func update(_ account: Account, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_person SET login = \(account.login), name = \(account.name), email = \(account.email),
                search = \(Folding.fold("\(account.name) \(account.login)")), changed_at = \(now)
            WHERE id = \(account.id)
            """)
    }
}

extension Phrase {
    static let holdsNoPost = Phrase(
        vi: "Người này không còn vị trí công tác nào", en: "This person holds no post any more")
}
