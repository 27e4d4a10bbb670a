import Vocabulary

/// The mail server of the node.
extension Setting {
    static let mailServer = Setting(
        key: "mail.server", fallback: "",
        about: Phrase(
            vi: "MÁY:CỔNG của máy chủ thư; bỏ trống thì nút không gửi thư",
            en: "HOST:PORT of the mail server; empty means that the node sends no mail"))
    static let mailSecurity = Setting(
        key: "mail.security", fallback: "starttls",
        about: Phrase(
            vi: "starttls, tls, hoặc none (chỉ khi máy chủ thư ở ngay máy này)",
            en: "starttls, tls, or none (only for a server on this machine)"))
    static let mailFrom = Setting(
        key: "mail.from", fallback: "",
        about: Phrase(vi: "Địa chỉ gửi thư", en: "The address that mail comes from"))
    static let mailUsername = Setting(
        key: "mail.username", fallback: "",
        about: Phrase(vi: "Tên đăng nhập máy chủ thư", en: "The name to sign in to the mail server with"))
    static let mailPasswordFile = Setting(
        key: "mail.password-file", fallback: "",
        about: Phrase(vi: "Tệp chứa mật khẩu máy chủ thư", en: "A file with the password of the mail server"))
    static let mailAuthorityFile = Setting(
        key: "mail.authority-file", fallback: "",
        about: Phrase(
            vi: "Tệp chứng thư (PEM) được tin thay cho của hệ thống",
            en: "A file of certificates (PEM) to trust instead of the system's"))

    static let ofMail = [mailServer, mailSecurity, mailFrom, mailUsername, mailPasswordFile, mailAuthorityFile]
}
