import Database
import StrictJSON
import Vocabulary
import Web

/// One's own data (dữ liệu cá nhân của tôi): what they agreed to, who looked, everything as a file, and erasure.
extension Identity {
    func privacyDoors(_ site: Site) {
        site.page("/identity/privacy", allow: .account, privacyPage)
        site.action("/identity/privacy/export", allow: .account) { page, _ in
            let person = try signedIn(page)
            let json = try await export(of: person.id, by: person)
            return .download(json.encoded(), type: "application/json", name: "du-lieu-ca-nhan.json")
        }
        site.form("/identity/privacy/erase", allow: .account, page: erasePage) { page, fields in
            let person = try signedIn(page)
            guard fields.isOn("sure") else { throw Problem.invalid(["sure": .tickToErase]) }
            try confirm(page, level: 1)
            try await erase(person.id, by: person)
            return .redirect("/")
        }
        site.form("/identity/people/{id}/erase", allow: .delegate, page: eraseOtherPage) { page, fields in
            guard fields.isOn("sure") else { throw Problem.invalid(["sure": .tickToErase]) }
            try await erase(ID(try page.parameter("id")), by: page.person)
            return .redirect("/identity/people")
        }
    }

    private func privacyPage(_ page: Page) async throws -> View {
        let id = try signedIn(page).id
        let (given, looks, names) = try await database.read { tx in
            let looks = try LookStore.looks(at: id, limit: 100, in: tx)
            return (
                try ConsentStore.all(of: id, in: tx), looks,
                try LookStore.names(Set(looks.map(\.reader)), in: tx)
            )
        }
        return View(
            title: page[.myData], back: "/identity/account",
            body: """
                <p>\(page[.myDataLead])</p>
                <h2>\(page[.consents])</h2>
                <p>\(page[.consentsLead])</p>
                \(applicationList(page, given))
                <h2>\(page[.whoLooked])</h2>
                <p>\(page[.whoLookedLead])</p>
                \(lookTable(page, looks, names))
                <h2>\(page[.takeOrErase])</h2>
                <p>\(page[.exportLead])</p>
                \(buttons(
                    actionButton(page, .exportData, "/identity/privacy/export", kind: .main),
                    buttonLink(page, .eraseData, "/identity/privacy/erase", kind: .quiet)))
                """)
    }

    private func lookTable(_ page: Page, _ looks: [Look], _ names: [String: String]) -> HTML {
        guard !looks.isEmpty else { return emptyState(page, .nobodyLooked, sign: .person) }
        let rows = looks.map { look -> [HTML] in
            [
                HTML(names[look.reader] ?? page[.unknownReader]), HTML(page[look.way.label]), time(look.firstAt),
                time(look.lastAt), HTML(String(look.times)),
            ]
        }
        return table(
            page, .whoLooked, headers: [.reader, .wayOfLooking, .firstTime, .lastTime, .times], rows: rows,
            numbers: [4],
            isCaptionHidden: true)
    }

    private func erasePage(_ page: Page) async throws -> View {
        View(
            title: page[.eraseData], back: "/identity/privacy",
            body: "<p>\(page[.eraseLead])</p>\n" + eraseForm(page, "/identity/privacy/erase"))
    }

    private func eraseOtherPage(_ page: Page) async throws -> View {
        let (id, at) = (ID<Person>(try page.parameter("id")), now())
        let found = try await database.read { tx in
            guard let account = try PeopleStore.account(id, in: tx) else { throw Problem.notFound }
            try checkReach(of: try signedIn(page), to: id, at: at, in: tx)
            return try mentions(of: try erasedPerson(account, in: tx), in: tx)
        }
        return View(
            title: page[.eraseData], about: try await whom(page), back: "/identity/people/\(id)",
            body: """
                <p>\(page[.eraseOtherLead])</p>
                \(if: !found.isEmpty, mentionList(page, found))
                \(eraseForm(page, "/identity/people/\(id)/erase"))
                """)
    }

    private func mentionList(_ page: Page, _ mentions: [Mention]) -> HTML {
        let rows = mentions.map { mention -> [HTML] in
            [
                "<a href=\"\(link: mention.page)\">\(page[mention.place])</a>",
                mention.isTakenOut
                    ? statusTag(page[.isTakenOut], kind: .done) : statusTag(page[.isLeft], kind: .waiting),
            ]
        }
        return """
            <h2>\(page[.namedElsewhere])</h2>
            <p>\(page[.namedElsewhereLead])</p>
            \(table(page, .namedElsewhere, headers: [.place, .whatHappens], rows: rows, isCaptionHidden: true))
            """
    }

    private func eraseForm(_ page: Page, _ action: Link) -> HTML {
        form(
            page, action: action,
            checkbox(page, "sure", .sureToErase) + buttons(submit(page, .eraseData, kind: .danger)))
    }
}

extension LookStore {
    /// Names of people and programs by their ids.
    static func names(_ ids: Set<String>, in tx: any Transaction) throws -> [String: String] {
        let rows = try tx.rows(
            """
            SELECT id, name FROM identity_person WHERE id IN (\(list: ids.sorted())) AND name <> ''
            UNION ALL SELECT id, name FROM identity_service WHERE id IN (\(list: ids.sorted()))
            """)
        return Dictionary(
            try rows.map { (try $0.get("id"), try $0.get("name")) }, uniquingKeysWith: { first, _ in first })
    }
}
