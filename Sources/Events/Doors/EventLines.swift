import Contracts
import Database
package import StrictJSON
package import Vocabulary
import Web

/// What the command line shows.
extension Events {
    /// What of the log can be read.
    package var stateLine: JSON {
        let bounds = store.bounds
        return ["oldest": .integer(bounds.oldest), "last": .integer(bounds.last)]
    }

    /// What the doors take and give of a type, with the shape of its data; nil where there is no such type.
    package func openAPI(ofTypeCoded code: String) -> [UInt8]? {
        guard let name = types.all.first(where: { $0.code == code })?.name, let ready = types[name] else { return nil }
        return ready.type.openAPI(dataShape: ready.text.root)
    }

    /// Another number whenever a type, or the shape of its data, is another.
    package var typesRevision: Int64 { types.count }

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
            let withheld = item.state == .active ? withheld(from: item) : []
            let why = withheld.count == item.types.count ? withheld.first?.why.rawValue : nil
            return [
                "id": .string(item.id.text), "application": .string(item.name),
                "state": .string(why ?? item.state.rawValue),
                "url": .string(orNull: item.target?.url), "behind": .integer(max(0, store.bounds.last - position)),
                "dead": .integer(Int64(dead[item.id.text] ?? 0)),
            ]
        }
    }
}
