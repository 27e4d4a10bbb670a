import Gateway
import Database
import Ledger
import StrictJSON
import Synchronization
package import Vocabulary
import Web

/// What an application asks for when it subscribes.
struct SubscriptionDraft: Sendable {
    var types: Set<String>
    var url: String?
    var pin: String?
    var mode: Subscription.Mode
    /// From the events of a moment, or from those behind a position; with neither, from now on.
    var from: Instant?
    var position: Int64?
}

extension Events {
    /// Follows types that the application has grants for. A webhook is asked first whether it wants this.
    func subscribe(_ draft: SubscriptionDraft, by application: EventRights.Application) async throws -> Subscription {
        let at = now()
        guard !draft.types.isEmpty, draft.types.count <= 50 else { throw Problem.invalid(["types": .chooseTypes]) }
        if let type = draft.types.sorted().first(where: { !application.mayFollow($0, at: at) }) {
            throw Problem.denied(code: "events.no-grant", .noGrant(type))
        }
        if let url = draft.url { try Webhook.check(url, pin: draft.pin) }
        let start = try await start(from: draft.from, position: draft.position) ?? store.bounds.last
        let target = draft.url.map {
            Subscription.Target(url: $0, pin: draft.pin, mayBePrivate: false, mode: draft.mode, rate: nil)
        }
        let new = Subscription(
            id: ID(newID()), application: application.id, name: application.name.description, types: draft.types,
            target: target, state: target == nil ? .active : .asked, reason: "", position: start, missed: 0,
            createdAt: at)
        let most = settings.subscriptionsMax
        try await database.write { [outbox] tx in
            guard try SubscriptionStore.count(of: application.id, in: tx) < most else {
                throw Problem.conflict(.tooManySubscriptions(most))
            }
            try SubscriptionStore.insert(new, in: tx)
            try outbox.record(
                "events.subscribed",
                [
                    "subscription": "\(new.id)", "application": .string(new.application),
                    "types": .array(new.types.sorted().map { .string($0) }), "url": .string(orNull: target?.url),
                ], subject: new.id.text, at: at, in: tx)
        }
        guard target != nil else { return new }
        dispatcher.add(new)
        return try await shakeHands(new.id)
    }

    /// Ends a subscription with its dead letters: by its application, or by whoever looks after the node.
    package func unsubscribe(_ id: ID<Subscription>, by author: String) async throws {
        let at = now()
        try await database.write { [outbox] tx in
            guard let found = try SubscriptionStore.find(id, in: tx) else { throw Problem.notFound }
            try SubscriptionStore.delete(id, in: tx)
            try outbox.record(
                "events.unsubscribed",
                ["subscription": "\(id)", "application": .string(found.application), "by": .string(author)],
                subject: id.text, at: at, in: tx)
        }
        dispatcher.remove(id)
        givenSinceReplay.withLock { $0[id] = nil }
    }

    /// One of the application's own; of another's it is not found.
    func own(_ id: ID<Subscription>, of application: EventRights.Application) async throws -> Subscription {
        let found = try await database.read { try SubscriptionStore.find(id, in: $0) }
        guard let found, found.application == application.id else { throw Problem.notFound }
        return found
    }

    /// Events behind a cursor, as far as the grants in force allow; waits for some when there are none. Looks through a
    /// bounded part of the log: an empty page that does not reach its end is gone on from.
    func pull(
        _ subscription: Subscription, after: Int64?, limit: Int, waitSeconds: Double
    ) async throws -> (page: EventPage, gap: Gap?) {
        guard subscription.target == nil, subscription.state == .active else {
            throw Problem.conflict(.subscriptionDoesNotPull)
        }
        var cursor = after ?? subscription.position
        guard cursor >= 0, cursor <= store.bounds.last else {
            throw Problem.malformed(code: "events.cursor", .badCursor)
        }
        defer { note(subscription, givenUpTo: cursor) }
        let deadline = ContinuousClock.now.advanced(by: .seconds(min(waitSeconds, settings.pullSecondsMax)))
        var (missed, gap, pages): (Int64, Gap?, Int) = (0, nil, 0)
        while true {
            let heard = store.bell.count
            let page = try await self.page(for: subscription, after: cursor, limit: limit)
            missed += page.missed
            cursor = page.next
            gap = Gap.joined(gap, Gap(page.withheld))
            let found = EventPage(events: page.events, next: page.next, missed: missed, withheld: [])
            if !page.events.isEmpty { return (found, gap) }
            if cursor < store.bounds.last {
                // Gets past a stretch of what it is not given, waiting or not, but not for ever at our cost.
                pages += 1
                if pages >= settings.pullPagesMax { return (found, gap) }
                continue
            }
            let at = ContinuousClock.now
            guard at < deadline, !Task.isCancelled else { return (found, gap) }
            await store.bell.next(after: heard, within: deadline - at)
        }
    }

