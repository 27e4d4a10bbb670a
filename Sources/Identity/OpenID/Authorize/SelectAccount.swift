import Database
import Vocabulary
import Web

/// Which account, where an application asks that the person chooses (`prompt=select_account`), and in which language.
extension Identity {
    /// The account that is signed in, or another one.
    func selectAccountPage(_ page: Page) async throws -> View {
        let person = try signedIn(page)
        let (client, _) = try await addresseeOrProblem(page.request.query)
        guard let account = try await database.read({ try PeopleStore.account(person.id, in: $0) }) else {
            throw Problem.unauthenticated
        }
        let back = wayBack(page.request.query)
        var another = Fields()
        another.add("login", page.request.query["login_hint"] ?? "")
        another.add(next: back.text)
        return View(
            title: page[.selectAccount(page[client.title])],
            body: """
                <p>\(page[.selectAccountLead])</p>
                \(summaryList(page, [(.fullName, HTML(account.name)), (.login, HTML(account.login))]))
                \(buttons(
                    buttonLink(page, .goOnAs(account.name), back),
                    buttonLink(page, .anotherAccount, ("/sign-in" as Link).with(another), kind: .quiet)))
                """)
    }

    /// The pages on the way speak the language that the application knows the person to read, unless the person chose
    /// one, here or on their account. It is forgotten with the browser's session.
    func speaking(_ language: Language?, _ turn: Turn, _ page: Page) async throws -> Turn {
        guard case .go(let response) = turn, let language, language != page.language,
            cookies.value("language", of: page.request) == nil
        else { return turn }
        if let id = page.person?.id, try await database.read({ try self.language(of: id, in: $0) }) != nil {
            return turn
        }
        return .go(response.setting(cookies.make("language", language.rawValue, on: page.request)))
    }
}

extension Phrase {
    static func selectAccount(_ name: String) -> Phrase {
        Phrase(vi: "Chọn tài khoản cho \(name)", en: "Choose an account for \(name)")
    }

    static let selectAccountLead = Phrase(vi: "Bạn đang đăng nhập với tài khoản:", en: "You are signed in as:")
    static func goOnAs(_ name: String) -> Phrase { Phrase(vi: "Tiếp tục với \(name)", en: "Go on as \(name)") }
    static let anotherAccount = Phrase(vi: "Dùng tài khoản khác", en: "Use another account")
}
