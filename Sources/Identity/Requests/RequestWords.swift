package import Vocabulary

extension Permission {
    package static let requests = Permission("identity.requests")
    static let approveRequests = Permission("identity.approve")
}

extension AccessRequest.Kind {
    var label: Phrase {
        switch self {
        case .grant: Phrase(vi: "Giao vai trò đặc quyền", en: "Privileged role")
        case .elevation: Phrase(vi: "Nâng quyền tạm thời", en: "Role for some hours")
        case .breakGlass: Phrase(vi: "Mở khẩn cấp", en: "Break-glass")
        }
    }

    var hint: Phrase {
        switch self {
        case .grant: label
        case .elevation: Phrase(vi: "Một vai trò, từ 1 đến 8 giờ", en: "One role, for 1 to 8 hours")
        case .breakGlass:
            Phrase(
                vi: "Đọc một dữ liệu trong 1 giờ, bất kể nhãn hạn chế chia sẻ",
                en: "Read one record for an hour, whatever its label")
        }
    }
}

extension Phrase {
    static let requests = Phrase(vi: "Đề nghị cấp quyền", en: "Requests for rights")
    static let requestsLead = Phrase(
        vi: "Quyền đặc biệt chỉ có hiệu lực khi người thứ hai phê duyệt. Mỗi bước đều được ghi vào sổ cái.",
        en: "Special rights take effect when a second person approves. Each step is written into the ledger.")
    static let askForRight = Phrase(vi: "Đề nghị cấp quyền mới", en: "Ask for a right")
    static let noRequests = Phrase(vi: "Chưa có đề nghị nào", en: "There are no requests")
    static let requestFor = Phrase(vi: "Cho ai", en: "For whom")
    static let requestWhat = Phrase(vi: "Quyền", en: "Right")
    static let requestAsked = Phrase(vi: "Người đề nghị", en: "Asked by")
    static let requestKind = Phrase(vi: "Loại quyền", en: "Kind of right")
    static let chooseKind = Phrase(vi: "Hãy chọn loại quyền", en: "Choose the kind of right")
    static let reason = Phrase(vi: "Lý do", en: "Reason")
    static let reasonHint = Phrase(
        vi: "Từ 10 đến 500 ký tự; người phê duyệt và kiểm toán viên sẽ đọc",
        en: "10 to 500 characters; whoever approves and auditors read it")
    static let reasonIsMissing = Phrase(
        vi: "Hãy nêu lý do, từ 10 đến 500 ký tự", en: "Give the reason in 10 to 500 characters")
    static let onlyForElevation = Phrase(vi: "Khi nâng quyền tạm thời", en: "For a role for some hours")
    static let onlyForBreakGlass = Phrase(
        vi: "Khi mở khẩn cấp; ví dụ incidents/ rồi mã sự cố",
        en: "For break-glass; for example incidents/ and the incident's id")
    static let hours = Phrase(vi: "Số giờ", en: "Hours")
    static let hoursAreWrong = Phrase(vi: "Hãy chọn từ 1 đến 8 giờ", en: "Choose 1 to 8 hours")
    static let approve = Phrase(vi: "Phê duyệt", en: "Approve")
    static let refuse = Phrase(vi: "Từ chối", en: "Refuse")
    static let requestWaits = Phrase(vi: "Chờ người thứ hai", en: "Waits for a second person")
    static let requestApproved = Phrase(vi: "Đã phê duyệt", en: "Approved")
    static let requestRefused = Phrase(vi: "Đã từ chối", en: "Refused")
    static func waitingRequests(_ count: Int) -> Phrase {
        Phrase(vi: "Chờ người thứ hai: \(count)", en: "Waiting for a second person: \(count)")
    }
    static let pastRequests = Phrase(vi: "Đã giải quyết hoặc hết hạn", en: "Decided or lapsed")
    static let noWaitingRequests = Phrase(vi: "Không có đề nghị nào đang chờ", en: "No request waits")
    static let requestWaitsAlready = Phrase(
        vi: "Đề nghị như vậy đang chờ người thứ hai", en: "The same request waits for a second person already")
    static let tooManyRequests = Phrase(
        vi: "Đã có 10 đề nghị của bạn đang chờ; hãy đợi người thứ hai quyết định",
        en: "Ten requests of yours wait already; wait until a second person has decided")
    /// What has just been done, by the word in the address.
    static func wasDone(_ word: String) -> Phrase? {
        switch word {
        case "asked": Phrase(vi: "Đã gửi đề nghị; chờ người thứ hai", en: "Asked; a second person is to decide")
        case "approved": Phrase(vi: "Đã phê duyệt đề nghị", en: "The request was approved")
        case "refused": Phrase(vi: "Đã từ chối đề nghị", en: "The request was refused")
        case "closed": Phrase(vi: "Đã đóng lại dữ liệu", en: "The record was closed")
        default: nil
        }
    }

    static func forHours(_ hours: Int64) -> Phrase {
        Phrase(vi: "trong \(hours) giờ", en: hours == 1 ? "for 1 hour" : "for \(hours) hours")
    }
    static func openUntil(_ end: Instant) -> Phrase {
        Phrase(vi: "Đang mở đến \(end.forReading)", en: "Open until \(end.forReading)")
    }
    static func closedAt(_ end: Instant) -> Phrase {
        Phrase(vi: "Đã đóng lúc \(end.forReading)", en: "Closed at \(end.forReading)")
    }
    static let closeRecord = Phrase(vi: "Đóng lại ngay", en: "Close it now")
    static let requestLapsed = Phrase(vi: "Hết hạn", en: "Lapsed")
    static let requestIsOver = Phrase(
        vi: "Đề nghị này đã được giải quyết hoặc đã hết hạn", en: "This request was decided, or has lapsed")
}
