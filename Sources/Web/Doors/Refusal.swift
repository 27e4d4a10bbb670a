import Vocabulary

/// What the site itself says no to, before any room is asked.
enum Refusal: Error {
    case methodNotAllowed([Method])
    /// The media type that is taken there, where there is one.
    case unsupportedMediaType(accepted: String? = nil)
    /// A form that another site sent.
    case crossSite
    /// The token of the form is missing or belongs to another session.
    case formExpired
    /// A host name that this site does not have.
    case misdirected
    /// A body whose length was not said beforehand.
    case lengthRequired
    /// The body did not come in time.
    case tooSlow
    /// A door that takes keys and tokens, and what is wrong with the one that came.
    case bearer(BearerFault)
}
