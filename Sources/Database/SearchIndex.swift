import Vocabulary

/// Full-text search without accents: "duong dinh" finds "Đường Đình", on FTS5 and on PostgreSQL's GIN.
///
/// Both engines see the same words, folded and separated here, so that neither's own idea of a word matters:
///
/// ```swift
/// let search = SearchIndex("threats_search")
/// Migration("threats.2.search", steps: search.migration)
/// try search.put(object.id, "\(object.name) \(object.description)", in: tx)
/// try tx.rows("SELECT id, name FROM threats_object WHERE id IN (\(search.matching(question))) ORDER BY name")
/// ```
package struct SearchIndex: Sendable {
    private let table: SQL
    private let words: SQL

    /// The name of a table of the room: lowercase letters, digits and underscores.
    package init(_ table: String) {
        self.table = SQL(name: table)
        words = SQL(name: table + "_words")
    }

    package func put(_ id: String, _ text: String, in tx: any Transaction) throws {
        try put([(id, SearchText(text))], in: tx)
    }

    /// The same for many, of which the words are known already.
    package func put(_ texts: [(id: String, text: SearchText)], in tx: any Transaction) throws {
        try tx.insert(
            "INSERT INTO \(table) (id, words)", texts.map { [.text($0.id), .text($0.text.words)] },
            " ON CONFLICT (id) DO UPDATE SET words = excluded.words")
    }

    package func remove(_ id: String, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM \(table) WHERE id = \(id)")
    }

    /// A subquery of the ids whose text has every one of these words, the last of them as a beginning. Whatever
    /// a person types is only words; without any, nothing matches.
    package func matching(_ question: String) -> SQL {
        let asked = SearchWords.separate(question, limit: SearchWords.askedLimit)
        guard !asked.isEmpty else { return "SELECT id FROM \(table) WHERE 1 = 0" }
        return .either(
            sqlite: """
                SELECT id FROM \(table) WHERE number IN
                    (SELECT rowid FROM \(words) WHERE \(words) MATCH \(SearchWords.forFTS5(asked)))
                """,
            postgres: """
                SELECT id FROM \(table)
                WHERE array_to_tsvector(string_to_array(words, ' ')) @@
                    CAST(\(SearchWords.forTSQuery(asked)) AS tsquery)
                """)
    }

    /// A table of folded text; on SQLite an FTS5 index beside it that triggers keep (its `ascii` tokenizer separates
    /// at our spaces only), on PostgreSQL a GIN index over its words.
    package var migration: [SQL] {
        [
            .either(
                sqlite: """
                    CREATE TABLE \(table)
                    (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, words TEXT NOT NULL) STRICT
                    """,
                postgres: "CREATE TABLE \(table) (id TEXT PRIMARY KEY, words TEXT NOT NULL)"),
            .either(
                sqlite: """
                    CREATE VIRTUAL TABLE \(words) USING fts5
                    (words, content = '\(table)', content_rowid = 'number', tokenize = 'ascii', prefix = '2 3')
                    """,
                postgres: "CREATE INDEX \(words) ON \(table) USING GIN (array_to_tsvector(string_to_array(words, ' ')))"
            ),
            trigger("inserted", "AFTER INSERT", add),
            trigger("deleted", "AFTER DELETE", drop),
            trigger("updated", "AFTER UPDATE", drop + add),
        ]
    }

    private var add: SQL { "INSERT INTO \(words) (rowid, words) VALUES (new.number, new.words); " }
    private var drop: SQL {
        "INSERT INTO \(words) (\(words), rowid, words) VALUES ('delete', old.number, old.words); "
    }

    private func trigger(_ name: String, _ when: SQL, _ steps: SQL) -> SQL {
        let name = words + SQL(name: "_" + name)
        return .either(sqlite: "CREATE TRIGGER \(name) \(when) ON \(table) BEGIN \(steps) END", postgres: "")
    }
}

/// Text as it is searched, folded and separated: made outside the transaction that stores it, as it takes a while.
package struct SearchText: Sendable, Hashable {
    let words: String

    package init(_ text: String) {
        words = SearchWords.separate(text, limit: SearchWords.indexedLimit).joined(separator: " ")
    }
}

/// How text becomes words, and words a question in each engine's own language. The only place that quotes for them.
enum SearchWords {
    /// Bytes of one text that are indexed; a tsvector holds one megabyte.
    static let indexedLimit = 256 * 1024
    /// Bytes of a question that are read.
    static let askedLimit = 512
    /// Longer words are cut, both here and there: a SHA-512 in hexadecimal still fits.
    static let wordLimit = 128

    static func separate(_ text: String, limit: Int) -> [String] {
        var text = text
        let ascii = text.withUTF8 { bytes in
            bytes.allSatisfy { $0 < 0x80 } ? separate(ascii: bytes.prefix(limit), limit) : nil
        }
        if let ascii { return ascii }
        let folded = Folding.fold(String(text.unicodeScalars.prefix(limit)))
        var words: [String] = []
        var bytes = 0
        for word in folded.unicodeScalars.split(whereSeparator: { !isPartOfWord($0) }) {
            let word = String(word.prefix(wordLimit))
            bytes += word.utf8.count + 1
            guard bytes <= limit else { break }
            words.append(word)
        }
        return words
    }

    /// The same for what most objects are written in, byte by byte.
    private static func separate(ascii text: Slice<UnsafeBufferPointer<UInt8>>, _ limit: Int) -> [String] {
        var words: [String] = []
        var bytes = 0
        for word in text.split(whereSeparator: { !isPartOfWord(ascii: $0) }) {
            bytes += min(word.count, wordLimit) + 1
            guard bytes <= limit else { break }
            words.append(String(decoding: word.prefix(wordLimit).map(lowercased), as: UTF8.self))
        }
        return words
    }

    private static func lowercased(_ unit: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(unit) ? unit | 0x20 : unit
    }

    private static func isPartOfWord(ascii unit: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(unit | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(unit)
    }

    /// `"duong" "dinh"*`: strings of FTS5, all of them, the last as a beginning.
    static func forFTS5(_ words: [String]) -> String {
        words.map { "\"\($0)\"" }.joined(separator: " ") + "*"
    }

    /// `'duong' & 'dinh':*`: quoted lexemes of tsquery.
    static func forTSQuery(_ words: [String]) -> String {
        words.map { "'\($0)'" }.joined(separator: " & ") + ":*"
    }

    /// Letters, digits and marks of any script, none of which means anything to either engine.
    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return isPartOfWord(ascii: UInt8(scalar.value)) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spacingMark, .enclosingMark, .nonspacingMark:
            return true
        default: return false
        }
    }
}
