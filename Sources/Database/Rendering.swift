extension SQL {
    /// The text with a place for each value, `?` or `$1`, and the values in that order. SQLite keeps a name for each
    /// numbered place and looks names up one by one, which is slow with the thousands of places of a long insert.
    package func rendered(for dialect: Dialect) -> (text: String, values: [Value]) {
        var text = ""
        var values: [Value] = []
        render(for: dialect, into: &text, &values)
        return (text, values)
    }

    private func render(for dialect: Dialect, into text: inout String, _ values: inout [Value]) {
        for part in parts {
            switch part {
            case .text(let literal):
                text += literal
            case .value(let value):
                values.append(value)
                text += dialect == .sqlite ? "?" : "$\(values.count)"
            case .seam(let seam):
                text += seam.spelled(in: dialect)
            case .either(let sqlite, let postgres):
                (dialect == .sqlite ? sqlite : postgres).render(for: dialect, into: &text, &values)
            }
        }
    }
}

extension Seam {
    func spelled(in dialect: Dialect) -> String {
        switch (self, dialect) {
        case (.integer64, .sqlite): "INTEGER"
        case (.integer64, .postgres): "BIGINT"
        case (.real, .sqlite): "REAL"
        case (.real, .postgres): "DOUBLE PRECISION"
        case (.boolean, .sqlite): "INTEGER"
        case (.boolean, .postgres): "BOOLEAN"
        case (.blob, .sqlite): "BLOB"
        case (.blob, .postgres): "BYTEA"
        case (.strict, .sqlite): "STRICT"
        case (.strict, .postgres): ""
        case (.skipLocked, .sqlite): ""
        case (.skipLocked, .postgres): "FOR UPDATE SKIP LOCKED"
        }
    }
}
