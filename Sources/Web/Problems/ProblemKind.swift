import Vocabulary

/// The kinds of problem there are. Each has a page, `/problems/<slug>`, which is the `type` of RFC 9457.
struct ProblemKind: Sendable {
    let slug: String
    let status: Int
    let title: Phrase
    /// What happened and what to do next, one sentence each.
    let advice: Phrase

    static let all: [ProblemKind] = [
        notFound, forbidden, unauthenticated, confirmFirst, invalid, conflict, busy, tooOften, tooLarge, malformed,
        methodNotAllowed,
        unsupportedMediaType, crossSite, formExpired, misdirected, lengthRequired, tooSlow, unavailable,
        internalError,
    ]

    static let notFound = ProblemKind(
        slug: "not-found", status: 404, title: Phrase(vi: "Không tìm thấy trang", en: "Page not found"),
        advice: Phrase(
            vi: "Địa chỉ này không có hoặc bạn không được xem. Hãy kiểm tra lại địa chỉ hoặc quay về trang chủ.",
            en: "There is nothing at this address, or it is not yours to see. Check the address or go to the home page."
        ))

    static let forbidden = ProblemKind(
        slug: "forbidden", status: 403, title: Phrase(vi: "Bạn không có quyền", en: "You may not do this"),
        advice: Phrase(
            vi: "Vai trò của bạn chưa cho phép việc này. Nếu cần, hãy đề nghị quản trị nút cấp quyền.",
            en: "Your role does not allow this. If you need it, ask the administrator of this node."))

    static let unauthenticated = ProblemKind(
        slug: "unauthenticated", status: 401, title: Phrase(vi: "Cần đăng nhập", en: "Sign-in needed"),
        advice: Phrase(vi: "Hãy đăng nhập rồi thử lại.", en: "Sign in and try again."))

    static let confirmFirst = ProblemKind(
        slug: "confirm-first", status: 403,
        title: Phrase(vi: "Cần xác nhận danh tính", en: "Confirm who you are first"),
        advice: Phrase(
            vi: "Việc này cần xác nhận lại danh tính của bạn. Hãy xác nhận trong trình duyệt rồi thử lại.",
            en: "This needs a fresh proof of who you are. Confirm in the browser and try again."))

    static let invalid = ProblemKind(
        slug: "invalid", status: 422,
        title: Phrase(vi: "Thông tin chưa hợp lệ", en: "Something is not filled in correctly"),
        advice: Phrase(
            vi: "Hãy sửa các trường được nêu rồi gửi lại.", en: "Correct the fields that are named and send again."))

    static let conflict = ProblemKind(
        slug: "conflict", status: 409, title: Phrase(vi: "Chưa thực hiện được", en: "This cannot be done now"),
        advice: Phrase(
            vi: "Dữ liệu đã thay đổi hoặc chưa ở trạng thái phù hợp. Hãy tải lại trang rồi thử lại.",
            en: "The data has changed or is in another state. Reload the page and try again."))

    static let busy = ProblemKind(
        slug: "busy", status: 503, title: Phrase(vi: "Hệ thống đang quá tải", en: "The system is overloaded"),
        advice: Phrase(
            vi: "Có quá nhiều yêu cầu cùng lúc. Hãy đợi một lát rồi thử lại.",
            en: "There are too many requests at once. Wait a moment and try again."))

    static let tooOften = ProblemKind(
        slug: "too-often", status: 429, title: Phrase(vi: "Bạn đã thử quá nhiều lần", en: "Too many attempts"),
        advice: Phrase(vi: "Hãy đợi một lát rồi thử lại.", en: "Wait a moment and try again."))

    static let tooLarge = ProblemKind(
        slug: "too-large", status: 413, title: Phrase(vi: "Dữ liệu gửi lên quá lớn", en: "What was sent is too large"),
        advice: Phrase(vi: "Hãy gửi tệp hoặc nội dung nhỏ hơn.", en: "Send a smaller file or less text."))

    static let malformed = ProblemKind(
        slug: "malformed", status: 400, title: Phrase(vi: "Không đọc được dữ liệu", en: "The data cannot be read"),
        advice: Phrase(vi: "Hãy kiểm tra định dạng rồi gửi lại.", en: "Check the format and send again."))

