package import Vocabulary
import Web

extension Permission {
    /// Looking at every right of an organisation, and keeping or ending each.
    package static let review = Permission("identity.review")
}

extension Phrase {
    static let reviews = Phrase(vi: "Rà soát quyền", en: "Access reviews")
    static let noReviews = Phrase(vi: "Chưa đến kỳ rà soát nào.", en: "No review is due yet.")
    static let reviewOpened = Phrase(vi: "Bắt đầu", en: "Began")
    static let reviewDue = Phrase(vi: "Hạn quyết định", en: "To be decided by")
    static let reviewDecided = Phrase(vi: "Đã quyết định", en: "Decided")
    static let reviewClosed = Phrase(vi: "Đã xong", en: "Done")
    static let reviewOverdue = Phrase(vi: "Quá hạn", en: "Overdue")
    static let reviewWaits = Phrase(vi: "Chờ quyết định", en: "To be decided")
    static let reviewLead = Phrase(
        vi: "Giữ những quyền còn cần cho công việc, kết thúc phần còn lại. Không ai tự quyết định quyền của mình.",
        en: "Keep the rights that the work still needs and end the others. Nobody decides about their own.")
    static let rightsUnderReview = Phrase(vi: "Các quyền được rà soát", en: "The rights under review")
    static let term = Phrase(vi: "Từ – đến", en: "From – until")
    static let givenBy = Phrase(vi: "Người cấp, người phê duyệt", en: "Given and approved by")
    static let lastUse = Phrase(vi: "Dùng gần nhất", en: "Last used")
    static let lastUseLead = Phrase(
        vi: "Ngày dùng gần nhất của một vai trò là ngày người ấy mở một trang mà vai trò thấp hơn không mở được.",
        en: "A role was last used on the day when its holder opened something that no lesser role of theirs opens.")
    static let noUseNoted = Phrase(vi: "Chưa ghi nhận", en: "None noted")
    static let signedInLast = Phrase(vi: "Đăng nhập:", en: "Signed in:")
    static let clientUnderReview = Phrase(vi: "Ứng dụng kết nối (OAuth)", en: "Connected application (OAuth)")
    static let grantUnderReview = Phrase(vi: "Quyền khai thác dịch vụ", en: "Grant of a service")
    static let reviewDecision = Phrase(vi: "Quyết định", en: "Decision")
    static let keepRight = Phrase(vi: "Giữ", en: "Keep")
    static let endRight = Phrase(vi: "Kết thúc", en: "End")
    static let othersDecide = Phrase(vi: "Người khác quyết định", en: "For somebody else to decide")
    static let notOwnRights = Phrase(
        vi: "Không ai tự quyết định quyền của mình", en: "Nobody decides about their own rights")
    static let alreadyReviewed = Phrase(vi: "Quyền này đã được quyết định", en: "This right was decided already")
    static let reviewIsOpen = Phrase(
        vi: "Cơ quan này đang có một kỳ rà soát", en: "A review of this organisation is open already")

    static func actsFor(_ name: String, _ roles: Set<Role>?) -> Phrase {
        let lent = lentRoles(roles)
        return Phrase(vi: "Được ủy quyền của \(name): \(lent.vi)", en: "Acts for \(name): \(lent.en)")
    }

    static func reviewsLead(_ policy: ReviewSettings) -> Phrase {
        Phrase(
            vi: """
                Cứ \(policy.everyDays) ngày, lãnh đạo và quản trị của cơ quan xem lại từng quyền: giữ hay kết thúc. \
                Mỗi quyết định được ghi vào sổ cái.
                """,
            en: """
                Every \(policy.everyDays) days the lead and the administrators of an organisation look at each right: \
                keep or end it. Each decision is written into the ledger.
                """)
    }

    static func reviewLate(_ policy: ReviewSettings) -> Phrase {
        policy.endsUndecided
            ? Phrase(
                vi: "Đã quá hạn. Quyền chưa được quyết định sẽ kết thúc \(policy.graceDays) ngày sau hạn",
                en: "This is overdue. What is not decided ends \(policy.graceDays) days after the due day")
            : Phrase(vi: "Đã quá hạn quyết định", en: "This is overdue")
    }
}

extension ReviewItem.Decision {
    package var label: Phrase {
        switch self {
        case .keep: Phrase(vi: "Giữ", en: "Kept")
        case .end: Phrase(vi: "Kết thúc", en: "Ended")
        case .lapsed: Phrase(vi: "Kết thúc vì không ai quyết định", en: "Ended, for nobody decided")
        case .gone: Phrase(vi: "Đã tự hết", en: "Had ended by itself")
        }
    }

    var kind: StatusKind {
        switch self {
        case .keep: .done
        case .end, .lapsed: .bad
        case .gone: .neutral
        }
    }
}

extension Announcement {
    static func reviewWaits(_ review: Review, rights count: Int) -> Announcement {
        let day = Day(review.dueAt).forReading
        return Announcement(
            kind: "identity.review-opened",
            title: Phrase(vi: "Rà soát quyền: hạn \(day)", en: "Access review: due \(day)"),
            text: Phrase(
                vi: "Có \(count) quyền cần bạn giữ hoặc kết thúc trước ngày \(day).",
                en: "There are \(count) rights for you to keep or to end by \(day)."),
            path: "/identity/reviews/\(review.id)")
    }

    static func reviewIsLate(_ review: Review, rights count: Int, policy: ReviewSettings) -> Announcement {
        Announcement(
            kind: "identity.review-late",
            title: Phrase(vi: "Rà soát quyền đã quá hạn", en: "The access review is overdue"),
            text: Phrase(
                vi: "Còn \(count) quyền chưa được quyết định. \(Phrase.reviewLate(policy).vi).",
                en: "\(count) rights are not decided yet. \(Phrase.reviewLate(policy).en)."),
            path: "/identity/reviews/\(review.id)")
    }
}
