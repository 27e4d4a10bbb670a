import Database
package import Vocabulary

/// The ten types of Thông tư 20/2017/TT-BTTTT, in its order.
package enum IncidentKind: String, Sendable, Hashable, CaseIterable, Bindable, Readable {
    case denialOfService = "denial-of-service"
    case phishing
    case malware
    case intrusion
    case defacement
    case encryption
    case sabotage
    case espionage
    case combined
    case other

    package var words: Phrase {
        switch self {
        case .denialOfService: Phrase(vi: "Tấn công từ chối dịch vụ", en: "Denial of service")
        case .phishing: Phrase(vi: "Tấn công giả mạo", en: "Phishing")
        case .malware: Phrase(vi: "Tấn công sử dụng mã độc", en: "Malware")
        case .intrusion:
            Phrase(vi: "Truy cập trái phép, chiếm quyền điều khiển", en: "Unauthorised access, loss of control")
        case .defacement: Phrase(vi: "Thay đổi giao diện", en: "Defacement")
        case .encryption:
            Phrase(vi: "Mã hóa phần mềm, dữ liệu, thiết bị", en: "Encryption of software, data or devices")
        case .sabotage:
            Phrase(vi: "Phá hoại thông tin, dữ liệu, phần mềm", en: "Sabotage of information, data or software")
        case .espionage:
            Phrase(vi: "Nghe trộm, gián điệp, lấy cắp thông tin", en: "Eavesdropping, espionage, theft of information")
        case .combined: Phrase(vi: "Tấn công tổng hợp", en: "Combined attack")
        case .other: Phrase(vi: "Khác", en: "Other")
        }
    }

    /// The nearest word of `event-type-ov` (Incident Core v2 §4.4), for programs that do not know the ten.
    var stix: String {
        switch self {
        case .denialOfService: "denial-of-service"
        case .phishing: "aggregation-information-phishing-schemes"
        case .malware: "known-malware"
        case .intrusion: "unauthorized-access-system"
        case .defacement: "modification-information"
        case .encryption: "ransomware"
        case .sabotage: "destruction"
        case .espionage: "unauthorized-access-information"
        case .combined: "major"
        case .other: "unspecified"
        }
    }
}
