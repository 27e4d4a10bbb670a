import Vocabulary

/// The words of the components themselves.
extension Phrase {
    static let optionalField = Phrase(vi: "(không bắt buộc)", en: "(optional)")
    static let errorPrefix = Phrase(vi: "Lỗi:", en: "Error:")
    static let errorsTitle = Phrase(vi: "Chưa gửi được. Vui lòng xem lại:", en: "Not sent yet. Please check:")
    static let choose = Phrase(vi: "Chọn…", en: "Choose…")
    static let pagesOfList = Phrase(vi: "Các trang của danh sách", en: "Pages of the list")
    static let newerPage = Phrase(vi: "Trang trước", en: "Previous page")
    static let olderPage = Phrase(vi: "Trang sau", en: "Next page")
    static let copy = Phrase(vi: "Sao chép", en: "Copy")
    static let copied = Phrase(vi: "Đã sao chép", en: "Copied")
    static let stepDone = Phrase(vi: "Đã xong", en: "Done")

    static func showing(_ count: Int) -> Phrase {
        Phrase(vi: "Đang hiển thị \(count) mục", en: count == 1 ? "Showing 1 entry" : "Showing \(count) entries")
    }

    static func doneOf(_ done: Int, _ total: Int) -> Phrase {
        Phrase(
            vi: "\(grouped(done, ".")) trên \(grouped(total, "."))",
            en: "\(grouped(done, ",")) of \(grouped(total, ","))")
    }

    static let tlpClear = Phrase(vi: "được công khai", en: "may be made public")
    static let tlpGreen = Phrase(vi: "chia sẻ trong mạng lưới, không công khai", en: "within the network, not public")
    static let tlpAmber = Phrase(
        vi: "chỉ đơn vị được gửi và những bên mà đơn vị ấy phục vụ",
        en: "the named organisations and those they serve only")
    static let tlpAmberStrict = Phrase(
        vi: "chỉ trong nội bộ đơn vị được gửi", en: "inside the named organisations only")
    static let tlpRed = Phrase(
        vi: "chỉ người được báo trực tiếp, không bao giờ gửi qua máy", en: "named persons only, never sent by machine")

    static let whoHasIt = Phrase(vi: "Ai đang có thông tin này", en: "Who has it")
    static let nobodyHasIt = Phrase(
        vi: "Chưa có đơn vị nào khác nhận thông tin này.", en: "No other organisation has it yet.")
    static let member = Phrase(vi: "Thành viên", en: "Member")
    static let state = Phrase(vi: "Trạng thái", en: "Status")
    static let receivedAt = Phrase(vi: "Nhận lúc", en: "Received")
    static let checkpointColumn = Phrase(vi: "Đầu sổ cái lúc đó", en: "Ledger checkpoint")
    static let notYet = Phrase(vi: "Chưa có", en: "Not yet")
    static let codeColumn = Phrase(vi: "Mã", en: "Code")
    static let standing = Phrase(vi: "Vai trò", en: "Role")
    static let here = Phrase(vi: "nút này", en: "this node")
    static let clusterLead = Phrase(vi: "Cụm trưởng", en: "Lead")
    static let clusterDeputy = Phrase(vi: "Cụm phó", en: "Deputy")
    static let clusterMember = Phrase(vi: "Thành viên", en: "Member")
    static let coordinator = Phrase(vi: "Điều phối quốc gia", en: "Coordinator")
    static let diagramNote = Phrase(
        vi: "Sơ đồ, không dùng để xác định địa giới. Danh sách bên dưới có cùng nội dung.",
        en: "A schematic, not a statement about borders. The list below says the same.")
}
