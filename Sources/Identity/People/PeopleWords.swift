import Vocabulary

extension Phrase {
    static let people = Phrase(vi: "Người dùng", en: "People")
    static let searchPeople = Phrase(
        vi: "Tìm theo họ tên hoặc tên đăng nhập (không cần dấu)", en: "Search by name or username (no marks needed)")
    static let search = Phrase(vi: "Tìm kiếm", en: "Search")
    static let nobodyFound = Phrase(vi: "Không tìm thấy ai.", en: "Nobody found.")
    static func onlyTheFirst(_ count: Int) -> Phrase {
        Phrase(
            vi: "Chỉ hiện \(count) người đầu tiên. Hãy tìm theo tên để thu hẹp.",
            en: "These are the first \(count). Search by name to narrow them down.")
    }
    static let addPerson = Phrase(vi: "Thêm người dùng", en: "Add a person")
    static let addedAt = Phrase(vi: "Ngày thêm", en: "Added")
    static let telephone = Phrase(vi: "Điện thoại", en: "Telephone")
    static let staffNumber = Phrase(vi: "Mã cán bộ", en: "Employee number")
    static let accountIsActive = Phrase(vi: "Đang hoạt động", en: "Active")
    static let accountIsSuspended = Phrase(vi: "Tạm ngừng", en: "Suspended")
    static let suspend = Phrase(vi: "Tạm ngừng tài khoản", en: "Suspend account")
    static let reinstate = Phrase(vi: "Cho hoạt động lại", en: "Reinstate account")
    static let giveRole = Phrase(vi: "Giao vai trò", en: "Give a role")
    static let endRole = Phrase(vi: "Kết thúc vai trò", en: "End role")
    static let chooseRole = Phrase(vi: "Hãy chọn một vai trò", en: "Choose a role")
    static let lastDay = Phrase(vi: "Ngày cuối cùng giữ vai trò", en: "Last day of the role")
    static let lastDayHint = Phrase(vi: "Để trống nếu không thời hạn", en: "Leave empty for no end")
    static let dayIsWrong = Phrase(
        vi: "Hãy nhập ngày từ hôm nay trở đi", en: "Enter a day that is not before today")
    static let makePasswordLink = Phrase(vi: "Tạo liên kết đặt mật khẩu", en: "Make a set-password link")
    static let passwordLink = Phrase(vi: "Liên kết đặt mật khẩu", en: "Set-password link")
    static let passwordLinkMade = Phrase(vi: "Đã tạo liên kết", en: "The link is ready")
    static let passwordLinkLead = Phrase(
        vi: "Hãy gửi liên kết này riêng cho người dùng. Liên kết dùng được một lần trong 24 giờ và chỉ hiện lần này.",
        en: "Send this link to the person privately. It works once within 24 hours and is shown only now.")
    static let resetAccount = Phrase(vi: "Đặt lại tài khoản", en: "Reset account")
    static let resetOwnElsewhere = Phrase(
        vi: "Không ai tự đặt lại tài khoản của mình. Hãy nhờ hai cán bộ khác",
        en: "Nobody resets their own account. Ask two other officers")
    static let toPerson = Phrase(vi: "Về trang của người dùng", en: "To the person's page")
}
