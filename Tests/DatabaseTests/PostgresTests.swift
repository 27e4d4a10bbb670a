import TestKit
import Testing

@testable import Database

/// What PostgreSQL alone has: connections that break, plans that age, settings of a session.
@Suite struct PostgresTests {
    @Test("sessions speak UTC and give up on what takes too long")
    func settings() async throws {
        try await Engine.postgres.withAddress { address in
            guard case .postgres(var settings) = address else { return }
            settings.statementTimeoutSeconds = 1
            let db = try await Postgres.open(settings)
            let zone: String? = try await db.read {
                try $0.row("SELECT current_setting('TimeZone') AS zone")?.get("zone")
            }
            #expect(zone == "UTC")
            let error = await #expect(throws: SQLError.self) {
                try await db.read { try $0.execute("SELECT pg_sleep(30)") }
            }
            #expect(error?.kind == .timeout)
            try await db.close()
        }
    }

    @Test(
        "a cancelled read ends before what it asked for, and the connection serves the next one",
        .timeLimit(.minutes(10)))
    func cancelledRead() async throws {
        try await Engine.postgres.withDatabase { db in
            try await db.migrate([counter])
            let began = Flag()
            let sleeping = Task {
                try await db.read { tx in
                    try tx.execute("SET LOCAL statement_timeout = 0")
                    began.raise()
                    return try tx.execute("SELECT pg_sleep(3600)")
                }
            }
            try await began.raised()
            sleeping.cancel()
            await #expect(throws: CancellationError.self) { try await sleeping.value }
            #expect(try await count(db) == 1)
        }
    }

    @Test("a connection that the server ended is replaced without anybody noticing")
    func replaced() async throws {
        try await Engine.postgres.withDatabase { db in
            try await db.migrate([counter])
            for _ in 0..<3 {
                let killer =
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()" as SQL
                _ = try? await db.read { try $0.rows(killer + " AND pid <> pg_backend_pid()") }
                try await db.write { try $0.execute("UPDATE t SET n = n + 1") }
            }
            #expect(try await db.read { try $0.row("SELECT n FROM t")?.get("n", as: Int.self) } == 3)
        }
    }

    @Test("a prepared statement whose table changed is prepared again")
    func stalePlan() async throws {
        try await Engine.postgres.withDatabase { db in
            try await db.migrate([counter])
            for _ in 0..<4 { _ = try await db.read { try $0.rows("SELECT * FROM t") } }
            try await db.write { try $0.execute("ALTER TABLE t ADD COLUMN extra TEXT") }
            let row = try await db.read { try $0.row("SELECT * FROM t") }
            #expect(try row?.get("extra", as: String?.self) == .some(nil))
        }
    }

    @Test("beyond this machine the server must prove its name, unless the address says otherwise")
    func certificates() throws {
        func mode(_ address: String) throws -> String? { try PostgresSettings(address: address).keywords()["sslmode"] }
        #expect(try mode("postgres://truc@db.example/truc") == "verify-full")
        #expect(try mode("postgres://truc@db.example/truc?sslmode=require") == "require")
        #expect(try mode("host=127.0.0.1 dbname=truc") == nil)
        #expect(try mode("postgres:///truc") == nil)
        #expect(try mode("host=127.db.example dbname=truc") == "verify-full")
        #expect(try mode("host=/run/postgresql,db.example dbname=truc") == "verify-full")
        #expect(throws: SQLError.self) { try mode("nonsense") }
    }

    @Test("a database that sorts otherwise, or none at all, is said at once")
    func wrongServer() async throws {
        let error = await #expect(throws: SQLError.self) {
            try await Postgres.open(PostgresSettings(address: "host=127.0.0.1 port=1 dbname=none"))
        }
        #expect(error?.kind == .connection)
        try await Engine.postgres.withAddress { address in
            guard case .postgres(var settings) = address else { return }
            let administrator = try await Postgres.open(settings)
            try await administrator.administer(
                "CREATE DATABASE sorts_otherwise TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'vi'")
            settings.address += " dbname=sorts_otherwise"
            let refusal = await #expect(throws: SQLError.self) { try await Postgres.open(settings) }
            #expect(refusal?.code == "collation")
            try await administrator.administer("DROP DATABASE sorts_otherwise WITH (FORCE)")
            try await administrator.close()
        }
    }
}
