import Database
import Ledger
import Logging
import StrictJSON
import Vocabulary

/// Offering types to the registry of services, without which nobody can be granted anything of them.
extension Events {
    /// One that the registry refuses is no type. When the offer broke off for another reason the type waits, and is
    /// offered again by `offerWhatIsNot` or when somebody registers it again.
    func offer(_ type: EventType, by author: Person?) async throws {
        do {
            try await neighbours.offer(type, author)
        } catch let problem as Problem {
            if case .busy = problem { throw problem }
            try await withdraw(type, by: author)
            throw problem
        }
        let at = now()
        try await database.write { try EventTypeStore.setOffered(type.code, at: at, in: $0) }
    }

    /// The ledger says both: that it was registered, and that it is not there after all.
    private func withdraw(_ type: EventType, by author: Person?) async throws {
        let at = now()
        try await database.write { [self] tx in
            guard let schema = try EventTypeStore.schema(type.code, type.revision, in: tx),
                try EventTypeStore.remove(type.code, in: tx)
            else { return }
            try record("events.type-withdrawn", type, schema, by: author, at: at, in: tx)
        }
    }

    /// Types whose offer broke off: the program ended in between, or the registry could not be written.
    func offerWhatIsNot() async throws {
        for type in try await database.read({ try EventTypeStore.notOffered(in: $0) }) {
            do {
                try await offer(type, by: nil)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning(
                    "an event type could not be offered",
                    metadata: ["events.type": "\(type.code)", "events.cause": "\(error)"])
            }
        }
    }
}
