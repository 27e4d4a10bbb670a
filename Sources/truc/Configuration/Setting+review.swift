import Vocabulary

/// How often rights are looked at.
extension Setting {
    static let reviewDays = Setting(
        key: "identity.review-days", fallback: "90",
        about: Phrase(
            vi: "Cứ bao nhiêu ngày thì rà soát quyền của một cơ quan",
            en: "Every how many days the rights of an organisation are reviewed"))
    static let reviewDueDays = Setting(
        key: "identity.review-due-days", fallback: "14",
        about: Phrase(vi: "Thời hạn quyết định, tính bằng ngày", en: "How many days there are to decide"))
    static let reviewUndecided = Setting(
        key: "identity.review-undecided", fallback: "keep",
        about: Phrase(
            vi: "keep: quyền chưa ai quyết định vẫn giữ; end: kết thúc 7 ngày sau hạn",
            en: "keep: rights that nobody decided about go on; end: they end 7 days after the due day"))

    static let ofReviews = [reviewDays, reviewDueDays, reviewUndecided]
}
