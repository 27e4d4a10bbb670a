import Cedar
package import Database
package import Vocabulary

/// The rows of a table to which `decide` would say yes.
package struct RowRights: Sendable {
    /// What stands behind `WHERE`.
    package let condition: SQL
    /// Ways to be allowed; each row that is allowed fulfils one: a database finds the newest of each by an index.
    package let branches: [Branch]

    package struct Branch: Sendable, Hashable {
        let condition: SQL
        /// Where to look instead of in the list's own table.
        var lines: RecordColumns.Lines?
    }

    /// - Parameter branches: nil for a condition that is not taken apart.
    package init(condition: SQL, branches: [Branch]? = nil) {
        self.condition = condition
        self.branches = branches ?? (condition == RecordColumns.no ? [] : [Branch(condition: condition)])
    }

    /// Every row: for what the program itself looks up.
    package static let all = RowRights(condition: RecordColumns.yes)

    /// The ids of the newest rows: the newest of each branch, and of those the newest.
    ///
    /// - Parameters:
    ///   - source: the table with its alias: `incidents_incident i`.
    ///   - also: what else a row must fulfil.
    ///   - order: the columns of the order, all descending, each with its table's alias.
    package func newest(_ limit: Int, id: SQL, from source: SQL, also: SQL, order: SQL) -> SQL {
        var ids: SQL = ""
        for (number, branch) in branches.enumerated() {
            let (table, newestFirst) = (branch.lines?.source ?? source, branch.lines?.order ?? order)
            let newest: SQL = """
                SELECT id FROM (SELECT \(id) AS id FROM \(table) WHERE \(branch.condition) AND \(also)
                ORDER BY \(newestFirst) LIMIT \(limit)) AS \(SQL(name: "b\(number)"))
                """
            ids = number == 0 ? newest : ids + " UNION " + newest
        }
        return branches.isEmpty ? "SELECT \(id) AS id FROM \(source) WHERE \(RecordColumns.no)" : ids
    }
}

extension Rights {
    /// The rows of a room's table to which `decide` would say yes.
    package func rows(
        for principal: Person?, _ permission: Permission, in columns: RecordColumns,
        context: DecisionContext = DecisionContext()
    ) throws -> RowRights {
        let unknown = Resource("?", owner: ID("?"), label: "?")
        guard let query = query(principal, permission, on: unknown, in: context) else {
            return RowRights(condition: RecordColumns.no)
        }
        guard
            let parts = try world.residuals(query, of: "Record", by: "label", failingForbids: .deny)
        else {
            return RowRights(
                condition: try columns.sql(try world.residual(query, of: "Record", failingForbids: .deny)))
        }
        var (conditions, branches): ([SQL], [RowRights.Branch]) = ([], [])
        for part in parts {
            let rest = try columns.sql(part.condition)
            if rest == RecordColumns.no { continue }
            conditions.append(RecordColumns.all([RecordColumns.condition(columns.label, part.values), rest]))
            branches += try columns.branches(part)
        }
        return RowRights(condition: RecordColumns.any(conditions), branches: branches)
    }
}

// MARK: Branches

/// One way in which rows of some labels are allowed.
private struct Alternative {
    var condition: SQL
    /// Few rows fulfil it, and an index of its own finds them.
    var isNarrow = false
    var lines: RecordColumns.Lines?
}

extension RecordColumns {
    /// Owners or recipients of a branch of their own each; of more, one index scan serves all.
    private static let organisationsApart = 8

    /// A branch for each label and each way to be allowed, so that each asks one index.
    func branches(_ part: SplitRows) throws -> [RowRights.Branch] {
        try ways(part.condition).filter { $0.condition != RecordColumns.no }.flatMap { way in
            prefixes(part.values, way).map {
                RowRights.Branch(condition: RecordColumns.all([$0, way.condition]), lines: way.lines)
            }
        }
    }

    /// Which labels a branch is for. Where a way is narrow, the label is hidden from the indexes: to follow all rows of
    /// a label in their order until enough of them are somebody's own would be a walk through all.
    private func prefixes(_ values: SplitRows.Values, _ way: Alternative) -> [SQL] {
        if way.isNarrow { return [RecordColumns.condition("\(label) || ''", values)] }
        let label = way.lines?.label ?? label
        switch values {
        case .these(let words):
            let held = labels.map { Set($0) }
            return words.filter { held?.contains($0) ?? true }.map { "\(label) = \($0)" }
        case .noneOf(let words):
            guard let labels else { return [RecordColumns.condition(label, values)] }
            return labels.filter { !words.contains($0) }.map { "\(label) = \($0)" }
        }
    }

    /// Alternatives that together are the condition; of several conditions at once, one is taken apart.
    private func ways(_ condition: Condition) throws -> [Alternative] {
        switch condition {
        case .any(let parts): return try parts.flatMap { try ways($0) }
        case .oneOf(.attribute("owner"), let data) where data.count <= RecordColumns.organisationsApart:
            return data.map { Alternative(condition: "\(owner) = \($0.text)") }
        case .having(.attribute("recipients"), let data) where data.count <= RecordColumns.organisationsApart:
            guard let recipientLines else { return [Alternative(condition: try sql(condition))] }
            return data.map {
                Alternative(condition: "\(recipientLines.recipient) = \($0.text)", lines: recipientLines)
            }
        case .all(let parts):
            var others = try parts.filter { try sql($0) != RecordColumns.yes }
            guard others.count > 1 else {
                return try others.first.map { try ways($0) } ?? [Alternative(condition: RecordColumns.yes)]
            }
            if others.contains(where: \.isNarrow) {
                return [Alternative(condition: try sql(condition), isNarrow: true)]
            }
            guard let apart = others.firstIndex(where: \.isFound) ?? others.firstIndex(where: \.isAny) else {
                return [Alternative(condition: try sql(condition))]
            }
            let taken = others.remove(at: apart)
            let rest = try sql(.all(others))
            return try ways(taken).map {
                Alternative(condition: RecordColumns.all([$0.condition, rest]), isNarrow: $0.isNarrow, lines: $0.lines)
            }
        default: return [Alternative(condition: try sql(condition), isNarrow: condition.isNarrow)]
        }
    }
}

extension Condition {
    fileprivate var isAny: Bool {
        if case .any = self { true } else { false }
    }

    /// Whether an index finds each of its alternatives: by an owner, a recipient, a person or an id.
    fileprivate var isFound: Bool {
        switch self {
        case .any(let parts): parts.allSatisfy(\.isFound)
        case .all(let parts): parts.contains(where: \.isFound)
        case .oneOf(.attribute("owner"), _), .having(.attribute("recipients"), _): true
        default: isNarrow
        }
    }

    /// Whether it asks for one person or for records by their ids: those are few, whatever their label.
    fileprivate var isNarrow: Bool {
        switch self {
        case .oneOf(.attribute("id"), _), .oneOf(.attribute("author"), _), .having(.attribute("handlers"), _),
            .having(.attribute("named"), _):
            true
        default: false
        }
    }
}