    /// What of the log this subscription may be given now. What it may not takes no place in the page: a stretch of
    /// such events is passed in one reading.
    func page(for subscription: Subscription, after cursor: Int64, limit: Int) async throws -> EventPage {
        guard knowsRights else { throw Problem.busy(retryAfterSeconds: 1) }
        let at = now()
        let application = rights.applications[subscription.application]
        return try await store.events(
            after: cursor, types: subscription.types, limit: limit, bytes: settings.bytesPerCall
        ) { application?.mayHear($0.type, of: $0.at, at: at) ?? false }
    }

    /// - Parameter subscription: as it was when somebody began to pull: what began before a replay is none of it.
    private func note(_ subscription: Subscription, givenUpTo position: Int64) {
        givenSinceReplay.withLock { given in
            guard let known = given[subscription.id], known.replays == subscription.replays else { return }
            given[subscription.id]?.upTo = max(known.upTo, position)
        }
    }

    /// Confirms what was taken: from here it goes on next time. What was taken before a replay confirms nothing after
    /// it, or the replay would be none.
    func acknowledge(_ subscription: Subscription, upTo position: Int64) async throws {
        guard subscription.target == nil else { throw Problem.conflict(.subscriptionDoesNotPull) }
        guard position <= store.bounds.last, position >= 0 else {
            throw Problem.malformed(code: "events.cursor", .badCursor)
        }
        if let given = givenSinceReplay.withLock({ $0[subscription.id] }), position > given.upTo {
            throw Problem.conflict(.replayedMeanwhile)
        }
        try await database.write { tx in
            guard var current = try SubscriptionStore.find(subscription.id, in: tx) else { throw Problem.notFound }
            // Replayed since this was asked, too late for the look above.
            guard current.replays == subscription.replays else { throw Problem.conflict(.replayedMeanwhile) }
            guard position > current.position else { return }
            current.position = position
            try SubscriptionStore.move(current, in: tx)
        }
    }

    /// Sets a cursor to where the events of a moment, or those behind a position, begin: they are given again.
    package func replay(
        _ id: ID<Subscription>, from moment: Instant?, position: Int64?, by author: String
    ) async throws -> Int64 {
        guard let start = try await start(from: moment, position: position) else {
            throw Problem.malformed(code: "events.cursor", .badCursor)
        }
        let at = now()
        // Before it is written: who confirms at this moment what he took earlier must not undo it.
        let before = givenSinceReplay.withLock { $0.updateValue((nil, start), forKey: id) }
        let found: Subscription
        do {
            found = try await writeReplay(id, from: start, by: author, at: at)
        } catch {
            givenSinceReplay.withLock { $0[id] = before }
            throw error
        }
        givenSinceReplay.withLock { given in
            if let replays = given[id]?.replays, replays > found.replays { return }
            given[id] = found.target == nil ? (found.replays, start) : nil
        }
        if found.target != nil { dispatcher.replay(found) }
        return start
    }

    private func writeReplay(
        _ id: ID<Subscription>, from start: Int64, by author: String, at: Instant
    ) async throws -> Subscription {
        try await database.write { [outbox] tx in
            guard var found = try SubscriptionStore.find(id, in: tx) else { throw Problem.notFound }
            try SubscriptionStore.replay(&found, from: start, in: tx)
            try outbox.record(
                "events.replayed",
                ["subscription": "\(id)", "from": .integer(start), "by": .string(author)], subject: id.text, at: at,
                in: tx)
            return found
        }
    }

    /// Where a cursor is to stand, within what the log still has. Nil when neither is given.
    private func start(from moment: Instant?, position: Int64?) async throws -> Int64? {
        guard moment == nil || position == nil else { throw Problem.malformed(code: "events.cursor", .replayNeedsOne) }
        let asked: Int64
        if let moment {
            asked = try await store.position(before: moment)
        } else {
            guard let position else { return nil }
            asked = position
        }
        let bounds = store.bounds
        guard asked >= 0, asked <= bounds.last else { throw Problem.malformed(code: "events.cursor", .badCursor) }
        return max(asked, bounds.oldest - 1)
    }

    /// Tries dead letters again: one, or all of a subscription.
    package func tryAgain(_ id: ID<Subscription>, _ position: Int64?, by author: String) async throws -> Int {
        let at = now()
        let count = try await database.write { [outbox] tx in
            let count = try DeadLetterStore.tryAgain(id, position, in: tx)
            guard count > 0 else { throw Problem.notFound }
            try outbox.record(
                "events.dead-letters-tried-again",
                ["subscription": "\(id)", "count": .integer(Int64(count)), "by": .string(author)], subject: id.text,
                at: at, in: tx)
            return count
        }
        dispatcher.tryAgain(id)
        return count
    }
}
