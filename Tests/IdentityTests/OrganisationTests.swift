import Database
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Organisations")
struct OrganisationTests {
    let seed = OrganisationRegister.seed
    let conference: Day
    let afterMerger: Day

    init() throws {
        conference = try #require(Day(year: 2020, month: 11, day: 9))
        afterMerger = try #require(Day(year: 2025, month: 7, day: 1))
    }

    @Test(
        "both forms of a code name one department on 9 November 2020",
        arguments: [
            ("H40", "Nam Định"), ("H23", "Hải Dương"), ("H49", "Quảng Ninh"), ("H24", "Hải Phòng"), ("H31", "Hưng Yên"),
            ("H54", "Thái Bình"), ("H42", "Ninh Bình"), ("H25", "Hà Nam"), ("H28", "Hòa Bình"),
        ])
    func codes(code: String, province: String) throws {
        let short = try #require(seed.organisation(code: code, on: conference))
        let long = try #require(seed.organisation(code: "000.00.00.\(code)", on: conference))
        #expect(short.id == ID(code))
        #expect(long.id == short.id)
        #expect(short.name(on: conference).vi.hasPrefix("Sở Thông tin và Truyền thông"))
        #expect(short.name(on: conference).vi.hasSuffix(province))
        #expect(short.parent(on: conference) == ID("UBND-\(code)"))
        #expect(seed.organisation(code: code.lowercased(), on: conference)?.id == short.id)
    }

    @Test("the nine of Cluster 3 and the national coordinator exist, nobody else of their kinds")
    func theNine() {
        let departments = seed.existing(on: conference).filter { $0.kind == .department }
        #expect(departments.count == 9)
        #expect(seed.organisation(code: "VNCERT", on: conference)?.kind == .coordinator)
    }

    @Test("a code is nobody's before it was given and nobody's after its province ended")
    func codesHaveDates() throws {
        let before = try #require(Day(year: 2020, month: 9, day: 6))
        #expect(seed.organisation(code: "H40", on: before) == nil)
        #expect(seed.organisation(code: "000.00.00.H40", on: before)?.id == ID("H40"))
        #expect(seed.organisation(code: "H40", on: afterMerger) == nil)
        #expect(seed.organisation(code: "H99", on: conference) == nil)
    }

    @Test("the code of a merged province that kept its name changes hands on the day")
    func codeChangesHands() throws {
        let eve = try #require(Day(year: 2025, month: 6, day: 30))
        #expect(seed.organisation(code: "H42", on: eve)?.id == ID("H42"))
        #expect(seed.organisation(code: "H42", on: afterMerger)?.id == ID("H42-2025"))
    }

    @Test(
        "who stands where each stood, after 1 July 2025",
        arguments: [
            ("H40", "Ninh Bình"), ("H25", "Ninh Bình"), ("H42", "Ninh Bình"), ("H23", "Hải Phòng"),
            ("H24", "Hải Phòng"),
            ("H54", "Hưng Yên"), ("H31", "Hưng Yên"), ("H28", "Phú Thọ"), ("H49", "Quảng Ninh"),
        ])
    func successors(code: String, province: String) throws {
        #expect(seed.current(of: ID(code), on: conference).map(\.id) == [ID(code)])
        let heir = try #require(seed.current(of: ID(code), on: afterMerger).first)
        #expect(heir.name(on: afterMerger).vi.hasSuffix(province))
        #expect(seed.current(of: ID(code), on: afterMerger).count == 1)
    }

    @Test("history keeps old names; a department is renamed on 1 March 2025")
    func names() throws {
        let namDinh = try #require(seed[ID("H40")])
        let march = try #require(Day(year: 2025, month: 3, day: 1))
        #expect(namDinh.name(on: conference).en == "Nam Định Department of Information and Communications")
        #expect(namDinh.name(on: march).vi == "Sở Khoa học và Công nghệ tỉnh Nam Định")
        #expect(namDinh.name(on: afterMerger) == namDinh.name(on: march))
        #expect(Set(seed.predecessors(of: ID("H42-2025")).map(\.id)) == [ID("H40"), ID("H25"), ID("H42")])
    }

    @Test("successors that go round in a circle are followed once")
    func circle() {
        func record(_ id: String, _ next: String) -> OrganisationRecord {
            OrganisationRecord(
                id: ID(id), kind: .department, validFrom: conference, validUntil: conference, names: [],
                successors: [ID(next)])
        }
        let register = OrganisationRegister([record("A", "B"), record("B", "A")])
        #expect(register.current(of: ID("A"), on: afterMerger) == [])
        #expect(register.name(of: ID("A"), on: conference) == Phrase(name: "A"))
    }

    @Test("come back from the tables as they went in, are seeded once, and can be changed", arguments: Engine.all)
    func stored(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let stored = try await town.identity.organisations()
            #expect(Set(stored.all) == Set(OrganisationRegister.seed.all.map(Town.sorted)))
            let changed = OrganisationRecord(
                id: ID("H40"), kind: .department, validFrom: conference,
                names: [Dated(Phrase(vi: "Tên mới", en: "New name"), from: conference)])
            try await town.identity.save(changed, by: nil)
            try await town.identity.prepare()
            #expect(try await town.identity.organisations()[ID("H40")] == changed)
        }
    }
}
