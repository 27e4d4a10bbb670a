import CPostgres

/// Inside BEGIN and COMMIT on one connection. Remembers the first failure: after it, COMMIT would quietly roll back.
final class PostgresTransaction: Transaction {
    private let connection: PostgresConnection
    private(set) var failure: SQLError?
    var dialect: Dialect { .postgres }

    init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    func rows(_ sql: SQL) throws -> [Row] {
        try remembering { () throws(SQLError) in
            try connection.run(BoundStatement(sql, for: .postgres)) { result throws(SQLError) in try decodeRows(result)
            }
        }
    }

    func execute(_ sql: SQL) throws -> Int {
        try remembering { () throws(SQLError) in
            let statement = try BoundStatement(sql, for: .postgres)
            return try connection.run(statement) { result throws(SQLError) in
                statement.changesRows && !String(cString: PQcmdStatus(result)).hasPrefix("SELECT")
                    ? Int(String(cString: PQcmdTuples(result))) ?? 0 : 0
            }
        }
    }

    private func remembering<T>(_ body: () throws(SQLError) -> T) throws(SQLError) -> T {
        if let failure { throw failure }
        do {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }
}

private func decodeRows(_ result: OpaquePointer) throws(SQLError) -> [Row] {
    let count = PQnfields(result)
    let columns = try Columns((0..<count).map { String(cString: PQfname(result, $0)) })
    let types = (0..<count).map { PQftype(result, $0) }
    return (0..<PQntuples(result)).map { row in
        Row(columns: columns, cells: (0..<count).map { decodeCell(result, row, $0, types[Int($0)]) })
    }
}

/// Types by their object identifiers in `pg_type`. `SUM` of BIGINT is NUMERIC: a whole one is an integer as on SQLite,
/// any other stays text; cast `AVG` to the seam `real`.
private func decodeCell(_ result: OpaquePointer, _ row: Int32, _ column: Int32, _ type: Oid) -> Value {
    guard PQgetisnull(result, row, column) == 0, let cell = PQgetvalue(result, row, column) else { return .null }
    let length = Int(PQgetlength(result, row, column))
    let bytes = UnsafeRawBufferPointer(start: cell, count: length)
    let text = { String(decoding: bytes, as: UTF8.self) }
    switch type {
    case 16: return .integer(bytes.first == UInt8(ascii: "t") ? 1 : 0)
    case 17: return .blob(decodeBytea(bytes))
    case 20, 21, 23, 26, 1700: return Int64(text()).map(Value.integer) ?? .text(text())
    case 700, 701: return decodeReal(text())
    default: return .text(text())
    }
}

private func decodeReal(_ text: String) -> Value {
    switch text {
    case "Infinity": .real(.infinity)
    case "-Infinity": .real(-.infinity)
    default: Double(text).map(Value.real) ?? .text(text)
    }
}

/// `\x0a1b…`: PostgreSQL's hex format, the default since version 9.
private func decodeBytea(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    let count = max(0, text.count - 2) / 2
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
        for index in 0..<count {
            bytes[index] = hexDigit(text[2 + 2 * index]) << 4 | hexDigit(text[3 + 2 * index])
        }
        initialized = count
    }
}

private func hexDigit(_ digit: UInt8) -> UInt8 {
    digit <= UInt8(ascii: "9") ? digit &- UInt8(ascii: "0") : digit &- UInt8(ascii: "a") &+ 10
}
