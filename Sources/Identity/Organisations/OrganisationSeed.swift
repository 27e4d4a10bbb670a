import Vocabulary

/// What a new node knows about organisations. Written to the tables at first start and edited there ever after; a
/// change of the map needs no release.
///
/// Sure: the nine departments and their offices in Cluster 3 on 9 November 2020. Secondary (press): the departments'
/// merger into Sở Khoa học và Công nghệ, the provinces merged on 1 July 2025, the move to Bộ Công an on 1 March 2025.
/// Unverified: every beginning before 2020, the codes other than H49, and which codes the merged provinces bear.
extension OrganisationRegister {
    package static let seed = OrganisationRegister(
        Seed.provinces.flatMap { [$0.committee, $0.department] }
            + Seed.merged.flatMap { [$0.committee, $0.department] }
            + Seed.national)
}

private enum Seed {
    static func day(_ year: Int, _ month: Int, _ day: Int) -> Day {
        Day(year: year, month: month, day: day) ?? Day(daysSince1970: 0)
    }

    /// Unverified: the departments were formed in the course of 2008.
    static let departmentsFormed = day(2008, 1, 1)
    /// Unverified: the eve of every date in this file.
    static let longAgo = day(1997, 1, 1)
    /// Unverified: QCVN 102:2016/BTTTT in force, codes such as `000.00.00.H40`.
    static let longCodes = day(2016, 10, 1)
    /// Unverified: QĐ 20/2020/QĐ-TTg in force, codes such as `H40`.
    static let shortCodes = day(2020, 9, 7)
    /// Secondary: Sở Thông tin và Truyền thông became part of Sở Khoa học và Công nghệ; information security moved to
    /// Bộ Công an.
    static let departmentsMerged = day(2025, 3, 1)
    /// Secondary: 63 provinces became 34.
    static let provincesMerged = day(2025, 7, 1)

    static let provinces = [
        // Sure: Cụm trưởng. Code consistent with public samples, not seen in the official list.
        Province("H40", "tỉnh Nam Định", "Nam Định", successor: "H42-2025"),
        // Sure: Cụm phó.
        Province("H23", "tỉnh Hải Dương", "Hải Dương", successor: "H24-2025"),
        // Sure, code included: Quảng Ninh was not merged.
        Province("H49", "tỉnh Quảng Ninh", "Quảng Ninh", successor: nil),
        Province("H24", "thành phố Hải Phòng", "Hải Phòng", successor: "H24-2025"),
        Province("H31", "tỉnh Hưng Yên", "Hưng Yên", successor: "H31-2025"),
        Province("H54", "tỉnh Thái Bình", "Thái Bình", successor: "H31-2025"),
        Province("H42", "tỉnh Ninh Bình", "Ninh Bình", successor: "H42-2025"),
        Province("H25", "tỉnh Hà Nam", "Hà Nam", successor: "H42-2025"),
        // Secondary: with Vĩnh Phúc and Phú Thọ, neither of them in the cluster.
        Province("H28", "tỉnh Hòa Bình", "Hòa Bình", successor: "H44-2025"),
    ]

    static let merged = [
        MergedProvince("H42", "tỉnh Ninh Bình", "Ninh Bình"),
        MergedProvince("H24", "thành phố Hải Phòng", "Hải Phòng"),
        MergedProvince("H31", "tỉnh Hưng Yên", "Hưng Yên"),
        MergedProvince("H44", "tỉnh Phú Thọ", "Phú Thọ"),
    ]

