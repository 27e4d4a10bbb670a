import Vocabulary
import Web

extension Phrase {
    static let services = Phrase(vi: "Tài khoản dịch vụ", en: "Service accounts")
    static let serviceAccount = Phrase(vi: "Tài khoản dịch vụ", en: "Service account")
    static let servicesLead = Phrase(
        vi: "Mỗi phần mềm gọi vào nút bằng một tài khoản riêng, chỉ với tới cơ quan của mình và các đơn vị trực thuộc.",
        en: "Each program calls this node with an account of its own that reaches its organisation and the units below."
    )
    static let noServices = Phrase(vi: "Chưa có tài khoản dịch vụ nào.", en: "There are no service accounts yet.")
    static let addService = Phrase(vi: "Thêm tài khoản dịch vụ", en: "Add a service account")
    static let serviceName = Phrase(vi: "Tên phần mềm", en: "Name of the program")
    static let servicePurpose = Phrase(vi: "Dùng để làm gì", en: "What it is for")
    static let serviceScopes = Phrase(vi: "Được phép", en: "Permitted")
    static let serviceRoles = Phrase(vi: "Vai trò được giao cho người khác", en: "Roles that it may hand out")
    static let serviceRolesHint = Phrase(
        vi: "Chỉ những vai trò mà chính bạn được giao cho người khác; không bao giờ có vai trò quản trị nút.",
        en: "Only roles that you may hand out yourself, and never that of a node administrator.")
    static let serviceNameIsMissing = Phrase(
        vi: "Hãy nhập tên, không quá 100 ký tự", en: "Enter a name of at most 100 characters")
    static let purposeIsMissing = Phrase(
        vi: "Hãy ghi rõ dùng để làm gì, không quá 500 ký tự",
        en: "Say what it is for, in at most 500 characters")
    static let chooseScope = Phrase(vi: "Hãy chọn ít nhất một quyền", en: "Choose at least one permission")
    static let roleIsPrivileged = Phrase(
        vi: "Vai trò này chỉ do người có thẩm quyền giao", en: "This role is given by people only")
    static let tooManyKeys = Phrase(
        vi: "Đã có hai khóa đang dùng. Hãy thu hồi một khóa trước",
        en: "Two keys are in use already. Revoke one of them first")
    static let daysAreWrong = Phrase(vi: "Nhập số ngày từ 1 đến 366", en: "Enter a number of days from 1 to 366")
    static let keys = Phrase(vi: "Các khóa truy cập", en: "Access keys")
    static let noKeys = Phrase(
        vi: "Không còn khóa nào; phần mềm không gọi được.", en: "There is no key left; the program cannot call.")
    static let accessKey = Phrase(vi: "Khóa truy cập", en: "Access key")
    static let keyMade = Phrase(vi: "Đã tạo khóa", en: "The key is ready")
    static let keyLead = Phrase(
        vi: "Hãy chép khóa vào nơi cất bí mật của phần mềm. Khóa chỉ hiện lần này; nút chỉ giữ mã băm của khóa.",
        en: "Copy the key into the program's own secret store. It is shown only now; this node keeps only its digest.")
    static let keyEnds = Phrase(vi: "Hết hạn", en: "Ends")
    static let keyUsed = Phrase(vi: "Dùng gần nhất", en: "Last used")
    static let neverUsed = Phrase(vi: "Chưa dùng", en: "Never")
    static let revokeKey = Phrase(vi: "Thu hồi khóa", en: "Revoke key")
    static let revokeKeyLead = Phrase(
        vi: "Phần mềm dùng khóa này bị từ chối ngay. Cần thì tạo khóa mới trước.",
        en: "Programs that use this key are refused at once. Make a new key first where it is needed.")
    static let rotateKey = Phrase(vi: "Thay khóa", en: "Rotate the key")
    static let rotateHint = Phrase(
        vi: "Khóa cũ còn dùng được thêm 7 ngày, để phần mềm không phải dừng.",
        en: "The old key goes on working for 7 days, so that nothing has to stop.")
    static let endService = Phrase(vi: "Chấm dứt tài khoản", en: "End the account")
    static let endServiceLead = Phrase(
        vi: "Mọi khóa của tài khoản này hết hiệu lực ngay, không khôi phục được.",
        en: "Every key of the account stops working at once, for good.")
    static let serviceEnded = Phrase(vi: "Đã chấm dứt", en: "Ended")
    static let serviceWorks = Phrase(vi: "Đang dùng", en: "In use")
    static let keyDays = Phrase(vi: "Khóa có hiệu lực trong bao nhiêu ngày", en: "For how many days the key is good")
    static let keysEndSoon = Phrase(vi: "Có khóa sắp hết hạn", en: "Keys are about to end")
    static let lastFour = Phrase(vi: "Bốn ký tự cuối", en: "Last four characters")
    static let created = Phrase(vi: "Ngày tạo", en: "Made")
    static let toService = Phrase(vi: "Về trang tài khoản dịch vụ", en: "To the service account")

