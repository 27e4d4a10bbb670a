import Vocabulary

extension Phrase {
    static let signIn = Phrase(vi: "Đăng nhập", en: "Sign in")
    static let signOut = Phrase(vi: "Đăng xuất", en: "Sign out")
    static let login = Phrase(vi: "Tên đăng nhập", en: "Username")
    static let password = Phrase(vi: "Mật khẩu", en: "Password")
    static let enterLogin = Phrase(vi: "Hãy nhập tên đăng nhập", en: "Enter your username")
    static let enterPassword = Phrase(vi: "Hãy nhập mật khẩu", en: "Enter a password")
    static let wrongNameOrPassword = Phrase(
        vi: "Tên đăng nhập hoặc mật khẩu không đúng", en: "The username or the password is not right")

    static let secondStep = Phrase(vi: "Xác thực hai bước", en: "Two-step verification")
    static let code = Phrase(vi: "Mã xác thực một lần (OTP)", en: "One-time code")
    static let codeHint = Phrase(
        vi: "Sáu chữ số trong ứng dụng xác thực. Nếu mất điện thoại, hãy nhập một mã khôi phục",
        en: "The six digits of your authenticator app. If you lost your phone, enter a recovery code")
    static let wrongCode = Phrase(
        vi: "Mã không đúng hoặc đã được dùng", en: "The code is not right or was used already")
    static let goOn = Phrase(vi: "Tiếp tục", en: "Continue")

    static let firstAdministrator = Phrase(vi: "Tạo quản trị nút đầu tiên", en: "Create the first node administrator")
    static let firstAdministratorLead = Phrase(
        vi:
            "Liên kết này chỉ dùng được một lần. Có tài khoản rồi, bạn thêm những người khác và giao vai trò cho họ.",
        en: "This link works once. When your account exists, you add other people and give them roles.")
    static let fullName = Phrase(vi: "Họ và tên", en: "Full name")
    static let loginHint = Phrase(
        vi: "3 đến 64 ký tự: chữ thường không dấu, chữ số, dấu chấm, gạch nối, gạch dưới",
        en: "3 to 64 characters: lower-case letters without marks, digits, dot, hyphen, underscore")
    static let createAccount = Phrase(vi: "Tạo tài khoản", en: "Create account")
    static let newPassword = Phrase(vi: "Mật khẩu mới", en: "New password")
    static let passwordHint = Phrase(
        vi: "Ít nhất 12 ký tự. Không bắt buộc chữ hoa hay ký hiệu",
        en: "At least 12 characters. No capitals or signs required")
    static let passwordAgain = Phrase(vi: "Nhập lại mật khẩu mới", en: "New password again")
    static let choosePassword = Phrase(vi: "Đặt mật khẩu", en: "Choose a password")
    static let save = Phrase(vi: "Lưu", en: "Save")
    static let linkIsGoneTitle = Phrase(vi: "Liên kết không còn hiệu lực", en: "This link is no longer valid")
    static let linkIsGone = Phrase(
        vi: "Liên kết đã được dùng hoặc đã hết hạn. Hãy xin người quản trị nút một liên kết mới.",
        en: "The link was used or has expired. Ask the node administrator for a new one.")

    static func choosePasswordFor(_ login: String) -> Phrase {
        Phrase(vi: "Tên đăng nhập của bạn: \(login)", en: "Your username: \(login)")
    }
}
