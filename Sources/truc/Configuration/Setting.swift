import Vocabulary

/// One thing that can be set. The key gives all three spellings: `web.port` in the file, `--web-port` as a flag,
/// `TRUC_WEB_PORT` in the environment. A flag wins over the environment, the environment over the file.
struct Setting: Sendable {
    let key: String
    /// What holds when nobody says anything; empty means "worked out", and `about` says from what.
    let fallback: String
    let about: Phrase

    var flag: String { "--" + key.map { $0 == "." ? "-" : String($0) }.joined() }
    var variable: String { "TRUC_" + key.map { ".-".contains($0) ? "_" : $0.uppercased() }.joined() }
}

extension Setting {
    static let folder = Setting(
        key: "folder", fallback: "truc-data",
        about: Phrase(vi: "Thư mục dữ liệu của nút", en: "The node's data folder"))
    static let organisation = Setting(
        key: "organisation", fallback: "",
        about: Phrase(
            vi: "Mã cơ quan của nút (như H49); bỏ trống thì theo thư mục dữ liệu",
            en: "The code of the node's organisation (as H49); empty means what the data folder says"))
    static let publicFolder = Setting(
        key: "web.public-folder", fallback: "",
        about: Phrase(
            vi: "Thư mục kiểu chữ, biểu tượng, kịch bản; bỏ trống thì tìm cạnh chương trình",
            en: "Where style sheet, icons and scripts are; empty means beside the program"))
    static let database = Setting(
        key: "database", fallback: "",
        about: Phrase(
            vi: "Chuỗi kết nối PostgreSQL; bỏ trống thì dùng SQLite trong thư mục dữ liệu",
            en: "A PostgreSQL connection string; empty means SQLite in the data folder"))
    static let logLevel = Setting(
        key: "log.level", fallback: "info",
        about: Phrase(
            vi: "trace, debug, info, notice, warning, error hoặc critical",
            en: "trace, debug, info, notice, warning, error or critical"))
    static let clockOffset = Setting(
        key: "clock-offset-ms", fallback: "0",
        about: Phrase(
            vi: "Cộng vào đồng hồ, để diễn tập ở một ngày khác (mili giây, được âm)",
            en: "Added to the clock, for a drill on another day (milliseconds, may be negative)"))
    static let webAddress = Setting(
        key: "web.address", fallback: "127.0.0.1",
        about: Phrase(vi: "Địa chỉ lắng nghe của trang web", en: "The address on which pages are served"))
    static let webPort = Setting(
        key: "web.port", fallback: "8040",
        about: Phrase(vi: "Cổng của trang web; 0 là cổng trống bất kỳ", en: "The port of the pages; 0 is any free one"))
    static let webPublicURL = Setting(
        key: "web.public-url", fallback: "",
        about: Phrase(
            vi: "Địa chỉ mà người dùng gõ vào; bỏ trống là http://localhost:CỔNG",
            en: "What people type to get here; empty is http://localhost:PORT"))
    static let webTrustedProxies = Setting(
        key: "web.trusted-proxies", fallback: "",
        about: Phrase(
            vi: "Địa chỉ hoặc khối mạng của các proxy phía trước, cách nhau bởi dấu phẩy",
            en: "Addresses or blocks of the proxies in front, with commas between; their X-Forwarded-For is believed"))
    static let webCookiePrefix = Setting(
        key: "web.cookie-prefix", fallback: "truc",
        about: Phrase(
            vi: "Đầu tên cookie, để nhiều nút cùng một máy không lẫn nhau",
            en: "How cookie names begin, so that several nodes on one machine keep apart"))
    static let peerAddress = Setting(
        key: "exchange.address", fallback: "0.0.0.0",
        about: Phrase(vi: "Địa chỉ lắng nghe cho các nút khác", en: "The address on which other nodes are answered"))
    static let peerPort = Setting(
        key: "exchange.port", fallback: "8443",
        about: Phrase(
            vi: "Cổng cho các nút khác; 0 là cổng trống bất kỳ", en: "The port for other nodes; 0 is any free one"))
    static let peerPublicAddress = Setting(
        key: "exchange.public-address", fallback: "",
        about: Phrase(
            vi: "TÊN:CỔNG để các nút khác gọi tới; bỏ trống là 127.0.0.1:CỔNG",
            en: "HOST:PORT by which other nodes call this one; empty is 127.0.0.1:PORT"))
    static let drainSeconds = Setting(
        key: "web.drain-seconds", fallback: "5",
        about: Phrase(
            vi: "Khi dừng, chờ các yêu cầu đang dở tối đa bao nhiêu giây",
            en: "On stopping, how many seconds open requests may take to end"))

    static let administratorsTwoSteps = Setting(
        key: "identity.administrators-two-steps", fallback: "required",
        about: Phrase(
            vi: "required: quản trị nút phải xác thực hai bước; optional: chỉ mật khẩu cũng được",
            en: "required: administrators need two-step verification; optional: a password will do"))

    static let administratorsRememberedDays = Setting(
        key: "identity.administrators-remembered-days", fallback: "30",
        about: Phrase(
            vi: "Người thôi quản trị nút còn được tính là người thứ hai cho vai trò đặc quyền trong bao nhiêu ngày",
            en: "How many days somebody who no longer administers counts as the second person of privileged roles"))

    static let mailLinks = Setting(
        key: "identity.mail-links", fallback: "off",
        about: Phrase(
            vi: "on: người chưa bật xác thực hai bước có thể đăng nhập bằng liên kết gửi qua thư",
            en: "on: people without two-step verification may sign in by a link in their mail"))

    static let all =
        [
            folder, organisation, database, logLevel, clockOffset, webAddress, webPort, webPublicURL, webTrustedProxies,
            webCookiePrefix, publicFolder, peerAddress, peerPort, peerPublicAddress, drainSeconds,
            administratorsTwoSteps, administratorsRememberedDays, mailLinks,
        ] + ofMail + ofGateway + ofReviews + ofTLS
}
