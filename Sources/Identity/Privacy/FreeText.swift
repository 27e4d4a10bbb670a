package import Database
import Ledger
import Mail
import Synchronization
package import Vocabulary
package import Web

/// A column in which people write in their own words (chỗ viết tự do), and where the name of somebody else may stand.
package struct FreeText: Sendable {
    let table: String
    /// The column that says which row it is.
    let id: String
    let column: String
    /// The column with what the leaves about a row are about.
    let subject: String
    /// What such a place is called.
    let place: Phrase
    /// Where somebody sees it, by `id` and `subject`.
    let page: @Sendable (_ id: String, _ subject: String) -> Link
    /// Whether mentions are taken out. What is signed, what something is called and what people agreed to is left as it
    /// is: whoever erases is told of it.
    let isRewritten: Bool
    /// What people wrote there, of a row's `words`.
    private let reading: @Sendable (Row) throws -> String

    /// - Parameter reading: of a column that holds more than words, what people wrote in it; it is not rewritten.
    package init(
        _ table: String, by id: String = "id", _ column: String, subject: String? = nil, isRewritten: Bool,
        reading: (@Sendable (Row) throws -> String)? = nil, _ place: Phrase,
        at page: @escaping @Sendable (_ id: String, _ subject: String) -> Link
    ) {
        precondition(reading == nil || !isRewritten)
        self.reading = reading ?? { try $0.get("words") }
        self.table = table
        self.id = id
        self.column = column
        self.subject = subject ?? id
        self.place = place
        self.page = page
        self.isRewritten = isRewritten
    }

    /// Of each row that names somebody, what people wrote there.
    func naming(
        _ person: ErasedPerson, in tx: any Transaction
    ) throws -> [(id: String, subject: String, words: String)] {
        let rows = try tx.rows(
            """
            SELECT CAST(\(SQL(name: id)) AS TEXT) AS row_id, CAST(\(SQL(name: subject)) AS TEXT) AS about,
                \(SQL(name: column)) AS words
            FROM \(SQL(name: table)) WHERE \(SQL(name: column)) <> '' ORDER BY row_id
            """)
        return try rows.compactMap { row in
            let words = try reading(row)
            guard person.isNamed(in: words) else { return nil }
            return (try row.get("row_id"), try row.get("about"), words)
        }
    }
}

/// A place that names somebody who is erased.
struct Mention: Sendable, Hashable {
    let place: Phrase
    let page: Link
    /// Whether the erasure takes the name out; what is left is for people to look at.
    let isTakenOut: Bool
}

/// The columns of every room. The program joins those of the rooms above.
final class FreeTexts: Sendable {
    private let all: Mutex<[FreeText]>

    init(_ own: [FreeText]) { all = Mutex(own) }

    func add(_ texts: [FreeText]) { all.withLock { $0 += texts } }

    var list: [FreeText] { all.withLock { $0 } }
}

extension Identity {
    /// Says where another room keeps what people write in their own words, so that an erasure looks there too.
    package func keepsFreeTexts(_ texts: [FreeText]) { freeTexts.add(texts) }

    /// Takes what somebody is called out of what others wrote, with the contents of the leaves that say it too.
    ///
    /// - Returns: every place that names them, those that were left as they are too.
    func takeOutMentions(
        of person: ErasedPerson, at now: Instant, in tx: any Transaction
    ) throws -> [Mention] {
        try mail?.rewrite({ person.takenOut(of: $0) }, in: tx)
        return try freeTexts.list.flatMap { text in
            try text.naming(person, in: tx).map { id, subject, words in
                let without = text.isRewritten ? person.takenOut(of: words) : nil
                if let without, without != words {
                    try tx.execute(
                        """
                        UPDATE \(SQL(name: text.table)) SET \(SQL(name: text.column)) = \(without)
                        WHERE CAST(\(SQL(name: text.id)) AS TEXT) = \(id) AND \(SQL(name: text.column)) = \(words)
                        """)
                    try eraseLeaves(naming: person, about: subject, at: now, in: tx)
                }
                return Mention(
                    place: text.place, page: text.page(id, subject),
                    isTakenOut: without.map { !person.isNamed(in: $0) } ?? false)
            }
        }
    }

    /// What an erasure would find.
    func mentions(of person: ErasedPerson, in tx: any Transaction) throws -> [Mention] {
        try freeTexts.list.flatMap { text in
            try text.naming(person, in: tx).map { id, subject, words in
                Mention(
                    place: text.place, page: text.page(id, subject),
                    isTakenOut: text.isRewritten && !person.isNamed(in: person.takenOut(of: words)))
            }
        }
    }

    private func eraseLeaves(
        naming person: ErasedPerson, about subject: String, at now: Instant, in tx: any Transaction
    ) throws {
        for fact in try outbox.facts(about: subject, limit: 10_000, in: tx) {
            guard let content = fact.disclosure?.content, person.isNamed(in: String(decoding: content, as: UTF8.self))
            else { continue }
            try outbox.erase(fact.id, at: now, in: tx)
        }
    }
}

extension Identity {
    /// This room's own, of rows about other people and about programs: what stands beside the person's own rows goes
    /// with `PersonalTable`.
    static let ownFreeTexts: [FreeText] =
        [
            FreeText(
                "identity_membership", "reason", subject: "person", isRewritten: true, .reasonOfRole
            ) { "/identity/people/\($1)" },
            FreeText("identity_fact", "reason", subject: "subject", isRewritten: true, .reasonOfRelation) {
                "/identity/people/\($1)"
            },
            FreeText("identity_request", "reason", subject: "subject", isRewritten: true, .reasonOfRequest) { _, _ in
                "/identity/requests"
            },
            FreeText("identity_guest", by: "person", "reason", isRewritten: true, .reasonOfGuest) { id, _ in
                "/identity/guests/\(id)"
            },
            FreeText("identity_policy", by: "number", "reason", isRewritten: true, .reasonOfPolicy) { id, _ in
                "/identity/policies/\(id)"
            },
            FreeText("identity_policy", by: "number", "text", isRewritten: false, .textOfPolicy) { id, _ in
                "/identity/policies/\(id)"
            },
            FreeText("identity_service", "purpose", isRewritten: true, .purposeOfProgram) { id, _ in
                "/identity/services/\(id)"
            },
            FreeText("identity_service", "name", isRewritten: false, .nameOfProgram) { id, _ in
                "/identity/services/\(id)"
            },
            FreeText("identity_client", "name", isRewritten: false, .nameOfClient) { id, _ in "/identity/clients/\(id)"
            },
            FreeText("identity_client", "purpose_vi", isRewritten: false, .purposeOfClient) { id, _ in
                "/identity/clients/\(id)"
            },
            FreeText("identity_client", "purpose_en", isRewritten: false, .purposeOfClient) { id, _ in
                "/identity/clients/\(id)"
            },
        ] + reminders

    /// What somebody was told in the words of a reason.
    private static let reminders = ["text_vi", "text_en"].map { column in
        FreeText("identity_reminder", column, isRewritten: true, .wordsOfReminder) { _, _ in "/identity/account" }
    }
}
