import Vocabulary

extension Phrase {
    static let eventsMenu = Phrase(vi: "Sự kiện", en: "Events")
    static let eventsTitle = Phrase(vi: "Sự kiện", en: "Events")
    static let eventTypes = Phrase(vi: "Loại sự kiện", en: "Event types")
    static let queues = Phrase(vi: "Hàng đợi", en: "Queues")
    static let deadLetters = Phrase(vi: "Không giao được", en: "Dead letters")
    static let newType = Phrase(vi: "Đăng ký loại sự kiện", en: "Register an event type")
    static let registerType = Phrase(vi: "Đăng ký", en: "Register")
    static let typeCode = Phrase(vi: "Mã", en: "Code")
    static let typeCodeHint = Phrase(vi: "Ví dụ ho-so-thay-doi", en: "For example dossier-changed")
    static let typeName = Phrase(vi: "Loại (type)", en: "Type")
    static let typeNameHint = Phrase(
        vi: "Ví dụ vn.gov.hanam.dossier.changed", en: "For example vn.gov.hanam.dossier.changed")
    static let typeTitle = Phrase(vi: "Tên", en: "Title")
    static let typeTitleEnglish = Phrase(vi: "Tên tiếng Anh", en: "Title in English")
    static let aboutType = Phrase(vi: "Mô tả", en: "Description")
    static let schemaOfData = Phrase(vi: "Lược đồ dữ liệu (JSON Schema)", en: "Schema of the data (JSON Schema)")
    static let schemaHint = Phrase(
        vi: "JSON Schema 2020-12, viết bằng JSON hoặc YAML. Đăng ký lại cùng mã sẽ thay lược đồ nếu không làm hỏng ai.",
        en: """
            JSON Schema 2020-12, as JSON or YAML. Registering the same code again replaces the schema, unless that \
            breaks somebody.
            """)
    static let dataClass = Phrase(vi: "Mức dữ liệu", en: "Data class")
    static let organisation = Phrase(vi: "Cơ quan", en: "Organisation")
    static let publishers = Phrase(vi: "Được phát", en: "May publish")
    static let followers = Phrase(vi: "Được nhận", en: "May follow")
    static let revision = Phrase(vi: "Bản lược đồ", en: "Schema revision")
    static let nobodyYet = Phrase(vi: "Chưa có ai", en: "Nobody yet")
    static let eventsStored = Phrase(vi: "Sự kiện đang lưu", en: "Events kept")
    static let newestPosition = Phrase(vi: "Vị trí mới nhất", en: "Newest position")
    static let noTypes = Phrase(vi: "Chưa đăng ký loại sự kiện nào.", en: "No event type is registered yet.")
    static let noQueues = Phrase(vi: "Chưa có ứng dụng nào đăng ký nhận.", en: "No application has subscribed yet.")
    static let noDeadLetters = Phrase(vi: "Mọi sự kiện đều đã giao được.", en: "Every event was delivered.")
    static let application = Phrase(vi: "Ứng dụng", en: "Application")

    static func queueOf(_ application: String) -> Phrase {
        Phrase(vi: "Hàng đợi: \(application)", en: "Queue: \(application)")
    }

    static let way = Phrase(vi: "Cách nhận", en: "How")
    static let pulls = Phrase(vi: "Tự lấy", en: "Pulls")
    static let state = Phrase(vi: "Trạng thái", en: "State")
    static let behind = Phrase(vi: "Còn chờ", en: "Behind")
    static let position = Phrase(vi: "Vị trí đã nhận", en: "Taken up to")
    static let missedEvents = Phrase(vi: "Bị lỡ do quá hạn lưu", en: "Missed, no longer kept")
    static let withheldEvents = Phrase(
        vi: "Không được giao vì không có quyền (vị trí)", en: "Withheld, no grant let them pass (positions)")
    static let lastError = Phrase(vi: "Lỗi gần nhất", en: "Last error")
    static let nextTry = Phrase(vi: "Thử lại lúc", en: "Next try")
    static let lastTaken = Phrase(vi: "Nhận gần nhất", en: "Last taken")
    static let stateActive = Phrase(vi: "Đang giao", en: "Delivering")
    static let stateUngranted = Phrase(vi: "Không được giao: thiếu quyền", en: "Given nothing: grants are missing")
    static let stateInPart = Phrase(vi: "Một phần: có loại thiếu quyền", en: "In part: some types lack a grant")
    static let ungrantedTypes = Phrase(vi: "Loại hiện không được giao", en: "Types of which nothing is given now")

    static func stateWithheld(_ why: Withholding) -> Phrase {
        Phrase(vi: "Không được giao: \(why.phrase.vi)", en: "Given nothing: \(why.phrase.en)")
    }

    static let stateFailing = Phrase(vi: "Không phản hồi", en: "Not answering")
    static let stateAsked = Phrase(vi: "Chờ webhook đồng ý", en: "Waiting for the webhook's consent")
    static let statePaused = Phrase(vi: "Tạm dừng", en: "Paused")
    static let stateGone = Phrase(vi: "Đã ngừng nhận", en: "Takes no more")
    static let goOn = Phrase(vi: "Tiếp tục", en: "Go on")
    static let stopForNow = Phrase(vi: "Tạm dừng", en: "Pause")
    static let askAgain = Phrase(vi: "Hỏi lại", en: "Ask again")
    static let allowPrivate = Phrase(vi: "Cho phép địa chỉ nội bộ", en: "Allow a private address")
    static let forbidPrivate = Phrase(vi: "Không cho địa chỉ nội bộ", en: "Forbid private addresses")
    static let tryAllAgain = Phrase(vi: "Giao lại tất cả", en: "Try all again")
    static let tryAgain = Phrase(vi: "Giao lại", en: "Try again")
    static let waitsForTry = Phrase(vi: "Đang chờ giao lại", en: "Waits to be tried")
    static let replayFrom = Phrase(vi: "Phát lại từ lúc", en: "Replay from")
    static let replayPosition = Phrase(vi: "Hoặc phát lại sau vị trí", en: "Or replay behind position")
    static let replayHint = Phrase(
        vi: "Mọi sự kiện từ đó được giao lại; bên nhận tự bỏ sự kiện trùng.",
        en: "Every event since then is given again; the receiver drops those it has.")
    static let replayFromHint = Phrase(
        vi: "Nhập một trong hai: thời điểm hoặc vị trí.", en: "Fill in one of the two: a time or a position.")
    static let replayNow = Phrase(vi: "Phát lại", en: "Replay")
    static let replayTimeIsWrong = Phrase(vi: "Nhập ngày và giờ", en: "Enter a day and a time")
    static let replayNeedsOne = Phrase(
        vi: "Nhập thời điểm hoặc vị trí, không cả hai", en: "Enter a time or a position, not both")
    static let event = Phrase(vi: "Sự kiện", en: "Event")
    static let reason = Phrase(vi: "Lý do", en: "Reason")
    static let tries = Phrase(vi: "Số lần", en: "Tries")
    static let when = Phrase(vi: "Lúc", en: "When")
    static let whatToDo = Phrase(vi: "Xử lý", en: "What to do")

    static func dataClass(_ name: String) -> Phrase {
        switch name {
        case "open": Phrase(vi: "Dữ liệu mở", en: "Open")
        case "personal": Phrase(vi: "Dữ liệu cá nhân", en: "Personal")
        default: Phrase(vi: "Nội bộ", en: "Internal")
        }
    }
}
