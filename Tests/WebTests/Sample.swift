import House
import StrictJSON
import Synchronization
import Vocabulary
import Web

/// The people of these tests, each known by a cookie.
enum Cast {
    static let officer = Person(
        id: ID("officer"), name: "Cán bộ mẫu", organisation: ID("H40"), roles: [.officer])
    static let citizen = Person(id: ID("citizen"), name: "Công dân mẫu", organisation: nil, roles: [.citizen])
    static let node = Person(id: ID("node:H23"), name: "H23", organisation: ID("H23"), roles: [.peerNode])
}

extension Permission {
    static let writeNotes = Permission("notes.write")
    static let readNotes = Permission("notes.read")
}

/// A little site with one door of each kind.
final class Sample: Sendable {
    let site: Site
    let notes = Mutex<[String]>([])
    let ring = EventRing(capacity: 1000)

    init(hosts: Set<String> = [], publicFolder: String? = nil, looks: Bool = false) {
        var doorkeeper = Doorkeeper(
            identify: { request in
                switch request.cookie("test-session") {
                case "officer": Caller(person: Cast.officer, session: "officer")
                case "citizen": Caller(person: Cast.citizen, session: "citizen", language: .en)
                case "broken": throw Broken.secret
                default: request.headers["x-node"] == nil ? Caller() : Caller(person: Cast.node)
                }
            },
            decide: { person, permission in
                person?.id.text == "officer" || person?.roles == [.peerNode] && permission == .readNotes
            })
        if looks { doorkeeper.look = doorkeeper.identify }
        let settings = SiteSettings(
            name: Phrase(name: "Trục mẫu"), cookiePrefix: "test", secret: Array(repeating: 7, count: 32),
            publicFolder: publicFolder, hosts: hosts)
        let ids = Mutex(0)
        site = Site(
            doorkeeper: doorkeeper, settings: settings, now: { Instant(milliseconds: 1_604_883_600_000) },
            newID: {
                ids.withLock {
                    $0 += 1; return "id-\($0)"
                }
            }, layout: plainLayout)
        hang()
    }

    enum Broken: Error {
        case secret
    }

    private func hang() {
        site.menu(Phrase(vi: "Ghi chú", en: "Notes"), "/notes/new", allow: .writeNotes)
        site.page("/", allow: .everyone) { page in
            let menu: HTML = "\(each: page.menu, { "<a href=\"\(link: $0.link)\">\(page[$0.label])</a>" })"
            return View(
                title: page[Phrase(vi: "Chào", en: "Hello")], body: "<p>\(page.person?.name ?? "-")</p>\(menu)")
        }
        site.page("/notes/{id}", allow: .readNotes) { page in
            View(title: try page.parameter("id"), back: "/", body: "<p>\(page.request.query["q"] ?? "")</p>")
        }
        site.page("/notes/of-day", allow: .readNotes) { page in
            let day = try page.day("on")
            return View(
                title: page[Phrase(vi: "Theo ngày", en: "Of a day")],
                body: """
                    <form>\(textField(page, "on", Phrase(vi: "Ngày", en: "Day"), type: .date))</form>
                    \(if: page.errors.isEmpty, "<p>\(day?.description ?? "today")</p>")
                    """)
        }
        site.form("/notes/new", allow: .writeNotes, bodyLimit: 4096, page: Self.noteForm) { [self] _, fields in
            guard let text = fields["text"] else {
                throw Problem.invalid(["text": Phrase(vi: "Hãy nhập nội dung", en: "Enter the text")])
            }
            if text == "twice" { throw Problem.conflict(Phrase(vi: "Đã có rồi", en: "It is there already")) }
            let file = fields.files["file"].map { " + \($0.name) \($0.bytes.count)" } ?? ""
            let count = notes.withLock {
                $0.append(text + file); return $0.count
            }
            return .redirect("/notes/\(count)")
        }
        site.action("/notes/clear", allow: .signedIn) { [self] _, _ in
            notes.withLock { $0 = [] }
            return .redirect("/")
        }
        site.page("/broken", allow: .everyone) { _ in throw Broken.secret }
        site.api(
            .get, "/api/notes/{id}", allow: .readNotes,
            APIDoc(Phrase(vi: "Một ghi chú", en: "One note"), response: .object(["id": .string]))
        ) { call in
            .json(["id": .string(try call.parameter("id"))])
        }
        site.api(
            .post, "/api/notes", allow: .readNotes,
            APIDoc(Phrase(vi: "Thêm", en: "Add"), request: .object(["text": .string]), status: 201), bodyLimit: 1000
        ) { call in
            .json(["size": .integer(Int64(call.request.body.count))], status: 201)
        }
        site.api(.get, "/api/broken", allow: .everyone, APIDoc(Phrase(vi: "Hỏng", en: "Broken"))) { _ in
            throw Broken.secret
        }
        site.events("/live", allow: .everyone) { [self] _, after in ring.tail(after: after) }
    }

    @Sendable private static func noteForm(_ page: Page) async throws -> View {
        View(
            title: page[Phrase(vi: "Ghi chú mới", en: "New note")],
            body: """
                \(ifLet: page.errors["text"] ?? page.errors[""], { "<p><a href=\"#text\">\(page[$0])</a></p>" })
                <form method="post">\(page.csrfField)
                <label for="text">Text</label><input id="text" name="text" value="\(page.filled["text"] ?? "")">
                <button>OK</button></form>
                """)
    }

    func visitor(_ who: String? = nil) -> Visitor {
        let visitor = Visitor(site)
        if let who { visitor.setCookie("test-session", who) }
        return visitor
    }
}
