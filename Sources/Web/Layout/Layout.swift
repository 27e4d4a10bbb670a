package import Vocabulary

/// What the frame around every page is told once, when the site is built.
package struct PageFrame: Sendable {
    /// Under the mark: whose node this is.
    package var organisation: Phrase
    package var signIn: Link
    package var signOut: Link
    package var account: Link
    package var help: Link

    package init(
        organisation: Phrase, signIn: Link = "/sign-in", signOut: Link = "/sign-out",
        account: Link = "/identity/account",
        help: Link = "/help"
    ) {
        self.organisation = organisation
        self.signIn = signIn
        self.signOut = signOut
        self.account = account
        self.help = help
    }

    /// The layout of every page: `Site(…, layout: PageFrame(organisation: …).layout)`.
    package var layout: Layout {
        { page, view in whole(page, view) }
    }

    private func whole(_ page: Page, _ view: View) -> HTML {
        """
        <!doctype html>
        <html lang="\(page.language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(if: !page.errors.isEmpty, "\(page[.errorPrefix]) ")\(view.title)\
        \(ifLet: view.about, { ": \($0)" }) – \(page[page.siteName])</title>
        <link rel="icon" href="\(link: page.asset("icons/truc.svg"))" type="image/svg+xml">
        <link rel="stylesheet" href="\(link: page.asset("css/truc.css"))">
        <script src="\(link: page.asset("js/truc.js"))" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">\(page[.skipToContent])</a>
        \(header(page))
        <div class="page wrap"><main id="main" tabindex="-1">
        \(ifLet: view.back, { backLink(page, $0) })\(errorSummary(page, above: view.body))
        <h1>\(view.title)</h1>
        \(ifLet: view.about, { "<p class=\"about\" lang=\"\">\($0)</p>" })\
        \(view.body)</main></div>
        \(footer(page))
        </body>
        </html>

        """
    }

    private func header(_ page: Page) -> HTML {
        """
        <header class="top"><div class="wrap">
        <a class="brand" href="/">\(mark())<span><b>\(page[page.siteName])</b> <span>\(page[organisation])</span>\
        </span></a>
        <div class="tools">\(account(page))\(languageSwitch(page))</div>
        \(if: !page.menu.isEmpty || page.person != nil, menus(page))
        </div></header>
        """
    }

    private func menus(_ page: Page) -> HTML {
        """
        \(if: !page.menu.isEmpty, "<nav class=\"menu wide\" aria-label=\"\(page[.mainMenu])\">\(menuItems(page))</nav>")
        <details class="fold"><summary>\(icon(.menu))\(page[.menu])</summary>
        <nav class="menu" aria-label="\(page[.mainMenu])">\(menuItems(page))</nav>
        <div class="account">\(accountWords(page))</div></details>
        """
    }

    private func menuItems(_ page: Page) -> HTML {
        let part = part(of: page)
        return "<ul>\(each: page.menu, { menuItem(page, $0, isPart: $0.link.text == part) })</ul>"
    }

    private func menuItem(_ page: Page, _ entry: MenuEntry, isPart: Bool) -> HTML {
        let isHere = page.path == entry.link.text
        return """
            <li><a href="\(link: entry.link)"\(if: isHere, " aria-current=\"page\"")\
            \(if: isPart && !isHere, " aria-current=\"true\"")>\(page[entry.label])</a></li>
            """
    }

    /// The entry under which the page stands: the one that says most of its path.
    private func part(of page: Page) -> String? {
        let found = page.menu.flatMap { entry in
            ([entry.link.text] + entry.covers).filter { $0 != "/" && (page.path + "/").hasPrefix($0 + "/") }
                .map { (entry: entry.link.text, length: $0.utf8.count) }
        }
        return found.max { $0.length < $1.length }?.entry
    }

    private func account(_ page: Page) -> HTML {
        page.person == nil
            ? "\(if: page.path != signIn.text, "<a href=\"\(link: signIn)\">\(icon(.person))\(page[.signInWord])</a>")"
            : "<div class=\"account tools\">\(accountWords(page))</div>"
    }

    private func accountWords(_ page: Page) -> HTML {
        guard let person = page.person else { return "" }
        return """
            <a href="\(link: account)">\(icon(.person))<span>\(person.name)\
            \(ifLet: person.guestOf, { " (\(page[.guestWord]) \($0.text))" })</span></a>\
            <form method="post" action="\(link: signOut)">\(page.csrfField)<button type="submit">\(icon(.out))\
            \(page[.signOutWord])</button></form>
            """
    }

    private func footer(_ page: Page) -> HTML {
        """
        <footer class="foot"><div class="wrap">
        <p><strong>\(page[page.siteName])</strong> · \(page[organisation])</p>
        <ul><li><a href="\(link: help)">\(page[.helpWord])</a></li>\
        <li><a href="https://www.apache.org/licenses/LICENSE-2.0">\(page[.licenceWord])</a></li></ul>
        </div></footer>
        """
    }
}

func backLink(_ page: Page, _ link: Link) -> HTML {
    "<a class=\"back\" href=\"\(link: link)\">\(icon(.back))\(page[.goBack])</a>"
}

/// Where this page hangs: the way up as links.
package func breadcrumbs(_ page: Page, _ steps: [(String, Link)]) -> HTML {
    """
    <nav class="crumbs" aria-label="\(page[.breadcrumbs])"><ol>\
    \(each: steps, { "<li><a href=\"\(link: $0.1)\">\($0.0)</a></li>" })</ol></nav>

    """
}

/// The other language, in its own words. A POST, so that no address says which language somebody reads.
func languageSwitch(_ page: Page) -> HTML {
    let other: Language = page.language == .vi ? .en : .vi
    let name = other == .vi ? "Tiếng Việt" : "English"
    return """
        <form method="post" action="/language">\(page.csrfField)<input type="hidden" name="next" value="\
        \(page.request.rawTarget)">\
        <button type="submit" name="language" value="\(other.rawValue)" lang="\(other.rawValue)">\(icon(.language))\
        \(name)</button></form>
        """
}

extension Phrase {
    static let skipToContent = Phrase(vi: "Tới nội dung chính", en: "Skip to main content")
    static let mainMenu = Phrase(vi: "Trình đơn chính", en: "Main menu")
    static let menu = Phrase(vi: "Trình đơn", en: "Menu")
    static let signInWord = Phrase(vi: "Đăng nhập", en: "Sign in")
    static let signOutWord = Phrase(vi: "Đăng xuất", en: "Sign out")
    static let helpWord = Phrase(vi: "Trợ giúp", en: "Help")
    static let licenceWord = Phrase(vi: "Giấy phép Apache 2.0", en: "Apache 2.0 licence")
    static let guestWord = Phrase(vi: "khách của", en: "guest of")
    static let goBack = Phrase(vi: "Quay lại", en: "Back")
    static let breadcrumbs = Phrase(vi: "Bạn đang ở", en: "You are here")
}
