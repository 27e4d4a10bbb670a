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
    static let dayIsToCome = Phrase(
        vi: "Ngày này chưa đến: chưa ai biết khi đó ai có quyền gì",
        en: "This day is to come: who may do what then is not known yet")
    static func noSuchAction(_ name: String) -> Phrase {
        let all = Permissions.explained.map(\.action.name).joined(separator: ", ")
        return Phrase(
            vi: "Không có việc nào tên là “\(name)”. Có: \(all)",
            en: "There is no action “\(name)”. There are: \(all)")
    }
    static let actionField = Phrase(vi: "Việc", en: "Action")
    static let resourceField = Phrase(vi: "Dữ liệu", en: "Record")
    static let resourceHint = Phrase(
        vi: "Ví dụ incidents/ rồi mã sự cố. Để trống nếu hỏi về chức năng nói chung",
        en: "For example incidents/ and the incident's id. Leave empty to ask about the function in general")
    static let recordHint = Phrase(
        vi: "Ví dụ incidents/ rồi mã sự cố, như trong địa chỉ của trang sự cố",
        en: "For example incidents/ and the incident's id, as in the address of its page")
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
    static let didReadLead = Phrase(
        vi: """
            Mỗi người đọc dữ liệu từ TLP:AMBER trở lên, hoặc có dữ liệu cá nhân, để lại một dòng mỗi ngày, ghi trước \
            khi nội dung hiện ra. Danh sách chỉ hiện tiêu đề không được tính là đọc.
            """,
        en: """
            Whoever reads a record from TLP:AMBER up, or with personal data, leaves one line a day, written before \
            anything is shown. A list that shows titles is not counted as reading.
            """)
    static let explainLevel = Phrase(vi: "Mức xác thực", en: "Signed in with")
    static let factsThen = Phrase(vi: "Quan hệ có hiệu lực lúc đó", en: "Relations that held then")

    static func levelThen(_ level: Int?) -> Phrase {
        switch level {
        case nil:
            Phrase(
                vi: "Chưa đăng nhập vào lúc đó; tính như đã đăng nhập bằng hai yếu tố",
                en: "Not signed in then; taken as signed in with two factors")
        case 1: Phrase(vi: "Mức 1, một yếu tố", en: "One factor, level 1")
        case let level?: Phrase(vi: "Mức \(level), hai yếu tố", en: "Two factors, level \(level)")
        }
    }

    static func lentBy(_ lender: String) -> Phrase {
        Phrase(vi: "vai trò của \(lender), được ủy quyền", en: "the role of \(lender), lent to them")
    }

    package static func fact(_ fact: Explained.Fact) -> Phrase {
        switch fact.relationship.relation {
        case .opens:
            Phrase(vi: "Mở khẩn cấp \(fact.relationship.object)", en: "Break-glass: \(fact.relationship.object)")
        case .delegate:
            actingFor(fact.lender ?? "…", lentRoles(fact.relationship.roles))
        case .suspended: Phrase(vi: "Tài khoản bị tạm khóa", en: "The account is suspended")
        }
    }

    private static func actingFor(_ lender: String, _ roles: Phrase) -> Phrase {
        Phrase(vi: "Thay mặt \(lender) (\(roles.vi))", en: "Acts for \(lender) (\(roles.en))")
    }

    static func factGivenBy(_ name: String) -> Phrase { Phrase(vi: "do \(name)", en: "by \(name)") }
    static func factApprovedBy(_ name: String) -> Phrase {
        Phrase(vi: "\(name) phê duyệt", en: "approved by \(name)")
    }
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
    package static func wouldNeed(_ roles: [Role]) -> Phrase {
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
    /// What a fact of this kind says, when it is of somebody who read.
    static func reading(_ kind: String) -> Phrase? {
        if kind.hasSuffix(".read") { return Phrase(vi: "Đã đọc", en: "Read it") }
        if kind.hasSuffix(".contact-read") { return Phrase(vi: "Đã xem thông tin liên hệ", en: "Read its contacts") }
        if kind.hasSuffix(".content-read") { return Phrase(vi: "Đã xem bản được chia sẻ", en: "Read what was shared") }
        return nil
    }
}
