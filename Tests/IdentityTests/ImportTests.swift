import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Lists of staff")
struct ImportTests {
    static let list = """
        Tên đăng nhập;Họ và tên;Thư điện tử;Đơn vị;Vai trò;Từ ngày;Đến ngày;Mã cán bộ;Chức vụ
        an.mau;Nguyễn Văn Mẫu;an@vi-du.vn;Phòng A;Cán bộ;;;NV-1;Chuyên viên
        binh.mau;"Trần ""Bình"" Mẫu";;H40-A;Cán bộ, Người xử lý sự cố;20/11/2020;2020-12-31;NV-2;
        """

    private func boss(_ town: Town) async throws -> House.Visitor {
        try await town.addUnit("H40-A", "Phòng A")
        try await town.person("quantri.mau", .nodeAdministrator)
        return await town.visitor("quantri.mau")
    }

    private func upload(_ text: String, _ visitor: House.Visitor) async throws -> String {
        var fields = Fields()
        fields.files["file"] = UploadedFile(name: "ds.csv", type: "text/csv", bytes: Array(text.utf8))
        let answer = await visitor.post("/identity/people/import", fields)
        #expect(answer.status == 303, "\(answer.text.prefix(2000))")
        return try #require(answer.location)
    }

    @Test("is shown line by line, done as a whole, and changes nothing the second time", arguments: Engine.all)
    func whole(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let visitor = try await boss(town)
            let preview = try await upload(Self.list, visitor)
            await visitor.get(preview).expect(
                200, shows: "Nguyễn Văn Mẫu", "Trần &quot;Bình&quot; Mẫu", "Ghi danh sách")
            #expect(try await town.count("identity_person") == 1, "nothing is written before it is said")
            await visitor.post("\(preview)/perform").expect(redirectTo: preview)
            await visitor.get(preview).expect(200, shows: "Đã ghi danh sách")
            #expect(try await town.count("identity_person") == 3)
            let binh = try #require(
                try await town.database.read { try PeopleStore.account(login: "binh.mau", in: $0) })
            #expect(binh.name == "Trần \"Bình\" Mẫu")
            #expect(try await town.roles(of: binh.id) == [], "the role begins with the post")
            try await town.reach("2020-11-20")
            #expect(try await town.roles(of: binh.id) == [.officer, .incidentHandler])
            let again = await town.visitor("quantri.mau")
            let facts = try await town.facts().count { $0 != "identity.signed-in" }
            let same = try await upload(Self.list, again)
            await again.get(same).expect(200, shows: "không có gì thay đổi", hides: ["Ghi danh sách</button>"])
            await again.post("\(same)/perform").expect(redirectTo: same)
            #expect(
                try await town.facts().count { $0 != "identity.signed-in" } == facts + 1, "only that it was imported")
            try await town.reach("2021-01-01")
            #expect(try await town.roles(of: binh.id) == [])
            #expect(try await town.account(binh.id)?.state == .suspended)
        }
    }

    @Test("with a fault on any line nothing is written, and every fault stands at its line", arguments: Engine.all)
    func faults(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let visitor = try await boss(town)
            let text = """
                login,name,unit,role,from,until
                tot.mau,Người Tốt,Phòng A,Cán bộ,,
                xx,Ngắn,Phòng A,Cán bộ,,
                hai.lan,Người Một,Phòng A,,,
                hai.lan,Người Hai,Phòng A,,,
                la.mau,Người Lạ,Phòng Z,,,
                vt.mau,Vai Trò,Phòng A,Vua,,
                qt.mau,Quản Trị,H40,Quản trị nút,,
                ng.mau,Ngày Sai,Phòng A,,31/02/2020,
                ng.hai,Ngày Ngược,Phòng A,,2020-12-02,2020-12-01
                """
            let preview = try await upload(text, visitor)
            await visitor.get(preview).expect(
                200, shows: "Tên đăng nhập có 3 đến 64", "có ở nhiều dòng", "Phòng Z", "Không có vai trò “Vua”",
                "người có thẩm quyền", "2025-07-01 hoặc 01/07/2025", "trước ngày bắt đầu", "Chưa có gì được ghi")
            // What the list says, not the organisation that an empty cell would mean.
            let line = try #require(await visitor.get(preview).text.firstMatch(of: /la\.mau(.|\n)*?<\/tr>/)?.output.0)
            #expect(line.contains(">Phòng Z<") && !line.contains("Nam Định"))
            await visitor.post("\(preview)/perform").expect(409)
            #expect(try await town.count("identity_person") == 1)
        }
    }

    @Test("a unit administrator imports into the own subtree alone, and sees own lists alone", arguments: Engine.all)
    func delegated(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let boss = try await boss(town)
            try await town.identity.createPerson(
                login: "truong.phong", name: "Trưởng phòng mẫu", roles: [.unitAdministrator, .officer],
                phc: Town.quickPHC, organisation: ID("H40-A"))
            let head = await town.visitor("truong.phong")
            let good = try await upload("login,name,unit,role\na.mot,Người A,Phòng A,Cán bộ", head)
            await boss.get(good).expect(404)
            let blank = try await upload("login,name,unit,role\na.bon,Người A,,Cán bộ", head)
            await head.get(blank).expect(200, shows: "Hãy ghi đơn vị", hides: ["“”"])
            await head.post("\(good)/perform").expect(redirectTo: good)
            let bad = try await upload(
                "login,name,unit,role\na.hai,Người A,H40,\na.ba,Ba,Phòng A,Kiểm toán viên\nquantri.mau,X,Phòng A,", head
            )
            await head.get(bad).expect(
                200, shows: "Bạn không quản trị đơn vị", "không được giao vai trò", "đã có người dùng")
        }
    }

    @Test("hostile files are refused with a sentence")
    func hostile() throws {
        let long = "login,name\n" + String(repeating: "a,b\n", count: 5001)
        for text in [
            "", "login\nx", "login,name", "login,name,login\na,b,c", "login,name\n\"a,b", "login,name\n\"a\"x,b", long,
            "login,name\n" + String(repeating: "x", count: 3000) + ",b",
        ] {
            #expect(throws: Problem.self) { _ = try ImportedPerson.all(try CSVTable(Array(text.utf8))) }
        }
        #expect(throws: Problem.self) { _ = try CSVTable([0xFF, 0xFE, 0x41]) }
        let table = try CSVTable(Array("\u{FEFF}login,name\r\na.b,\"Một\nhai\"\r\n\r\nc.d,x".utf8))
        #expect(table.lines.map(\.number) == [1, 2, 5])
        #expect(table.lines[1].cells == ["a.b", "Một\nhai"])
    }
}
