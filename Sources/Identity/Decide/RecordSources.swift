package import Database
import Synchronization
package import Vocabulary

/// How the records of each room stand for decisions. A room knows its own; the program joins them here.
final class RecordSources: Sendable {
    typealias Find = @Sendable (_ id: String, _ at: Instant, _ tx: any Transaction) throws -> Resource?
    typealias Changes =
        @Sendable (_ id: String, _ from: Instant, _ until: Instant, _ tx: any Transaction) throws -> [Instant]
    typealias Subjects = @Sendable (_ id: String) -> [String]

    struct Source: Sendable {
        let find: Find
        let changes: Changes
        let subjects: Subjects
    }

    private let rooms = Mutex<[String: Source]>([:])

    func add(_ room: String, _ source: Source) {
        rooms.withLock { $0[room] = source }
    }

    subscript(room: String) -> Source? { rooms.withLock { $0[room] } }
}

extension Identity {
    /// Says how records of `room` are found: `incidents/0193…` asks for `0193…`; at which moments of a time one of them
    /// came to be or began to stand otherwise; and under which subjects the ledger's facts about it stand.
    package func describes(
        _ room: String,
        changes:
            @escaping @Sendable (
                _ id: String, _ from: Instant, _ until: Instant, _ tx: any Transaction
            ) throws -> [Instant] = { _, _, _, _ in [] },
        subjects: @escaping @Sendable (_ id: String) -> [String] = { [$0] },
        _ find: @escaping @Sendable (_ id: String, _ at: Instant, _ tx: any Transaction) throws -> Resource?
    ) {
        records.add(room, RecordSources.Source(find: find, changes: changes, subjects: subjects))
    }

    /// The record that `room/id` names; a door where nothing is named. Throws `notFound` for a record nobody has.
    func resource(_ name: String, at moment: Instant, in tx: any Transaction) throws -> Resource {
        if name.isEmpty { return .none }
        guard let found = try record(name, at: moment, in: tx) else { throw Problem.notFound }
        return found
    }

    /// The same, or nil for a record that nobody has or that was not yet.
    func record(_ name: String, at moment: Instant, in tx: any Transaction) throws -> Resource? {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return try parts.count == 2 ? records[parts[0]]?.find(parts[1], moment, tx) : nil
    }

    /// Under which subjects the ledger's facts about the record stand.
    func subjects(of name: String) -> [String] {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return parts.count == 2 ? records[parts[0]]?.subjects(parts[1]) ?? [] : []
    }

    /// When the record came to be or began to stand otherwise, inside a time.
    func changes(of name: String, from start: Instant, until end: Instant, in tx: any Transaction) throws -> [Instant] {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let room = records[parts[0]] else { return [] }
        return try room.changes(parts[1], start, end, tx).filter { start < $0 && $0 < end }
    }
}

extension Identity {
    /// What people of this node are called; nobody who was erased.
    package func names(of people: Set<ID<Person>>) async throws -> [ID<Person>: String] {
        let found = try await database.read { try LookStore.names(Set(people.map(\.text)), in: $0) }
        return Dictionary(found.map { (ID($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Somebody of this node whose account is open, by the name with which they sign in.
    package func colleague(_ login: String) async throws -> (id: ID<Person>, name: String)? {
        let found = try await database.read { try PeopleStore.account(login: Login.fold(login), in: $0) }
        return found.flatMap { $0.state == .active ? ($0.id, $0.name) : nil }
    }
}
