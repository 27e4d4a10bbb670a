/// SQL that was rendered for one engine and passed what both engines ask of it.
struct BoundStatement {
    let text: String
    let values: [Value]
    /// In capitals: what kind of statement it is.
    let firstWord: String

    /// SQLite's SQLITE_MAX_VARIABLE_NUMBER. PostgreSQL takes 65,535; the smaller one holds on both.
    static let parameterLimit = 32_766

    /// Short statements are prepared once for each connection. Long lists come in too many lengths to keep them all.
    var isWorthKeeping: Bool { values.count <= 32 && text.utf8.count <= 4096 }

    init(_ sql: SQL, for dialect: Dialect) throws(SQLError) {
        (text, values) = sql.rendered(for: dialect)
        firstWord = BoundStatement.firstWord(of: text)
        guard values.count <= BoundStatement.parameterLimit else {
            let message = "\(values.count) parameters; no statement may have more than \(BoundStatement.parameterLimit)"
            throw .refused("too-many-parameters", message, sql: text)
        }
        try BoundStatement.check(values, text)
        guard !BoundStatement.transactionWords.contains(firstWord) else {
            throw .refused("transaction-control", "transactions belong to read and write", sql: text)
        }
    }

    /// Neither engine keeps these as they are: PostgreSQL refuses NUL in text and SQLite stops reading there; SQLite
    /// makes NULL of a NaN.
    static func check(_ values: [Value], _ sql: String) throws(SQLError) {
        for (index, value) in values.enumerated() {
            switch value {
            case .text(let string) where string.hasNUL:
                throw .refused("nul-in-text", "parameter \(index + 1) is text with a NUL character", sql: sql)
            case .real(let double) where double.isNaN:
                throw .refused("not-a-number", "parameter \(index + 1) is not a number", sql: sql)
            default:
                break
            }
        }
    }

    private static func firstWord(of text: String) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        let word = text.utf8.drop(while: isSpace).prefix { !isSpace($0) && $0 != UInt8(ascii: ";") }
        return String(decoding: word.prefix(16).map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
    }

    /// Whether an engine's count of changed rows means anything.
    var changesRows: Bool { ["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"].contains(firstWord) }

    private static let transactionWords: Set = [
        "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE",
    ]
}

extension String {
    fileprivate var hasNUL: Bool {
        utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? utf8.contains(0)
    }
}
