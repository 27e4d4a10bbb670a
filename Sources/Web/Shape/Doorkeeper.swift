package import Vocabulary

/// Who calls and what they may: the two questions that `Identity` and `Exchange` answer for `Web`.
package struct Doorkeeper: Sendable {
    /// Throws only when it cannot be found out now; a stranger is a `Caller` without a person.
    package var identify: @Sendable (Request) async throws -> Caller
    package var decide: @Sendable (Person?, Permission) -> Bool

    package init(
        identify: @escaping @Sendable (Request) async throws -> Caller,
        decide: @escaping @Sendable (Person?, Permission) -> Bool
    ) {
        self.identify = identify
        self.decide = decide
    }

    /// Asks `other` whom this one does not know. What either permits is permitted.
    package func or(_ other: Doorkeeper) -> Doorkeeper {
        Doorkeeper(
            identify: { request in
                let caller = try await identify(request)
                return caller.person == nil ? try await other.identify(request).with(caller.responseHeaders) : caller
            },
            decide: { person, permission in decide(person, permission) || other.decide(person, permission) })
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

    package init(
        person: Person? = nil, session: String? = nil, language: Language? = nil, responseHeaders: Headers = [:]
    ) {
        self.person = person
        self.session = session
        self.language = language
        self.responseHeaders = responseHeaders
    }

    func with(_ headers: Headers) -> Caller {
        var copy = self
        copy.responseHeaders.add(headers)
        return copy
    }
}
