import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("What others wrote of somebody who is erased")
struct MentionTests {
    private static let gone = ErasedPerson(
        id: ID("gone"), name: "Người Sẽ Xóa", email: "xoa@vi-du.vn", logins: ["nguoi.xoa", "xoa"])

    @Test(
        "whole words go, in whatever case; parts of others' names, addresses and usernames stay",
        arguments: [
            ("Hỏi Người Sẽ Xóa, XOA@vi-du.vn.", "Hỏi […], […]."), ("NGƯỜI SẼ XÓA (nguoi.xoa)", "[…] ([…])"),
            ("Người Sẽ Xóa và Người Sẽ Xóa", "[…] và […]"), ("Người Sẽ Xóan", "Người Sẽ Xóan"),
            ("nguoi.xoa@khac.vn, x.nguoi.xoa, nguoi.xoa.hai", "nguoi.xoa@khac.vn, x.nguoi.xoa, nguoi.xoa.hai"),
            ("Cần xóa dữ liệu: xoa", "Cần xóa dữ liệu: xoa"), ("Liên hệ nguoi.xoa. Hết", "Liên hệ […]. Hết"), ("", ""),
        ])
    func words(text: String, without: String) {
        #expect(Self.gone.takenOut(of: text) == without)
        #expect(Self.gone.isNamed(in: text) == (text != without))
    }

    @Test("of a name that somebody else has as well, it is not known who is meant")
    func namesake() {
        let gone = ErasedPerson(id: ID("gone"), name: "Nguyễn Văn Mẫu", email: "a@vi-du.vn", hasNamesake: true)
        #expect(gone.takenOut(of: "Nguyễn Văn Mẫu, a@vi-du.vn") == "Nguyễn Văn Mẫu, […]")
        #expect(gone.isNamed(in: "Nguyễn Văn Mẫu"))
        #expect(!ErasedPerson(id: ID("x"), name: "Mẫu", email: nil).isNamed(in: "Cán bộ Mẫu"), "of one word")
    }

    /// An administrator, and somebody who has left; a colleague's role and delegation were given because of them.
    private static func open(
        on engine: Engine, _ body: @Sendable (Town, _ boss: Person, _ gone: ID<Person>) async throws -> Void
    ) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let boss = Person(
                id: try await town.identity.createPerson(
                    login: "quantri.mau", name: "Quản trị mẫu", email: "quantri@vi-du.vn",
                    roles: [.nodeAdministrator], phc: Town.quickPHC), name: "Quản trị mẫu", organisation: ID("H40"),
                roles: [.nodeAdministrator])
            let gone = try await town.identity.createPerson(
                login: "nguoi.xoa", name: "Người Sẽ Xóa", email: "xoa@vi-du.vn", roles: [.officer], phc: Town.quickPHC)
            let officer = try await town.person("canbo.mau", .officer)
            try await town.person("lanhdao.mau", .departmentLead, name: "Lãnh đạo mẫu")
            let asked = try await town.identity.ask(
                .elevation, for: officer, "incident-handler", hours: 1, reason: "Thay Người Sẽ Xóa đang nghỉ phép",
                by: Person(id: officer, name: "", organisation: ID("H40"), roles: [.officer]))
            try await town.identity.answer(asked, .approved, by: boss)
            _ = try await town.identity.createService(
                name: "Phần mềm của Người Sẽ Xóa", purpose: "Hỏi nguoi.xoa hoặc xoa@vi-du.vn", scopes: [.readPeople],
                days: 90, by: nil)
            try await town.identity.leave(gone, by: nil)
            try await town.identity.sweep()
            try await body(town, boss, gone)
        }
    }

    @Test(
        "reasons and purposes lose the name, with what leaves said; what something is called is told",
        arguments: Engine.all)
    func taken(engine: Engine) async throws {
        let words = ["Người Sẽ Xóa", "nguoi.xoa", "xoa@vi-du.vn"]
        try await Self.open(on: engine) { town, boss, gone in
            let visitor = await town.visitor("quantri.mau")
            let page = await visitor.get("/identity/people/\(gone)/erase").expect(
                200, shows: "Nơi khác nhắc tên", "Lý do của một đề nghị quyền", "Sẽ được thay",
                "Tên của một tài khoản dịch vụ", "Cần bạn xem")
            #expect(page.text.matches(of: /Cần bạn xem/).count == 1)
            await visitor.post("/identity/people/\(gone)/erase", ["sure": "1"]).expect(303)
            let left = try await town.database.places(saying: words)
            #expect(left == ["identity_service.name: Người Sẽ Xóa"])
            let reasons = try await town.database.read { tx in
                try tx.rows("SELECT reason FROM identity_request").map { try $0.get("reason", as: String.self) }
            }
            #expect(reasons == ["Thay […] đang nghỉ phép"])
            // Whoever administers the node is told where to look, without the name.
            await visitor.get("/identity/account").expect(
                200, shows: "Những nơi từng nhắc tên", "Tên của một tài khoản dịch vụ", hides: ["Người Sẽ Xóa"])
            let letters = try await town.count("mail_message WHERE subject LIKE 'Những nơi từng nhắc%'")
            #expect(letters == 1)
            let leaf = try await town.contents(of: "identity.person-erased").first
            #expect(leaf?.contains("\"mentions\":") == true, "\(leaf ?? "")")
        }
    }

    @Test("who may not erase somebody is not told where they are named", arguments: Engine.all)
    func reach(engine: Engine) async throws {
        try await Self.open(on: engine) { town, _, gone in
            try await town.addUnit("H40-CNTT", "Phòng Công nghệ thông tin")
            try await town.identity.createPerson(
                login: "truongphong.mau", name: "Trưởng phòng mẫu", roles: [.unitAdministrator, .officer],
                phc: Town.quickPHC, organisation: ID("H40-CNTT"))
            let head = await town.visitor("truongphong.mau")
            let answer = await head.get("/identity/people/\(gone)/erase")
            #expect([403, 404].contains(answer.status) && !answer.text.contains("Nơi khác nhắc tên"))
        }
    }
}
