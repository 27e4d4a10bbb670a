import Vocabulary

extension Phrase {
    static let myData = Phrase(vi: "Dữ liệu cá nhân của tôi", en: "My personal data")
    static let myDataLead = Phrase(
        vi: "Nút này giữ những gì về bạn, ai đã xem, và bạn đã đồng ý những gì.",
        en: "What this node keeps about you, who has looked at it, and what you agreed to.")
    static let consents = Phrase(vi: "Sự đồng ý của tôi", en: "My consents")
    static let consentsLead = Phrase(
        vi: """
            Những ứng dụng mà bạn đã đồng ý cho biết về mình, và được biết những gì. Bạn rút lại lúc nào cũng được: \
            ứng dụng mất quyền ngay. Ngoài ra nút này không làm gì với dữ liệu của bạn dựa trên sự đồng ý.
            """,
        en: """
            The applications that you let know about you, and what they may know. Withdraw whenever you like: the \
            application loses access at once. Nothing else that this node does with your data rests on your consent.
            """)
    static let whoLooked = Phrase(vi: "Ai đã xem dữ liệu của tôi", en: "Who looked at my data")
    static let whoLookedLead = Phrase(
        vi: "Mỗi lần xem đều được ghi vào sổ cái; không ai sửa được.",
        en: "Every look is written into the ledger, where nobody can change it.")
    static let nobodyLooked = Phrase(vi: "Chưa có ai khác xem.", en: "Nobody else has looked.")
    static let reader = Phrase(vi: "Người xem", en: "Who")
    static let unknownReader = Phrase(vi: "Không còn tên", en: "No longer named")
    static let wayOfLooking = Phrase(vi: "Xem bằng cách nào", en: "How")
    static let firstTime = Phrase(vi: "Lần đầu trong ngày", en: "First that day")
    static let lastTime = Phrase(vi: "Lần cuối trong ngày", en: "Last that day")
    static let times = Phrase(vi: "Số lần", en: "Times")
    static let takeOrErase = Phrase(vi: "Lấy về hoặc xóa", en: "Take or erase")
    static let exportLead = Phrase(
        vi: "Toàn bộ dữ liệu về bạn trong một tệp JSON, kể cả các sự kiện trong sổ cái.",
        en: "All data about you in one JSON file, with the facts of the ledger.")
    static let exportData = Phrase(vi: "Tải dữ liệu của tôi", en: "Download my data")
    static let eraseData = Phrase(vi: "Xóa dữ liệu cá nhân", en: "Erase personal data")
    static let eraseLead = Phrase(
        vi: """
            Họ tên, liên hệ, mật khẩu, phiên đăng nhập và nội dung các sự kiện về bạn bị xóa vĩnh viễn. Sổ cái vẫn \
            chứng minh được rằng các sự kiện đã xảy ra, nhưng không còn nói về ai. Bạn chỉ xóa được khi không còn giữ \
            vị trí hay vai trò nào.
            """,
        en: """
            Your name, contacts, password, sessions and the contents of the facts about you are erased for good. The \
            ledger still proves that something happened, and no longer says about whom. You can only erase while you \
            hold no post and no role.
            """)
    static let eraseOtherLead = Phrase(
        vi: "Theo yêu cầu của người đã nghỉ việc. Dữ liệu bị xóa vĩnh viễn; sổ cái vẫn kiểm chứng được.",
        en: "At the request of somebody who has left. The data is erased for good; the ledger can still be verified.")
    static let sureToErase = Phrase(
        vi: "Tôi hiểu rằng không thể khôi phục", en: "I understand that this cannot be undone")
    static let tickToErase = Phrase(vi: "Hãy đánh dấu để xác nhận", en: "Tick the box to confirm")
    static let stillInService = Phrase(
        vi: "Người này còn giữ vị trí hoặc vai trò; cơ quan phải giữ dữ liệu cho đến khi kết thúc",
        en: "This person still holds a post or a role; the organisation must keep the data until that ends")
}

extension Look.Way {
    var label: Phrase {
        switch self {
        case .list: Phrase(vi: "Trong danh sách", en: "In a list")
        case .page: Phrase(vi: "Trang cá nhân", en: "The person's page")
        case .scim: Phrase(vi: "Phần mềm, qua SCIM", en: "A program, over SCIM")
        case .contact: Phrase(vi: "Thông tin liên hệ, có nêu mục đích", en: "Contact details, for a purpose")
        case .export: Phrase(vi: "Xuất dữ liệu", en: "An export")
        case .importing: Phrase(vi: "Khi nhập danh sách", en: "While importing a list")
        }
    }
}
