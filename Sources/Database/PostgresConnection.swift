import CPostgres

/// One libpq connection. It blocks, so it lives on `Postgres`'s threads, and only one thread at a time has it.
final class PostgresConnection: @unchecked Sendable {
    private let raw: OpaquePointer
    /// Made once; libpq lets any thread use it.
    private let canceller: OpaquePointer?
    private var prepared: [String: String] = [:]

    init(_ settings: PostgresSettings) throws(SQLError) {
        let pairs = Array(try settings.keywords())
        let opened = withCStrings(pairs.map(\.key)) { keys in
            withCStrings(pairs.map(\.value)) { values in PQconnectdbParams(keys, values, 0) }
        }
        guard let opened else { throw SQLError(kind: .storage, code: "53200", message: "out of memory", sql: "") }
        guard PQstatus(opened) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(opened))
            PQfinish(opened)
            throw SQLError(kind: .connection, code: "08001", message: message, sql: "")
        }
        raw = opened
        canceller = PQgetCancel(opened)
        PQsetNoticeProcessor(opened, { _, _ in }, nil)
    }

    deinit {
        PQfreeCancel(canceller)
        PQfinish(raw)
    }

    /// Asks the server, from another thread, to end what runs on this connection.
    func cancel() {
        var complaint = [CChar](repeating: 0, count: 256)
        _ = PQcancel(canceller, &complaint, Int32(complaint.count))
    }

    var isBroken: Bool { PQstatus(raw) != CONNECTION_OK }
    var isUsable: Bool { PQstatus(raw) == CONNECTION_OK && PQtransactionStatus(raw) == PQTRANS_IDLE }

    /// Runs a command of our own without parameters and returns its tag: `COMMIT`, `UPDATE 3`.
    @discardableResult
    func command(_ text: String) throws(SQLError) -> String {
        let result = PQexec(raw, text)
        defer { PQclear(result) }
        try check(result, text)
        return String(cString: PQcmdStatus(result))
    }

    func run<T>(_ statement: BoundStatement, _ read: (OpaquePointer) throws(SQLError) -> T) throws(SQLError) -> T {
        let name = try prepare(statement)
        let parameters = PostgresParameters(statement.values)
        let result = parameters.withPointers { values, lengths, formats in
            let count = Int32(statement.values.count)
            return if let name {
                PQexecPrepared(raw, name, count, values, lengths, formats, 0)
            } else {
                PQexecParams(raw, statement.text, count, nil, values, lengths, formats, 0)
            }
        }
        defer { PQclear(result) }
        return try read(try check(result, statement.text))
    }

    /// A prepared statement whose tables changed shape since cannot run any more: forget them all.
    func forgetPrepared() {
        prepared = [:]
        _ = try? command("DEALLOCATE ALL")
    }

    private func prepare(_ statement: BoundStatement) throws(SQLError) -> String? {
        guard statement.isWorthKeeping, statement.changesRows || statement.firstWord == "SELECT" else { return nil }
        if let name = prepared[statement.text] { return name }
        guard prepared.count < 512 else { return nil }
        let name = "s\(prepared.count + 1)"
        let result = PQprepare(raw, name, statement.text, 0, nil)
        defer { PQclear(result) }
        try check(result, statement.text)
        prepared[statement.text] = name
        return name
    }

    @discardableResult
    private func check(_ result: OpaquePointer?, _ sql: String) throws(SQLError) -> OpaquePointer {
        guard let result, [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw failure(result, sql)
        }
        return result
    }

    private func failure(_ result: OpaquePointer?, _ sql: String) -> SQLError {
        let code = field(result, "C") ?? "08006"
        let isLost = PQstatus(raw) != CONNECTION_OK
        let message = field(result, "M") ?? String(cString: PQerrorMessage(raw))
        // The server words its message in its own language; who complains is the same everywhere.
        if code == "0A000", field(result, "R") == "RevalidateCachedQuery" { return .stalePlan(sql) }
        return SQLError(
            kind: isLost ? .connection : SQLError.Kind(sqlState: code), code: code,
            message: code.hasPrefix("22") ? withoutValue(message) : message, sql: sql)
    }

    private func field(_ result: OpaquePointer?, _ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }

    /// Data exceptions quote the value behind a colon: `invalid input syntax for type bigint: "…"`.
    private func withoutValue(_ message: String) -> String {
        String(message.prefix { $0 != ":" && $0 != "\"" })
    }
}

extension SQLError.Kind {
    init(sqlState: String) {
        switch sqlState {
        case "23505": self = .unique
        case "23503": self = .foreignKey
        case "23502": self = .notNull
        case "23514": self = .check
        case "40001", "40P01": self = .contention
        case "57014", "55P03", "25P03": self = .timeout
        case "53100", "58030": self = .storage
        case "57P01", "57P02", "57P03": self = .connection
        default: self = sqlState.hasPrefix("08") ? .connection : .other
        }
    }
}

private func withCStrings<T>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> T) -> T {
    let parameters = PostgresParameters(texts.map(Value.text) + [.null])
    return parameters.withPointers { values, _, _ in body(values) }
}
