package import Vocabulary
import Web

extension Permission {
    package static let policies = Permission("identity.policies")
}

extension Phrase {
    static let policies = Phrase(vi: "Chính sách phân quyền", en: "Access policies")
    static let policiesLead = Phrase(
        vi:
            """
            Ai được làm gì là do các chính sách này quyết định. Một quản trị viên đề nghị thay đổi, người thứ hai phê \
            duyệt; mỗi bước được ghi vào sổ cái.
            """,
        en:
            """
            These policies decide who may do what. One administrator proposes a change, a second one approves it; each \
            step is written into the ledger.
            """
    )
    static let policyRevisions = Phrase(vi: "Các phiên bản", en: "Revisions")
    static let policyNumber = Phrase(vi: "Số", en: "Number")
    static let policyAuthor = Phrase(vi: "Người đề nghị", en: "Proposed by")
    static let proposedAt = Phrase(vi: "Đề nghị lúc", en: "Proposed")
    static let decidedBy = Phrase(vi: "Người quyết định", en: "Decided by")
    static let decidedAt = Phrase(vi: "Quyết định lúc", en: "Decided")
    static let withTheProgram = Phrase(vi: "Kèm theo phần mềm", en: "Came with the program")
    static let isInForce = Phrase(vi: "Đang có hiệu lực", en: "In force")
    static let wasInForce = Phrase(vi: "Đã có hiệu lực", en: "Was in force")
    static let policiesInForce = Phrase(vi: "Đang có hiệu lực", en: "In force now")
    static let proposePolicies = Phrase(vi: "Đề nghị thay đổi", en: "Propose a change")
    static let proposeLead = Phrase(
        vi: "Sửa văn bản bên dưới. Văn bản được đọc, kiểm tra kiểu và thử mọi ví dụ trước khi gửi đi.",
        en: "Change the text below. It is read, type-checked and its examples are decided before it goes out.")
    static let needsSecondAdministrator = Phrase(
        vi: "Một quản trị viên khác cần phê duyệt.", en: "Another administrator must approve it.")
    static let policiesAreTheSame = Phrase(
        vi: "Văn bản không khác bản đang có hiệu lực", en: "The text is the one in force")
    static let policiesMovedOn = Phrase(
        vi: "Chính sách đã thay đổi từ khi đề nghị này được viết. Hãy đề nghị lại",
        en: "The policies have changed since this was written. Propose it anew")
    static let policiesLockOut = Phrase(
        vi: "Với văn bản này, không còn hai quản trị viên nào sửa lại được chính sách",
        en: "With this text no two administrators could change the policies back")
    static let policyTextTooLong = Phrase(
        vi: "Văn bản dài hơn \(PolicyRevision.textBytes / 1024) KiB hoặc \(CheckedPolicies.linesMax) dòng",
        en: "The text is longer than \(PolicyRevision.textBytes / 1024) KiB or \(CheckedPolicies.linesMax) lines")
    static let tooManyExamples = Phrase(
        vi: "Có hơn \(CheckedPolicies.examplesMax) ví dụ",
        en: "There are more than \(CheckedPolicies.examplesMax) examples")
    static let noCallsAtAll = Phrase(
        vi: "Không chính sách nào cho phép dịch vụ gọi nhau: cổng sẽ từ chối mọi lời gọi",
        en: "No policy permits calls between services: the gateway would refuse all of them")
    static let policiesRevision = Phrase(vi: "Phiên bản chính sách", en: "Revision of the policies")

    static func exampleIsUnclear(_ example: String) -> Phrase {
        Phrase(vi: "Ví dụ “\(example)” không thử được", en: "The example “\(example)” cannot be tried")
    }
    static func callsNeedGrants(_ policy: String) -> Phrase {
        Phrase(
            vi: "Thiếu “\(policy)” như phần mềm kèm theo: không có quyền khai thác thì không ai được gọi dịch vụ",
            en: "“\(policy)” is missing as the program ships it: nobody calls a service without a grant")
    }
    static func callsHaveNoSession(_ policy: String) -> Phrase {
        Phrase(
            vi: """
                “\(policy)” nói cả về lời gọi giữa các dịch vụ và hỏi context, nhưng lời gọi không có phiên đăng nhập: \
                hãy viết rõ nói về ai, như principal is Person
                """,
            en: """
                “\(policy)” speaks of calls between services too and asks for context, but a call has no session: say \
                of whom it speaks, as in principal is Person
                """)
    }
    static func policiesNumbered(_ number: Int64) -> Phrase {
        Phrase(vi: "Chính sách, phiên bản \(number)", en: "Policies, revision \(number)")
    }
    static func difference(from number: Int64) -> Phrase {
        Phrase(vi: "Khác với phiên bản \(number)", en: "Different from revision \(number)")
    }
}

extension Announcement {
    static func policiesWereReset(to number: Int64, from old: Int64) -> Announcement {
        Announcement(
            kind: "identity.policies-reset",
            title: Phrase(
                vi: "Chính sách phân quyền trở về bản kèm theo phần mềm",
                en: "The access policies are back to what the program ships"),
            text: Phrase(
                vi: """
                    Phiên bản \(old) của chính sách không dùng được với bản phần mềm mới. Từ phiên bản \(number), nút \
                    theo chính sách kèm theo phần mềm và những điều cấm của riêng nút còn dùng được.
                    Hãy xem lại và đề nghị lại những thay đổi còn cần.
                    """,
                en: """
                    Revision \(old) of the policies does not work with the new release. From revision \(number) on \
                    this node follows what the program ships, with those prohibitions of its own that still work.
                    Please look at it and propose anew what is still needed.
                    """), path: "/identity/policies")
    }
}
