import Vocabulary

extension Phrase {
    static let lostWayIn = Phrase(vi: "Không đăng nhập được?", en: "Cannot sign in?")
    static let lostWayInLead = Phrase(
        vi: """
            Hai cán bộ quản trị phải cùng đồng ý thì tài khoản mới được đặt lại. \
            Hãy gửi yêu cầu, rồi liên hệ trực tiếp với quản trị nút để họ nhận ra bạn.
            """,
        en: """
            Two administrators must agree before an account is reset. \
            Send the request, then see the administrators of this node in person, so that they recognise you.
            """)
    static let askForReset = Phrase(vi: "Gửi yêu cầu đặt lại", en: "Ask for a reset")
    static let askedForReset = Phrase(vi: "Đã ghi nhận yêu cầu", en: "The request was taken")
    static let ifThereIsSuchAnAccount = Phrase(
        vi: "Nếu có tài khoản như vậy, yêu cầu đang được chuyển đi.",
        en: "If there is such an account, the request is on its way.")

    static let resets = Phrase(vi: "Yêu cầu đặt lại tài khoản", en: "Requests to reset an account")
    static let resetsLead = Phrase(
        vi: """
            Chỉ đồng ý khi chính bạn đã gặp và nhận ra người yêu cầu. \
            Cả hai cán bộ đồng ý đều được ghi tên vào sổ cái.
            """,
        en: "Agree only when you have met and recognised the person yourself. Both officers are named in the ledger.")
    static let noResets = Phrase(vi: "Không có yêu cầu nào.", en: "There are no requests.")
    static let askedAt = Phrase(vi: "Yêu cầu lúc", en: "Asked")
    static let firstOfficer = Phrase(vi: "Cán bộ thứ nhất", en: "First officer")
    static let approveFirst = Phrase(vi: "Đồng ý (1/2)", en: "Agree (1 of 2)")
    static let approveSecond = Phrase(vi: "Đồng ý và đặt lại (2/2)", en: "Agree and reset (2 of 2)")
    static let refuseReset = Phrase(vi: "Từ chối", en: "Refuse")
    static let accountWasReset = Phrase(vi: "Đã đặt lại tài khoản", en: "The account was reset")
    static let secondOfficerNeeded = Phrase(vi: "Cần một cán bộ khác đồng ý", en: "Another officer must agree")
    static let twoOfficersNeeded = Phrase(
        vi: "Người này đã có cách đăng nhập. Đặt lại cần hai cán bộ: hãy dùng “Đặt lại tài khoản”",
        en: "This person can sign in already. A reset takes two officers: use “Reset account”")

    static let signInLink = Phrase(vi: "Liên kết đăng nhập qua thư", en: "Sign-in link by mail")
    static let useSignInLink = Phrase(vi: "Đăng nhập bằng liên kết trong thư", en: "Sign in with the link in your mail")
    static let sendLink = Phrase(vi: "Gửi liên kết", en: "Send the link")
    static let mailLinkIsOnItsWay = Phrase(vi: "Hãy xem hộp thư của bạn", en: "Look into your mailbox")
}
