package import Vocabulary

/// One mail to one person: in their language, or in both tongues, Vietnamese first and English below it.
package struct Letter: Sendable, Hashable {
    package let to: MailAddress
    package let name: String
    package let subject: Phrase
    /// Plain text; lines end in `\n`.
    package let body: Phrase
    /// The one that the person reads; nil for both.
    package var language: Language?
    /// Whose letter it is, so that it is found again when the address has become another.
    package let person: ID<Person>?
    /// Whom it names beside them: what is kept of it goes with the data of each.
    package let about: Set<ID<Person>>

    package init(
        to: MailAddress, name: String, subject: Phrase, body: Phrase, language: Language? = nil,
        person: ID<Person>? = nil, about: Set<ID<Person>> = []
    ) {
        self.to = to
        self.name = name
        self.subject = subject
        self.body = body
        self.language = language
        self.person = person
        self.about = about
    }

    var subjectLine: String { language.map { subject[$0] } ?? "\(subject.vi) / \(subject.en)" }

    var text: String { language.map { body[$0] + "\n" } ?? "\(body.vi)\n\n--\n\n\(body.en)\n" }
}
