import Vocabulary

/// Why the word of another node for its person is not taken. The raw value is the stable code on the page, in the
/// ledger and beside the alarm.
enum AssertionRefusal: String, Error, Sendable, Hashable, CaseIterable {
    case unreadable = "exchange.assertion-unreadable"
    /// Signed with a key that is not on the roster.
    case unknownNode = "exchange.assertion-unknown-node"
    /// The key is on the roster, but its organisation has no role today.
    case formerMember = "exchange.assertion-former-member"
    /// It names another organisation than the one whose key signed it.
    case otherIssuer = "exchange.assertion-other-issuer"
    case badSignature = "exchange.assertion-bad-signature"
    /// Made for another node.
    case otherAudience = "exchange.assertion-other-audience"
    case expired = "exchange.assertion-expired"
    case early = "exchange.assertion-not-yet-valid"
    /// Good for longer than a minute.
    case tooLong = "exchange.assertion-too-long"
    /// Asked for by another browser than the one that brings it.
    case otherBrowser = "exchange.assertion-other-browser"

    var phrase: Phrase {
        switch self {
        case .unreadable: Phrase(vi: "Không đọc được giấy bảo lãnh.", en: "The assertion cannot be read.")
        case .unknownNode:
            Phrase(
                vi: "Nút bảo lãnh không có trong danh sách thành viên.",
                en: "The node that vouches is not on the roster.")
        case .formerMember:
            Phrase(
                vi: "Đơn vị bảo lãnh hiện không phải là thành viên.",
                en: "The organisation that vouches is no member today.")
        case .otherIssuer:
            Phrase(
                vi: "Giấy bảo lãnh mang tên đơn vị khác.",
                en: "The assertion names another organisation than its signer.")
        case .badSignature:
            Phrase(vi: "Chữ ký của giấy bảo lãnh không đúng.", en: "The signature of the assertion does not hold.")
        case .otherAudience: Phrase(vi: "Giấy bảo lãnh dành cho nút khác.", en: "The assertion is for another node.")
        case .expired: Phrase(vi: "Giấy bảo lãnh đã hết hạn.", en: "The assertion has expired.")
        case .early: Phrase(vi: "Giấy bảo lãnh chưa có hiệu lực.", en: "The assertion is not valid yet.")
        case .tooLong:
            Phrase(vi: "Giấy bảo lãnh có thời hạn quá dài.", en: "The assertion would be valid for too long.")
        case .otherBrowser:
            Phrase(
                vi: "Giấy bảo lãnh được yêu cầu từ trình duyệt khác.",
                en: "The assertion was asked for by another browser.")
        }
    }
}
