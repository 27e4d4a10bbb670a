import Exchange
import Vocabulary

extension Phrase {
    static let threats = Phrase(vi: "Mối đe dọa", en: "Threats")
    static let threatsCaption = Phrase(vi: "Các đối tượng đã lưu, mới nhất trước", en: "Stored objects, newest first")
    static let noThreatsYet = Phrase(vi: "Chưa có dữ liệu nào ở đây", en: "Nothing is here yet")
    static let noThreats = Phrase(vi: "Không có đối tượng nào như vậy", en: "There is no such object")
    static let searchWords = Phrase(vi: "Tìm theo tên, giá trị, mô tả", en: "Search names, values, descriptions")
    static let search = Phrase(vi: "Tìm", en: "Search")
    static let all = Phrase(vi: "Tất cả", en: "All")
    static let kind = Phrase(vi: "Loại", en: "Type")
    static let label = Phrase(vi: "Nhãn chia sẻ", en: "Label")
    static let origin = Phrase(vi: "Nguồn", en: "Origin")
    static let name = Phrase(vi: "Tên", en: "Name")
    static let storedAt = Phrase(vi: "Lưu lúc", en: "Stored")
    static let modifiedAt = Phrase(vi: "Phiên bản", en: "Version")
    static let signature = Phrase(vi: "Chữ ký", en: "Signature")
    static let signedByUs = Phrase(vi: "Đơn vị đã ký", en: "Signed by us")
    static let signatureHolds = Phrase(vi: "Chữ ký hợp lệ", en: "Signature holds")
    static let notSigned = Phrase(vi: "Chưa ký", en: "Not signed")
    static let revoked = Phrase(vi: "Đã thu hồi", en: "Revoked")
    static let expired = Phrase(vi: "Hết hiệu lực", en: "Expired")
    static let newer = Phrase(vi: "Có phiên bản mới hơn", en: "There is a newer version")
    static let addIndicator = Phrase(vi: "Thêm dấu hiệu nhận biết", en: "Add an indicator")
    static let pasteIndicators = Phrase(vi: "Dán danh sách", en: "Paste a list")
    static let importUnderWay = Phrase(vi: "Đang nhập từ tệp", en: "An import is under way")
    static let importThreats = Phrase(vi: "Nhập từ tệp", en: "Import a file")
    static let properties = Phrase(vi: "Thuộc tính", en: "Properties")
    static let relations = Phrase(vi: "Liên quan", en: "Related objects")
    static let noRelations = Phrase(vi: "Chưa có đối tượng liên quan", en: "No related objects")
    static let how = Phrase(vi: "Quan hệ", en: "How")
    static let versions = Phrase(vi: "Các phiên bản", en: "Versions")
    static let downloadRaw = Phrase(vi: "Tải nguyên văn STIX", en: "Download the STIX as signed")
    static let stixID = Phrase(vi: "Mã STIX", en: "STIX id")
    static let value = Phrase(vi: "Giá trị", en: "Value")
    static let pattern = Phrase(vi: "Mẫu nhận dạng", en: "Pattern")
    static let validUntil = Phrase(vi: "Có hiệu lực đến", en: "Valid until")
    static let validUntilHint = Phrase(vi: "Để trống nếu không biết", en: "Leave empty if not known")
    static let description = Phrase(vi: "Mô tả", en: "Description")
    static let descriptionHint = Phrase(
        vi: "Thấy ở đâu, khi nào, vì sao đáng ngờ", en: "Where and when it was seen, why it is suspicious")
    static let share = Phrase(vi: "Chia sẻ", en: "Share")
    static let shareTitle = Phrase(vi: "Chia sẻ đối tượng này", en: "Share this object")
    static let shared = Phrase(vi: "Đã chia sẻ", en: "Shared")
    static let notShared = Phrase(vi: "Chưa chia sẻ", en: "Not shared")
    static let toWhom = Phrase(vi: "Gửi cho ai", en: "To whom")
    static let toNobody = Phrase(vi: "Chưa gửi cho ai", en: "Nobody yet")
    static let toNobodyHint = Phrase(vi: "Chỉ lưu ở nút này", en: "Keep it on this node")
    static let toCluster = Phrase(vi: "Các thành viên của Cụm", en: "The members of the cluster")
    static let toClusterHint = Phrase(
        vi: "Không gồm cơ quan điều phối quốc gia, trừ khi chọn thêm bên dưới",
        en: "Without the national coordinator, unless chosen below as well")
    static let toNetwork = Phrase(vi: "Cả mạng lưới", en: "The whole network")
    static let toNetworkHint = Phrase(
        vi: "Các thành viên của Cụm và cơ quan điều phối quốc gia",
        en: "The members of the cluster and the national coordinator")
    static let toNamed = Phrase(vi: "Chỉ những đơn vị chọn bên dưới", en: "Only those chosen below")
    static let members = Phrase(vi: "Đơn vị", en: "Members")
    static let membersHint = Phrase(vi: "Nhãn có thể thu hẹp nơi nhận", en: "The label may allow fewer receivers")
    static let chooseLabel = Phrase(vi: "Hãy chọn một nhãn", en: "Choose a label")
    static let chooseRecipients = Phrase(vi: "Hãy chọn nơi nhận", en: "Choose who receives it")
    static let chooseMember = Phrase(vi: "Hãy chọn ít nhất một đơn vị", en: "Choose at least one member")
    static let unknownMember = Phrase(vi: "Có đơn vị không thuộc mạng lưới", en: "One of these is not in the network")
    static let redStays = Phrase(
        vi: "Thông tin TLP:RED không được gửi qua hệ thống. Hãy báo trực tiếp cho từng người nhận",
        en: "TLP:RED information is not sent by machine. Tell the receiver in person")
    static let reachesNobody = Phrase(
        vi: "Với nhãn này, không đơn vị nào trong nơi nhận đã chọn được nhận. Hãy chọn từng đơn vị, hoặc đổi nhãn",
        en: "Under this label nobody of those chosen gets it. Choose members one by one, or another label")
    static let notOurs = Phrase(
        vi: "Đối tượng này do đơn vị khác chia sẻ; chỉ đơn vị đó được gửi tiếp",
        en: "Another member shared this object; only that member passes it on")
    static let sharedBefore = Phrase(
        vi: "Đối tượng này đã được chia sẻ. Nhãn và nơi nhận của một phiên bản đã gửi thì không đổi được nữa",
        en: "This object was shared before. Label and receivers of a version that went out do not change")
    static let tooLongDescription = Phrase(vi: "Mô tả dài quá 4.000 ký tự", en: "Longer than 4,000 characters")
    static let ambiguous = Phrase(
        vi: "Có một bản khác cùng phiên bản đã được chia sẻ", en: "Other bytes of the same version were shared already")
    static let weaker = Phrase(
        vi: "Nhãn được chọn lỏng hơn nhãn ghi trong đối tượng",
        en: "The chosen label is weaker than the object's own marking")
    static let importElsewhere = Phrase(
        vi: "Tệp này đang được đọc ở nơi khác", en: "This file is already being read elsewhere")
    static let save = Phrase(vi: "Lưu", en: "Save")
    static let whatKind = Phrase(vi: "Giá trị thuộc loại nào", en: "What kind of value")
    static let valueHint = Phrase(
        vi: "Dạng vô hiệu hóa như hxxp hay [.] cũng được", en: "Defanged forms such as hxxp or [.] are understood")
    static let wrongValue = Phrase(
        vi: "Giá trị không đúng với loại đã chọn", en: "This is not a value of the chosen kind")
    static let wrongDay = Phrase(vi: "Ngày phải có dạng 2021-12-31", en: "Write the day as 2021-12-31")
    static let pastDay = Phrase(vi: "Ngày hết hiệu lực đã qua", en: "This day has passed")
}

