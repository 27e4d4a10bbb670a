package import Database

extension Jobs {
    /// `taken_until` is the lease of the process that runs a job, `done_at` when it ended well.
    package static let migrations = [
        Migration(
            "jobs.1",
            """
            CREATE TABLE jobs_job (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL,
                payload TEXT NOT NULL,
                due_at \(.integer64) NOT NULL,
                attempts \(.integer64) NOT NULL DEFAULT 0,
                taken_by TEXT,
                taken_until \(.integer64),
                done_at \(.integer64)
            ) \(.strict)
            """,
            "CREATE INDEX jobs_job_due ON jobs_job (due_at) WHERE done_at IS NULL",
            "CREATE INDEX jobs_job_done ON jobs_job (done_at) WHERE done_at IS NOT NULL",
            """
            CREATE TABLE jobs_dead (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL,
                payload TEXT NOT NULL,
                attempts \(.integer64) NOT NULL,
                reason TEXT NOT NULL,
                died_at \(.integer64) NOT NULL
            ) \(.strict)
            """,
            """
            CREATE TABLE jobs_leader (
                only_one TEXT PRIMARY KEY,
                holder TEXT NOT NULL,
                held_until \(.integer64) NOT NULL
            ) \(.strict)
            """)
    ]
}
