import Vocabulary
import Web

extension Phrase {
    static let reasonOfRole = Phrase(vi: "Lý do của một vai trò", en: "The reason of a role")
    static let reasonOfRelation = Phrase(
        vi: "Lý do của một ủy quyền, mở khẩn cấp hoặc tạm khóa",
        en: "The reason of a delegation, an emergency opening or a suspension")
    static let reasonOfRequest = Phrase(vi: "Lý do của một đề nghị quyền", en: "The reason of a request for access")
    static let reasonOfGuest = Phrase(vi: "Lý do của một khách", en: "The reason of a guest")
    static let reasonOfPolicy = Phrase(vi: "Lý do đổi chính sách", en: "The reason of a change of policies")
    static let textOfPolicy = Phrase(vi: "Văn bản chính sách", en: "A text of policies")
    static let purposeOfProgram = Phrase(
        vi: "Mục đích của một tài khoản dịch vụ", en: "The purpose of a service account")
    static let nameOfProgram = Phrase(vi: "Tên của một tài khoản dịch vụ", en: "The name of a service account")
    static let nameOfClient = Phrase(vi: "Tên của một ứng dụng kết nối", en: "The name of a connected application")
    static let purposeOfClient = Phrase(
        vi: "Mục đích của một ứng dụng kết nối", en: "The purpose of a connected application")

    static let wordsOfReminder = Phrase(vi: "Điều đã báo cho một người", en: "What somebody was told")

    static let namedElsewhere = Phrase(vi: "Nơi khác nhắc tên người này", en: "Other places that name this person")
    static let namedElsewhereLead = Phrase(
        vi: """
            Trong lời của người khác, tên đầy đủ, thư điện tử và tên đăng nhập của người này được thay bằng \
            \(ErasedPerson.mark). Nơi có chữ ký, tên gọi, hoặc có người khác trùng họ tên thì giữ nguyên: hãy xem và \
            tự sửa. Nội dung do họ viết trong báo cáo sự cố thuộc về báo cáo.
            """,
        en: """
            In what others wrote, this person's full name, mail address and username become \(ErasedPerson.mark). What \
            is signed, what things are called, and a name that somebody else has as well are left: look at them, and \
            mend them yourself. What stands in reports of incidents belongs to the reports.
            """)
    static let place = Phrase(vi: "Nơi", en: "Place")
    static let isTakenOut = Phrase(vi: "Sẽ được thay", en: "Will be taken out")
    static let isLeft = Phrase(vi: "Cần bạn xem", en: "For you to look at")
}

extension Announcement {
    /// To whoever looks after what is left, without a name: there is none any more.
    static func mentionsOfErased(_ mentions: [Mention]) -> Announcement {
        let shown = mentions.prefix(30)
        func lines(_ language: Language) -> String {
            shown.map { mention in
                let state = (mention.isTakenOut ? Phrase.wasTakenOut : Phrase.isLeft)[language]
                return "- \(mention.place[language]): \(mention.page.text) (\(state))"
            }.joined(separator: "\n")
        }
        let (count, rest) = (mentions.count, mentions.count - shown.count)
        return Announcement(
            kind: "identity.mentions-of-erased",
            title: Phrase(
                vi: "Những nơi từng nhắc tên một người đã xóa dữ liệu",
                en: "Places that named somebody whose data was erased"),
            text: Phrase(
                vi: """
                    Có \(count) nơi. Đầu mối liên hệ đã mất tên thì cần người mới; nơi “\(Phrase.isLeft.vi)” còn tên.
                    \(lines(.vi))\(rest > 0 ? "\n… và \(rest) nơi nữa" : "")
                    """,
                en: """
                    There are \(count). A contact that lost its name needs somebody new; what is “\(Phrase.isLeft.en)” \
                    still has the name.
                    \(lines(.en))\(rest > 0 ? "\n… and \(rest) more" : "")
                    """),
            path: shown.first?.page ?? "/identity/people")
    }
}

extension Phrase {
    fileprivate static let wasTakenOut = Phrase(vi: "đã thay", en: "taken out")
}
