import Database
import Logging
import Vocabulary

/// What the clock makes due (việc theo giờ): rows that end, posts that begin, reviews that open.
///
/// Each duty has transactions of its own, so that one which fails keeps no other from being done.
struct Duty: Sendable {
    /// As the log calls it.
    let name: String
    let perform: @Sendable (Instant) async throws -> Void
}

/// Some duties failed; the log says why. What they left undone is due again with the next sweep.
struct DutiesLeftUndone: Error, Equatable {
    let names: [String]
}

extension Identity {
    var duties: [Duty] {
        [
            Duty(name: "uses") { _ in try await writeUses() },
            Duty(name: "sessions", perform: sweepSessions),
            writing("attempts") { try Throttle.sweep(at: $0, in: $1) },
            writing("imports", ImportStore.sweep),
            writing("looks", LookStore.sweep),
            writing("readings", ReadingBook.sweep),
            writing("successions") { try followSuccessions(at: $0, in: $1) },
            Duty(name: "posts", perform: followDuePosts),
            writing("keys of services", warnOfEndingKeys),
            writing("secrets of clients", warnOfEndingSecrets),
            writing("challenges", Challenge.sweep),
            writing("notices", NoticeStore.sweep),
            writing("reminders", ReminderStore.sweep),
            writing("guests", GuestStore.sweep),
            Duty(name: "reviews", perform: followReviewsHourly),
            writing("resets", ResetStore.sweep),
            writing("openings", followOpenings),
            writing("requests", AccessRequestStore.sweep),
            Duty(name: "ended logins", perform: openID.endOrphans),
            writing("grants", GrantStore.sweep),
            writing("signing keys", KeyStore.sweep),
            Duty(name: "key rotation") { try await openID.keyring.rotate(at: $0) },
        ]
    }

    /// A duty of one transaction.
    private func writing(
        _ name: String, _ body: @escaping @Sendable (Instant, any Transaction) throws -> Void
    ) -> Duty {
        Duty(name: name) { [database] at in try await database.write { try body(at, $0) } }
    }

    /// Does all that is due. A duty that fails is logged and the others go on; throws `DutiesLeftUndone` at the end.
    package func sweep() async throws {
        let at = now()
        var undone: [String] = []
        for duty in duties {
            do {
                try await duty.perform(at)
            } catch {
                try Task.checkCancellation()
                undone.append(duty.name)
                logger.error(
                    "a duty is left undone until the next sweep",
                    metadata: ["identity.duty": "\(duty.name)", "identity.cause": "\(error)"])
            }
        }
        guard undone.isEmpty else { throw DutiesLeftUndone(names: undone) }
    }

    /// Sweeps every minute until it is cancelled. What failed was logged, and is made up for by the next.
    package func run() async throws {
        while true {
            do { try await sweep() } catch is DutiesLeftUndone {}
            try await Task.sleep(for: .seconds(60))
        }
    }

    /// Grants of sessions that ran out by themselves are marked before those are gone, or they would look like ended
    /// ones.
    private func sweepSessions(at now: Instant) async throws {
        while true {
            let lapsing = try await database.read { try openID.lapsing(at: now, in: $0) }
            if lapsing.isEmpty { break }
            try await database.write { try openID.lapse(lapsing, at: now, in: $0) }
        }
        try await database.write { try SessionStore.sweep(at: now, in: $0) }
    }

    private func followReviewsHourly(at now: Instant) async throws {
        guard hourly.isDue(at: now) else { return }
        try await database.write { try followReviews(at: now, in: $0) }
        hourly.isDone(at: now)
        rightsMayHaveEnded()
    }
}
