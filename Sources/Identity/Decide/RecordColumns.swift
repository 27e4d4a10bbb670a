import Cedar
package import Database
package import Vocabulary

/// Where a room keeps what decisions about its records depend on, so that a list is the policies as SQL.
package struct RecordColumns: Sendable {
    /// A condition that holds when one of the given values is among them.
    package typealias Having = @Sendable (_ values: [String]) -> SQL

    /// A condition that holds when the id is one of the given, as `Resource.id` has them: `incidents/0193…`.
    package var id: Having
    package var owner: SQL
    /// In capitals: `TLP:GREEN`.
    package var label: SQL
    /// Every label that the column can hold, when it can hold only these: an index then finds each.
    package var labels: [String]?
    package var author: SQL?
    /// Nil where the room knows none.
    package var recipients: Having?
    package var handlers: Having?
    package var named: Having?
    package var kinds: Having?

    package init(
        id: @escaping Having, owner: SQL, label: SQL, labels: [String]? = nil, author: SQL? = nil,
        recipients: Having? = nil,
        handlers: Having? = nil, named: Having? = nil, kinds: Having? = nil
    ) {
        self.id = id
        self.owner = owner
        self.label = label
        self.labels = labels
        self.author = author
        self.recipients = recipients
        self.handlers = handlers
        self.named = named
        self.kinds = kinds
    }

    /// What follows `room/` in the ids that begin so.
    package static func within(_ room: String, _ ids: [String]) -> [String] {
        ids.filter { $0.hasPrefix(room) }.map { String($0.dropFirst(room.count)) }
    }

    package static let yes: SQL = "1 = 1"
    package static let no: SQL = "1 = 0"
}

