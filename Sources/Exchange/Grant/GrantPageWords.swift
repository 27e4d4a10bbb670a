import Vocabulary

extension Phrase {
    static let grants = Phrase(vi: "Quyền khai thác", en: "Grants")
    static let noGrants = Phrase(vi: "Chưa có quyền khai thác nào.", en: "There are no grants yet.")
    static let waitForYou = Phrase(vi: "Chờ bạn quyết định", en: "Waiting for you")
    static let waitForProvider = Phrase(vi: "Chờ đơn vị cung cấp", en: "Waiting for the provider")
    static let heldGrants = Phrase(vi: "Đang hiệu lực và tạm ngừng", en: "In force and suspended")
    static let pastGrants = Phrase(vi: "Đã kết thúc", en: "Over")
    static let pastToo = Phrase(vi: "Cả những gì đã kết thúc", en: "Those that are over, too")
    static let purpose = Phrase(vi: "Mục đích", en: "Purpose")
    static let purposeHint = Phrase(
        vi: "Dùng dữ liệu vào việc gì; chứng cứ của mỗi lượt gọi sẽ ghi mục đích này.",
        en: "What the data are for; the evidence of each call will say so.")
    static let legalBasis = Phrase(vi: "Căn cứ pháp lý", en: "Legal basis")
    static let basisHint = Phrase(
        vi: "Như NĐ 47/2020/NĐ-CP, Điều 35.", en: "As Decree 47/2020/NĐ-CP, Article 35.")
    static let dataItems = Phrase(vi: "Mục dữ liệu", en: "Data items")
    static let itemsHint = Phrase(vi: "Như mã và tên đơn vị.", en: "As codes and names of units.")
    static let frequency = Phrase(vi: "Tần suất", en: "Frequency")
    static let frequencyHint = Phrase(vi: "Như 1.000 lượt mỗi ngày.", en: "As 1,000 calls a day.")
    static let operations = Phrase(vi: "Thao tác", en: "Operations")
    static let operationsHint = Phrase(
        vi: "Không chọn gì là tất cả thao tác.", en: "Nothing ticked means all of them.")
    static let allOperations = Phrase(vi: "Tất cả", en: "All")
    static let fields = Phrase(vi: "Trường được nhận", en: "Fields that pass")
    static let fieldsHint = Phrase(
        vi: """
            Mỗi dòng một trường của câu trả lời JSON, như units/name. Để trống là tất cả. Khi có giới hạn, tiêu đề \
            HTTP cũng chỉ còn những gì cần để đọc và lưu câu trả lời: không có Set-Cookie, Location hay tiêu đề riêng.
            """,
        en: """
            One field of the JSON answer on each line, as units/name. Empty means all. Where there is a limit, the \
            HTTP head too keeps only what is needed to read and store the answer: no Set-Cookie, Location or others.
            """)
    static let fieldsBoundHead = Phrase(
        vi: "Tiêu đề HTTP cũng chỉ còn những gì cần để đọc và lưu câu trả lời.",
        en: "Of the HTTP head only what is needed to read and store the answer passes, too.")
    static let allFields = Phrase(vi: "Tất cả", en: "All")
    static let rate = Phrase(vi: "Số lượt mỗi giây", en: "Calls a second")
    static let rateHint = Phrase(vi: "Để trống là không giới hạn.", en: "Empty means no limit.")
    static let quota = Phrase(vi: "Số lượt mỗi ngày", en: "Calls a day")
    static let quotaHint = Phrase(vi: "Để trống là không giới hạn.", en: "Empty means no limit.")
    static let limits = Phrase(vi: "Giới hạn", en: "Limits")
    static let noLimits = Phrase(vi: "Không giới hạn", en: "No limits")
    static let date = Phrase(vi: "Ngày", en: "Day")
    static let until = Phrase(vi: "Đến hết", en: "Until")
    static let untilDay = Phrase(vi: "Đến hết ngày", en: "Last day")
    static let fromDay = Phrase(vi: "Từ ngày", en: "From")
    static let dayIsWrong = Phrase(
        vi: "Hãy nhập một ngày, ví dụ 2026-12-31.", en: "Enter a day, for example 2026-12-31.")
    static let askedAt = Phrase(vi: "Đề nghị lúc", en: "Asked at")
    static let decideBy = Phrase(vi: "Hạn quyết định", en: "Decision due")
    static let overdue = Phrase(vi: "Quá hạn quyết định", en: "Decision overdue")
    static let beginsLater = Phrase(vi: "Chưa tới ngày", en: "Begins later")