    static func keyEndsSoon(_ service: String, _ hint: String, _ day: String) -> Phrase {
        Phrase(vi: "\(service): khóa …\(hint) hết hạn \(day)", en: "\(service): key …\(hint) ends \(day)")
    }
}

extension ServiceAccount.Scope {
    var label: Phrase {
        switch self {
        case .readPeople: Phrase(vi: "Đọc người dùng và nhóm (SCIM)", en: "Read people and groups (SCIM)")
        case .readContacts:
            Phrase(
                vi: "Đọc cả thư điện tử, điện thoại, mã cán bộ (SCIM)",
                en: "Read email addresses, telephones and employee numbers as well (SCIM)")
        case .writePeople:
            Phrase(vi: "Đọc và ghi người dùng, nhóm (SCIM)", en: "Read and write people and groups (SCIM)")
        case .readAxis, .keepServices, .askForGrants, .issueKeys: onAxis?.label ?? Phrase(name: rawValue)
        }
    }
}

extension AxisScope {
    /// As whoever gives it reads it, to a program or to an application that acts for them.
    var label: Phrase {
        switch self {
        case .everything:
            Phrase(
                vi: "Thay mặt bạn làm mọi việc của bạn trên trục, cả quyết định về đề nghị",
                en: "Do on your behalf all that you may do on the axis, decisions on requests too")
        case .read:
            Phrase(
                vi: "Đọc danh mục, dịch vụ, ứng dụng, quyền khai thác và đề nghị trên trục",
                en: "Read the catalogue, services, applications, grants and requests on the axis")
        case .services:
            Phrase(
                vi: "Đăng ký dịch vụ, sửa, mở phiên bản, thay tài liệu, đổi máy chủ, đóng phiên bản không ai dùng",
                en: "Register services and edit them: versions, documents, instances; close versions that nobody uses")
        case .ask:
            Phrase(
                vi: "Đăng ký ứng dụng, gửi đề nghị khai thác, rút đề nghị, trả lại quyền",
                en: "Register applications, ask for grants, take requests back, give grants back")
        case .keys:
            Phrase(
                vi: "Cấp và thu hồi khóa, chứng thư của ứng dụng: ai giữ phạm vi này gọi được thay mọi ứng dụng đó",
                en: "Issue and revoke applications' keys and certificates: whoever holds this can call as any of them")
        }
    }
}

extension Announcement {
    static func keyEnding(_ key: ServiceKey, of service: ServiceAccount) -> Announcement {
        let day = Day(key.expiresAt).forReading
        return Announcement(
            kind: "identity.service-key-ending",
            title: Phrase(
                vi: "Khóa của “\(service.name)” hết hạn ngày \(day)", en: "A key of “\(service.name)” ends on \(day)"),
            text: Phrase(
                vi: """
                    Khóa có bốn ký tự cuối \(key.hint) hết hạn ngày \(day). Sau đó phần mềm không gọi được vào nút.
                    Hãy thay khóa: khóa cũ còn dùng được 7 ngày trong khi đặt khóa mới.
                    """,
                en: """
                    The key that ends in \(key.hint) expires on \(day). After that the program cannot call this node.
                    Rotate it: the old key goes on working for 7 days while the new one is put in place.
                    """),
            path: "/identity/services/\(service.id)")
    }
}
