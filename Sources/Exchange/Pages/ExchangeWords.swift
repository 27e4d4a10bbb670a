import Identity
package import Vocabulary

extension Phrase {
    static let exchange = Phrase(vi: "Chia sẻ", en: "Sharing")
    static let exchangeTitle = Phrase(vi: "Mạng lưới và chia sẻ", en: "Network and sharing")
    static let noClusterYet = Phrase(
        vi: "Nút này chưa thuộc Cụm nào. Quản trị nút có thể lập Cụm hoặc gia nhập bằng giấy mời.",
        en: "This node belongs to no cluster yet. Its administrator can found one or join with an invitation.")
    static let weShared = Phrase(vi: "Đã chia sẻ", en: "What we shared")
    static let weReceived = Phrase(vi: "Đã nhận", en: "What we received")
    static let alarms = Phrase(vi: "Cảnh báo trao đổi", en: "Exchange alarms")
    static let clusterAdministration = Phrase(vi: "Quản trị Cụm", en: "Cluster administration")
    static let objects = Phrase(vi: "Đối tượng", en: "Objects")
    static let object = Phrase(vi: "Đối tượng", en: "Object")
    static let setAside = Phrase(vi: "Đang cách ly", en: "Set aside")
    static let refusedCalls = Phrase(vi: "Lời gọi bị từ chối từ khi khởi động", en: "Calls refused since the start")
    static let rosterVersion = Phrase(vi: "Phiên bản danh sách thành viên", en: "Roster version")
    static let label = Phrase(vi: "Nhãn TLP", en: "TLP label")
    static let recipients = Phrase(vi: "Nơi nhận", en: "Recipients")
    static let sharedAt = Phrase(vi: "Chia sẻ lúc", en: "Shared")
    static let arrivedAt = Phrase(vi: "Nhận lúc", en: "Received")
    static let receivers = Phrase(vi: "Đã xác nhận", en: "Confirmed")
    static let origin = Phrase(vi: "Nguồn", en: "Origin")
    static let version = Phrase(vi: "Phiên bản", en: "Version")
    static let mediaType = Phrase(vi: "Kiểu dữ liệu", en: "Media type")
    static let signature = Phrase(vi: "Chữ ký số", en: "Signature")
    static let signatureHolds = Phrase(vi: "Đúng, vừa kiểm tra lại", en: "Holds, checked again just now")
    static let signatureFails = Phrase(vi: "Không đúng", en: "Does not hold")
    static let signatureUnknown = Phrase(
        vi: "Không còn khóa của nguồn để kiểm tra", en: "The origin's key is no longer known")
    static let digest = Phrase(vi: "Mã băm SHA-256", en: "SHA-256")
    static let content = Phrase(vi: "Nội dung nguyên văn", en: "Content as sent")
    static let nothingShared = Phrase(vi: "Chưa chia sẻ đối tượng nào.", en: "Nothing has been shared yet.")
    static let nothingReceived = Phrase(vi: "Chưa nhận đối tượng nào.", en: "Nothing has been received yet.")
    static let nothingDelivered = Phrase(
        vi: "Chưa giao đối tượng nào cho thành viên này.", en: "Nothing has been given to this member yet.")
    static let noAlarms = Phrase(vi: "Không có cảnh báo.", en: "There are no alarms.")
    static let revoked = Phrase(vi: "Đã thu hồi", en: "Revoked")
    static let toCluster = Phrase(vi: "Cụm", en: "The cluster")
    static let toNetwork = Phrase(vi: "Toàn mạng lưới", en: "The whole network")
    static let toNobodyElse = Phrase(vi: "Không gửi cho ai", en: "Nobody")
    static let code = Phrase(vi: "Mã", en: "Code")
    static let memberColumn = Phrase(vi: "Thành viên", en: "Member")
    static let happened = Phrase(vi: "Sự việc", en: "What happened")
    static let detail = Phrase(vi: "Chi tiết", en: "Detail")
    static let when = Phrase(vi: "Thời điểm", en: "When")
    static let lastSeen = Phrase(vi: "Liên lạc gần nhất", en: "Last contact")
    static let address = Phrase(vi: "Địa chỉ", en: "Address")
    static let key = Phrase(vi: "Khóa công khai", en: "Public key")
    static let tlsPinWord = Phrase(vi: "Dấu vân tay TLS", en: "TLS pin")
    static let waiting = Phrase(vi: "Đang chờ nhận", en: "Waiting")
    static let confirmed = Phrase(vi: "Đã xác nhận", en: "Confirmed")
    static let number = Phrase(vi: "Số thứ tự", en: "Number")
    static let rule = Phrase(vi: "Căn cứ giao", en: "Why")
    static let role = Phrase(vi: "Vai trò", en: "Role")
    static let never = Phrase(vi: "Chưa có", en: "Not yet")
    static let onItsWay = Phrase(vi: "Đang chuyển", en: "On its way")
    static let deliveryLedger = Phrase(vi: "Sổ giao nhận", en: "Delivery ledger")
    static let membersTitle = Phrase(vi: "Thành viên", en: "Members")
    static let exact = Phrase(vi: "Hiển thị tối đa 64 KB đầu.", en: "At most the first 64 KB are shown.")