    static func suspendedFrom(_ day: Day) -> Phrase {
        Phrase(vi: "Tạm ngừng từ \(day.forReading)", en: "Suspended from \(day.forReading)")
    }

    static let sendRequest = Phrase(vi: "Gửi đề nghị", en: "Send the request")
    static let requestLead = Phrase(
        vi: "Đơn vị cung cấp trả lời trong 5 ngày làm việc.", en: "The provider answers within 5 working days.")
    static let noApplicationOfYours = Phrase(
        vi: "Cơ quan của bạn chưa có ứng dụng nào được đăng ký.",
        en: "Your organisation has no application registered yet.")
    static let goOn = Phrase(vi: "Tiếp tục", en: "Go on")
    static let decide = Phrase(vi: "Quyết định về đề nghị", en: "Decide on the request")
    static let saveDecision = Phrase(vi: "Ghi quyết định", en: "Save the decision")
    static let decision = Phrase(vi: "Quyết định", en: "Decision")
    static let chooseDecision = Phrase(vi: "Hãy chọn cấp hay từ chối.", en: "Choose to grant or to refuse.")
    static let approve = Phrase(vi: "Cấp quyền", en: "Grant")
    static let refuse = Phrase(vi: "Từ chối", en: "Refuse")
    static let reason = Phrase(vi: "Lý do", en: "Reason")
    static let refusalHint = Phrase(vi: "Bắt buộc khi từ chối.", en: "Needed for a refusal.")
    static let grantedTerms = Phrase(vi: "Cấp những gì", en: "What is granted")
    static let grantedTermsHint = Phrase(
        vi: "Có thể cấp ít hơn đề nghị.", en: "It may be less than what was asked for.")
    static let withdraw = Phrase(vi: "Rút đề nghị", en: "Withdraw")
    static let suspend = Phrase(vi: "Tạm ngừng", en: "Suspend")
    static let suspensionKind = Phrase(vi: "Vì sao tạm ngừng", en: "Why it is suspended")
    static let chooseSuspension = Phrase(vi: "Hãy chọn lý do tạm ngừng.", en: "Choose why.")
    static let resumesOn = Phrase(vi: "Tự mở lại vào ngày", en: "Resumes on")
    static let resumesHint = Phrase(
        vi: "Để trống: tạm ngừng đến khi có người mở lại.", en: "Empty: until somebody resumes it.")
    static let resume = Phrase(vi: "Mở lại", en: "Resume")
    static let endGrant = Phrase(vi: "Chấm dứt quyền", en: "End the grant")
    static let endLead = Phrase(
        vi: "Quyền hết hiệu lực ngay và không mở lại được.", en: "It ends at once and for good.")
    static let grantSignatureHolds = Phrase(
        vi: "Chữ ký của nút đúng, vừa kiểm tra lại", en: "The node's signature holds, checked just now")
    static let grantSignatureFails = Phrase(vi: "Chữ ký của nút sai", en: "The node's signature does not hold")
    static let downloadGrant = Phrase(vi: "Tải bản có chữ ký", en: "Download the signed grant")
    static let exchangesUnder = Phrase(vi: "Các lần trao đổi theo quyền này", en: "Exchanges under this grant")
    static let consumingOrganisation = Phrase(vi: "Cơ quan khai thác", en: "Consuming organisation")
    static let someOfficer = Phrase(vi: "một cán bộ", en: "an officer")
    static let whatHappened = Phrase(vi: "Diễn biến", en: "What happened")
    static let holidays = Phrase(vi: "Ngày nghỉ và ngày làm bù", en: "Holidays and days worked instead")
    static let holidaysLead = Phrase(
        vi: """
            Thứ Bảy, Chủ nhật, 1/1, 30/4, 1/5 và 2/9 đã tính là ngày nghỉ. Hãy nhập Tết, Giỗ Tổ và ngày hoán đổi theo \
            quyết định mỗi năm.
            """,
        en: """
            Saturdays, Sundays, 1 January, 30 April, 1 May and 2 September are free already. Enter Tết, the Hùng \
            Kings' day and swapped days as decided each year.
            """)
    static let holidayName = Phrase(vi: "Tên ngày", en: "What day it is")
    static let holidayNameHint = Phrase(vi: "Như Tết Nguyên đán.", en: "As Lunar New Year.")
    static let dayFree = Phrase(vi: "Nghỉ", en: "Free")
    static let dayWorked = Phrase(vi: "Làm việc", en: "Worked")
    static let saveDay = Phrase(vi: "Lưu ngày", en: "Save the day")
    static let removeDay = Phrase(vi: "Xóa", en: "Remove")