    static let national = [
        OrganisationRecord(
            id: ID("BTTTT"), kind: .ministry, validFrom: day(2007, 8, 1), validUntil: departmentsMerged,
            names: [
                Dated(
                    Phrase(vi: "Bộ Thông tin và Truyền thông", en: "Ministry of Information and Communications"),
                    from: day(2007, 8, 1))
            ],
            successors: [ID("BKHCN")]),
        OrganisationRecord(
            id: ID("BKHCN"), kind: .ministry, validFrom: longAgo,
            names: [
                Dated(Phrase(vi: "Bộ Khoa học và Công nghệ", en: "Ministry of Science and Technology"), from: longAgo)
            ]),
        OrganisationRecord(
            id: ID("BCA"), kind: .ministry, validFrom: longAgo,
            names: [Dated(Phrase(vi: "Bộ Công an", en: "Ministry of Public Security"), from: longAgo)]),
        // Sure: national coordinator in 2020. Unverified: the day of its founding, and that it kept its name later.
        OrganisationRecord(
            id: ID("VNCERT"), kind: .coordinator, validFrom: day(2005, 12, 20),
            names: [
                Dated(
                    Phrase(
                        vi: "Trung tâm Ứng cứu khẩn cấp không gian mạng Việt Nam (VNCERT/CC)",
                        en: "Vietnam Cyber Emergency Response Center (VNCERT/CC)"), from: day(2005, 12, 20))
            ],
            codes: [Dated("VNCERT", from: day(2005, 12, 20))],
            parents: [
                Dated(ID("BTTTT"), from: day(2007, 8, 1), until: departmentsMerged),
                Dated(ID("BCA"), from: departmentsMerged),
            ]),
    ]
}

/// One of the 63 provinces. Strictly its code names the People's Committee, the level-1 body; the department that runs
/// the node bears it here until its own level-2 code is known.
private struct Province {
    let committee, department: OrganisationRecord

    init(_ code: String, _ place: String, _ name: String, successor: String?) {
        let end = successor == nil ? nil : Seed.provincesMerged
        committee = .committee("UBND-\(code)", place, name, from: Seed.longAgo, until: end, successor: successor)
        department = OrganisationRecord(
            id: ID(code), kind: .department, validFrom: Seed.departmentsFormed, validUntil: end,
            names: [
                Dated(
                    Phrase(
                        vi: "Sở Thông tin và Truyền thông \(place)",
                        en: "\(name) Department of Information and Communications"),
                    from: Seed.departmentsFormed, until: Seed.departmentsMerged),
                Dated(.scienceDepartment(place, name), from: Seed.departmentsMerged),
            ],
            codes: [
                Dated(code, from: Seed.shortCodes, until: end),
                Dated("000.00.00.\(code)", from: Seed.longCodes, until: end),
            ],
            parents: [Dated(committee.id, from: Seed.departmentsFormed, until: end)],
            successors: successor.map { [ID($0)] } ?? [])
    }
}

/// One of the 34 provinces of 1 July 2025 that took in members of the cluster. Unverified: that it bears the code of
/// the province whose name it has.
private struct MergedProvince {
    let committee, department: OrganisationRecord

    init(_ code: String, _ place: String, _ name: String) {
        let start = Seed.provincesMerged
        committee = .committee("UBND-\(code)-2025", place, name, from: start, until: nil, successor: nil)
        department = OrganisationRecord(
            id: ID("\(code)-2025"), kind: .department, validFrom: start,
            names: [Dated(.scienceDepartment(place, name), from: start)],
            codes: [Dated(code, from: start), Dated("000.00.00.\(code)", from: start)],
            parents: [Dated(committee.id, from: start)])
    }
}

extension OrganisationRecord {
    fileprivate static func committee(
        _ id: String, _ place: String, _ name: String, from: Day, until: Day?, successor: String?
    ) -> OrganisationRecord {
        OrganisationRecord(
            id: ID(id), kind: .committee, validFrom: from, validUntil: until,
            names: [Dated(Phrase(vi: "Ủy ban nhân dân \(place)", en: "\(name) People's Committee"), from: from)],
            successors: successor.map { [ID("UBND-\($0)")] } ?? [])
    }
}

extension Phrase {
    fileprivate static func scienceDepartment(_ place: String, _ name: String) -> Phrase {
        Phrase(vi: "Sở Khoa học và Công nghệ \(place)", en: "\(name) Department of Science and Technology")
    }
}
