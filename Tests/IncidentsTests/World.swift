import Database
import Exchange
import House
import Identity
import Incidents
import Ledger
import Synchronization
import TestKit
import Vocabulary
import Web

/// The people of these tests, by role. All act at the node of Nam Định (H40).
enum Cast {
    static let handler = person("handler", "Cán bộ mẫu", .incidentHandler)
    static let colleague = person("colleague", "Đồng nghiệp mẫu", .officer)
    static let lead = person("lead", "Lãnh đạo mẫu", .departmentLead)
    /// Signed in with a password alone.
    static let hasty = person("hasty", "Cán bộ vội", .officer, level: 1)
    static let hospital = person("hospital", "Cán bộ bệnh viện mẫu", .incidentHandler, at: "H40.15")
    static let citizen = Person(id: ID("citizen"), name: "Công dân mẫu", organisation: nil, roles: [.citizen])

    private static func person(
        _ id: String, _ name: String, _ role: Role, at organisation: String = "H40", level: Int = 2
    ) -> Person {
        Person(
            id: ID(id), name: name, organisation: ID(organisation), roles: [role],
            assurance: Assurance(level: level, methods: [], at: Instant(milliseconds: 1_604_883_600_000)))
    }

    /// The policies as they are shipped, over people of whom nothing but their session is known.
    static let rights = try? Knowledge(organisations: OrganisationRegister([]), home: ID("H40")).rights(
        at: Instant(milliseconds: 1_604_883_600_000), by: try Policies.engine())

    static let all = [handler, colleague, lead, hasty, hospital, citizen]
}

enum Members {
    static let haiDuong = Receiver(id: ID("H23"), name: Phrase(name: "Hải Dương"))
    static let hoaBinh = Receiver(id: ID("H28"), name: Phrase(name: "Hòa Bình"))
    static let coordinator = Receiver(id: ID("VNCERT"), name: Phrase(name: "VNCERT/CC"))
    static let all = [haiDuong, hoaBinh, coordinator]
}

/// The room with its neighbours played by the test.
final class World: Sendable {
    let incidents: Incidents
    let site: Site
    let database: any Database
    let outbox: LedgerOutbox
    let clock = TestClock()
    let ids = SeededIDs()
    let published: Published
    /// Whom nobody can name any more.
    let erased: Erased

    /// What `Exchange` was given; refuses when told to, as a full disk would.
    final class Published: Sendable {
        let drafts = Mutex<[FactDraft]>([])
        let refuses = Mutex(false)
        let rings = Mutex(0)
        struct Refused: Error {}

        var sent: [FactDraft] { drafts.withLock { $0 } }
        var ringCount: Int { rings.withLock { $0 } }
    }

    final class Erased: Sendable {
        let people = Mutex<Set<ID<Person>>>([])
    }

    @discardableResult
    static func open<T>(on engine: Engine, _ body: (World) async throws -> T) async throws -> T {
        try await engine.withDatabase { database in
            try await database.migrate(LedgerOutbox.migrations + Identity.migrations + Incidents.migrations)
            return try await body(World(database))
        }
    }

