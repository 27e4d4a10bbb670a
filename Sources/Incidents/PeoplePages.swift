import Database
import Exchange
import Vocabulary
import Web

/// Who handles a report and who was named to know of it, and the personal data in it.
extension Incidents {
    func peopleRows(
        _ page: Page, _ incident: Incident, _ people: [IncidentPerson], _ names: [ID<Person>: String]
    ) -> [(Phrase, HTML)] {
        guard incident.state != .draft else { return [] }
        func list(_ relation: IncidentPerson.Relation) -> HTML {
            let list = people.filter { $0.relation == relation }.map { names[$0.person] ?? page[.somebodyGone] }
            return HTML(list.isEmpty ? "–" : list.joined(separator: ", "))
        }
        let change: HTML =
            page.may(.reportIncidents)
            ? " · <a href=\"\(link: "/incidents/\(incident.id)/people")\">\(page[.changePeople])</a>" : ""
        return [(.handlersRow, "\(list(.handler))\(change)"), (.namedRow, list(.named))]
    }

    func peoplePage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let id = try page.incident()
        let (seen, people) = try await database.read { tx in
            (
                try find(id, .reportIncidents, by: person, in: tx),
                try IncidentPersonStore.people(of: id, at: nil, in: tx)
            )
        }
        let names = try await neighbours.names(Set(people.map(\.person)))
        let choices = IncidentPerson.Relation.allCases.map {
            Choice($0.rawValue, page[$0.words], hint: page[$0.hint])
        }
        let list: HTML =
            people.isEmpty
            ? emptyState(page, .nobodyNamed, sign: .person)
            : table(
                page, .peopleTitle, headers: [.nameField, .relationColumn, .sinceColumn, .endColumn],
                rows: people.map { one in
                    let name = names[one.person] ?? page[.somebodyGone]
                    return [
                        HTML(name), HTML(page[one.relation.words]), time(one.since),
                        actionButton(
                            page, .endNaming, "/incidents/\(id)/people/\(one.relation.rawValue)/\(one.person)/end",
                            about: name),
                    ]
                }, isCaptionHidden: true)
        return View(
            title: page[.peopleTitle], back: "/incidents/\(id)",
            body: """
                \(if: seen.isMarked, watermark(page))<p>\(page[.peopleLead])</p>
                \(list)
                <h2>\(page[.addPerson])</h2>
                \(form(page, action: "/incidents/\(id)/people", """
                    \(textField(page, "login", .loginField, autocomplete: "off", maxLength: 64))\
                    \(radioTiles(page, "relation", .relationColumn, choices))\
                    \(buttons(submit(page, .addPerson)))
                    """))
                """)
    }

    func runPeople(_ page: Page, _ fields: Fields) async throws -> Response {
        let id = try page.incident()
        guard let relation = fields["relation"].flatMap(IncidentPerson.Relation.init) else {
            throw Problem.invalid(["relation": .chooseRelation])
        }
        try await name(fields["login"] ?? "", as: relation, of: id, by: try page.signedIn())
        return .redirect("/incidents/\(id)/people")
    }

    func endPerson(_ page: Page, _ fields: Fields) async throws -> Response {
        let id = try page.incident()
        guard let relation = IncidentPerson.Relation(rawValue: try page.parameter("relation")) else {
            throw Problem.notFound
        }
        try await unname(ID(try page.parameter("person")), as: relation, of: id, by: try page.signedIn())
        return .redirect("/incidents/\(id)/people")
    }

    // MARK: Contacts

    /// Personal data: the reading is in the ledger before the page is. Masked, until a purpose is given.
    func contactPage(_ page: Page) async throws -> View {
        let id = try page.incident()
        let purpose = Purpose(of: page)
        let found = try await readContacts(of: id, for: purpose.words, by: try page.signedIn())
        return View(
            title: page[.contactsRow], back: "/incidents/\(id)",
            body: """
                \(if: found.seen.isMarked, watermark(page))\
                \(found.isMasked ? purpose.form(page, at: "/incidents/\(id)/contact")
                    : banner(page, .info, .readingIsRecorded))
                <h2>\(page[.sectionReporter])</h2>\(summaryList(page, contactRows(found.reporter, hasAddress: true)))
                <h2>\(page[.sectionContact])</h2>\(summaryList(page, contactRows(found.contact, hasAddress: false)))
                """)
    }

    /// Personal data that a member released to us, the same way.
    func arrivedContactPage(_ page: Page) async throws -> View {
        let (id, origin) = (try page.parameter("id"), ID<Organisation>(try page.parameter("origin")))
        let purpose = Purpose(of: page)
        let (seen, isMasked) = try await readArrivedContact(
            of: id, from: origin, for: purpose.words, by: try page.signedIn())
        let place: Link = "/incidents/arrived/\(origin)/\(id)/contact"
        return View(
            title: page[.sectionContact], back: "/incidents/arrived/\(origin)/\(id)",
            body: """
                \(if: seen.isMarked, watermark(page))\
                \(isMasked ? purpose.form(page, at: place) : banner(page, .info, .readingIsRecorded))
                <p>\(isMasked ? Mask.text(seen.it.contact) : seen.it.contact)</p>
                """)
    }
}

extension IncidentPerson.Relation {
    var words: Phrase {
        switch self {
        case .handler: Phrase(vi: "Người xử lý", en: "Handler")
        case .named: Phrase(vi: "Người được biết", en: "Named to know")
        }
    }

    var hint: Phrase {
        switch self {
        case .handler:
            Phrase(
                vi: "Đọc toàn bộ báo cáo, kể cả thông tin liên hệ", en: "Reads all of the report, contacts included")
        case .named:
            Phrase(
                vi: "Đọc được dù nhãn là TLP:RED; thông tin liên hệ bị che",
                en: "Reads it even when it is TLP:RED; contacts stay masked")
        }
    }
}

extension Phrase {
    static let peopleTitle = Phrase(vi: "Người xử lý và người được biết", en: "Handlers and named people")
    static let peopleLead = Phrase(
        vi: "TLP:RED chỉ người viết, người xử lý và người được nêu tên đọc được, khi đã đăng nhập hai bước.",
        en: "TLP:RED is read by its author, its handlers and those named, signed in with two factors, and nobody else.")
    static let nobodyNamed = Phrase(vi: "Chưa giao cho ai", en: "Nobody was given it yet")
    static let changePeople = Phrase(vi: "Thay đổi", en: "Change")
    static let handlersRow = Phrase(vi: "Người xử lý", en: "Handled by")
    static let namedRow = Phrase(vi: "Người được biết", en: "Named to know")
    static let relationColumn = Phrase(vi: "Quan hệ", en: "Relation")
    static let sinceColumn = Phrase(vi: "Từ", en: "Since")
    static let endColumn = Phrase(vi: "Thao tác", en: "Action")
    static let endNaming = Phrase(vi: "Bỏ", en: "Remove")
    static let addPerson = Phrase(vi: "Thêm người", en: "Add a person")
    static let loginField = Phrase(vi: "Tên đăng nhập", en: "Login")
    static let chooseRelation = Phrase(vi: "Hãy chọn quan hệ", en: "Choose the relation")
    static let noSuchPerson = Phrase(vi: "Không có người dùng này", en: "There is no such user")
    static let namedAlready = Phrase(vi: "Người này đã có trong danh sách", en: "This person is on the list already")
}
