import Web
import Database
package import StrictJSON
import Vocabulary

/// What the command line shows.
extension Events {
    package var typeLines: [JSON] { types.all.map(Events.json) }

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