/// The rows of a table to which `decide` would say yes.
package struct RowRights: Sendable {
    /// What stands behind `WHERE`.
    package let condition: SQL
    /// Conditions of which each row that is allowed fulfils one: a database finds the newest of each by an index.
    package let branches: [SQL]

    package init(condition: SQL, branches: [SQL]) {
        self.condition = condition
        self.branches = branches
    }

    /// Every row: for what the program itself looks up.
    package static let all = RowRights(condition: RecordColumns.yes, branches: [RecordColumns.yes])

    /// The ids of the newest rows: the newest of each branch, and of those the newest.
    ///
    /// - Parameters:
    ///   - source: the table with its alias: `incidents_incident i`.
    ///   - also: what else a row must fulfil.
    ///   - order: the columns of the order, all descending, each with its table's alias.
    package func newest(_ limit: Int, id: SQL, from source: SQL, also: SQL, order: SQL) -> SQL {
        var ids: SQL = ""
        for (number, branch) in branches.enumerated() {
            let newest: SQL = """
                SELECT id FROM (SELECT \(id) AS id FROM \(source) WHERE \(branch) AND \(also) ORDER BY \(order)
                LIMIT \(limit)) AS \(SQL(name: "b\(number)"))
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
            return RowRights(condition: RecordColumns.no, branches: [])
        }
        guard
            let parts = try world.residuals(query, of: "Record", by: "label", failingForbids: .deny)
        else {
            let whole = try columns.sql(try world.residual(query, of: "Record", failingForbids: .deny))
            return RowRights(condition: whole, branches: whole == RecordColumns.no ? [] : [whole])
        }
        var (conditions, branches): ([SQL], [SQL]) = ([], [])
        for part in parts {
            let rest = try columns.sql(part.condition)
            if rest == RecordColumns.no { continue }
            conditions.append(RecordColumns.all([columns.condition(part.values), rest]))
            branches += try columns.branches(part)
        }
        return RowRights(condition: RecordColumns.any(conditions), branches: branches)
    }
}

// MARK: Conditions as SQL

extension RecordColumns {
    func sql(_ condition: Condition) throws -> SQL {
        switch condition {
        case .always: RecordColumns.yes
        case .never: RecordColumns.no
        case .all(let parts): RecordColumns.all(try parts.map { try sql($0) })
        case .any(let parts): RecordColumns.any(try parts.map { try sql($0) })
        case .oneOf(.attribute("id"), let data): id(data.map(\.text))
        case .noneOf(.attribute("id"), let data): RecordColumns.not(id(data.map(\.text)))
        case .oneOf(let leaf, let data):
            try column(leaf).map { "\($0) IN (\(list: data.map(\.text)))" } ?? RecordColumns.no
        case .noneOf(let leaf, let data) where data.isEmpty: try sql(.present(leaf))
        case .noneOf(let leaf, let data):
            try column(leaf).map { "\($0) NOT IN (\(list: data.map(\.text)))" } ?? RecordColumns.no
        case .present(let leaf): try column(leaf).map { "\($0) IS NOT NULL" } ?? RecordColumns.no
        case .absent(let leaf): try column(leaf).map { "\($0) IS NULL" } ?? RecordColumns.yes
        case .having(let leaf, let data): try set(leaf).map { $0(data.map(\.text)) } ?? RecordColumns.no
        case .lacking(let leaf, let data):
            try set(leaf).map { RecordColumns.not($0(data.map(\.text))) } ?? RecordColumns.yes
        case .empty(let leaf), .filled(let leaf): throw NotATableQuestion(policy: "", why: "it counts \(leaf)")
        }
    }

    static func all(_ parts: [SQL]) -> SQL {
        if parts.contains(no) { return no }
        return joined(parts.filter { $0 != yes }, " AND ") ?? yes
    }

    static func any(_ parts: [SQL]) -> SQL {
        if parts.contains(yes) { return yes }
        return joined(parts.filter { $0 != no }, " OR ") ?? no
    }

    private static func not(_ part: SQL) -> SQL {
        part == yes ? no : part == no ? yes : "NOT (\(part))"
    }

    private static func joined(_ parts: [SQL], _ word: SQL) -> SQL? {
        guard parts.count > 1 else { return parts.first }
        var sql: SQL = "("
        for (index, part) in parts.enumerated() { sql = sql + (index == 0 ? "" : word) + part }
        return sql + ")"
    }

    func condition(_ values: SplitRows.Values) -> SQL {
        switch values {
        case .these(let words): "\(label) IN (\(list: words))"
        case .noneOf(let words) where words.isEmpty: RecordColumns.yes
        case .noneOf(let words): "\(label) NOT IN (\(list: words))"
        }
    }

    private func column(_ leaf: Condition.Leaf) throws -> SQL? {
        switch leaf {
        case .attribute("owner"): owner
        case .attribute("label"): label
        case .attribute("author"): author
        default: throw NotATableQuestion(policy: "", why: "no column holds \(leaf)")
        }
    }

    private func set(_ leaf: Condition.Leaf) throws -> Having? {
        switch leaf {
        case .attribute("recipients"): recipients
        case .attribute("handlers"): handlers
        case .attribute("named"): named
        case .attribute("kinds"): kinds
        default: throw NotATableQuestion(policy: "", why: "no column holds \(leaf)")
        }
    }
}

// MARK: Branches

extension RecordColumns {
    /// Owners of a branch of their own each; of more, one index scan serves all.
    private static let ownersApart = 8

    /// A branch for each label and each way to be allowed, so that each asks one index.
    func branches(_ part: SplitRows) throws -> [SQL] {
        let ways = try ways(part.condition).filter { $0 != RecordColumns.no }
        return prefixes(part.values).flatMap { prefix in ways.map { RecordColumns.all([prefix, $0]) } }
    }

    private func prefixes(_ values: SplitRows.Values) -> [SQL] {
        switch values {
        case .these(let words):
            let held = labels.map { Set($0) }
            return words.filter { held?.contains($0) ?? true }.map { "\(label) = \($0)" }
        case .noneOf(let words):
            guard let labels else { return [condition(values)] }
            return labels.filter { !words.contains($0) }.map { "\(label) = \($0)" }
        }
    }

    /// Alternatives that together are the condition; of several conditions at once, one is taken apart.
    private func ways(_ condition: Condition) throws -> [SQL] {
        switch condition {
        case .any(let parts): return try parts.flatMap { try ways($0) }
        case .oneOf(.attribute("owner"), let data) where data.count <= RecordColumns.ownersApart:
            return data.map { "\(owner) = \($0.text)" }
        case .all(let parts):
            var others = try parts.filter { try sql($0) != RecordColumns.yes }
            guard others.count > 1 else { return try others.first.map { try ways($0) } ?? [RecordColumns.yes] }
            guard let first = others.firstIndex(where: { if case .any = $0 { true } else { false } }) else {
                return [try sql(condition)]
            }
            let taken = others.remove(at: first)
            let rest = try sql(.all(others))
            if rest == RecordColumns.no { return [] }
            return try ways(taken).map { RecordColumns.all([$0, rest]) }
        default: return [try sql(condition)]
        }
    }
}

extension Datum {
    /// As tables hold it: an entity by its id.
    fileprivate var text: String {
        switch self {
        case .string(let text): text
        case .entity(let uid): uid.id
        case .bool, .long, .set, .record: ""
        }
    }
}
