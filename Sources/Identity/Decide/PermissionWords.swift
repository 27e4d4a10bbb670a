package import Vocabulary

extension PermissionLine {
    /// What somebody does who makes use of it, as people say it: `Xem sự cố`. Its code where it has no words.
    package var words: Phrase { PermissionLine.words[action.name] ?? Phrase(name: action.name) }

    private static let words: [String: Phrase] = ofApplications.merging(ofAxis) { first, _ in first }
        .merging(ofIdentity) { first, _ in first }

    private static let ofApplications: [String: Phrase] = [
        "design.view": Phrase(vi: "Xem các thành phần giao diện", en: "See the parts of screens"),
        "incidents.view": Phrase(vi: "Xem sự cố", en: "See incidents"),
        "incidents.report": Phrase(vi: "Báo và xử lý sự cố", en: "Report and handle incidents"),
        "incidents.share": Phrase(vi: "Chia sẻ sự cố ra ngoài", en: "Share incidents with others"),
        "threats.view": Phrase(vi: "Xem mối đe dọa", en: "See threats"),
        "threats.add": Phrase(vi: "Thêm mối đe dọa", en: "Add threats"),
        "threats.import": Phrase(vi: "Nhập mối đe dọa từ tệp", en: "Import threats from files"),
        "threats.share": Phrase(vi: "Chia sẻ mối đe dọa ra ngoài", en: "Share threats with others"),
    ]

    private static let ofAxis: [String: Phrase] = [
        "exchange.view": Phrase(vi: "Xem Cụm và các thành viên", en: "See the cluster and its members"),
        "exchange.deliveries": Phrase(vi: "Xem sổ giao nhận", en: "See what was delivered to whom"),
        "exchange.administer": Phrase(vi: "Quản trị trục và Cụm", en: "Administer the axis and the cluster"),
        "exchange.peer": Phrase(vi: "Trao đổi giữa các nút", en: "Exchange between nodes"),
        "exchange.catalogue": Phrase(vi: "Xem danh mục dịch vụ", en: "Read the catalogue of services"),
        "exchange.register": Phrase(
            vi: "Đăng ký dịch vụ và ứng dụng khai thác", en: "Register services and applications"),
        "exchange.request": Phrase(vi: "Đề nghị quyền khai thác", en: "Ask for grants"),
        "exchange.decide": Phrase(vi: "Quyết định quyền khai thác", en: "Decide on grants"),
        "gateway.view": Phrase(vi: "Xem lưu lượng qua trục", en: "See the traffic on the axis"),
        "gateway.evidence": Phrase(vi: "Xem chứng cứ trao đổi", en: "Read evidence of exchanges"),
        "events.view": Phrase(vi: "Xem loại sự kiện và hàng đợi", en: "See event types and queues"),
        "events.register": Phrase(vi: "Đăng ký loại sự kiện", en: "Register event types"),
        "events.administer": Phrase(vi: "Điều khiển hàng đợi sự kiện", en: "Control queues of events"),
        "events.connect": Phrase(vi: "Phát và nhận sự kiện (ứng dụng)", en: "Publish and follow events (applications)"),
        "ledger.read": Phrase(vi: "Đọc sổ cái", en: "Read the ledger"),
        "ledger.checkpoint": Phrase(vi: "Xem đầu sổ cái đã ký", en: "See the ledger's signed head"),
    ]

    private static let ofIdentity: [String: Phrase] = [
        "identity.people": Phrase(vi: "Xem danh sách người dùng", en: "See people"),
        "identity.administer": Phrase(vi: "Quản trị định danh của nút", en: "Administer the identities of the node"),
        "identity.policies": Phrase(vi: "Xem và đề nghị chính sách", en: "See and propose policies"),
        "identity.clients": Phrase(vi: "Xem ứng dụng kết nối", en: "See connected applications"),
        "identity.delegate": Phrase(vi: "Quản lý người dùng của đơn vị", en: "Manage the people of a unit"),
        "identity.provision": Phrase(
            vi: "Cấp tài khoản qua SCIM (phần mềm)", en: "Provision people over SCIM (programs)"),
        "identity.requests": Phrase(vi: "Đề nghị cấp quyền", en: "Ask for rights"),
        "identity.deputies": Phrase(vi: "Ủy quyền", en: "Name deputies"),
        "identity.explain": Phrase(vi: "Giải thích quyền", en: "Explain rights"),
        "identity.review": Phrase(vi: "Rà soát quyền", en: "Review rights"),
        "identity.account": Phrase(vi: "Dùng tài khoản của mình", en: "Use one's own account"),
    ]
}
