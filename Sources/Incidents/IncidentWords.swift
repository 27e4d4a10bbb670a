import Vocabulary

extension Phrase {
    static let incidents = Phrase(vi: "Sự cố", en: "Incidents")
    static let reportIncident = Phrase(vi: "Báo sự cố", en: "Report an incident")
    static let continueDraft = Phrase(vi: "Viết tiếp bản nháp", en: "Continue the draft")
    static let reportLead = Phrase(
        vi: "Báo cáo ban đầu theo Mẫu 03, Thông tư 20/2017/TT-BTTTT. Bạn có thể lưu nháp bất cứ lúc nào.",
        en: "An initial report after Form 03 of Circular 20/2017/TT-BTTTT. You can save a draft at any time.")
    static let sendReport = Phrase(vi: "Gửi báo cáo", en: "Send the report")
    static let saveDraft = Phrase(vi: "Lưu nháp", en: "Save draft")
    static let save = Phrase(vi: "Lưu", en: "Save")
    static let search = Phrase(vi: "Tìm kiếm", en: "Search")
    static let searchField = Phrase(vi: "Tìm trong các sự cố", en: "Search incidents")
    static let searchHint = Phrase(vi: "Gõ có dấu hoặc không dấu đều được", en: "With or without accents")
    static let ours = Phrase(vi: "Của đơn vị", en: "Our own")
    static let theirs = Phrase(vi: "Từ các thành viên khác", en: "From other members")
    static let noIncidents = Phrase(vi: "Đơn vị chưa có sự cố nào.", en: "No incidents yet.")
    static let nothingArrived = Phrase(
        vi: "Chưa có thành viên nào chia sẻ sự cố với đơn vị.", en: "No member has shared an incident with us yet.")
    static let nothingFound = Phrase(vi: "Không tìm thấy sự cố nào phù hợp.", en: "No incident matches.")
    static let untitled = Phrase(vi: "Bản nháp chưa có tiêu đề", en: "Untitled draft")
    static let titleColumn = Phrase(vi: "Sự cố", en: "Incident")
    static let stateColumn = Phrase(vi: "Trạng thái", en: "Status")
    static let labelColumn = Phrase(vi: "Nhãn", en: "Label")
    static let openedColumn = Phrase(vi: "Ghi nhận lúc", en: "Recorded at")
    static let originColumn = Phrase(vi: "Nơi gửi", en: "From")
    static let arrivedColumn = Phrase(vi: "Nhận lúc", en: "Received at")

    static let whatIsKnown = Phrase(vi: "Thông tin sự cố", en: "What is known")
    static let story = Phrase(vi: "Diễn biến", en: "What happened since")
    static let sharing = Phrase(vi: "Chia sẻ", en: "Sharing")
    static let notShared = Phrase(vi: "Chưa chia sẻ với đơn vị nào.", en: "Not shared with anybody yet.")
    static let taken = Phrase(vi: "Đã nhận", en: "Received")
    static let onItsWay = Phrase(vi: "Đang gửi", en: "On its way")
    static let contactsRow = Phrase(vi: "Người báo cáo và người liên hệ", en: "Reporter and contact person")
    static let showContacts = Phrase(
        vi: "Xem (lần xem được ghi vào sổ cái)", en: "Show (this is recorded in the ledger)")
    static let readingIsRecorded = Phrase(
        vi: "Đây là dữ liệu cá nhân. Lần xem này đã được ghi vào sổ cái.",
        en: "This is personal data. That you read it was recorded in the ledger.")
    static let changeState = Phrase(vi: "Cập nhật trạng thái", en: "Change the status")
    static let stateNow = Phrase(vi: "Trạng thái hiện nay:", en: "Status now:")
    static let newState = Phrase(vi: "Trạng thái mới", en: "New status")
    static let noteField = Phrase(vi: "Ghi chú", en: "Note")
    static let somebodyGone = Phrase(vi: "Người đã xóa dữ liệu", en: "Somebody whose data were erased")

    static let draftKept = Phrase(
        vi: "Đã lưu nháp. Chỉ bạn nhìn thấy bản nháp này.", en: "Draft saved. Only you can see it.")
    static let reportSent = Phrase(vi: "Đã gửi báo cáo", en: "The report was sent")
    static let reportSentNext = Phrase(
        vi: "Báo cáo đang ở trong đơn vị. Bước tiếp theo: chia sẻ để các thành viên khác kịp phòng tránh.",
        en: "It is with your organisation. Next step: share it, so that other members can protect themselves.")
    static let stateChanged = Phrase(vi: "Đã cập nhật trạng thái", en: "The status was changed")
    static let wasShared = Phrase(vi: "Đã chia sẻ", en: "Shared")

