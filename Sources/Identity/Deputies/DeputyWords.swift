package import Vocabulary

extension Permission {
    package static let deputies = Permission("identity.deputies")
}

extension Phrase {
    static let deputies = Phrase(vi: "Ủy quyền", en: "Deputies")
    static let deputiesLead = Phrase(
        vi: """
            Người được ủy quyền làm việc bằng những vai trò mà người ủy quyền đã chọn, trong thời hạn đã định. Việc họ \
            làm vẫn ghi tên họ; tài liệu TLP:RED vẫn chỉ dành cho người được nêu tên.
            """,
        en: """
            A deputy acts with the roles that were chosen for them, for a time. What they do stays under their own \
            name, and TLP:RED stays with the people it names.
            """)
    static let noDeputies = Phrase(vi: "Chưa có ủy quyền nào", en: "Nobody stands in for anybody")
    static let nameDeputy = Phrase(vi: "Ủy quyền cho người khác", en: "Name a deputy")
    static let nameDeputyLead = Phrase(
        vi: """
            Người này làm được những việc mà các vai trò bạn chọn cho phép. Vai trò quản trị và kiểm toán không ủy \
            quyền được. Họ không ủy quyền tiếp và không quyết định đề nghị do bạn lập.
            """,
        en: """
            They may do what the roles that you choose allow. Administration and auditing are not lent. They lend \
            nothing on, and decide no request that you made.
            """)
    static let endDeputy = Phrase(vi: "Kết thúc", en: "End")
    static let deputyColumn = Phrase(vi: "Người được ủy quyền", en: "Deputy")
    static let lenderColumn = Phrase(vi: "Người ủy quyền", en: "Acts for")
    static let deputyActs = Phrase(vi: "Đang hiệu lực", en: "In force")
    static let deputyLogin = Phrase(vi: "Tên đăng nhập của người được ủy quyền", en: "The deputy's username")
    static let deputyFirstDay = Phrase(vi: "Ngày đầu tiên", en: "First day")
    static let deputyLastDay = Phrase(vi: "Ngày cuối cùng", en: "Last day")
    static let deputyLastDayHint = Phrase(
        vi: "Tối đa \(Deputy.daysMax) ngày; có thể kết thúc sớm hơn",
        en: "At most \(Deputy.daysMax) days; it can be ended early")
    static let deputyReasonHint = Phrase(
        vi: "Từ 10 đến 500 ký tự, ví dụ đi công tác, theo quyết định số nào",
        en: "10 to 500 characters, as a journey, and the decision behind it")

    static let lentRolesField = Phrase(vi: "Ủy quyền những vai trò nào", en: "Which roles are lent")
    static func lentRoles(_ roles: Set<Role>?) -> Phrase {
        guard let roles else { return Phrase(vi: "mọi vai trò ủy quyền được", en: "every role that may be lent") }
        let labels = Role.ofPeople.filter(roles.contains).map(\.label)
        return Phrase(
            vi: labels.map(\.vi).joined(separator: ", "), en: labels.map(\.en).joined(separator: ", "))
    }
    static let rolesAreNotLent = Phrase(
        vi: "Hãy chọn ít nhất một vai trò, trong số vai trò của chính người ủy quyền: \(lentRoles(Deputy.lendable).vi)",
        en: "Choose one role or more of the lender's own, among: \(lentRoles(Deputy.lendable).en)")

    static let nothingToLend = Phrase(
        vi: """
            Chỉ lãnh đạo đơn vị và người xử lý sự cố ủy quyền được, bằng vai trò của chính mình. Vai trò quản trị \
            không ủy quyền được: hãy đề nghị quản trị nút giao vai trò đó có thời hạn.
            """,
        en: """
            Only leads and incident handlers name deputies, for roles of their own. Administration is not lent: ask a \
            node administrator to give that role for a time.
            """)
    static let isDeputyAlready = Phrase(
        vi: "Người này đã được ủy quyền trong thời gian đó", en: "They stand in at that time already")
    static let deputyIsOver = Phrase(vi: "Ủy quyền này đã kết thúc", en: "This has ended already")
    static let deputyIsUnknown = Phrase(
        vi: "Hãy nhập tên đăng nhập của một người khác đang làm việc tại đây",
        en: "Enter the username of somebody else who works here")
    static let deputyAudits = Phrase(
        vi: "Kiểm toán viên không nhận ủy quyền: họ sẽ phải xem xét việc của chính mình",
        en: "Auditors stand in for nobody: they would look at what they did themselves")
    static let deputyBeginsSoon = Phrase(
        vi: "Hãy nhập ngày đầu tiên, trong vòng \(Deputy.daysMax) ngày tới",
        en: "Enter the first day, within \(Deputy.daysMax) days from now")
    static let tooManyDeputies = Phrase(
        vi: "Mỗi người ủy quyền cho tối đa \(Deputy.unfinishedMax) người cùng lúc; hãy kết thúc bớt",
        en: "At most \(Deputy.unfinishedMax) people stand in for one; end some of it first")
    static let tooManyDeputiesToday = Phrase(
        vi: "Mỗi người ủy quyền tối đa \(Deputy.namedMax) lần trong 24 giờ; hãy thử lại vào ngày mai",
        en: "Nobody names more than \(Deputy.namedMax) deputies within 24 hours; try again tomorrow")
    static let deputyEndsSoon = Phrase(
        vi: "Hãy nhập ngày cuối cùng, trong vòng \(Deputy.daysMax) ngày",
        en: "Enter the last day, within \(Deputy.daysMax) days")
}
