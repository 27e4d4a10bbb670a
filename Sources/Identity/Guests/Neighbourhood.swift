import Synchronization
package import Vocabulary
package import Web

/// What this room asks of whoever knows the other nodes: who they are, and the way back to one's own.
final class Neighbourhood: Sendable {
    private struct State {
        var members: @Sendable () async throws -> [(id: ID<Organisation>, name: Phrase)] = { [] }
        var wayBack: @Sendable (Page) -> Link? = { _ in nil }
        var entrance: @Sendable (ID<Organisation>) -> Link = { _ in "/" }
    }

    private let state = Mutex(State())

    func fill(
        members: @escaping @Sendable () async throws -> [(id: ID<Organisation>, name: Phrase)],
        wayBack: @escaping @Sendable (Page) -> Link?, entrance: @escaping @Sendable (ID<Organisation>) -> Link
    ) {
        state.withLock { $0 = State(members: members, wayBack: wayBack, entrance: entrance) }
    }

    /// The other members of today.
    func members() async throws -> [(id: ID<Organisation>, name: Phrase)] { try await state.withLock { $0.members }() }

    /// Where a guest goes to be vouched for once more; nil for a browser in which nobody came as a guest.
    func wayBack(_ page: Page) -> Link? { state.withLock { $0.wayBack }(page) }

    /// Where the people of a member come in.
    func entrance(_ organisation: ID<Organisation>) -> Link { state.withLock { $0.entrance }(organisation) }
}

extension Identity {
    /// Says who knows the other nodes.
    package func meets(
        members: @escaping @Sendable () async throws -> [(id: ID<Organisation>, name: Phrase)],
        wayBack: @escaping @Sendable (Page) -> Link?, entrance: @escaping @Sendable (ID<Organisation>) -> Link
    ) {
        neighbours.fill(members: members, wayBack: wayBack, entrance: entrance)
    }
}
