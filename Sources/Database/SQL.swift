import Vocabulary

/// SQL text and its bound values. Interpolating a value binds it; only `SQL` splices into the text.
///
/// ```swift
/// try tx.rows("SELECT id, title FROM incidents_incident WHERE status = \(status) AND id IN (\(list: ids))")
/// ```
///
/// A `Seam` is a word that the two engines spell differently.
package struct SQL: Sendable, Hashable, ExpressibleByStringInterpolation {
    enum Part: Sendable, Hashable {
        case text(String)
        case value(Value)
        case seam(Seam)
        indirect case either(sqlite: SQL, postgres: SQL)
    }

    var parts: [Part]

    package init(stringLiteral text: String) {
        parts = [.text(text)]
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        parts = interpolation.parts
    }

    /// For the few things that the engines do in different ways altogether. Rooms use a `Seam`.
    static func either(sqlite: SQL, postgres: SQL) -> SQL {
        var sql: SQL = ""
        sql.parts = [.either(sqlite: sqlite, postgres: postgres)]
        return sql
    }

    /// The name of a table or an index that our own code chose: lowercase letters, digits, underscores.
    package init(name: String) {
        precondition(
            !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        parts = [.text(name)]
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ text: String) {
            if !text.isEmpty { parts.append(.text(text)) }
        }

        package mutating func appendInterpolation(_ value: (some Bindable)?) {
            parts.append(.value(value?.sqlValue ?? .null))
        }

        package mutating func appendInterpolation(_ sql: SQL) {
            parts += sql.parts
        }

        package mutating func appendInterpolation(_ seam: Seam) {
            parts.append(.seam(seam))
        }

        /// The inside of `IN (…)`. An empty list becomes `NULL`, which nothing equals.
        package mutating func appendInterpolation(list values: some Sequence<some Bindable>) {
            var isFirst = true
            for value in values {
                if !isFirst { appendLiteral(", ") }
                isFirst = false
                parts.append(.value(value.sqlValue))
            }
            if isFirst { appendLiteral("NULL") }
        }
    }

    /// ` VALUES (…), (…)`.
    package static func values(_ rows: some Sequence<[Value]>) -> SQL {
        var sql: SQL = " VALUES "
        for (place, row) in rows.enumerated() {
            sql.parts.append(.text(place == 0 ? "(" : ", ("))
            for (column, value) in row.enumerated() {
                if column > 0 { sql.parts.append(.text(", ")) }
                sql.parts.append(.value(value))
            }
            sql.parts.append(.text(")"))
        }
        return sql
    }

    package static func + (left: SQL, right: SQL) -> SQL {
        var joined = left
        joined.parts += right.parts
        return joined
    }
}

/// Words that SQLite and PostgreSQL spell differently. STRICT tables know no BIGINT, BOOLEAN or DOUBLE PRECISION;
/// PostgreSQL's INTEGER has 32 bits.
package enum Seam: Sendable, Hashable {
    /// A column of 64-bit integers: counts, instants.
    case integer64
    /// A column of 64-bit IEEE floating point.
    case real
    case boolean
    case blob
    /// After the closing parenthesis of CREATE TABLE.
    case strict
    /// After the LIMIT of a subquery that takes work from a queue.
    case skipLocked
}
