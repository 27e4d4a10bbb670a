package import Vocabulary

extension Permission {
    package static let explainRights = Permission("identity.explain")
}

extension Phrase {
    static let explain = Phrase(vi: "Giải thích quyền", en: "Explain rights")
    static let explainLead = Phrase(
        vi: "Chọn người, việc và ngày để biết người đó có được làm không, theo chính sách và quan hệ nào.",
        en: "Choose a person, an action and a day to see whether they may do it, and by which policies and relations.")
    static let explainSubmit = Phrase(vi: "Giải thích", en: "Explain")
    static let explainAnswer = Phrase(vi: "Trả lời", en: "Answer")
    static let explainNotFound = Phrase(
        vi: "Không tìm thấy người dùng hoặc dữ liệu này", en: "There is no such person or record")
    static let actionField = Phrase(vi: "Việc", en: "Action")
    static let resourceField = Phrase(vi: "Dữ liệu", en: "Record")
    static let resourceHint = Phrase(
        vi: "Ví dụ incidents/ rồi mã sự cố. Để trống nếu hỏi về chức năng nói chung",
        en: "For example incidents/ and the incident's id. Leave empty to ask about the function in general")
    static let explainMoment = Phrase(vi: "Tại thời điểm", en: "At the moment")
    static let explainRevision = Phrase(vi: "Phiên bản quyền", en: "Revision of rights")
    static let isAllowed = Phrase(vi: "Được phép", en: "Allowed")
    static let isDenied = Phrase(vi: "Không được phép", en: "Not allowed")
    static let policyText = Phrase(vi: "Nguyên văn chính sách", en: "The policy's own words")
    static let readersLink = Phrase(vi: "Ai đọc được và ai đã đọc", en: "Who could read it, and who did")
    static let nobodyCould = Phrase(vi: "Không ai đọc được", en: "Nobody could")
    static let nobodyDid = Phrase(
        vi: "Sổ cái không ghi việc gì với dữ liệu này trong ngày", en: "The ledger has nothing about it on this day")
    static let couldReadCaption = Phrase(vi: "Người đọc được", en: "Who could read it")
    static let didReadCaption = Phrase(vi: "Việc đã làm", en: "What was done")
    static let why = Phrase(vi: "Vì sao", en: "Why")
    static let factAt = Phrase(vi: "Lúc", en: "When")
    static let factKind = Phrase(vi: "Việc", en: "What")
    static let factBy = Phrase(vi: "Người làm", en: "Who")
    static let proof = Phrase(vi: "Bằng chứng", en: "Proof")
    static let proofWaits = Phrase(vi: "Đang ghi vào sổ cái", en: "On its way to the ledger")

    static func readersOn(_ day: Day) -> Phrase {
        Phrase(vi: "Ai đọc được ngày \(day.forReading)", en: "Who could read it on \(day.forReading)")
    }
    static func couldRead(_ count: Int) -> Phrase {
        Phrase(vi: "\(count) người đọc được", en: count == 1 ? "1 person could" : "\(count) people could")
    }
    static func didRead(_ count: Int) -> Phrase {
        Phrase(
            vi: "\(count) việc đã ghi trong sổ cái",
            en: count == 1 ? "1 fact in the ledger" : "\(count) facts in the ledger")
    }
    static func wouldNeed(_ roles: [Role]) -> Phrase {
        Phrase(
            vi: "Cần một trong các vai trò: \(roles.map(\.label.vi).joined(separator: ", "))",
            en: "One of these roles is needed: \(roles.map(\.label.en).joined(separator: ", "))")
    }
    package static func obligation(_ obligation: Decision.Obligation) -> Phrase {
        switch obligation {
        case .mask: Phrase(vi: "Dữ liệu cá nhân được che", en: "Personal data are masked")
        case .watermark: Phrase(vi: "Tài liệu mang dấu tên người xem", en: "The document carries the reader's name")
        }
    }
}