    /// A number for a field: with every digit that it has, so that what is sent back unchanged is the same.
    static func exactly(_ value: Double) -> Phrase {
        let digits = "\(value)"
        let text = digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
        return Phrase(vi: text.replacing(".", with: ","), en: text)
    }

    static func callsASecond(_ rate: Double) -> Phrase {
        let figure = figure(rate)
        return Phrase(vi: "\(figure.vi) lượt mỗi giây", en: "\(figure.en) calls a second")
    }

    /// A quota: so many calls in a window of so many seconds.
    static func calls(_ count: Int64, each seconds: Int64) -> Phrase {
        let (calls, window) = (Phrase.count(Int(count)), Phrase.count(Int(seconds)))
        switch seconds {
        case 86_400: return Phrase(vi: "\(calls.vi) lượt mỗi ngày", en: "\(calls.en) calls a day")
        case 3600: return Phrase(vi: "\(calls.vi) lượt mỗi giờ", en: "\(calls.en) calls an hour")
        default:
            return Phrase(vi: "\(calls.vi) lượt mỗi \(window.vi) giây", en: "\(calls.en) calls in \(window.en) seconds")
        }
    }

    static func noticeHint(_ earliest: Day) -> Phrase {
        Phrase(
            vi: "Chỉ khi có kế hoạch; sớm nhất \(earliest.forReading).",
            en: "For planned ones only; \(earliest.forReading) at the earliest.")
    }
}

extension AccessGrant.State {
    var phrase: Phrase {
        switch self {
        case .waiting: Phrase(vi: "Chờ duyệt", en: "Waiting")
        case .refused: Phrase(vi: "Từ chối", en: "Refused")
        case .withdrawn: Phrase(vi: "Đã rút", en: "Withdrawn")
        case .lapsed: Phrase(vi: "Tự đóng", en: "Lapsed")
        case .active: Phrase(vi: "Hoạt động", en: "Active")
        case .suspended: Phrase(vi: "Tạm ngừng", en: "Suspended")
        case .ended: Phrase(vi: "Chấm dứt", en: "Ended")
        }
    }
}

extension Suspension.Kind {
    var phrase: Phrase {
        switch self {
        case .planned: Phrase(vi: "Bảo trì có kế hoạch", en: "Planned maintenance")
        case .violation: Phrase(vi: "Vi phạm", en: "Violation")
        case .security: Phrase(vi: "An toàn thông tin", en: "Security")
        }
    }

    var hint: Phrase {
        switch self {
        case .planned: Phrase(vi: "Báo trước ít nhất 7 ngày làm việc.", en: "Told 7 working days before at least.")
        case .violation, .security:
            Phrase(vi: "Có hiệu lực ngay; bên khai thác thấy ngay.", en: "At once; the consumer sees it at once.")
        }
    }
}

extension GrantEvent.What {
    var phrase: Phrase {
        switch self {
        case .asked: Phrase(vi: "Đã gửi đề nghị", en: "Asked")
        case .approved: Phrase(vi: "Đã cấp quyền", en: "Granted")
        case .refused: Phrase(vi: "Đã từ chối", en: "Refused")
        case .withdrawn: Phrase(vi: "Đã rút đề nghị", en: "Withdrawn")
        case .lapsed: Phrase(vi: "Đề nghị đã tự đóng", en: "The request has lapsed")
        case .reminded: Phrase(vi: "Nhắc: sắp hết hạn quyết định", en: "Reminded: the decision is due soon")
        case .suspended: Phrase(vi: "Đã tạm ngừng", en: "Suspended")
        case .suspensionPlanned: Phrase(vi: "Đã báo trước việc tạm ngừng", en: "Suspension announced")
        case .resumed: Phrase(vi: "Đã mở lại", en: "Resumed")
        case .ended: Phrase(vi: "Đã chấm dứt", en: "Ended")
        case .expired: Phrase(vi: "Đã hết hạn", en: "Expired")
        case .overdue: Phrase(vi: "Đã quá hạn quyết định", en: "The decision is overdue")
        case .expiring: Phrase(vi: "Báo trước: sắp hết hạn", en: "Told: it ends soon")
        case .serviceChanged:
            Phrase(
                vi: "Dịch vụ đổi loại dữ liệu, chứng cứ hoặc giới hạn",
                en: "Class of data, evidence or limits changed")
        case .closingPlanned: Phrase(vi: "Đã báo trước việc đóng phiên bản", en: "Closing of the version announced")
        case .closingGivenUp: Phrase(vi: "Phiên bản không đóng nữa", en: "The version stays after all")
        }
    }
}
