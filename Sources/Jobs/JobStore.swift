import Database
import Vocabulary

/// A job in the hands of this process.
struct TakenJob: Sendable {
    let id: String
    let name: String
    let payload: String
    /// This one included.
    let attempts: Int
    /// Of this taking; a later one of the same job has another.
    let ticket: String
}

/// What the tables say; one method, one transaction.
struct JobStore: Sendable {
    let database: any Database
    let newID: IDSource

    /// Takes up to `limit` jobs that are due and that nobody holds, oldest first.
    func take(_ limit: Int, named names: [String], at now: Instant, until lease: Instant) async throws -> [TakenJob] {
        let ticket = newID()
        return try await database.write { tx in
            let rows = try tx.rows(
                """
                UPDATE jobs_job SET taken_by = \(ticket), taken_until = \(lease), attempts = attempts + 1
                WHERE id IN (
                    SELECT id FROM jobs_job
                    WHERE done_at IS NULL AND due_at <= \(now) AND name IN (\(list: names))
                        AND (taken_until IS NULL OR taken_until < \(now))
                    ORDER BY due_at, id LIMIT \(limit) \(.skipLocked))
                RETURNING id, name, payload, attempts
                """)
            return try rows.map { row in
                TakenJob(
                    id: try row.get("id"), name: try row.get("name"), payload: try row.get("payload"),
                    attempts: try row.get("attempts"), ticket: ticket)
            }
        }
    }

    /// A glance without a lock, so that an idle node writes nothing.
    func isAnyDue(named names: [String], at now: Instant) async throws -> Bool {
        try await database.read { tx in
            try tx.row(
                """
                SELECT id FROM jobs_job
                WHERE done_at IS NULL AND due_at <= \(now) AND name IN (\(list: names))
                    AND (taken_until IS NULL OR taken_until < \(now))
                LIMIT 1
                """) != nil
        }
    }

    /// False when the job is no longer ours.
    func renew(_ job: TakenJob, until lease: Instant) async throws -> Bool {
        try await database.write { tx in
            try tx.execute(
                "UPDATE jobs_job SET taken_until = \(lease) WHERE id = \(job.id) AND taken_by = \(job.ticket)") == 1
        }
    }

    func finish(_ job: TakenJob, at now: Instant) async throws {
        try await database.write { tx in
            try tx.execute(
                """
                UPDATE jobs_job SET done_at = \(now), taken_by = NULL, taken_until = NULL, payload = ''
                WHERE id = \(job.id) AND taken_by = \(job.ticket)
                """)
        }
    }

    func postpone(_ job: TakenJob, to due: Instant) async throws {
        try await database.write { tx in
            try tx.execute(
                """
                UPDATE jobs_job SET due_at = \(due), taken_by = NULL, taken_until = NULL
                WHERE id = \(job.id) AND taken_by = \(job.ticket)
                """)
        }
    }

    /// The try did not count: the process stops.
    func giveBack(_ job: TakenJob) async throws {
        try await database.write { tx in
            try tx.execute(
                """
                UPDATE jobs_job SET attempts = attempts - 1, taken_by = NULL, taken_until = NULL
                WHERE id = \(job.id) AND taken_by = \(job.ticket)
                """)
        }
    }

    func bury(_ job: TakenJob, reason: String, at now: Instant) async throws {
        try await database.write { tx in
            let gone = try tx.execute("DELETE FROM jobs_job WHERE id = \(job.id) AND taken_by = \(job.ticket)")
            guard gone == 1 else { return }
            try tx.execute(
                """
                INSERT INTO jobs_dead (id, name, payload, attempts, reason, died_at)
                VALUES (\(job.id), \(job.name), \(job.payload), \(job.attempts), \(reason), \(now))
                """)
        }
    }

    /// Whether `holder` leads until `until`: nobody did, it did already, or the last leader's time is over.
    func lead(_ holder: String, at now: Instant, until: Instant) async throws -> Bool {
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO jobs_leader (only_one, holder, held_until) VALUES ('leader', \(holder), \(until))
                ON CONFLICT (only_one) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
                WHERE jobs_leader.holder = excluded.holder OR jobs_leader.held_until < \(now)
                """) == 1
        }
    }

    /// Takes every job and the leadership from whoever holds them.
    func release() async throws {
        try await database.write { tx in
            try tx.execute("UPDATE jobs_job SET taken_by = NULL, taken_until = NULL WHERE done_at IS NULL")
            try tx.execute("DELETE FROM jobs_leader")
        }
    }

    func resign(_ holder: String) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM jobs_leader WHERE holder = \(holder)")
        }
    }

    /// Forgets what ended before these moments, `limit` at most; false when there is more.
    func sweep(doneBefore: Instant, diedBefore: Instant, limit: Int) async throws -> Bool {
        try await database.write { tx in
            let done = try tx.execute(
                """
                DELETE FROM jobs_job WHERE id IN
                    (SELECT id FROM jobs_job WHERE done_at < \(doneBefore) ORDER BY done_at LIMIT \(limit))
                """)
            let dead = try tx.execute(
                """
                DELETE FROM jobs_dead WHERE id IN
                    (SELECT id FROM jobs_dead WHERE died_at < \(diedBefore) ORDER BY died_at LIMIT \(limit))
                """)
            return done < limit && dead < limit
        }
    }

    func waitingByName() async throws -> [String: Int] {
        try await database.read { tx in
            let rows = try tx.rows("SELECT name, COUNT(*) AS waiting FROM jobs_job WHERE done_at IS NULL GROUP BY name")
            return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get("name"), try $0.get("waiting")) })
        }
    }

    func dead() async throws -> [DeadJob] {
        try await database.read { tx in
            try tx.rows("SELECT id, name, attempts, reason, died_at FROM jobs_dead ORDER BY died_at DESC, id LIMIT 500")
                .map {
                    DeadJob(
                        id: try $0.get("id"), name: try $0.get("name"), attempts: try $0.get("attempts"),
                        reason: try $0.get("reason"), diedAt: try $0.get("died_at"))
                }
        }
    }
}
