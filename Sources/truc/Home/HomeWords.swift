import Vocabulary

extension Phrase {
    static let siteName = Phrase(vi: "Trục", en: "Trục")
    static let whatThisIs = Phrase(
        vi: """
            Đây là một nút của mạng lưới ứng cứu sự cố an toàn thông tin: nơi báo sự cố, chia sẻ điều đã biết \
            đúng người, đúng nhãn.
            """,
        en: """
            This is a node of the incident response network: where incidents are reported and what is known \
            is shared with the right people under the right label.
            """)
    static let nothingForStrangers = Phrase(
        vi: "Đăng nhập bằng tài khoản mà quản trị nút đã cấp cho bạn.",
        en: "Sign in with the account that the node's administrator gave you.")
    static let demoAccounts = Phrase(
        vi: """
            Trong cụm mẫu, tên đăng nhập và mật khẩu được in cùng bảng địa chỉ, ở nơi bạn chạy truc demo. \
            TLP:RED chỉ đọc được sau hai bước: đăng nhập bằng hai-buoc, mã sáu số lấy bằng lệnh ghi ở đó.
            """,
        en: """
            In the demo cluster, usernames and the password are printed with the addresses, where you ran truc demo. \
            TLP:RED is read after two steps only: sign in as hai-buoc, with the six digits that the command named \
            there prints.
            """)
    static func news(_ count: Int) -> Phrase {
        Phrase(
            vi: "\(count) thông báo đang chờ bạn xem",
            en: count == 1 ? "1 notice waits for you" : "\(count) notices wait for you")
    }
    static let seeNews = Phrase(vi: "Xem thông báo", en: "See them")
    static let signInHere = Phrase(vi: "Đăng nhập", en: "Sign in")
    static let threeThings = Phrase(vi: "Ba việc nên thử", en: "Three things to try")
    static let yourRoles = Phrase(vi: "Vai trò của bạn tại nút này", en: "Your roles at this node")
    static let noRoles = Phrase(vi: "Bạn chưa có vai trò nào tại nút này.", en: "You have no role at this node yet.")
    static let otherDay = Phrase(
        vi: "Nút này đang ở ngày khác, để diễn tập", en: "This node lives on another day, for a drill")

    static let reportTitle = Phrase(vi: "Báo một sự cố", en: "Report an incident")
    static let reportAbout = Phrase(
        vi: "Biểu mẫu ngắn, gửi được ngay từ điện thoại. Chọn nhãn, và chỉ ai được biết mới nhận.",
        en: "A short form that works on a phone. Choose a label, and only those who may know receive it.")
    static let threatTitle = Phrase(vi: "Chia sẻ một dấu hiệu nhận biết", en: "Share an indicator")
    static let threatAbout = Phrase(
        vi: "Dán một địa chỉ hay mã băm, hoặc tìm trong nguồn đã nhập, rồi chia sẻ với Cụm.",
        en: "Paste an address or a hash, or search what was imported, then share it with the cluster.")
    static let deliveriesTitle = Phrase(vi: "Xem ai đang có gì", en: "See who has what")
    static let deliveriesAbout = Phrase(
        vi: "Sổ giao nhận cho biết từng nút đã nhận lúc nào, dưới đầu sổ cái nào.",
        en: "The delivery ledger says when each node received it, and under which checkpoint.")
    static let peopleTitle = Phrase(vi: "Thêm người cùng làm", en: "Add the people you work with")
    static let peopleAbout = Phrase(
        vi: "Tạo tài khoản, giao vai trò; mỗi thay đổi về quyền được ghi vào sổ cái.",
        en: "Create accounts and give roles; every change of rights is written to the ledger.")
    static let catalogueTitle = Phrase(vi: "Tìm một dịch vụ để dùng", en: "Find a service to use")
    static let catalogueAbout = Phrase(
        vi: "Danh mục các dịch vụ chia sẻ, ở đây và ở nút khác; đọc tài liệu rồi đề nghị khai thác.",
        en: "The catalogue of shared services, here and at other nodes: read their documentation and ask for a grant.")
    static let clusterTitle = Phrase(vi: "Xem Cụm", en: "See the cluster")
    static let clusterAbout = Phrase(
        vi: "Ai là thành viên, giữ vai trò gì, nút nào đang trả lời.",
        en: "Who is a member, in which role, and whose node answers.")
    static let ledgerTitle = Phrase(vi: "Kiểm tra sổ cái", en: "Check the ledger")
    static let ledgerAbout = Phrase(
        vi: "Mọi việc đã xảy ra, chỉ ghi thêm; ai cũng kiểm tra được mà không cần tin nút này.",
        en: "All that happened, append-only; anybody can check it without trusting this node.")
}
