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
    /// Where recipients stand one by one in the order of the list.
    package var recipientLines: Lines?
    package var handlers: Having?
    package var named: Having?
    package var kinds: Having?

    package init(
        id: @escaping Having, owner: SQL, label: SQL, labels: [String]? = nil, author: SQL? = nil,
        recipients: Having? = nil, recipientLines: Lines? = nil, handlers: Having? = nil, named: Having? = nil,
        kinds: Having? = nil
    ) {
        self.id = id
        self.owner = owner
        self.label = label
        self.labels = labels
        self.author = author
        self.recipients = recipients
        self.recipientLines = recipientLines
        self.handlers = handlers
        self.named = named
        self.kinds = kinds
    }

    /// A table of one line for each recipient of each record, with the label and the order of the record beside it: an
    /// index on recipient, label and order finds the newest records of a recipient, be they many or none.
    package struct Lines: Sendable, Hashable {
        /// The lines, with the table of the list beside them:
        /// `incidents_recipient r JOIN incidents_incident i ON i.id = r.incident`.
        let source: SQL
        let recipient: SQL
        let label: SQL
        /// As the order of the list, in columns of the lines.
        let order: SQL

        package init(source: SQL, recipient: SQL, label: SQL, order: SQL) {
            (self.source, self.recipient, self.label, self.order) = (source, recipient, label, order)
        }
    }

    /// What follows `room/` in the ids that begin so.
    package static func within(_ room: String, _ ids: [String]) -> [String] {
        ids.filter { $0.hasPrefix(room) }.map { String($0.dropFirst(room.count)) }
    }

    package static let yes: SQL = "1 = 1"
    package static let no: SQL = "1 = 0"
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

    static func condition(_ label: SQL, _ values: SplitRows.Values) -> SQL {
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

extension Datum {
    /// As tables hold it: an entity by its id.
    var text: String {
        switch self {
        case .string(let text): text
        case .entity(let uid): uid.id
        case .bool, .long, .set, .record: ""
        }
    }
}
