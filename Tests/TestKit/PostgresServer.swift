import Database
import Foundation

/// One PostgreSQL server for the whole test process, on a free loopback port, with its data in a temporary folder.
///
/// A small shell watches over it: it reads from a pipe that only this process writes to, so when this process ends,
/// however it ends, the shell stops the server by its process id and removes the folder.
actor PostgresServer {
    static let shared = PostgresServer()

    private let turnstile = Turnstile(8)
    private var starting: Task<Running, any Error>?
    private var databases = 0

    /// Set inside `withAddress`, so that a test may open several databases without waiting for itself.
    @TaskLocal private static var isInside = false

    struct Running: Sendable {
        let administrator: Postgres
        let port: Int
        let shell: Child
        let lifeline: FileHandle
    }

    nonisolated func withAddress<T>(_ body: (DatabaseAddress) async throws -> T) async throws -> T {
        if PostgresServer.isInside { return try await withNewDatabase(body) }
        await turnstile.enter()
        do {
            let value = try await PostgresServer.$isInside.withValue(true) { try await withNewDatabase(body) }
            await turnstile.leave()
            return value
        } catch {
            await turnstile.leave()
            throw error
        }
    }

    private nonisolated func withNewDatabase<T>(_ body: (DatabaseAddress) async throws -> T) async throws -> T {
        let server = try await running()
        let name = await nextName()
        try await server.administrator.administer(
            "CREATE DATABASE \(SQL(name: name)) TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        let address = "host=127.0.0.1 port=\(server.port) user=postgres dbname=\(name)"
        do {
            let value = try await body(.postgres(PostgresSettings(address: address, connections: 6)))
            try await server.administrator.administer("DROP DATABASE \(SQL(name: name)) WITH (FORCE)")
            return value
        } catch {
            try? await server.administrator.administer("DROP DATABASE \(SQL(name: name)) WITH (FORCE)")
            throw error
        }
    }

    private func nextName() -> String {
        databases += 1
        return "test_\(databases)"
    }

    private func running() async throws -> Running {
        if let starting { return try await starting.value }
        let task = Task { try await PostgresServer.start() }
        starting = task
        return try await task.value
    }

    private static func start() async throws -> Running {
        let programs = try programs()
        let port = try LoopbackPorts.claim(1)[0]
        let (shell, lifeline, log) = try launch(programs, port)
        let settings = PostgresSettings(
            address: "host=127.0.0.1 port=\(port) user=postgres dbname=postgres", connections: 2)
        let deadline = ContinuousClock.now.advanced(by: .seconds(90))
        while true {
            do {
                return Running(
                    administrator: try await Postgres.open(settings), port: port, shell: shell, lifeline: lifeline)
            } catch {
                let output = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                guard ContinuousClock.now < deadline, !output.contains("truc-test: failed") else {
                    throw PostgresUnavailable(reason: "\(error)\n\(output)")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Debian keeps each version in a folder of its own.
    private static func programs() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.sorted { $0.compare($1, options: .numeric) == .orderedAscending }.last {
            FileManager.default.isExecutableFile(atPath: "\(root)/\($0)/bin/postgres")
        }
        guard let newest else {
            throw PostgresUnavailable(reason: "no \(root)/*/bin/postgres; install it: apt-get install postgresql")
        }
        return "\(root)/\(newest)/bin"
    }

    private static func launch(
        _ programs: String, _ port: Int
    ) throws -> (shell: Child, lifeline: FileHandle, log: String) {
        let log = FileManager.default.temporaryDirectory.path + "/truc-test-postgres-\(getpid())-\(port).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        let pipe = Pipe()
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let shell = try Child(
            "/bin/sh", ["-c", script, "sh", programs, "\(port)", log], input: pipe.fileHandleForReading, output: output,
            errors: output)
        return (shell, pipe.fileHandleForWriting, log)
    }

    private static let script = """
        trap '' INT TERM HUP
        if [ "$(id -u)" = 0 ]; then as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
        else as() { "$@"; }; fi
        cd /
        data=$(as mktemp -d -t truc-test-postgres-XXXXXX || as mktemp -d /tmp/truc-test-postgres-XXXXXX) ||
            { echo "truc-test: failed"; exit 1; }
        as "$1/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C --no-sync --no-instructions ||
            { echo "truc-test: failed"; rm -rf "$data"; exit 1; }
        if [ "$(id -u)" = 0 ]; then set -- "$@" setpriv --reuid=postgres --regid=postgres --clear-groups; fi
        programs=$1 port=$2 log=$3; shift 3
        "$@" "$programs/postgres" -D "$data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \\
            -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 \\
            -c shared_buffers=64MB -c autovacuum=off -c max_wal_size=256MB </dev/null &
        server=$!
        cat >/dev/null
        kill -INT "$server"
        wait "$server"
        rm -rf "$data" "$log"
        """
}

/// A test that needs PostgreSQL fails without it; it is never skipped.
struct PostgresUnavailable: Error, CustomStringConvertible {
    let reason: String
    var description: String { "PostgreSQL could not be started for the tests: \(reason)" }
}
