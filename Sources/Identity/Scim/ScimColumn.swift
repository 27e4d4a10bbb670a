import Database
import Scim
import Vocabulary

/// Where the tables keep what an attribute says.
indirect enum ScimColumn {
    /// An expression that is never null; folded to lower case unless the attribute is exact.
    case text(SQL)
    /// A condition.
    case flag(SQL)
    case moment(SQL)
    /// Rows of another table: what stands behind FROM, up to and with WHERE; the columns of the parts by name, that of
    /// the value itself under "".
    case rows(SQL, parts: [String: ScimColumn], order: SQL)
}

/// Compiles a filter into one condition. It says the same as `ScimFilter.matches` of the document.
struct ScimCondition {
    let column: (ScimAttribute, ScimAttribute?) throws(ScimError) -> ScimColumn

    func sql(_ filter: ScimFilter) throws(ScimError) -> SQL {
        switch filter {
        case .and(let left, let right): return "(\(try sql(left)) AND \(try sql(right)))"
        case .or(let left, let right): return "(\(try sql(left)) OR \(try sql(right)))"
        case .not(let inner): return "NOT (\(try sql(inner)))"
        case .present(let target): return try present(target)
        case .compare(let target, .ne, let operand): return "NOT (\(try compare(target, .eq, operand)))"
        case .compare(let target, let comparison, let operand): return try compare(target, comparison, operand)
        case .element(let list, let inner):
            guard case .rows(let from, let parts, _) = try column(list, nil) else {
                throw .filter("\(list.name) cannot be filtered by its elements")
            }
            let ofElement = ScimCondition { attribute, _ throws(ScimError) in
                guard let part = parts[attribute.name] else { throw .filter("nobody can filter by \(attribute.name)") }
                return part
            }
            return "EXISTS (SELECT 1 AS one FROM \(from) AND \(try ofElement.sql(inner)))"
        }
    }

    private func present(_ target: ScimFilter.Target) throws(ScimError) -> SQL {
        let (attribute, part) = (target.attribute, target.part)
        if part == nil, attribute.kind == .complex, !attribute.isMultiValued {
            var any: SQL = "FALSE"
            for part in attribute.parts {
                any = "\(any) OR \(try present(ScimFilter.Target(attribute: attribute, part: part)))"
            }
            return "(\(any))"
        }
        guard case .rows(let from, let parts, _) = try column(attribute, part) else { return "TRUE" }
        guard attribute.isMultiValued, let part, let inner = parts[part.name] else {
            return "EXISTS (SELECT 1 AS one FROM \(from))"
        }
        return "EXISTS (SELECT 1 AS one FROM \(from) AND \(ScimCondition.isThere(inner)))"
    }

    private func compare(
        _ target: ScimFilter.Target, _ comparison: ScimFilter.Operator, _ operand: ScimFilter.Operand
    ) throws(ScimError) -> SQL {
        if operand == .null { return "NOT (\(try present(target)))" }
        guard target.leaf.kind != .complex else { throw .filter("\(target.attribute.name) has no single value") }
        let column = try column(target.attribute, target.part)
        guard case .rows(let from, let parts, _) = column else {
            return try ScimCondition.leaf(column, target.leaf, comparison, operand)
        }
        guard let inner = parts[target.attribute.isMultiValued ? target.leaf.name : ""] else {
            throw .filter("nobody can filter by \(target.attribute.name)")
        }
        let condition = try ScimCondition.leaf(inner, target.leaf, comparison, operand)
        return "EXISTS (SELECT 1 AS one FROM \(from) AND \(condition))"
    }

    private static func isThere(_ column: ScimColumn) -> SQL {
        switch column {
        case .text(let sql), .moment(let sql): "\(sql) IS NOT NULL"
        case .flag(let sql): "(\(sql)) IS NOT NULL"
        case .rows: "FALSE"
        }
    }

    private static func leaf(
        _ column: ScimColumn, _ attribute: ScimAttribute, _ comparison: ScimFilter.Operator,
        _ operand: ScimFilter.Operand
    ) throws(ScimError) -> SQL {
        switch (column, operand) {
        case (.text(let sql), .text(let text)):
            return "COALESCE(\(strings(sql, comparison, attribute.isCaseExact ? text : text.lowercased())), FALSE)"
        case (.flag(let sql), .flag(let flag)):
            return flag ? "COALESCE(\(sql), FALSE)" : "COALESCE(NOT (\(sql)), FALSE)"
        case (.moment(let sql), .moment(let moment)):
            return "COALESCE(\(order(sql, comparison, Instant(milliseconds: moment))), FALSE)"
        default: throw .filter("\(attribute.name) cannot be compared so")
        }
    }

    /// Case counts for each of these on both engines, which it does not for LIKE.
    private static func strings(_ sql: SQL, _ comparison: ScimFilter.Operator, _ text: String) -> SQL {
        let length = text.unicodeScalars.count
        switch comparison {
        case .co: return text.isEmpty ? "(\(sql) IS NOT NULL)" : "(replace(\(sql), \(text), '') <> \(sql))"
        case .sw: return "(substr(\(sql), 1, \(length)) = \(text))"
        case .ew:
            return """
                (length(\(sql)) >= \(length)
                AND substr(\(sql), length(\(sql)) - CAST(\(length) AS INTEGER) + 1) = \(text))
                """
        default: return order(sql, comparison, text)
        }
    }

    private static func order(_ sql: SQL, _ comparison: ScimFilter.Operator, _ value: some Bindable) -> SQL {
        switch comparison {
        case .gt: "(\(sql) > \(value))"
        case .ge: "(\(sql) >= \(value))"
        case .lt: "(\(sql) < \(value))"
        case .le: "(\(sql) <= \(value))"
        default: "(\(sql) = \(value))"
        }
    }

    /// What a list is sorted by; a list attribute by its primary element, else its first (RFC 7644 §3.4.2.3).
    func sorting(_ name: String, in type: ScimResourceType) throws(ScimError) -> SQL {
        guard case .attribute(let attribute, let part) = try ScimPath(name, in: type) else {
            throw .path("nobody can sort by \(name)")
        }
        let column = try column(attribute, part)
        switch column {
        case .text(let sql), .moment(let sql): return sql
        case .flag(let sql): return "CASE WHEN \(sql) THEN 1 ELSE 0 END"
        case .rows(let from, let parts, let order):
            let leaf = attribute.isMultiValued ? (part ?? attribute.part("value"))?.name ?? "" : ""
            guard let inner = parts[leaf], case .text(let sql) = inner else {
                throw .path("nobody can sort by \(name)")
            }
            return "(SELECT \(sql) AS one FROM \(from) ORDER BY \(order) LIMIT 1)"
        }
    }
}
