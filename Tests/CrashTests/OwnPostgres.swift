import Foundation
import TestKit

/// A PostgreSQL server of one test, which is stopped under a node and started again. Commits are in the log of the
/// server before they are acknowledged, as a province would run it; only fsync is off, since no machine loses power
/// here.
actor OwnPostgres {
    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    nonisolated let address: String
    private let programs: String
    private let folder: String
    private let port: Int
    private var server: Child?
    /// When this end closes, because this process is gone, the server is stopped.
    private var lifeline: FileHandle?

    init(in home: String) async throws {
        port = try LoopbackPorts.claim(1)[0]
        folder = home + "/postgres"
        address = "host=127.0.0.1 port=\(port) user=postgres dbname=postgres"
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.max(by: { $0.compare($1, options: .numeric) == .orderedAscending }) else {
            throw Unavailable(description: "no \(root)/*; install it: apt-get install postgresql")
        }
        programs = "\(root)/\(newest)/bin"
        // The server refuses to run as root, and its user must get into its folder.
        chmod(home, 0o711)
        mkdir(folder, 0o700)
        if getuid() == 0 {
            let owned = try await Program.run("/bin/chown", ["postgres:postgres", folder], in: home)
            guard owned.code == 0 else { throw Unavailable(description: owned.complaints) }
        }
        let words =
            plain + [
                "\(programs)/initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                "--no-sync",
            ]
        let made = try await Program.run(words[0], Array(words.dropFirst()), in: home)
        guard made.code == 0 else { throw Unavailable(description: made.output + made.complaints) }
    }

    /// What takes root's rights away before the command; `env` for everybody else.
    private var plain: [String] {
        getuid() == 0
            ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["/usr/bin/env"]
    }

    func start() async throws {
        let words =
            plain + [
                "\(programs)/postgres", "-D", folder, "-p", "\(port)", "-c", "listen_addresses=127.0.0.1", "-c",
                "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=32MB", "-c", "max_connections=50",
            ]
        let pipe = Pipe()
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let quiet = FileHandle.nullDevice
        server = try Child(
            "/bin/sh", ["-c", OwnPostgres.script, "sh"] + words, input: pipe.fileHandleForReading, output: quiet,
            errors: quiet)
        try pipe.fileHandleForReading.close()
        lifeline = pipe.fileHandleForWriting
        let check = plain + ["\(programs)/pg_isready", "-h", "127.0.0.1", "-p", "\(port)"]
        let isUp = try await eventually(withinSeconds: 60) {
            try await Program.run(check[0], Array(check.dropFirst()), in: FileManager.default.temporaryDirectory.path)
                .code == 0
        }
        guard isUp else { throw Unavailable(description: "PostgreSQL does not start in \(folder)") }
    }

    private static let script = """
        trap '' INT TERM HUP
        exec 3<&0
        "$@" </dev/null 3<&- & server=$!
        { trap - TERM; cat <&3 >/dev/null; kill -INT "$server"; } & watch=$!
        wait "$server"
        kill "$watch"
        """

    /// What `pg_ctl stop -m immediate` does: SIGQUIT to the postmaster, which leaves everything as it is.
    func stopAtOnce() async {
        let file = FileManager.default.contents(atPath: folder + "/postmaster.pid") ?? Data()
        let identifier = String(decoding: file, as: UTF8.self).split(separator: "\n").first.flatMap { Int32($0) }
        if let identifier, server?.isRunning == true { kill(identifier, SIGQUIT) }
        _ = await server?.ended()
        (server, lifeline) = (nil, nil)
    }
}
