package import Database

extension Database {
    /// The columns of every table there is.
    package func columns() async throws -> [String: Set<String>] {
        let isSQLite = dialect == .sqlite
        return try await read { tx in
            let rows =
                isSQLite
                ? try tx.rows(
                    """
                    SELECT m.name AS tbl, c.name AS col FROM sqlite_master m JOIN pragma_table_info(m.name) c
                    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
                    """)
                : try tx.rows(
                    """
                    SELECT CAST(table_name AS TEXT) AS tbl, CAST(column_name AS TEXT) AS col
                    FROM information_schema.columns WHERE table_schema = 'public'
                    """)
            var found: [String: Set<String>] = [:]
            for row in rows { found[try row.get("tbl"), default: []].insert(try row.get("col")) }
            return found
        }
    }

    /// Where any table says one of these words, in text or bytes: `table.column: word`, each once.
    package func places(saying words: [String]) async throws -> [String] {
        var found: Set<String> = []
        for (table, columns) in try await columns() {
            for column in columns {
                let cells = try await read { tx in
                    try tx.rows("SELECT \(SQL(name: column)) AS cell FROM \(SQL(name: table))").map {
                        try $0.get("cell", as: Value.self)
                    }
                }
                for text in cells.compactMap(\.words) {
                    for word in words where text.contains(word) { found.insert("\(table).\(column): \(word)") }
                }
            }
        }
        return found.sorted()
    }
}

extension Value {
    fileprivate var words: String? {
        switch self {
        case .text(let text): text
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        case .null, .integer, .real: nil
        }
    }
}
