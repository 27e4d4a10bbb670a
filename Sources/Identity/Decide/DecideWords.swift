import Vocabulary

extension Phrase {
    /// Why nothing was decided by a policy.
    static func why(_ why: Decision.Fallback) -> Phrase {
        switch why {
        case .unknownAction: Phrase(vi: "Không có việc nào tên như vậy", en: "There is no such action")
        case .nobodySignedIn: Phrase(vi: "Chưa đăng nhập", en: "Nobody is signed in")
        case .unsure:
            Phrase(vi: "Một chính sách cấm không đánh giá được", en: "A policy that forbids could not be evaluated")
        case .noPolicy, .byPolicies:
            Phrase(vi: "Không có chính sách nào cho phép việc này", en: "No policy permits this")
        }
    }
}
