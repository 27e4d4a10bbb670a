package import Vocabulary

extension Phrase {
    static let guests = Phrase(vi: "Khách từ nút khác", en: "Guests from other nodes")
    static let guestsLead = Phrase(
        vi: """
            Người của thành viên khác đến giúp. Nút của họ bảo lãnh mỗi lần họ đến; quyền do nút này cấp và có thời \
            hạn.
            """,
        en: """
            People of other members who help here. Their own node vouches for them each time they come; what they may \
            do is given by this node, and ends.
            """)
    static let noGuests = Phrase(vi: "Chưa có khách nào.", en: "There are no guests yet.")
    static let addGuest = Phrase(vi: "Đăng ký khách", en: "Register a guest")
    static let addGuestLead = Phrase(
        vi: "Khách đăng nhập ở nút của mình. Ở đây không có mật khẩu và không có khóa truy cập nào của khách.",
        en: "A guest signs in at their own node. There is no password and no passkey of theirs here.")
    static let noMembers = Phrase(
        vi: "Nút này chưa có thành viên nào khác trong Cụm.", en: "This node has no other members in its cluster yet.")
    static let guestOf = Phrase(vi: "Khách của", en: "A guest of")
    static let loginAtHome = Phrase(vi: "Tên đăng nhập ở nút của khách", en: "Username at the guest's own node")
    static let loginAtHomeHint = Phrase(
        vi: "Hỏi khách hoặc quản trị nút của họ; không kèm @", en: "Ask the guest or their administrator; without @")
    static let lastDayHere = Phrase(vi: "Ngày cuối cùng", en: "Last day")
    static let lastDayHereHint = Phrase(vi: "Không quá một năm", en: "Within a year")
    static let guestReasonHint = Phrase(
        vi: "Từ 10 đến 500 ký tự: giúp việc gì, theo văn bản nào",
        en: "10 to 500 characters: helping with what, on which basis")
    static let registeredBy = Phrase(vi: "Người đăng ký", en: "Registered by")
    static let ownerOfNode = Phrase(vi: "Chủ thư mục dữ liệu của nút", en: "Whoever owns the node's folder")
    static let vouchedLast = Phrase(vi: "Được bảo lãnh gần nhất", en: "Vouched for last")
    static let guestEntrance = Phrase(
        vi: "Gửi địa chỉ này cho khách; họ cũng thấy nút này trong mục “Sang nút khác” ở nút của mình:",
        en: "Send the guest this address; they also find this node under “Go to another node” at their own:")
    static let visits = Phrase(vi: "Các lần đến", en: "Visits")
    static let noVisits = Phrase(vi: "Chưa đến lần nào.", en: "They have not come yet.")
    static let cameAt = Phrase(vi: "Đến lúc", en: "Came")
    static let assuranceLevel = Phrase(vi: "Mức xác thực", en: "Assurance level")
    static let endedAt = Phrase(vi: "Kết thúc lúc", en: "Ended")
    static let endedWhy = Phrase(vi: "Vì sao", en: "Why")
    static let endsByItself = Phrase(vi: "Tự hết hạn", en: "Runs out by itself")
    static let endGuest = Phrase(vi: "Kết thúc quyền của khách", en: "End the guest's rights")
    static let guestIsOver = Phrase(vi: "Đã kết thúc", en: "Over")
    static let guestLeftHome = Phrase(vi: "Đã nghỉ ở nút của mình", en: "Left their own organisation")
    static let guestNeverCame = Phrase(vi: "Chưa đến", en: "Has not come yet")
    static let guestIsKnown = Phrase(vi: "Đang được phép", en: "Permitted")
    static let guestIsHere = Phrase(
        vi: "Người này đang là khách. Hãy kết thúc trước khi đăng ký lại",
        en: "They are a guest already. End that first")
    static let guestHomeIsWrong = Phrase(
        vi: "Hãy chọn một thành viên khác", en: "Choose another member")
    static let guestDaysAreWrong = Phrase(
        vi: "Hãy chọn ngày cuối cùng, trong vòng một năm", en: "Choose the last day, within a year")
    static let guestsDelegateNothing = Phrase(
        vi: "Khách không thay mặt ai và không ủy quyền cho ai",
        en: "A guest acts for nobody, and nobody for a guest")
    static let notForGuests = Phrase(
        vi: "Khách chỉ có thể là cán bộ, người xử lý sự cố hoặc kiểm toán viên",
        en: "A guest can be an officer, an incident handler or an auditor only")
    static let guestRolesEnd = Phrase(
        vi: "Vai trò của khách phải kết thúc không muộn hơn thời hạn của khách",
        en: "A guest's role ends no later than their time here")
    static let guestsSignInAtHome = Phrase(
        vi: "Đây là khách: họ đăng nhập ở nút của mình", en: "This is a guest, who signs in at their own node")
    static let backThroughHome = Phrase(vi: "Vào lại qua nút của tôi", en: "Come in through my own node again")
    static let guestConfirm = Phrase(
        vi: "Bạn là khách: hãy xác nhận danh tính ở nút của mình, rồi vào lại.",
        en: "You are a guest: confirm who you are at your own node, then come in again.")
    static let guestSecurity = Phrase(
        vi: "Bạn là khách ở đây. Mật khẩu và khóa truy cập của bạn ở nút của bạn.",
        en: "You are a guest here. Your password and passkeys are at your own node.")

    static func visitEnded(_ reason: String) -> Phrase {
        switch reason {
        case "left-home": Phrase(vi: "Đã nghỉ ở nút của mình", en: "Left their own organisation")
        case "signed-out-at-home": Phrase(vi: "Đăng xuất ở nút của mình", en: "Signed out at their own node")
        default: Phrase(vi: "Quản trị nút này kết thúc", en: "Ended by an administrator here")
        }
    }
}

extension GuestRefusal {
    package var phrase: Phrase {
        switch self {
        case .replayed: Phrase(vi: "Giấy bảo lãnh này đã được dùng.", en: "This assertion was used before.")
        case .unknown:
            Phrase(
                vi: "Chưa ai ở nút này đăng ký bạn làm khách. Hãy nhờ quản trị nút này đăng ký.",
                en: "Nobody at this node has registered you as a guest. Ask its administrator to do so.")
        case .early: Phrase(vi: "Thời hạn làm khách chưa bắt đầu.", en: "Your time as a guest has not begun.")
        case .over: Phrase(vi: "Thời hạn làm khách đã kết thúc.", en: "Your time as a guest is over.")
        case .otherPerson:
            Phrase(
                vi: "Tên này đã được đăng ký cho người khác. Hãy nhờ quản trị nút này xem lại.",
                en: "This name was registered for somebody else. Ask the administrator of this node.")
        case .suspended: Phrase(vi: "Tài khoản khách đang tạm ngừng.", en: "The guest account is suspended.")
        }
    }
}
