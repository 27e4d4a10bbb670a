package import StrictJSON
package import Vocabulary

/// A text of a document, in the languages in which it is there.
///
/// OpenAPI 3.0 and 3.1 have one text for a field and say nothing of its language. Others stand in an extension
/// (§4.9 Specification Extensions: any field that begins with `x-`) of the same object, in the shape that API gateways
/// with developer portals have for it already:
///
///     summary: Một hồ sơ
///     x-ibm-languages:
///       summary: {en: One dossier}
package struct APIWords: Sendable, Hashable {
    /// As the field itself has it, in whichever language that is.
    package let plain: String
    private let others: [Language: String]

    static let field = "x-ibm-languages"
    /// What people read of an object.
    static let translated: Set<String> = ["title", "summary", "description"]

    /// Nil when the object has no such text.
    package init?(_ object: JSONValue?, _ name: String) {
        guard let plain = object?[name]?.string else { return nil }
        self.plain = plain
        let said = object?[APIWords.field]?[name]?.members ?? []
        others = Dictionary(
            said.compactMap { tag, text in
                guard let language = APIWords.language(tag), let text = text.string, !text.isEmpty else { return nil }
                return (language, text)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// For a reader of this language; `language` is nil where nobody said which one it is.
    package func text(in language: Language) -> (text: String, language: Language?) {
        others[language].map { ($0, language) } ?? (plain, nil)
    }

    /// `en`, `EN`, `en-GB` and `en_gb` are English.
    private static func language(_ tag: String) -> Language? {
        Language(rawValue: tag.prefix { $0 != "-" && $0 != "_" }.lowercased())
    }

    /// What of the extension nobody would ever read: each with the place where it stands. It refuses nothing.
    static func faults(of object: JSONValue) -> [(at: JSONValue, words: Phrase)] {
        guard let said = object[field] else { return [] }
        guard let members = said.members else { return [(said, .openAPIObject)] }
        return members.flatMap { name, texts -> [(JSONValue, Phrase)] in
            guard translated.contains(name), object[name]?.string != nil else {
                return [(texts, .nothingToTranslate(name))]
            }
            guard let tags = texts.members else { return [(texts, .openAPIObject)] }
            return tags.filter { $0.value.string == nil }.map { ($0.value, .schemaText) }
        }
    }
}

extension Phrase {
    static func nothingToTranslate(_ name: String) -> Phrase {
        Phrase(
            vi: "Không có “\(name)” để dịch ở đây: dịch được title, summary, description có sẵn bên cạnh",
            en: "There is no “\(name)” here to translate: it is title, summary or description that stands beside it")
    }
}
