import Identity
import Vocabulary
import Web

/// What the first page shows, asked of the rooms at the moment it is shown.
struct HomeState: Sendable {
    /// Whether this node has published anything.
    var hasShared = false
    var clusterMembers = 0
    /// How many things the reader was told and has not said “seen” to.
    var news = 0
}

/// The first page: what this node is, and where to begin.
struct FirstPage: Sendable {
    let organisation: Phrase
    let isOnAnotherDay: Bool
    let state: @Sendable (Person) async throws -> HomeState

    func doors(_ site: Site) {
        site.page("/", allow: .everyone) { page in
            guard let person = page.person else { return forStranger(page) }
            return forPerson(page, person, try await state(person))
        }
    }

    /// Whoever opens a node of the demo for the first time reads what to try before they sign in.
    private func forStranger(_ page: Page) -> View {
        let steps = FirstPage.steps(HomeState()).map(\.step).prefix(3)
        return View(
            title: page[organisation],
            body: """
                \(anotherDay(page))<p class="lead">\(page[.whatThisIs])</p>
                <p>\(page[isOnAnotherDay ? .demoAccounts : .nothingForStrangers])</p>
                \(buttons(buttonLink(page, .signInHere, "/sign-in")))
                \(if: isOnAnotherDay, "<h2>\(page[.threeThings])</h2>\(taskList(page, Array(steps)))")
                """)
    }

    private func forPerson(_ page: Page, _ person: Person, _ state: HomeState) -> View {
        // A drill begins with examples that nobody here wrote: nothing of it is done yet.
        let steps = FirstPage.steps(isOnAnotherDay ? HomeState() : state).filter { page.may($0.needs) }.map(\.step)
            .prefix(3)
        return View(
            title: page[.hello(person.name)],
            body: """
                \(anotherDay(page))\(news(page, state.news))<p class="lead">\(page[.whatThisIs])</p>
                \(if: !steps.isEmpty, "<h2>\(page[.threeThings])</h2>\(taskList(page, Array(steps)))")
                <h2>\(page[.yourRoles])</h2>
                \(roles(page, person))
                """)
    }

    /// What one's duties bring stands on the account's page; here is the way to it.
    private func news(_ page: Page, _ count: Int) -> HTML {
        guard count > 0 else { return "" }
        return banner(
            page, .info, .news(count), buttons(buttonLink(page, .seeNews, "/identity/account", kind: .quiet)))
    }

    private func roles(_ page: Page, _ person: Person) -> HTML {
        if person.roles.isEmpty { return "<p>\(page[.noRoles])</p>" }
        let roles = person.roles.sorted { $0.rawValue < $1.rawValue }
        return "<ul>\(each: roles, { "<li>\(page[$0.label])</li>" })</ul>"
    }

    private func anotherDay(_ page: Page) -> HTML {
        guard isOnAnotherDay else { return "" }
        return banner(page, .info, .otherDay, "<p>\(page.now.forReading)</p>")
    }

    /// In the order of their worth to a newcomer; whoever may not do one sees the next.
    private static func steps(_ state: HomeState) -> [(needs: Permission, step: TaskStep)] {
        [
            (
                Permission("incidents.report"),
                TaskStep(.reportTitle, .reportAbout, link: "/incidents/new", isDone: state.hasShared)
            ),
            (
                Permission("threats.add"),
                TaskStep(.threatTitle, .threatAbout, link: "/threats")
            ),
            (
                Permission("exchange.deliveries"),
                TaskStep(.deliveriesTitle, .deliveriesAbout, link: "/exchange/shared")
            ),
            (Permission("identity.administer"), TaskStep(.peopleTitle, .peopleAbout, link: "/identity/people")),
            (
                Permission("exchange.catalogue"),
                TaskStep(.catalogueTitle, .catalogueAbout, link: "/exchange/catalogue")
            ),
            (
                Permission("exchange.view"),
                TaskStep(.clusterTitle, .clusterAbout, link: "/exchange", isDone: state.clusterMembers > 1)
            ),
            (Permission("ledger.read"), TaskStep(.ledgerTitle, .ledgerAbout, link: "/ledger")),
        ]
    }
}

extension Phrase {
    fileprivate static func hello(_ name: String) -> Phrase {
        Phrase(vi: "Chào \(name)", en: "Hello \(name)")
    }
}
