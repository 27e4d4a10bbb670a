package import Vocabulary

/// Who calls and what they may: the two questions that `Identity` and `Exchange` answer for `Web`.
package struct Doorkeeper: Sendable {
    /// Throws only when it cannot be found out now; a stranger is a `Caller` without a person.
    package var identify: @Sendable (Request) async throws -> Caller
    package var decide: @Sendable (Person?, Permission) -> Bool
    /// As `identify`, but it leaves no trace and reads the head alone: asked before a long body is read, and again
    /// while a live stream goes on. Nil where callers are known by their whole call.
    package var look: (@Sendable (Request) async throws -> Caller)?
    /// Who shows this key or token at a door that takes them (RFC 6750); throws `BearerFault` for one that is not good.
    /// Nil where a site knows none: then the head of a call is not looked at. `isLook` leaves no trace.
    package var bearer: (@Sendable (Request, _ token: String, _ isLook: Bool) async throws -> Caller)?
    /// For how long a proof of who one is holds at doors that want a fresh one: told to programs as `max_age`.
    package var freshSeconds: Int64?
    /// What somebody who may open a door must do before it opens: `Problem.confirmFirst`, or nil for nothing.
    package var objection: @Sendable (Person, Permission, Instant) -> Problem? = { _, _, _ in nil }

    package init(
        identify: @escaping @Sendable (Request) async throws -> Caller,
        decide: @escaping @Sendable (Person?, Permission) -> Bool,
        look: (@Sendable (Request) async throws -> Caller)? = nil
    ) {
        self.identify = identify
        self.decide = decide
        self.look = look
    }

    /// Knows nobody.
    package static let strangersOnly = Doorkeeper(identify: { _ in Caller() }, decide: { _, _ in false })
}

/// Who was found to be calling.
package struct Caller: Sendable {
    package var person: Person?
    /// What the session is known by here: forms are bound to it. Nil when no cookie names the caller: strangers, nodes.
    package var session: String?
    /// The language of the person's profile.
    package var language: Language?
    /// Added to the answer: a rotated cookie.
    package var responseHeaders: Headers
    /// What the key or token opens by which the caller is known; nil where a cookie is all that there is.
    package var scopes: Set<String>?

    package init(
        person: Person? = nil, session: String? = nil, language: Language? = nil, responseHeaders: Headers = [:],
        scopes: Set<String>? = nil
    ) {
        self.person = person
        self.session = session
        self.language = language
        self.responseHeaders = responseHeaders
        self.scopes = scopes
    }
}