    init(_ database: any Database) {
        let published = Published()
        let erased = Erased()
        self.database = database
        self.published = published
        self.erased = erased
        outbox = LedgerOutbox(newID: ids.source)
        incidents = Incidents(
            database: database, outbox: outbox, organisation: ID("H40"), access: Access { Cast.rights },
            neighbours: .init(
                publish: { drafts, _ in
                    if published.refuses.withLock({ $0 }) { throw Published.Refused() }
                    published.drafts.withLock { $0 += drafts }
                },
                ring: { published.rings.withLock { $0 += 1 } },
                members: { Members.all },
                whoReceives: { _, recipients in
                    let isCluster = recipients.groups.contains(.cluster)
                    return Members.all.filter {
                        recipients.named.contains($0.id) || isCluster && $0.id.text != "VNCERT"
                            || recipients.groups.contains(.network)
                    }
                },
                whoHas: { _ in
                    [
                        Delivery(
                            to: Members.haiDuong, takenAt: Instant(milliseconds: 1_604_883_700_000), checkpoint: "#7"),
                        Delivery(to: Members.hoaBinh, takenAt: nil),
                    ]
                },
                profile: { _ in
                    OrganisationProfile(
                        name: "Sở Thông tin và Truyền thông Nam Định", address: "Nam Định", phone: "0228 000 0001")
                }, person: { login in Cast.all.first { $0.id.text == login }?.id },
                names: { people in
                    let known = Cast.all.filter { person in
                        people.contains(person.id) && !erased.people.withLock { $0.contains(person.id) }
                    }
                    return Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0.name) })
                }),
            now: clock.now, newID: ids.source)
        site = Site(
            doorkeeper: Doorkeeper(
                identify: { request in
                    let person = Cast.all.first { $0.id.text == request.cookie("who") }
                    return Caller(person: person, session: person?.id.text)
                },
                decide: { person, permission in
                    Cast.rights.map { decide(person, permission, with: $0).allowed } ?? false
                }),
            settings: SiteSettings(
                name: Phrase(name: "Trục"), cookiePrefix: "test", secret: Array(repeating: 7, count: 32)),
            now: clock.now, newID: ids.source, layout: PageFrame(organisation: Phrase(name: "Nam Định")).layout)
        incidents.doors(site)
    }

    func visitor(_ person: Person?) -> Visitor {
        let visitor = Visitor(site)
        if let person { visitor.setCookie("who", person.id.text) }
        return visitor
    }

    /// What the ledger was told, in order: kinds, and all of the contents as one text.
    func ledger() async throws -> (kinds: [String], words: String) {
        try await database.read { tx in
            let rows = try tx.rows("SELECT kind, content FROM ledger_fact ORDER BY at, id")
            let words = try rows.map { String(decoding: try $0.get("content", as: [UInt8].self), as: UTF8.self) }
            return (try rows.map { try $0.get("kind") }, words.joined(separator: "\n"))
        }
    }
}

extension InitialReport {
    /// A whole report with words that can be looked for.
    static var sample: InitialReport {
        var report = InitialReport()
        report.title = "Thư giả mạo đòi cập nhật mật khẩu"
        report.kind = .phishing
        report.summary =
            "Nhân viên Bệnh viện Mẫu nhận thư lạ. Gọi 0912 345 678 để hỏi thêm. Đường dẫn độc hại đã bị chặn."
        report.operatorName = "Bệnh viện Mẫu"
        report.detectedAt = Instant(milliseconds: 1_604_880_000_000)
        report.present = .unhandled
        report.detections = [.log]
        report.notified = [.nobody]
        report.reporter = Contact(
            name: "Người Báo Mẫu", address: "1 phố Mẫu", phone: "0912-345-678", email: "bao@mau.gov.vn")
        report.contact = Contact(
            name: "Người Liên Hệ Mẫu", position: "Trưởng phòng", phone: "0228 999 888", email: "lienhe@mau.gov.vn")
        return report
    }

    /// The same as a browser sends it.
    static var sampleFields: Fields {
        [
            "title": "Thư giả mạo đòi cập nhật mật khẩu", "kind": "phishing",
            "summary": "Nhân viên nhận thư từ địa chỉ lạ. Đường dẫn độc hại đã bị chặn.", "operator": "Bệnh viện Mẫu",
            "detected": "2020-11-09T07:00", "present": "unhandled", "detections": "log", "notified": "nobody",
            "reporter-name": "Người Báo Mẫu", "reporter-address": "1 phố Mẫu", "reporter-phone": "0912 345 678",
            "reporter-email": "bao@mau.gov.vn", "contact-name": "Người Liên Hệ Mẫu", "contact-position": "Trưởng phòng",
            "contact-phone": "0228 999 888", "contact-email": "lienhe@mau.gov.vn", "confidential": "yes",
            "tlp": "TLP:GREEN",
            "to": "cluster",
        ]
    }
}