    static let share = Phrase(vi: "Chia sẻ", en: "Share")
    static let shareTitle = Phrase(vi: "Chia sẻ sự cố", en: "Share the incident")
    static let whoWillGetIt = Phrase(vi: "Ai sẽ nhận", en: "Who will get it")
    static let nobodyWillGetIt = Phrase(
        vi: "Với nhãn và nơi nhận này, không đơn vị nào nhận được.",
        en: "With this label and these addressees, nobody gets it.")
    static let changeAudience = Phrase(vi: "Đổi nhãn hoặc nơi nhận", en: "Change label or addressees")
    static let seeWhoGetsIt = Phrase(vi: "Xem ai sẽ nhận", en: "See who will get it")
    static let whatTheyWillGet = Phrase(vi: "Họ sẽ nhận những gì", en: "What they will get")
    static let sharedText = Phrase(vi: "Nội dung chia sẻ", en: "What is shared")
    static let sharedTextHint = Phrase(
        vi: "Tên đơn vị, tên người, số điện thoại đã được thay bằng […]. Hãy đọc lại trước khi gửi.",
        en: "Names and numbers were replaced by […]. Please read it again before you send it.")
    static let namesContact = Phrase(
        vi: "Kèm họ tên, chức vụ, điện thoại, thư điện tử của người liên hệ", en: "Include the contact person")
    static let redStaysHere = Phrase(
        vi: """
            Báo cáo mang nhãn RED nên chỉ ở nút này, không gửi qua máy. Ai cần biết thì báo trực tiếp: gặp mặt hoặc \
            gọi điện.
            """,
        en: """
            It is labelled RED: it stays on this node and is not sent by machine. Tell whoever needs to know directly: \
            meet or call.
            """)
    static let redReadLater = Phrase(
        vi: """
            Báo cáo RED không hiện trong danh sách này. Để đọc lại, hãy bật xác thực hai bước trong trang Tài khoản \
            rồi đăng nhập bằng cả hai.
            """,
        en: """
            A RED report is not listed here. To read it again, set up two-step verification on your account's page \
            and sign in with both.
            """)
    static let redNext = Phrase(
        vi: "Hãy báo trực tiếp cho từng người: gặp mặt hoặc gọi điện.", en: "Tell each person directly: meet or call.")

    static func namesOperator(_ name: String) -> Phrase {
        Phrase(vi: "Nêu tên đơn vị vận hành: \(name)", en: "Name the operator: \(name)")
    }

    static func willGetIt(_ count: Int) -> Phrase {
        Phrase(
            vi: "\(count) đơn vị sẽ nhận:",
            en: count == 1 ? "1 organisation will get it:" : "\(count) organisations will get it:")
    }

    static func shareWith(_ count: Int) -> Phrase {
        Phrase(
            vi: "Chia sẻ với \(count) đơn vị",
            en: count == 1 ? "Share with 1 organisation" : "Share with \(count) organisations")
    }

    static let withdrawn = Phrase(vi: "Đã thu hồi", en: "Withdrawn")
    static let withdrawnByOrigin = Phrase(vi: "Nơi gửi đã thu hồi thông tin này", en: "Its origin has withdrawn this")
    static let signatureRow = Phrase(vi: "Chữ ký số của nơi gửi", en: "Signature of the origin")
    static let signatureHolds = Phrase(vi: "Hợp lệ", en: "Holds")
    static let versionRow = Phrase(vi: "Phiên bản", en: "Version")
    static let digestRow = Phrase(vi: "Mã băm SHA-256", en: "SHA-256")

    static func event(_ kind: String) -> Phrase {
        switch kind {
        case "shared": Phrase(vi: "Đã chia sẻ", en: "Shared")
        case "handler-added": Phrase(vi: "Giao xử lý", en: "Given to a handler")
        case "handler-ended": Phrase(vi: "Thôi xử lý", en: "No longer with a handler")
        case "named-added": Phrase(vi: "Thêm người được biết", en: "Somebody was named")
        case "named-ended": Phrase(vi: "Bớt người được biết", en: "Somebody is no longer named")
        case "addressed": Phrase(vi: "Đổi nhãn hoặc nơi nhận", en: "Label or addressees changed")
        default: Phrase(vi: "Đã xem thông tin liên hệ", en: "Contacts were read")
        }
    }
}

extension Incident.State {
    var words: Phrase {
        switch self {
        case .draft: Phrase(vi: "Nháp", en: "Draft")
        case .reported: Phrase(vi: "Đã báo cáo", en: "Reported")
        case .handling: Phrase(vi: "Đang xử lý", en: "In handling")
        case .resolved: Phrase(vi: "Đã xử lý", en: "Resolved")
        case .closed: Phrase(vi: "Kết thúc", en: "Closed")
        }
    }
}
