import CPostgres

/// Where a PostgreSQL database is and how long we wait for it.
package struct PostgresSettings: Sendable, Hashable {
    /// A URI (`postgres://truc@db.example/truc`) or keywords (`host=/run/postgresql dbname=truc`).
    package var address: String
    /// Connections, and threads that block on them.
    package var connections: Int
    package var connectTimeoutSeconds = 5
    package var statementTimeoutSeconds = 60
    package var lockTimeoutSeconds = 10

    package init(address: String, connections: Int = 8) {
        self.address = address
        self.connections = max(1, connections)
    }

    /// libpq's keywords: our defaults, then what the address says. Beyond this machine the server must prove its name
    /// (`sslmode=verify-full`) unless the address says otherwise.
    func keywords() throws(SQLError) -> [String: String] {
        let given = try parsed()
        var all = [
            "application_name": "truc", "client_encoding": "UTF8", "connect_timeout": "\(connectTimeoutSeconds)",
            "keepalives": "1", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
            "tcp_user_timeout": "60000", "fallback_application_name": "truc",
        ]
        if !isLocal(given["hostaddr"] ?? given["host"]) { all["sslmode"] = "verify-full" }
        all.merge(given) { $1 }
        all["options"] = [given["options"], sessionOptions].compactMap(\.self).joined(separator: " ")
        return all
    }

    private var sessionOptions: String {
        let settings = [
            "statement_timeout=\(statementTimeoutSeconds * 1000)", "lock_timeout=\(lockTimeoutSeconds * 1000)",
            "idle_in_transaction_session_timeout=\(statementTimeoutSeconds * 1000)", "timezone=UTC",
        ]
        return settings.map { "-c \($0)" }.joined(separator: " ")
    }

    private func isLocal(_ host: String?) -> Bool {
        guard let host, !host.isEmpty else { return true }
        return host.split(separator: ",").allSatisfy { host in
            let isLoopback = host.hasPrefix("127.") && host.utf8.allSatisfy { (46...57).contains($0) }
            return host.hasPrefix("/") || host == "localhost" || host == "::1" || isLoopback
        }
    }

    private func parsed() throws(SQLError) -> [String: String] {
        if let complaint = postgres_missing() {
            let why = String(cString: complaint)
            throw .refused("no-libpq", "PostgreSQL's client library (Debian's libpq5) cannot be loaded: \(why)")
        }
        guard let options = PQconninfoParse(address, nil) else {
            throw .refused("bad-address", "the address of the PostgreSQL database cannot be read")
        }
        defer { PQconninfoFree(options) }
        var given: [String: String] = [:]
        var index = 0
        while let keyword = options[index].keyword {
            if let value = options[index].val { given[String(cString: keyword)] = String(cString: value) }
            index += 1
        }
        return given
    }
}
