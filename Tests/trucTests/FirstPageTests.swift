import House
import Identity
import Testing
import Vocabulary
import Web

@testable import truc

/// What somebody reads who opens a node for the first time.
@Suite("the first page")
struct FirstPageTests {
    private func site(isOnAnotherDay: Bool, person: Person?, news: Int = 0) -> Site {
        let site = Site(
            doorkeeper: Doorkeeper(
                identify: { _ in Caller(person: person, session: person?.id.text) },
                decide: { person, _ in person != nil }),
            settings: SiteSettings(name: .siteName, cookiePrefix: "test"), now: { DemoNode.day },
            layout: PageFrame(organisation: Phrase(name: "Nam Định")).layout)
        FirstPage(organisation: Phrase(name: "Nam Định"), isOnAnotherDay: isOnAnotherDay) { _ in
            HomeState(hasShared: true, clusterMembers: 10, news: news)
        }.doors(site)
        return site
    }

    private let handler = Person(
        id: ID("p"), name: "Người xử lý mẫu", organisation: ID("H40"), roles: [.incidentHandler])

    @Test("a newcomer to the demo is told three things to try before signing in, and where the accounts stand")
    func newcomer() async {
        let visitor = Visitor(site(isOnAnotherDay: true, person: nil))
        await visitor.get("/").expect(
            200, shows: "Ba việc nên thử", "href=\"/incidents/new\"", "href=\"/threats\"", "href=\"/exchange/shared\"",
            "truc demo", "09/11/2020", hides: ["Đã xong"])
        await visitor.get("/?lang=en").expect(200, shows: "Three things to try", "truc demo")
    }

    @Test("the examples of the demo tick nothing off; on a real node what was done is done")
    func done() async {
        await Visitor(site(isOnAnotherDay: true, person: handler)).get("/").expect(
            200, shows: "Ba việc nên thử", hides: ["Đã xong"])
        await Visitor(site(isOnAnotherDay: false, person: handler)).get("/").expect(
            200, shows: "Ba việc nên thử", "Đã xong")
    }

    @Test("what waits to be seen is said on the first page, with the way to it")
    func news() async {
        await Visitor(site(isOnAnotherDay: false, person: handler, news: 2)).get("/").expect(
            200, shows: "2 thông báo đang chờ bạn xem", "href=\"/identity/account\"")
        await Visitor(site(isOnAnotherDay: false, person: handler)).get("/").expect(200, hides: ["đang chờ bạn xem"])
    }

    @Test("a real node tells strangers nothing but what it is")
    func stranger() async {
        await Visitor(site(isOnAnotherDay: false, person: nil)).get("/").expect(
            200, shows: "quản trị nút đã cấp", hides: ["Ba việc nên thử", "truc demo"])
    }
}
