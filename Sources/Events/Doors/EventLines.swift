import Web
import Database
package import StrictJSON
package import Vocabulary

/// What the command line shows.
extension Events {
    /// What of the log can be read.
    package var stateLine: JSON {
        let bounds = store.bounds
        return ["oldest": .integer(bounds.oldest), "last": .integer(bounds.last)]
    }

    package func hasType(coded code: String) -> Bool { types.all.contains { $0.code == code } }

    /// Whether these are the operations of an event type, wherever that is registered.
    package static func areOfType(_ operations: [String]) -> Bool {
        operations.contains { EventRights.type(in: $0) != nil }
    }

    package var typeLines: [JSON] { types.all.map(Events.json) }

    /// The newest dead letters, of one subscription or of all.
    package func deadLines(of id: ID<Subscription>?) async throws -> [JSON] {
        let letters = try await database.read { tx in
            guard let id else { return try DeadLetterStore.letters(behind: nil, limit: 200, in: tx) }
            guard try SubscriptionStore.find(id, in: tx) != nil else { throw Problem.notFound }
            return try DeadLetterStore.letters(of: id, limit: 200, in: tx)
        }
        return letters.map { letter in
            var line = Events.json(letter)
            line["subscription"] = .string(letter.subscription.text)
            line["event"] = .string(letter.event)
            return line
        }
    }

    package func queueLines() async throws -> [JSON] {
        let (subscriptions, dead) = try await database.read { tx in
            (try SubscriptionStore.all(in: tx), try DeadLetterStore.counts(in: tx))
        }
        return subscriptions.map { item in
            let position = dispatcher[item.id]?.now.subscription.position ?? item.position
            return [
                "id": .string(item.id.text), "application": .string(item.name), "state": .string(item.state.rawValue),
                "url": .string(orNull: item.target?.url), "behind": .integer(max(0, store.bounds.last - position)),
                "dead": .integer(Int64(dead[item.id.text] ?? 0)),
            ]
        }
    }
}
