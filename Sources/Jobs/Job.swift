/// Work that must happen though the process may end before it does: a mail, a reminder, a delivery.
///
/// ```swift
/// struct Remind: Job {
///     static let name = "incidents.remind"
///     let incident: ID<Incident>
/// }
/// ```
///
/// It is enqueued in the transaction that caused it and runs at least once, so running it twice must do no harm. What
/// its fields spell is kept in tables across releases: add optional fields, never rename one. Fields are texts,
/// numbers, booleans, and arrays and structures of them; no `Data` and no `URL`, which Foundation spells its own way.
package protocol Job: Codable, Sendable {
    /// `room.verb`, the same for ever.
    static var name: String { get }
}

/// How jobs run. Times in the unit of their name.
package struct JobSettings: Sendable {
    /// Jobs that run at the same time in one process.
    package var concurrency = 4
    /// Tries before a job is dead.
    package var attemptsMax = 8
    /// The wait after the first failure; it doubles with each one and is then shortened by up to half at random.
    package var firstRetrySeconds: Int64 = 10
    package var longestRetrySeconds: Int64 = 3600
    /// How long a job belongs to the process that took it, and leadership to the leader. Both renew it while they live.
    package var leaseSeconds: Int64 = 30
    /// How often a leader looks for what became due.
    package var pollMilliseconds: Int64 = 500
    /// How long a finished job is remembered, so that the same id does not run again.
    package var rememberSeconds: Int64 = 86_400
    package var rememberDeadDays: Int64 = 90
    package var sweepSeconds: Int64 = 60
    /// Rows that one transaction of the sweep forgets, so that it never holds up other writers for long.
    package var sweepBatch = 1000

    package init() {}
}