/// Lists and files.
extension Phrase {
    static let lines = Phrase(vi: "Mỗi dòng một giá trị", en: "One value in each line")
    static let linesHint = Phrase(
        vi: "Tên miền, IPv4, IPv6, URL, SHA-256, SHA-1, MD5, thư điện tử; tối đa 5.000 dòng",
        en: "Domains, IPv4, IPv6, URLs, SHA-256, SHA-1, MD5, e-mail; at most 5,000 lines")
    static let preview = Phrase(vi: "Xem trước", en: "Preview")
    static let noLines = Phrase(vi: "Chưa có giá trị nào để lưu", en: "There is no value to save")
    static let tooManyLines = Phrase(vi: "Quá 5.000 dòng", en: "More than 5,000 lines")
    static let someUnreadable = Phrase(
        vi: "Có dòng không đọc được. Hãy sửa, hoặc đánh dấu để bỏ qua",
        en: "Some lines cannot be read. Correct them, or tick to pass over them")
    static let passOver = Phrase(vi: "Bỏ qua các dòng không đọc được", en: "Pass over the lines that cannot be read")
    static let line = Phrase(vi: "Dòng", en: "Line")
    static let reading = Phrase(vi: "Kết quả", en: "Reading")
    static let unreadable = Phrase(vi: "Không đọc được", en: "Cannot be read")
    static func repeated(of line: Int) -> Phrase { Phrase(vi: "Trùng dòng \(line)", en: "Repeats line \(line)") }
    static func saveCount(_ count: Int) -> Phrase {
        Phrase(vi: "Lưu \(count) dấu hiệu", en: count == 1 ? "Save 1 indicator" : "Save \(count) indicators")
    }
    static let previewCaption = Phrase(vi: "Từng dòng đã dán", en: "The pasted lines")

