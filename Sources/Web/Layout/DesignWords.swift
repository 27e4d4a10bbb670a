import Vocabulary

extension Phrase {
    static let designTitle = Phrase(vi: "Bộ thành phần giao diện", en: "Design components")
    static let designLead = Phrase(
        vi: "“Sen và đồng lúa”: mọi trang được ghép từ những thành phần này. Tên trong mã nguồn đứng trên mỗi mẫu.",
        en:
            "“Lotus and rice fields”: every page is made of these parts, each under its name in the source."
    )

    static let sampleInfo = Phrase(vi: "Bạn đang xem dữ liệu mẫu", en: "You are looking at sample data")
    static let sampleWarning = Phrase(vi: "Còn 2 ngày đến hạn báo cáo", en: "The report is due in 2 days")
    static let sampleError = Phrase(vi: "Không nối được với nút Hòa Bình", en: "The node of Hòa Bình cannot be reached")
    static let sampleSuccess = Phrase(vi: "Đã gửi báo cáo", en: "The report was sent")
    static let sampleCluster = Phrase(vi: "Cụm 3", en: "Cluster 3")
    static let sampleImport = Phrase(vi: "Đang nhập dấu hiệu xâm nhập", en: "Importing indicators")
    static let sampleQuestion = Phrase(vi: "Nhãn TLP là gì?", en: "What is a TLP label?")
    static let sampleAnswer = Phrase(
        vi: "Nhãn cho biết thông tin được chia sẻ đến đâu.", en: "The label says how far information may travel.")
    static let sampleWatermark = Phrase(
        vi: "Phủ tên người xem và giờ lên cả trang và bản in, khi quyết định yêu cầu.",
        en: "Covers a page and its prints with the reader's name and the time, where the decision asks for it.")
    static let sampleLive = Phrase(
        vi: "Phần trang tự làm mới khi có tin, nếu có JavaScript; không có thì mới như cả trang.",
        en: "A part that follows what happens where there are scripts; without them it is as fresh as its page.")
    static let sampleSearch = Phrase(vi: "Tìm", en: "Search")
    static let sampleEmpty = Phrase(vi: "Chưa có sự cố nào.", en: "No incidents yet.")
    static let sampleReport = Phrase(vi: "Báo sự cố", en: "Report an incident")
    static let sampleRevoke = Phrase(vi: "Thu hồi", en: "Revoke")
    static let sampleSection = Phrase(vi: "Người báo cáo", en: "Who reports")
    static let sampleEnd = Phrase(vi: "Chấm dứt", en: "End")
    static let sampleEndLead = Phrase(vi: "Không khôi phục được.", en: "This cannot be undone.")
    static let sampleName = Phrase(vi: "Họ và tên", en: "Full name")
    static let sampleNameHint = Phrase(vi: "Như trên thẻ công chức", en: "As on the staff card")
    static let sampleNameMissing = Phrase(vi: "Hãy nhập họ và tên", en: "Enter a full name")
    static let sampleKindMissing = Phrase(vi: "Hãy chọn loại sự cố", en: "Choose a type of incident")
    static let sampleMail = Phrase(vi: "Thư điện tử", en: "E-mail")
    static let sampleTime = Phrase(vi: "Thời điểm phát hiện", en: "Detected at")
    static let sampleKind = Phrase(vi: "Loại sự cố", en: "Type of incident")
    static let sampleMalware = Phrase(vi: "Mã độc", en: "Malware")
    static let samplePhishing = Phrase(vi: "Tấn công giả mạo", en: "Phishing")
    static let samplePhishingHint = Phrase(vi: "Trang, thư hoặc tin nhắn giả", en: "A fake page, mail or message")
    static let sampleText = Phrase(vi: "Mô tả", en: "Description")
    static let sampleMany = Phrase(vi: "Đã thông báo cho", en: "Notified")
    static let sampleBox = Phrase(vi: "Giữ bí mật thông tin", en: "Keep confidential")
    static let sampleFile = Phrase(vi: "Tệp đính kèm", en: "Attachment")
    static let sampleSend = Phrase(vi: "Gửi", en: "Send")
    static let sampleTable = Phrase(vi: "Sự cố trong tháng", en: "Incidents this month")
    static let sampleCount = Phrase(vi: "Số lượng", en: "Count")
    static let samplePerson = Phrase(vi: "Cán bộ mẫu", en: "Sample officer")

    static let helpLead = Phrase(
        vi: "Trục nối các đơn vị ứng cứu sự cố để báo, chia sẻ và giúp nhau.",
        en: "Trục connects incident response organisations, so that they report, share and help one another.")
    static let helpPeopleTitle = Phrase(vi: "Cần người giúp", en: "Getting help from a person")
    static let helpPeople = Phrase(
        vi:
            "Hãy gọi quản trị viên của đơn vị: người mở tài khoản, đặt lại mật khẩu, tra mã lỗi.",
        en:
            "Call your administrator, who opens accounts, resets passwords and looks up error numbers."
    )
    static let helpKeysTitle = Phrase(vi: "Dùng bàn phím", en: "Using the keyboard")
    static let helpKeys = Phrase(
        vi: "Mọi việc đều làm được bằng phím Tab, Enter và phím cách. Nhấn Tab một lần ở đầu trang để bỏ qua phần đầu.",
        en: "Everything works with Tab, Enter and Space. Press Tab once at the top of a page to skip the header.")
    static let helpLabelsTitle = Phrase(vi: "Nhãn hạn chế chia sẻ (TLP)", en: "Traffic light labels (TLP)")
    static let helpAccessTitle = Phrase(vi: "Khả năng tiếp cận", en: "Accessibility")
    static let helpAccess = Phrase(
        vi:
            "Các trang được kiểm tra tự động theo WCAG 2.2 mức AA, dùng được cả khi tắt JavaScript.",
        en:
            "Pages are checked automatically against WCAG 2.2 AA and work without JavaScript."
    )
    static let helpAccessLimits = Phrase(
        vi:
            "Chưa được thử với người khuyết tật và trình đọc màn hình thật. Gặp trở ngại, hãy báo quản trị viên.",
        en:
            "Not yet tried by people with disabilities or with real screen readers. Please report barriers."
    )
}
