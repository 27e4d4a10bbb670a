import Vocabulary

/// The words of the report form, after Mẫu 03.
extension Phrase {
    static let sectionWhat = Phrase(vi: "Chuyện gì đã xảy ra", en: "What happened")
    static let sectionWhere = Phrase(vi: "Ở hệ thống của ai", en: "Whose system")
    static let sectionFound = Phrase(vi: "Phát hiện khi nào, bằng cách nào", en: "When and how it was found")
    static let sectionNow = Phrase(vi: "Tình hình hiện nay", en: "Where it stands")
    static let sectionReporter = Phrase(vi: "Người, tổ chức báo cáo", en: "Who reports")
    static let sectionContact = Phrase(vi: "Người liên hệ", en: "Contact person")
    static let sectionSecret = Phrase(vi: "Giữ bí mật", en: "Confidentiality")
    static let sectionShare = Phrase(vi: "Nhãn và nơi nhận", en: "Label and addressees")
    static let sectionShareHint = Phrase(
        vi: "Chưa gửi gì cho ai. Bạn sẽ thấy chính xác ai nhận trước khi chia sẻ.",
        en: "Nothing is sent yet. You will see exactly who gets it before you share.")
    static let personalDataHint = Phrase(
        vi: "Dữ liệu cá nhân ở lại nút này; mỗi lần xem đều được ghi lại.",
        en: "Personal data stay on this node; every reading is recorded.")
    static let contactHint = Phrase(
        vi: "Người mà đội ứng cứu gọi khi cần hỏi thêm.", en: "Whom the response team calls with questions.")

    static let titleField = Phrase(vi: "Tiêu đề ngắn", en: "Short title")
    static let titleHint = Phrase(
        vi: "Không nêu tên đơn vị bị sự cố. Ví dụ: Thư giả mạo đòi cập nhật mật khẩu",
        en: "Do not name the victim. For example: Mail that asks to renew the password")
    static let kindField = Phrase(vi: "Loại sự cố", en: "Type of incident")
    static let summaryField = Phrase(vi: "Mô tả sơ bộ", en: "Short description")
    static let summaryHint = Phrase(
        vi: "Dấu hiệu, phạm vi, ảnh hưởng, những gì đã làm.", en: "Signs, extent, effects, what was done.")
    static let operatorField = Phrase(vi: "Đơn vị vận hành hệ thống", en: "Operator of the system")
    static let operatorHint = Phrase(vi: "Không chia sẻ, trừ khi bạn cho phép.", en: "Not shared unless you allow it.")
    static let detectedField = Phrase(vi: "Thời điểm phát hiện", en: "Detected at")
    static let detectedHint = Phrase(vi: "Giờ Việt Nam", en: "Vietnam time")
    static let detectionsField = Phrase(vi: "Cách thức phát hiện", en: "How it was detected")
    static let detectionNoteField = Phrase(
        vi: "Nhận thông báo từ ai, hoặc cách khác", en: "Who sent the notice, or which other way")
    static let detectionNoteHint = Phrase(
        vi: "Cần điền khi chọn “Nhận thông báo” hoặc “Khác”.", en: "Needed with “Notice from somebody” or “Other”.")
    static let presentField = Phrase(vi: "Hiện trạng", en: "Present state")
    static let notifiedField = Phrase(vi: "Đã thông báo cho", en: "Notified so far")
    static let nameField = Phrase(vi: "Họ và tên", en: "Full name")
    static let positionField = Phrase(vi: "Chức vụ", en: "Position")
    static let addressField = Phrase(vi: "Địa chỉ", en: "Address")
    static let phoneField = Phrase(vi: "Điện thoại", en: "Telephone")
    static let emailField = Phrase(vi: "Thư điện tử", en: "E-mail")
    static let confidentialField = Phrase(vi: "Giữ bí mật thông tin", en: "Keep confidential")
    static let confidentialYesHint = Phrase(
        vi: "Tên đơn vị và người liên hệ không bao giờ rời nút này.",
        en: "Operator and contact person never leave this node.")
    static let confidentialNoHint = Phrase(
        vi: "Khi chia sẻ, bạn có thể cho phép nêu tên.", en: "When you share, you may allow names.")
    static let yes = Phrase(vi: "Có", en: "Yes")
    static let no = Phrase(vi: "Không", en: "No")
    static let labelField = Phrase(vi: "Nhãn hạn chế chia sẻ (TLP)", en: "Traffic light label (TLP)")
    static let recipientsField = Phrase(vi: "Nơi nhận", en: "Addressees")
    static let toCluster = Phrase(vi: "Cả Cụm", en: "The whole cluster")
    static let toNetwork = Phrase(
        vi: "Toàn mạng lưới, gồm cơ quan điều phối quốc gia", en: "The whole network, with the national coordinator")
    static let toNamed = Phrase(vi: "Chỉ những đơn vị chọn bên dưới", en: "Only those ticked below")
    static let toNobody = Phrase(vi: "Chưa gửi cho ai", en: "Nobody for now")
    static let namedField = Phrase(vi: "Chọn thêm đơn vị", en: "Name organisations")
    static let namedHint = Phrase(
        vi: "Chọn VNCERT/CC nếu muốn cơ quan điều phối quốc gia cũng nhận.",
        en: "Tick VNCERT/CC if the national coordinator should get it too.")
}

extension PresentState {
    var words: Phrase {
        switch self {
        case .handled: Phrase(vi: "Đã được xử lý", en: "Dealt with")
        case .unhandled: Phrase(vi: "Chưa được xử lý", en: "Not dealt with yet")
        }
    }
}

