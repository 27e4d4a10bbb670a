import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The language in which somebody reads pages and letters: SCIM's `preferredLanguage`, or what they chose themselves.
extension Identity {
    static let languageAttribute = "preferredLanguage"

    /// Nil for somebody who never chose: their letters carry both tongues.
    func language(of person: ID<Person>, in tx: any Transaction) throws -> Language? {
        try AttributeStore.value(of: Identity.languageAttribute, of: person, in: tx).flatMap(Language.init)
    }

    func choose(_ language: Language?, for person: ID<Person>) async throws {
        let at = now()
        try await database.write { tx in
            try AttributeStore.set(Identity.languageAttribute, language?.rawValue, of: person, in: tx)
            try PeopleStore.touch(person, at: at, in: tx)
            try outbox.record(
                "identity.language-chosen",
                ["person": "\(person)", "language": .string(orNull: language?.rawValue)], subject: person.text, at: at,
                in: tx)
        }
    }

    func languageDoors(_ site: Site) {
        site.form("/identity/account/language", allow: .account, page: languagePage) { page, fields in
            guard let word = fields["language"], word == "both" || Language(rawValue: word) != nil else {
                throw Problem.invalid(["language": .chooseLanguage])
            }
            try await choose(Language(rawValue: word), for: try signedIn(page).id)
            return .redirect("/identity/account")
        }
    }

    private func languagePage(_ page: Page) async throws -> View {
        let person = try signedIn(page).id
        let chosen = try await database.read { try language(of: person, in: $0) }
        let choices = [
            Choice("vi", "Tiếng Việt"), Choice("en", "English"),
            Choice("both", page[.bothLanguages], hint: page[.bothLanguagesHint]),
        ]
        return View(
            title: page[.preferredLanguage], back: "/identity/account",
            body: """
                <p>\(page[.preferredLanguageLead])</p>
                \(form(page, action: "/identity/account/language", """
                    \(radioTiles(
                        page, "language", .preferredLanguage, choices, chosen: chosen?.rawValue ?? "both"))\
                    \(buttons(submit(page, .save)))
                    """))
                """)
    }
}

extension AttributeStore {
    static func value(of name: String, of person: ID<Person>, in tx: any Transaction) throws -> String? {
        try tx.row(
            "SELECT value FROM identity_attribute WHERE person = \(person) AND name = \(name) ORDER BY place LIMIT 1"
        )?.get("value")
    }

    /// Writes the one value of an attribute, or takes it away.
    static func set(_ name: String, _ value: String?, of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_attribute WHERE person = \(person) AND name = \(name)")
        guard let value else { return }
        try tx.execute(
            """
            INSERT INTO identity_attribute (person, name, place, value, key, type, is_primary)
            VALUES (\(person), \(name), 0, \(value), \(value.lowercased()), NULL, NULL)
            """)
    }
}

extension Phrase {
    static let preferredLanguage = Phrase(vi: "Ngôn ngữ của tôi", en: "My language")
    static let preferredLanguageLead = Phrase(
        vi: "Thư của nút gửi cho bạn, và các trang khi bạn chưa chọn ngôn ngữ trên máy này.",
        en: "Of letters that this node sends you, and of pages while you have not chosen a language on this device.")
    static let bothLanguages = Phrase(vi: "Cả hai", en: "Both")
    static let bothLanguagesHint = Phrase(
        vi: "Thư viết bằng cả hai thứ tiếng; trang bằng tiếng Việt",
        en: "Letters in both languages; pages in Vietnamese")
    static let chooseLanguage = Phrase(vi: "Hãy chọn ngôn ngữ", en: "Choose a language")
}
