import Vocabulary

extension Phrase {
    static let goAcross = Phrase(vi: "Sang nút khác", en: "Go to another node")
    static let goAcrossLead = Phrase(
        vi: """
            Nút này bảo lãnh cho bạn ở nút của thành viên khác: bạn không cần đăng nhập lại. Bạn làm được gì ở đó do \
            nút ấy quy định. Đăng xuất ở đây thì phiên ở đó cũng kết thúc.
            """,
        en: """
            This node vouches for you at another member's node, so that you need not sign in again. What you may do \
            there is for that node to say. When you sign out here, your visit there ends too.
            """)
    static let goThere = Phrase(vi: "Sang nút này", en: "Go there")
    static let onlyOwnPeople = Phrase(
        vi: "Nút này chỉ bảo lãnh cho cán bộ của chính cơ quan mình.", en: "This node vouches for its own staff alone.")
    static let tryLater = Phrase(vi: "Hãy thử lại sau ít phút.", en: "Try again in a few minutes.")
    static let badNonce = Phrase(vi: "Liên kết không hợp lệ.", en: "The link is not valid.")
    static let notLetIn = Phrase(vi: "Chưa vào được", en: "You were not let in")
    static let notLetInLead = Phrase(
        vi: """
            Hãy trở lại nút của bạn, mục “Sang nút khác”, và thử lại. Nếu vẫn không được, báo mã trên cho quản trị nút \
            này.
            """,
        en: """
            Go back to your own node, to “Go to another node”, and try again. If it still fails, tell the code above \
            to this node's administrator.
            """)
    static let toSignIn = Phrase(vi: "Đến trang đăng nhập", en: "To the sign-in page")

    static func nodeIsAway(_ name: Phrase) -> Phrase {
        Phrase(vi: "Không liên lạc được với nút \(name.vi)", en: "The node of \(name.en) cannot be reached")
    }
}