    static let file = Phrase(vi: "Tệp", en: "File")
    static let fileHint = Phrase(
        vi: "Gói STIX 2.1 hoặc sự kiện, nguồn cấp MISP: .json, .json.gz, .json.xz, .tar.gz, .zip; tối đa 64 MB",
        en: "A STIX 2.1 bundle, or a MISP event or feed: .json, .json.gz, .json.xz, .tar.gz, .zip; at most 64 MB")
    static let noFile = Phrase(vi: "Hãy chọn một tệp", en: "Choose a file")
    static let shareLabelHint = Phrase(
        vi: "Nhãn chặt hơn ghi trong từng đối tượng luôn được giữ",
        en: "A stricter marking inside an object is always kept")
    static let startImport = Phrase(vi: "Bắt đầu nhập", en: "Start the import")
    static let imports = Phrase(vi: "Các lần nhập gần đây", en: "Recent imports")
    static let state = Phrase(vi: "Trạng thái", en: "State")
    static let waiting = Phrase(vi: "Đang chờ", en: "Waiting")
    static let running = Phrase(vi: "Đang đọc", en: "Reading")
    static let done = Phrase(vi: "Xong", en: "Done")
    static let failed = Phrase(vi: "Không đọc được tệp", en: "The file could not be read")
    static let progress = Phrase(vi: "Đã đọc", en: "Read so far")
    static let added = Phrase(vi: "Thêm mới", en: "Added")
    static let known = Phrase(vi: "Đã có từ trước", en: "Already here")
    static let faults = Phrase(vi: "Có lỗi", en: "With faults")
    static let faultList = Phrase(vi: "Các đối tượng có lỗi", en: "Objects with faults")
    static let position = Phrase(vi: "Thứ tự", en: "Number")
    static let problem = Phrase(vi: "Lỗi", en: "Fault")
    static let startedAt = Phrase(vi: "Bắt đầu", en: "Started")
    static let finishedAt = Phrase(vi: "Kết thúc", en: "Finished")
    static let refresh = Phrase(vi: "Làm mới", en: "Refresh")
}
