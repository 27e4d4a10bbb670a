import Vocabulary
import Web

extension Announcement {
    static func administratorIsOut(
        _ name: String, by author: String?, left: Int, days: Int64, about people: Set<ID<Person>>
    ) -> Announcement {
        Announcement(
            kind: "identity.administrator-out",
            title: Phrase(
                vi: "Nút này vừa bớt một quản trị viên", en: "This node has one administrator less"),
            text: Phrase(
                vi: """
                    \(name) không còn quản trị nút này\(author.map { " (người thực hiện: \($0))" } ?? ""). \
                    Hiện còn \(left) quản trị viên.
                    Trong \(days) ngày tới, vai trò đặc quyền vẫn cần hai người, như khi người này còn quản trị nút.
                    Nếu không đúng, hãy báo ngay cho các quản trị viên còn lại và lãnh đạo đơn vị.
                    """,
                en: """
                    \(name) no longer administers this node\(author.map { " (done by \($0))" } ?? ""). \
                    Administrators left: \(left).
                    For \(days) days privileged roles still take two people, as if this person were one of them.
                    If this is not right, tell the other administrators and your lead at once.
                    """),
            path: "/identity/requests", about: people)
    }

    static func auditorIsOut(
        _ name: String, by author: String?, about people: Set<ID<Person>>
    ) -> Announcement {
        Announcement(
            kind: "identity.auditor-out",
            title: Phrase(vi: "Nút này vừa bớt một kiểm toán viên", en: "This node has one auditor less"),
            text: Phrase(
                vi: """
                    \(name) không còn là kiểm toán viên của nút này\(author.map { " (người thực hiện: \($0))" } ?? "").
                    Nếu không đúng, hãy báo ngay cho các quản trị viên và lãnh đạo đơn vị.
                    """,
                en: """
                    \(name) no longer audits this node\(author.map { " (done by \($0))" } ?? "").
                    If this is not right, tell the administrators and your lead at once.
                    """),
            path: "/identity/requests", about: people)
    }

    static func watchedIsErased(
        _ person: ID<Person>, _ roles: [Role], by author: String?, isOwnWish: Bool, about people: Set<ID<Person>>
    ) -> Announcement {
        let who = Phrase(
            vi: author.map { " (người thực hiện: \($0))" } ?? (isOwnWish ? " theo yêu cầu của chính người đó" : ""),
            en: author.map { " (done by \($0))" } ?? (isOwnWish ? " at their own wish" : ""))
        let held = Phrase(
            vi: roles.map(\.label.vi).joined(separator: ", "), en: roles.map(\.label.en).joined(separator: ", "))
        return Announcement(
            kind: "identity.watched-erased",
            title: Phrase(
                vi: "Dữ liệu của một người từng quản trị hoặc kiểm toán nút này đã bị xóa",
                en: "The data of somebody who administered or audited this node was erased"),
            text: Phrase(
                vi: """
                    Dữ liệu cá nhân của người có mã \(person) đã được xóa\(who.vi). Vai trò từng giữ: \(held.vi).
                    Sổ cái vẫn giữ các sự kiện và bằng chứng; nội dung về người này không còn đọc được.
                    Nếu không đúng, hãy báo ngay cho các quản trị viên còn lại và lãnh đạo đơn vị.
                    """,
                en: """
                    The personal data of the person with the id \(person) was erased\(who.en). Roles held: \(held.en).
                    The ledger keeps the facts and their proofs; what they said of this person cannot be read any more.
                    If this is not right, tell the other administrators and your lead at once.
                    """),
            path: "/identity/requests", about: people)
    }

    static func givenAlone(
        _ role: Role, to name: String, by author: String, about people: Set<ID<Person>>
    ) -> Announcement {
        Announcement(
            kind: "identity.given-alone",
            title: Phrase(
                vi: "Một vai trò đặc quyền do một người giao", en: "A privileged role was given by one person"),
            text: Phrase(
                vi: """
                    \(author) đã giao cho \(name) vai trò: \(role.label.vi).
                    Không có quản trị viên thứ hai để phê duyệt.
                    Nếu không đúng, hãy báo ngay cho lãnh đạo đơn vị.
                    """,
                en: """
                    \(author) gave \(name) a role: \(role.label.en).
                    There was no second administrator to approve it.
                    If this is not right, tell your lead at once.
                    """),
            path: "/identity/requests", about: people)
    }
}

extension Phrase {
    static let givenPrivileged = Phrase(
        vi: "Giao vai trò đặc quyền theo đề nghị của quản trị viên",
        en: "A privileged role, as asked by an administrator")
    static let needsSecondPerson = Phrase(
        vi: "Vai trò này cần người thứ hai phê duyệt", en: "This role needs the approval of a second person")
    static let onlyOwnRightsApprove = Phrase(
        vi: "Chỉ quản trị nút mới phê duyệt được; quyền được ủy quyền thì không",
        en: "Only a node administrator approves this; rights that were lent do not")
    static let privilegedIsAskedFor = Phrase(
        vi: "Vai trò đặc quyền do quản trị nút đề nghị cho người khác, rồi một quản trị nút khác phê duyệt",
        en: "A privileged role is asked for by a node administrator for somebody else, and another one approves it")
}
