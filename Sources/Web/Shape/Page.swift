package import Vocabulary

/// What every page knows: who asks, in which language, what was filled in, and the face of the site around it.
package struct Page: Sendable {
    package let language: Language
    package let person: Person?
    package let request: Request
    package let now: Instant
    /// What the form held when it came back with errors; empty on a fresh form.
    package var filled: Fields = [:]
    /// What is wrong with which field; the key "" is the form as a whole.
    package var errors: [String: Phrase] = [:]
    /// The stable code of what is wrong, where it has one; stands beside the words at the field.
    var errorCode: String?
    let face: SiteFace

    package subscript(_ phrase: Phrase) -> String { phrase[language] }

    /// The same page when what was sent comes back.
    func back(with errors: [String: Phrase], code: String? = nil, filled: Fields) -> Page {
        var page = self
        (page.errors, page.errorCode, page.filled) = (errors, code, filled)
        return page
    }

    /// The path of this page, without its query.
    package var path: String { request.path }

    package var siteName: Phrase { face.name }

    /// The menu entries that this person may open, in the order they were declared.
    package var menu: [MenuEntry] {
        face.menu().filter { may($0.permission) }
    }

    /// Whether this person may open doors with `permission`: what a page asks before it shows a button.
    package func may(_ permission: Permission) -> Bool {
        Site.opens(permission, to: person, face.decide)
    }

    /// The hidden field that every form carries.
    package var csrfField: HTML {
        "<input type=\"hidden\" name=\"\(Page.csrfName)\" value=\"\(csrfToken)\">"
    }

    package var csrfToken: String { face.csrfToken() }
    package static let csrfName = "csrf"

    /// The address of a file in Public/, with its fingerprint: `page.asset("truc.css")`.
    package func asset(_ name: String) -> Link {
        face.assets.link(name)
    }

    /// What a `{name}` segment of the path matched. A name the route has not is not found.
    package func parameter(_ name: String) throws(Problem) -> String {
        guard let value = request.parameters[name] else { throw .notFound }
        return value
    }

    /// The same page in another language.
    package func link(in language: Language) -> Link {
        guard let here = Link(ownPath: request.path) else { return "/" }
        var query = request.query
        query.remove("lang")
        query.add("lang", language.rawValue)
        return here.with(query)
    }
}

/// What a page is made of. The layout makes the one `h1` of `title` and puts `back` above it.
package struct View: Sendable {
    package var title: String
    /// What it is about, where the title only says what is done: whose data are erased, which grant is ended.
    package var about: String?
    package var back: Link?
    package var body: HTML

    package init(title: String, about: String? = nil, back: Link? = nil, body: HTML) {
        self.title = title
        self.about = about
        self.back = back
        self.body = body
    }
}

/// A line of the site's menu.
package struct MenuEntry: Sendable {
    package let label: Phrase
    package let link: Link
    package let permission: Permission
    /// Paths of pages that belong to it and do not lie below its own.
    let covers: [String]
}

/// Puts a view into the page around it: head, menu, `h1`, footer.
package typealias Layout = @Sendable (Page, View) -> HTML

/// What a page sees of its site.
struct SiteFace: Sendable {
    let name: Phrase
    let menu: @Sendable () -> [MenuEntry]
    let assets: Assets
    /// Made when it is asked for: doors for programs never do.
    let csrfToken: @Sendable () -> String
    let decide: @Sendable (Person?, Permission) -> Bool
}
