package import Vocabulary

extension Permission {
    package static let people = Permission("identity.people")
    package static let administer = Permission("identity.administer")
    /// People of the own subtree: adding, moving, roles, service accounts.
    package static let delegate = Permission("identity.delegate")
    /// SCIM. Open here: the door itself asks for a key, and answers in SCIM's own words.
    package static let provision = Permission("identity.provision")
    package static let clients = Permission("identity.clients")
    package static let account = Permission("identity.account")
}

extension Phrase {
    // Passwords
    static let passwordTooShort = Phrase(
        vi: "Mật khẩu phải có ít nhất 12 ký tự. Một câu dài dễ nhớ là tốt nhất",
        en: "The password must have at least 12 characters. A long sentence that you remember is best")
    static let passwordTooLong = Phrase(vi: "Mật khẩu quá dài", en: "The password is too long")
    static let passwordTooCommon = Phrase(
        vi: "Mật khẩu này quá dễ đoán. Hãy chọn mật khẩu khác",
        en: "This password is too easy to guess. Choose another one")
    static let passwordIsLogin = Phrase(
        vi: "Mật khẩu không được chứa tên đăng nhập", en: "The password must not be made of the username")
    static let passwordsDiffer = Phrase(vi: "Hai mật khẩu không giống nhau", en: "The two passwords are not the same")
    static let oldPasswordIsWrong = Phrase(vi: "Mật khẩu hiện tại không đúng", en: "The current password is not right")

    // People
    static let loginIsInvalid = Phrase(
        vi: "Tên đăng nhập có 3 đến 64 ký tự: chữ thường không dấu, chữ số, dấu chấm, gạch nối, gạch dưới",
        en: "A username has 3 to 64 characters: lower-case letters without marks, digits, dot, hyphen, underscore")
    static let loginIsTaken = Phrase(vi: "Tên đăng nhập này đã có người dùng", en: "This username is taken")
    static let nameIsMissing = Phrase(vi: "Hãy nhập họ và tên", en: "Enter the full name")
    static let emailIsInvalid = Phrase(vi: "Hãy nhập địa chỉ thư điện tử đúng", en: "Enter a valid email address")
    static let roleIsHeld = Phrase(vi: "Người này đang giữ vai trò đó", en: "This person holds that role already")
    static let lastAdministrator = Phrase(
        vi: "Đây là quản trị nút cuối cùng. Hãy giao vai trò này cho người khác trước",
        en: "This is the last node administrator. Give the role to somebody else first")
}
