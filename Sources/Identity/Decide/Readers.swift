import Cedar
import Database
package import Ledger
import StrictJSON
package import Vocabulary

/// Who could read one record on one day, and who did.
package struct Readers: Sendable {
    package struct Reader: Sendable {
        package let account: Account
        /// The role or relation by which they could: the policy that permitted it.
        package let policy: String
        package let words: Phrase
    }

    package let resource: String
    package let day: Day
    package let could: [Reader]
    /// The facts of the ledger that name the record and fall on the day, with what they say; the latest first.
    package let did: [RecordedFact]
}

extension Identity {
    /// Everybody to whom `decide` said yes at any moment of the day, by the facts and policies of those moments, and
    /// the facts about the record of that day; each of them has its proof in the ledger.
    package func readers(of name: String, on day: Day, by reader: Person?) async throws -> Readers {
        let now = now()
        return try await database.write { tx in
            guard try resource(name, at: now, in: tx) != .none else { throw Problem.notFound }
            let room = name.prefix { $0 != "/" }
            let all = try PeopleStore.accounts(in: tx)
            let justAfter = Instant(milliseconds: now.milliseconds + 1)
            let (start, end) = (day.start, min(day.start.adding(days: 1), justAfter))
            let permission = Permission("\(room).view")
            var found: [ID<Person>: Readers.Reader] = [:]
            let stretches = try start < end ? [start] + PolicyStore.changes(from: start, until: end, in: tx) : []
            for (place, from) in stretches.enumerated() {
                let until = place + 1 < stretches.count ? stretches[place + 1] : end
                let some = try couldRead(name, all, permission, from: from, until: until, in: tx)
                found.merge(some) { first, _ in first }
            }
            try outbox.record(
                "identity.readers-listed",
                [
                    "resource": .string(name), "day": .string("\(day)"), "count": .integer(Int64(found.count)),
                    "by": by(reader),
                ],
                subject: reader?.id.text, at: now, in: tx)
            let id = name.drop { $0 != "/" }.dropFirst()
            let facts = try outbox.facts(about: String(id), limit: 1000, in: tx).filter {
                start <= $0.at && $0.at < end
            }
            return Readers(
                resource: name, day: day, could: found.values.sorted { $0.account.login < $1.account.login }, did: facts
            )
        }
    }

    /// In a stretch in which one text of the policies was in force. Everybody is asked about at each moment at which
    /// what they may do can have changed: the first moments of all together, then the second ones, and so on. A day on
    /// which thousands are added needs two worlds, not thousands.
    private func couldRead(
        _ name: String, _ all: [Account], _ permission: Permission, from start: Instant, until end: Instant,
        in tx: any Transaction
    ) throws -> [ID<Person>: Readers.Reader] {
        let (knowledge, policies) = (try knowledge(in: tx), try shelf.engine(at: start, in: tx).engine)
        let own = Set(try changes(of: name, from: start, until: end, in: tx))
        let changes = knowledge.changes(from: start, until: end).mapValues { own.union($0).sorted() }
        let suspensions = Dictionary(grouping: knowledge.facts.filter { $0.relation == .suspended }, by: \.subject)
        var resources: [Instant: Resource] = [:]
        var found: [ID<Person>: Readers.Reader] = [:]
        var (waiting, round) = (all, 0)
        while !waiting.isEmpty {
            let clock = changes.compactMapValues { round < $0.count ? $0[round] : nil }
            let rights = try knowledge.rights(at: start, by: policies, each: clock)
            for account in waiting where found[account.id] == nil {
                guard let moment = clock[account.id] else { continue }
                guard let resource = try resources[moment] ?? record(name, at: moment, in: tx) else { continue }
                resources[moment] = resource
                let isSuspended = suspensions[account.id.text]?.contains { $0.holds(at: moment) } ?? false
                let decision = rights.decide(
                    Person(id: account.id, name: account.name, organisation: nil, roles: []), permission, on: resource,
                    in: DecisionContext(isSuspended: isSuspended, assurance: 2))
                guard decision.allowed, let words = decision.words.first else { continue }
                found[account.id] = Readers.Reader(account: account, policy: decision.reason, words: words)
            }
            round += 1
            waiting = waiting.filter { round < (changes[$0.id]?.count ?? 0) && found[$0.id] == nil }
        }
        return found
    }
}
