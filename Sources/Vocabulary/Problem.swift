/// What can go wrong that a person can be told about.
///
/// `Web` gives each its two faces: RFC 9457 `application/problem+json` for programs, a sentence with a next step
/// for people. Every other error is logged with an id and apologised for with that id.
package enum Problem: Error, Sendable, Hashable {
    case notFound
    case forbidden
    /// As `forbidden`, for programs: what is missing, with a stable code: `events.no-grant`.
    case denied(code: String, Phrase)
    /// Nobody is signed in, and the door is not open to strangers.
    case unauthenticated
    /// Who asks is known, but not surely enough for this, or too long ago: they prove first who they are, at this level
    /// of `Assurance`.
    case confirmFirst(level: Int)
    /// What is wrong with each named field of what was sent.
    case invalid([String: Phrase])
    /// As `invalid`, with a code of its own, which is stable and for programs: `exchange.proof-missing`, `query.day`.
    case rejected(code: String, [String: Phrase])
    /// The request is well formed and does not fit the present state.
    case conflict(Phrase)
    /// This node has too much to do at once; try again after so many seconds.
    case busy(retryAfterSeconds: Int)
    /// Whoever asks did so too often; they may again after so many seconds.
    case tooOften(retryAfterSeconds: Int)
    /// The body is longer than this door takes.
    case tooLarge(limitBytes: Int)
    /// What was sent cannot be read at all. `code` is stable and for programs: `json.duplicate-key`.
    case malformed(code: String, Phrase)
}