extension Detection {
    var words: Phrase {
        switch self {
        case .ids: Phrase(vi: "Hệ thống phát hiện xâm nhập (IDS)", en: "Intrusion detection system (IDS)")
        case .log: Phrase(vi: "Kiểm tra nhật ký (log)", en: "Review of logs")
        case .notice: Phrase(vi: "Nhận thông báo", en: "Notice from somebody")
        case .other: Phrase(vi: "Khác", en: "Other")
        }
    }
}

extension Notified {
    var words: Phrase {
        switch self {
        case .members: Phrase(vi: "Các thành viên mạng lưới", en: "Members of the network")
        case .provider: Phrase(vi: "Nhà cung cấp dịch vụ Internet (ISP)", en: "Internet service provider")
        case .coordinator: Phrase(vi: "Cơ quan điều phối quốc gia", en: "National coordinator")
        case .nobody: Phrase(vi: "Chưa thông báo cho ai", en: "Nobody yet")
        }
    }
}

/// What is wrong with a report, and what to do about it.
extension Phrase {
    static let needTitle = Phrase(vi: "Hãy nhập tiêu đề ngắn", en: "Enter a short title")
    static let needKind = Phrase(vi: "Hãy chọn loại sự cố", en: "Choose the type of incident")
    static let needSummary = Phrase(vi: "Hãy mô tả sơ bộ sự cố", en: "Describe the incident in short")
    static let needOperator = Phrase(
        vi: "Hãy nhập tên đơn vị vận hành hệ thống", en: "Enter the operator of the system")
    static let needDetected = Phrase(vi: "Hãy nhập thời điểm phát hiện", en: "Enter when it was detected")
    static let detectedInFuture = Phrase(
        vi: "Thời điểm phát hiện không thể ở tương lai", en: "The time of detection cannot be in the future")
    static let needPresent = Phrase(
        vi: "Hãy cho biết sự cố đã được xử lý hay chưa", en: "Say whether it was dealt with")
    static let needDetections = Phrase(
        vi: "Hãy chọn ít nhất một cách phát hiện", en: "Choose at least one way of detection")
    static let needDetectionNote = Phrase(
        vi: "Hãy ghi rõ nhận thông báo từ ai, hoặc cách phát hiện khác",
        en: "Say who sent the notice, or which other way")
    static let needNotified = Phrase(vi: "Hãy cho biết đã thông báo cho ai", en: "Say who was notified")
    static let nobodyAndOthers = Phrase(
        vi: "Không thể chọn “Chưa thông báo cho ai” cùng với nơi khác", en: "“Nobody yet” does not go with others")
    static let needName = Phrase(vi: "Hãy nhập họ và tên", en: "Enter a full name")
    static let needAddress = Phrase(vi: "Hãy nhập địa chỉ", en: "Enter an address")
    static let needPhone = Phrase(
        vi: "Hãy nhập số điện thoại, ví dụ 0228 000 0000", en: "Enter a telephone number, such as 0228 000 0000")
    static let needEmail = Phrase(
        vi: "Hãy nhập địa chỉ thư điện tử, ví dụ ten@donvi.gov.vn",
        en: "Enter an e-mail address, such as name@office.gov.vn")
    static let needLabel = Phrase(vi: "Hãy chọn nhãn", en: "Choose a label")
    static let needRecipients = Phrase(vi: "Hãy chọn nơi nhận", en: "Choose the addressees")
    static let unknownMember = Phrase(
        vi: "Có mã đơn vị không hợp lệ", en: "One of these is not the code of an organisation")
    static let audienceChanged = Phrase(
        vi: "Nhãn hoặc nơi nhận vừa được đổi. Hãy mở lại trang chia sẻ để xem ai sẽ nhận",
        en: "Label or addressees were changed meanwhile. Open the page again to see who will get it")
    static let needNamed = Phrase(vi: "Hãy chọn ít nhất một đơn vị", en: "Tick at least one organisation")
    static let needState = Phrase(vi: "Hãy chọn trạng thái mới", en: "Choose the new status")

    static func tooLong(_ limit: Int) -> Phrase {
        Phrase(
            vi: "Dài quá \(limit) ký tự, hãy viết ngắn hơn", en: "Longer than \(limit) characters: please shorten it")
    }

    static func stillNames(_ word: String) -> Phrase {
        Phrase(vi: "Nội dung vẫn còn nêu “\(word)”. Hãy xóa đi.", en: "It still names “\(word)”. Please remove it.")
    }

    static let alreadyReported = Phrase(
        vi: "Báo cáo này đã được gửi, không sửa được nữa", en: "This report was sent and cannot be edited")
    static let noSuchStep = Phrase(
        vi: "Không thể chuyển sang trạng thái này. Hãy tải lại trang để xem trạng thái hiện nay",
        en: "It cannot go to this status from where it is. Reload the page to see where it is")
    static let draftIsNotShared = Phrase(
        vi: "Hãy gửi báo cáo trước khi chia sẻ", en: "Send the report before you share it")
    static let redIsNotShared = Phrase(
        vi: "Thông tin TLP:RED được lưu ở đây nhưng không bao giờ gửi qua máy",
        en: "TLP:RED is kept here and never sent by machine")
    static let nobodyToShareWith = Phrase(vi: "Chưa chọn nơi nhận nào", en: "No addressees were chosen")
    static let confidentialStays = Phrase(
        vi: "Báo cáo được giữ bí mật: tên đơn vị vận hành và người liên hệ không rời nút này",
        en: "The report is confidential: operator and contact person do not leave this node")
}