    static let foundTitle = Phrase(vi: "Lập Cụm", en: "Found a cluster")
    static let foundHint = Phrase(
        vi: "Nút này sẽ là Cụm trưởng và giữ danh sách thành viên.",
        en: "This node will lead the cluster and keep its roster.")
    static let clusterNameVi = Phrase(vi: "Tên Cụm (tiếng Việt)", en: "Name of the cluster (Vietnamese)")
    static let clusterNameEn = Phrase(vi: "Tên Cụm (tiếng Anh)", en: "Name of the cluster (English)")
    static let foundButton = Phrase(vi: "Lập Cụm", en: "Found the cluster")
    static let joinTitle = Phrase(vi: "Gia nhập bằng giấy mời", en: "Join with an invitation")
    static let joinField = Phrase(vi: "Giấy mời", en: "Invitation")
    static let joinHint = Phrase(
        vi: "Dán nguyên văn giấy mời do Cụm trưởng gửi.", en: "Paste the invitation as the lead sent it.")
    static let joinButton = Phrase(vi: "Gia nhập", en: "Join")
    static let joinFailed = Phrase(
        vi: "Không liên lạc được với nút giữ danh sách hoặc giấy mời bị từ chối.",
        en: "The keeper could not be reached, or it refused the invitation.")
    static let inviteTitle = Phrase(vi: "Mời thành viên", en: "Invite a member")
    static let organisationCode = Phrase(vi: "Mã định danh cơ quan", en: "Organisation code")
    static let organisationHint = Phrase(vi: "Ví dụ: H23", en: "For example: H23")
    static let organisationName = Phrase(vi: "Tên cơ quan (tiếng Việt)", en: "Name (Vietnamese)")
    static let organisationNameEn = Phrase(vi: "Tên cơ quan (tiếng Anh)", en: "Name (English)")
    static let giveHistory = Phrase(
        vi: "Cho nhận cả những gì các thành viên đã chia sẻ trước đây", en: "Also give what the members shared before")
    static let inviteButton = Phrase(vi: "Tạo giấy mời", en: "Make the invitation")
    static let invitationTitle = Phrase(vi: "Giấy mời đã sẵn sàng", en: "The invitation is ready")
    static let invitationOnce = Phrase(
        vi: "Giấy mời chỉ hiển thị một lần. Hãy gửi qua kênh an toàn; chỉ dùng được một lần.",
        en: "It is shown this once. Send it by a safe channel; it works a single time.")
    static let validUntil = Phrase(vi: "Có hiệu lực đến", en: "Valid until")
    static let onlyKeeperInvites = Phrase(
        vi: "Chỉ nút giữ danh sách thành viên mới mời được.", en: "Only the node that keeps the roster can invite.")
    static let needed = Phrase(vi: "Hãy điền trường này.", en: "Fill in this field.")
    static let chooseRole = Phrase(vi: "Hãy chọn vai trò.", en: "Choose a role.")
    static let statusSummary = Phrase(vi: "Tình trạng của mạng lưới", en: "How the network stands")
}

extension MemberRole {
    package var phrase: Phrase {
        switch self {
        case .lead: Phrase(vi: "Cụm trưởng", en: "Lead")
        case .deputy: Phrase(vi: "Cụm phó", en: "Deputy")
        case .member: Phrase(vi: "Thành viên", en: "Member")
        case .coordinator: Phrase(vi: "Điều phối quốc gia", en: "National coordinator")
        }
    }
}

extension MemberStatus.State {
    package var phrase: Phrase {
        switch self {
        case .here: Phrase(vi: "Nút này", en: "This node")
        case .reachable: Phrase(vi: "Đã kết nối", en: "Connected")
        case .unreachable: Phrase(vi: "Mất liên lạc", en: "Out of reach")
        case .unseen: Phrase(vi: "Chưa liên lạc", en: "Not seen yet")
        case .left: Phrase(vi: "Đã hết vai trò", en: "No role any more")
        }
    }
}

extension ReleaseRule {
    var phrase: Phrase {
        switch self {
        case .audience: Phrase(vi: "Theo nhãn và nơi nhận", en: "Label and recipients")
        case .history: Phrase(vi: "Được nhận lịch sử", en: "Given history")
        case .revocation: Phrase(vi: "Thu hồi bản đã giao", en: "Revokes what it has")
        }
    }
}

/// What an alarm code means, for people.
func alarmPhrase(_ code: String) -> Phrase {
    if let refusal = CallRefusal(rawValue: code) { return refusal.phrase }
    if let refusal = AssertionRefusal(rawValue: code) { return refusal.phrase }
    if let refusal = GuestRefusal(rawValue: code) { return refusal.phrase }
    switch FactRefusal(rawValue: code) {
    case .equivocation:
        return Phrase(vi: "Hai nội dung khác nhau cùng một phiên bản.", en: "Two contents under one version.")
    case .badSignature: return Phrase(vi: "Chữ ký của nguồn không đúng.", en: "The origin's signature does not hold.")
    case .refusedByRoom: return Phrase(vi: "Nội dung không hợp lệ.", en: "The content is not valid.")
    case .some: return Phrase(vi: "Đối tượng nhận được bị cách ly.", en: "A received object was set aside.")
    case nil: break
    }
    return RosterRefusal(rawValue: code) == .equivocation
        ? Phrase(vi: "Hai danh sách thành viên cùng một phiên bản.", en: "Two rosters under one version.")
        : Phrase(vi: "Danh sách thành viên không hợp lệ.", en: "The roster is not valid.")
}
