import Vocabulary

/// What an application may learn about a person who signs in with it (phạm vi dữ liệu).
enum Scope: String, Sendable, Hashable, CaseIterable {
    case openid, profile, email, organisation, roles
    /// A refresh token, so that it learns it also while the person is away.
    case offline = "offline_access"

    /// As the page of consent says it; nil for what needs no words of its own.
    var meaning: Phrase? {
        switch self {
        case .openid: nil
        case .profile: Phrase(vi: "Họ tên và tên đăng nhập của bạn", en: "Your full name and username")
        case .email: Phrase(vi: "Địa chỉ thư điện tử của bạn", en: "Your email address")
        case .organisation: Phrase(vi: "Cơ quan nơi bạn công tác", en: "The organisation that you work for")
        case .roles: Phrase(vi: "Vai trò của bạn tại cơ quan này", en: "Your roles in this organisation")
        case .offline:
            Phrase(
                vi: "Tiếp tục xem những dữ liệu trên khi bạn không có mặt",
                en: "Go on seeing all this while you are away")
        }
    }
}
