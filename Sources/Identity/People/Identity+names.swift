import Database
package import Vocabulary

extension Identity {
    /// What those are called who proposed, gave or decided something, by their ids; without those who are erased.
    package func called(_ people: Set<ID<Person>>) async throws -> [String: String] {
        try await database.read { try LookStore.names(Set(people.map(\.text)), in: $0) }
    }

    /// The names of people, of those whom the reader may know: of colleagues in the same organisation, and of everybody
    /// on the list of people, for whoever may open it. Others are left out.
    package func names(
        of people: Set<ID<Person>>, for reader: Person?
    ) async throws -> [ID<Person>: String] {
        guard let reader, !people.isEmpty else { return [:] }
        let (at, seesList) = (now(), allows(reader, .people))
        return try await database.read { tx in
            let reached = seesList ? try homes(of: reader, at: at, in: tx) : []
            var names: [ID<Person>: String] = [:]
            for id in people {
                guard let account = try PeopleStore.account(id, in: tx) else {
                    names[id] = try programName(id, in: tx)
                    continue
                }
                let isColleague = account.home != nil && account.home == reader.organisation && reader.guestOf == nil
                let isReached = reached.map { account.home.map($0.contains) ?? false } ?? true
                if id == reader.id || isColleague || isReached { names[id] = account.name }
            }
            return names
        }
    }
}