    static let methodNotAllowed = ProblemKind(
        slug: "method-not-allowed", status: 405,
        title: Phrase(vi: "Thao tác không được hỗ trợ", en: "Method not allowed"),
        advice: Phrase(
            vi: "Địa chỉ này không nhận thao tác vừa gửi. Hãy quay lại trang trước.",
            en: "This address does not take that method. Go back to the page before."))

    static let unsupportedMediaType = ProblemKind(
        slug: "unsupported-media-type", status: 415,
        title: Phrase(vi: "Định dạng không được hỗ trợ", en: "Unsupported format"),
        advice: Phrase(
            vi: "Hãy gửi dữ liệu theo định dạng mà địa chỉ này nhận, không nén.",
            en: "Send the data in a format that this address takes, not compressed."))

    static let crossSite = ProblemKind(
        slug: "cross-site", status: 403, title: Phrase(vi: "Yêu cầu đến từ trang khác", en: "Sent by another site"),
        advice: Phrase(
            vi: "Biểu mẫu được gửi từ một trang web khác nên đã bị từ chối. Hãy mở trang tại đây rồi gửi lại.",
            en: "The form was sent by another website and was refused. Open the page here and send it again."))

    static let formExpired = ProblemKind(
        slug: "form-expired", status: 403, title: Phrase(vi: "Biểu mẫu đã hết hạn", en: "The form has expired"),
        advice: Phrase(
            vi: "Hãy quay lại, tải lại trang rồi gửi lại. Trình duyệt cần cho phép cookie.",
            en: "Go back, reload the page and send it again. The browser must allow cookies."))

    static let misdirected = ProblemKind(
        slug: "misdirected", status: 421, title: Phrase(vi: "Sai tên máy chủ", en: "Wrong host name"),
        advice: Phrase(
            vi: "Máy chủ này không phục vụ tên miền vừa gọi. Hãy kiểm tra lại địa chỉ.",
            en: "This server does not serve the name that was asked for. Check the address."))

    static let lengthRequired = ProblemKind(
        slug: "length-required", status: 411, title: Phrase(vi: "Thiếu độ dài dữ liệu", en: "Length required"),
        advice: Phrase(
            vi: "Hãy gửi kèm trường Content-Length, không gửi theo từng khúc.",
            en: "Send a Content-Length; chunked bodies are not taken."))

    static let tooSlow = ProblemKind(
        slug: "too-slow", status: 408, title: Phrase(vi: "Gửi dữ liệu quá lâu", en: "Sending took too long"),
        advice: Phrase(vi: "Hãy kiểm tra kết nối mạng rồi gửi lại.", en: "Check the connection and send again."))

    static let unavailable = ProblemKind(
        slug: "unavailable", status: 503,
        title: Phrase(vi: "Tạm thời chưa thực hiện được", en: "Not possible for now"),
        advice: Phrase(
            vi: """
                Ổ đĩa hoặc cơ sở dữ liệu của nút đang trục trặc; những gì đã được xác nhận vẫn còn nguyên. \
                Hãy thử lại sau ít phút hoặc báo cho quản trị nút.
                """,
            en: """
                The node's disk or database has a problem; whatever was confirmed is safe. \
                Try again in a few minutes, or tell the administrator of this node.
                """
        ))

    static let internalError = ProblemKind(
        slug: "internal-error", status: 500, title: Phrase(vi: "Hệ thống gặp lỗi", en: "Something went wrong here"),
        advice: Phrase(
            vi: "Xin lỗi bạn. Lỗi đã được ghi lại; hãy thử lại sau hoặc báo mã lỗi cho quản trị nút.",
            en: "We are sorry. The error was recorded; try again later, or give its number to the administrator."))
}

extension Phrase {
    static let back = Phrase(vi: "Quay lại", en: "Back")
    static let home = Phrase(vi: "Về trang chủ", en: "Go to the home page")
    static let signIn = Phrase(vi: "Đăng nhập", en: "Sign in")
}
