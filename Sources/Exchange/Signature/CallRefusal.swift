import Vocabulary

/// Why a call of another node is refused. The raw value is the stable code in problem+json, logs and alarms.
enum CallRefusal: String, Error, Sendable, Hashable, CaseIterable {
    case unsigned = "exchange.unsigned"
    case malformedSignature = "exchange.malformed-signature"
    case badSignature = "exchange.bad-signature"
    case badDigest = "exchange.bad-digest"
    case expired = "exchange.expired"
    case notYetValid = "exchange.not-yet-valid"
    case replayed = "exchange.replayed"
    case unknownKey = "exchange.unknown-key"
    /// The key is on the roster, but its organisation has no role today.
    case notMember = "exchange.not-a-member"
    /// Signed for another node.
    case otherDestination = "exchange.other-destination"
    /// The caller confirms more than it was ever given: one of the two has lost data.
    case cursorAhead = "exchange.cursor-ahead"
    case badInvitation = "exchange.bad-invitation"
    case expiredInvitation = "exchange.expired-invitation"
    case usedInvitation = "exchange.used-invitation"
    case notKeeper = "exchange.not-keeper"
    case busy = "exchange.busy"

    var problem: Problem {
        self == .busy ? .busy(retryAfterSeconds: 60) : .malformed(code: rawValue, phrase)
    }

    var phrase: Phrase {
        switch self {
        case .unsigned: Phrase(vi: "Lời gọi chưa được ký.", en: "The call is not signed.")
        case .malformedSignature:
            Phrase(vi: "Không đọc được chữ ký của lời gọi.", en: "The signature of the call cannot be read.")
        case .badSignature: Phrase(vi: "Chữ ký của lời gọi không đúng.", en: "The signature of the call does not hold.")
        case .badDigest: Phrase(vi: "Nội dung không khớp với mã băm.", en: "The body does not match its digest.")
        case .expired:
            Phrase(vi: "Lời gọi đã hết hiệu lực; hãy kiểm tra đồng hồ.", en: "The call has expired; check the clock.")
        case .notYetValid:
            Phrase(
                vi: "Lời gọi chưa có hiệu lực; hãy kiểm tra đồng hồ.", en: "The call is not valid yet; check the clock."
            )
        case .replayed: Phrase(vi: "Lời gọi này đã được nhận trước đó.", en: "This call was taken before.")
        case .unknownKey: Phrase(vi: "Khóa không có trong danh sách thành viên.", en: "The key is not on the roster.")
        case .notMember:
            Phrase(vi: "Đơn vị hiện không phải là thành viên.", en: "The organisation is not a member today.")
        case .otherDestination: Phrase(vi: "Lời gọi dành cho nút khác.", en: "The call is meant for another node.")
        case .cursorAhead:
            Phrase(vi: "Vị trí xác nhận vượt quá số đã giao.", en: "More is confirmed than was ever given out.")
        case .badInvitation: Phrase(vi: "Giấy mời không đúng.", en: "The invitation is not valid.")
        case .expiredInvitation: Phrase(vi: "Giấy mời đã hết hạn.", en: "The invitation has expired.")
        case .usedInvitation: Phrase(vi: "Giấy mời đã được dùng.", en: "The invitation was used before.")
        case .notKeeper:
            Phrase(vi: "Nút này không giữ danh sách thành viên.", en: "This node does not keep the roster.")
        case .busy: Phrase(vi: "Nút đang nhận quá nhiều lời gọi.", en: "The node gets too many calls.")
        }
    }
}
