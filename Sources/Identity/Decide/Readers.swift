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

    /// A fact of the ledger about the record.
    package struct Deed: Sendable {
        package let fact: RecordedFact
        /// The id of whoever did it; nil when the fact names nobody, or its content was erased.
        package let by: String?
        /// What they are called here.
        package let name: String?
    }

    package let resource: String
    package let day: Day
    package let could: [Reader]
    /// A page of the facts of the ledger that are about the record and fall on the day; the latest first.
    package let did: [Deed]
    /// How many there are on all pages.
    package let count: Int
    /// Where the next page, of older ones, goes on.
    package let next: FactPlace?

    static let pageLength = 100
}

extension Identity {
    /// Everybody to whom `decide` said yes at any moment of the day, by the facts and policies of those moments, and
    /// the facts about the record of that day, a page of them; each has its proof in the ledger. That somebody asked is
    /// in the ledger before anything is shown.
    package func readers(
        of name: String, on day: Day, before place: FactPlace? = nil, by reader: Person?
    ) async throws -> Readers {
        let now = now()
        let found = try await database.read { try foundReaders(of: name, on: day, before: place, at: now, in: $0) }
        try await database.write { tx in
            try outbox.record(
                "identity.readers-listed",
                [
                    "resource": .string(name), "day": .string("\(day)"), "count": .integer(Int64(found.could.count)),
                    "by": by(reader),
                ],
                subject: reader?.id.text, at: now, in: tx)
        }
        return found
    }

    private func foundReaders(
        of name: String, on day: Day, before place: FactPlace?, at now: Instant, in tx: any Transaction
    ) throws -> Readers {
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
        let subjects = subjects(of: name)
        let facts = try outbox.facts(
            about: subjects, from: start, until: end, before: place, limit: Readers.pageLength + 1, in: tx)
        let shown = Array(facts.prefix(Readers.pageLength))
        return Readers(
            resource: name, day: day, could: found.values.sorted { $0.account.login < $1.account.login },
            did: try deeds(shown, in: tx), count: try outbox.count(about: subjects, from: start, until: end, in: tx),
            next: facts.count > shown.count ? shown.last.map(FactPlace.init) : nil)
    }

    private func deeds(_ facts: [RecordedFact], in tx: any Transaction) throws -> [Readers.Deed] {
        let doers = facts.map { fact -> String? in
            guard let content = fact.disclosure?.content, let root = try? JSONDocument(content).root else { return nil }
            return root["by"]?.string ?? root["person"]?.string
        }
        let names = try LookStore.names(Set(doers.compactMap { $0 }), in: tx)
        return zip(facts, doers).map { fact, by in
            Readers.Deed(fact: fact, by: by, name: by.flatMap { names[$0] })
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
