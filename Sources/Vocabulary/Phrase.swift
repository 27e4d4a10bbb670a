/// One sentence in every language we serve.
///
/// Both tongues stand side by side where they are used, so a missing translation does not compile:
///
/// ```swift
/// extension Phrase {
///     static let notTriagedYet = Phrase(vi: "Sự cố chưa được phân loại", en: "The incident has not been triaged")
/// }
/// ```
package struct Phrase: Sendable, Hashable {
    package let vi: String
    package let en: String

    package init(vi: String, en: String) {
        self.vi = vi
        self.en = en
    }

    /// A name that is the same in both tongues: a province, a code, a person.
    package init(name: String) {
        self.init(vi: name, en: name)
    }

    package subscript(language: Language) -> String {
        switch language {
        case .vi: vi
        case .en: en
        }
    }
}

/// The languages of every screen. The raw value is the BCP 47 tag of the `lang` attribute.
package enum Language: String, Sendable, Hashable, CaseIterable {
    case vi, en
}
