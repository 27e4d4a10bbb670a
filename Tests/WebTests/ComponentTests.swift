import Foundation
import House
import Testing
import Vocabulary
@testable import Web

@Suite("Components")
struct ComponentTests {
    static let person = Person(id: ID("p"), name: "Cán bộ mẫu", organisation: ID("H40"), roles: [.officer])

    func site(_ person: Person? = nil) -> Site {
        let site = Site(
            doorkeeper: Doorkeeper(
                identify: { _ in Caller(person: person, session: person?.id.text) },
                decide: { person, permission in permission.name == "design.view" || person != nil }),
            settings: SiteSettings(
                name: Phrase(name: "Trục"), cookiePrefix: "test", secret: Array(repeating: 7, count: 32)),
            now: { Instant(milliseconds: 1_604_883_600_000) },
            layout: PageFrame(organisation: Phrase(vi: "Đơn vị mẫu", en: "Sample office")).layout)
        site.menu(Phrase(vi: "Thành phần", en: "Components"), "/design", allow: Permission("design.view"))
        site.menu(Phrase(vi: "Chỉ cho cán bộ", en: "Officers only"), "/officers", allow: Permission("officers"))
        designDoors(site)
        return site
    }

    @Test("The living page is whole in both tongues, for strangers and officers", arguments: Language.allCases)
    func living(language: Language) async {
        for person in [nil, Self.person] {
            let page = await Visitor(site(person)).get("/design?lang=\(language)").expect(
                200, shows: "<html lang=\"\(language)\">", "statusTag", "clusterDiagram")
            #expect(page.text.utf8.count < 60_000)
        }
        await Visitor(site()).get("/help?lang=\(language)").expect(200)
    }

    @Test("What a page is about stands under its heading and in the window's title, as it was written")
    func about() async {
        let site = site()
        site.page("/erase", allow: .everyone) { _ in
            View(title: "Erase", about: "<Cán bộ> & mẫu", body: "")
        }
        await Visitor(site).get("/erase").expect(
            200, shows: "<title>Erase: &lt;Cán bộ&gt; &amp; mẫu – Trục</title>",
            "<h1>Erase</h1>\n<p class=\"about\" lang=\"\">&lt;Cán bộ&gt; &amp; mẫu</p>")
    }

