package import Vocabulary

/// One door: a method on a pattern, what it asks for, and what happens behind it.
package struct Route: Sendable {
    /// How the door speaks: pages answer errors with pages, the others with problem+json.
    package enum Kind: Sendable, Hashable {
        case page, form, action, api, events, asset
        /// A form that other sites send.
        case foreign

        /// Whether a person stands before it with a browser.
        var isForPeople: Bool { self == .page || self == .form || self == .action }
    }

    package let method: Method
    /// `/incidents/{id}`, `/ledger/tile/{path...}`.
    package let pattern: String
    package let permission: Permission
    package let kind: Kind
    package let about: APIDoc?
    /// Bytes of a body that are read at most.
    package let bodyLimit: Int
    /// Whether what was written is handed back when the session ended meanwhile.
    var isKept = false
    let run: @Sendable (Visit) async throws -> Response
}

/// A call on its way through the site: the page it would see, and who was found calling.
struct Visit: Sendable {
    var page: Page
    let caller: KnownCaller
    let layout: Layout

    func show(_ view: View, status: Int = 200) -> Response {
        .bytes(layout(page, view).bytes, type: "text/html; charset=utf-8", status: status)
    }
}

/// A call on a door for programs.
package struct Call: Sendable {
    package let request: Request
    package let person: Person?
    package let parameters: [String: String]
    package let language: Language
    package let now: Instant

    package func parameter(_ name: String) throws(Problem) -> String {
        guard let value = parameters[name] else { throw .notFound }
        return value
    }
}