    @Test("The living page shows each component under its name in the source")
    func each() async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Web/Components")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let page = await Visitor(site()).get("/design").text
        let shown = Set(
            page.matches(of: #/<h2><code>(.*?)<\/code>/#).flatMap {
                $0.output.1.split { !$0.isLetter }.map(String.init)
            })
        let components = try files.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: #/\npackage func ([A-Za-z]+)/#).map {
                String($0.output.1)
            }
        }
        #expect(components.count > 20)
        #expect(Set(components).subtracting(shown).sorted() == [])
    }

    @Test("An English page has Vietnamese only where a name or the other language is meant")
    func english() async {
        let page = await Visitor(site()).get("/help?lang=en")
        let words = page.text.replacing(/<button[^>]*lang="vi"[^>]*>.*?<\/button>/, with: "").replacing(
            "Trục", with: "")
        let vietnamese = words.unicodeScalars.filter {
            (0x1EA0...0x1EF9).contains($0.value) || "ăđơưĂĐƠƯ".unicodeScalars.contains($0)
        }
        #expect(vietnamese.isEmpty)
    }

    @Test("The menu shows what may be opened and where one is")
    func menu() async {
        await Visitor(site()).get("/design").expect(
            200, shows: "href=\"/design\" aria-current=\"page\"", "Đăng nhập", hides: ["Chỉ cho cán bộ", "Đăng xuất"])
        await Visitor(site(Self.person)).get("/design").expect(200, shows: "Chỉ cho cán bộ", "Đăng xuất", "Cán bộ mẫu")
    }

    @Test("One place of the menu is marked: the one that says most of the page's path")
    func part() async {
        let site = site(Self.person)
        site.menu(Phrase(name: "Chia sẻ"), "/axis", allow: .everyone)
        site.menu(Phrase(name: "Trục"), "/axis/catalogue", allow: .everyone, covers: ["/axis/grants"])
        for path in ["/axis/members/1", "/axis/catalogue/units", "/axis/grants/1", "/axisless"] {
            site.page(path, allow: .everyone) { _ in View(title: "Trang mẫu", body: "") }
        }
        for (path, place) in [
            ("/axis/members/1", "/axis"), ("/axis/catalogue/units", "/axis/catalogue"),
            ("/axis/grants/1", "/axis/catalogue"), ("/axisless", nil),
        ] as [(String, String?)] {
            let text = await Visitor(site).get(path).text
            let marked = ["/axis", "/axis/catalogue"].filter { text.contains("href=\"\($0)\" aria-current=\"true\"") }
            #expect(marked == [place].compactMap { $0 }, "\(path)")
        }
    }

    @Test("Errors stand at the top in the order of their fields, at the field, and in the title")
    func errors() async throws {
        let answer = await Visitor(site()).post("/design", ["sample-mail": "a@b.vn", "sample-text": "<b>đậm</b>"])
        answer.expect(
            422, shows: "<title>Lỗi: ", "aria-invalid=\"true\"", "id=\"field-sample-name-error\"", "value=\"a@b.vn\"",
            "&lt;b&gt;đậm&lt;/b&gt;", hides: ["<b>đậm</b>"])
        let name = try #require(answer.text.firstRange(of: "href=\"#field-sample-name\""))
        let kind = try #require(answer.text.firstRange(of: "href=\"#field-sample-kind\""))
        #expect(name.lowerBound < kind.lowerBound)
    }

    @Test("The language is chosen by a form that comes back here")
    func language() async {
        let visitor = Visitor(site())
        await visitor.get("/design").expect(200, shows: "Bộ thành phần giao diện")
        await visitor.post("/language", ["language": "en", "next": "/design"]).expect(redirectTo: "/design")
        await visitor.get("/design").expect(200, shows: "Design components")
    }

    @Test(
        "A label is its own word, its meaning and its lamps; an unknown one is RED",
        arguments: [
            ("TLP:CLEAR", "clear", 4), ("TLP:GREEN", "green", 3), ("TLP:AMBER", "amber", 2),
            ("TLP:AMBER+STRICT", "amber-strict", 1),
            ("TLP:RED", "red", 0), ("TLP:ORANGE", "red", 0),
        ])
    func labels(label: String, name: String, dark: Int) async {
        let text = await html { tlpTag($0, label).text }
        #expect(text.contains("class=\"tlp \(name)\""))
        #expect(text.contains(label))
        #expect(text.ranges(of: "class=\"off\"").count == dark)
    }

    @Test("Every state has a sign and an outline of its own")
    func states() {
        let tags = StatusKind.allCases.map { statusTag("Chữ", kind: $0).text }
        #expect(Set(tags).count == StatusKind.allCases.count)
        #expect(Set(StatusKind.allCases.map(\.icon)).count == StatusKind.allCases.count)
        #expect(tags.allSatisfy { $0.contains("Chữ") && $0.contains("aria-hidden=\"true\"") })
    }

    @Test("Each cell of a table is named by its header, for phones")
    func cards() async {
        let text = await html { page in
            table(
                page, .sampleTable, headers: [.sampleKind, .sampleCount], rows: [["<a href=\"/x\">a</a>", "12"]],
                numbers: [1]
            ).text
        }
        #expect(text.contains("<th scope=\"row\" role=\"rowheader\"><a href=\"/x\">a</a></th>"))
        #expect(text.contains("data-label=\"Số lượng\" class=\"num\""))
    }

    @Test("Members that the map does not know find a place, and everybody is in the list too")
    func diagram() async {
        let text = await html { page in
            let members = [("H40", "Nam Định"), ("H99", "Tỉnh mới"), ("H98", "Tỉnh khác")].map {
                DiagramMember(code: $0.0, name: $0.1, standing: .member, state: "nối", kind: .done, link: "/m")
            }
            return clusterDiagram(page, title: .sampleCluster, members).text
        }
        for name in ["Nam Định", "Tỉnh mới", "Tỉnh khác"] { #expect(text.ranges(of: name).count == 2) }
        #expect(Set(text.matches(of: /<rect x="(\d+)" y="(\d+)"/).map { "\($0.1) \($0.2)" }).count == 3)
    }

    @Test("A password never comes back, other words do")
    func password() async throws {
        let page = await page(filled: ["password": "bí mật", "name": "Mẫu \"A\""])
        #expect(!textField(page, "password", .sampleName, type: .password).text.contains("bí mật"))
        #expect(textField(page, "name", .sampleName).text.contains("value=\"Mẫu &quot;A&quot;\""))
    }

    @Test("A count is written as people here write it")
    func numbers() {
        #expect(grouped(61_070, ".") == "61.070")
        #expect(grouped(999, ".") == "999")
        #expect(grouped(1_000_000, ",") == "1,000,000")
    }

    private func html(_ make: (Page) -> String) async -> String {
        make(await page())
    }

    private func page(filled: Fields = [:]) async -> Page {
        let face = SiteFace(
            name: Phrase(name: "Trục"), menu: { [] }, assets: Assets(folder: nil, reloads: false), csrfToken: { "t" },
            decide: { _, _ in true })
        return Page(
            language: .vi, person: nil, request: Request(.get, "/"), now: Instant(milliseconds: 0), filled: filled,
            face: face)
    }
}
