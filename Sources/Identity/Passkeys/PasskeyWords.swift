import Vocabulary

extension Phrase {
    static let passkeys = Phrase(vi: "Khóa truy cập", en: "Passkeys")
    static let passkeysLead = Phrase(
        vi: """
            Khóa truy cập (passkey) mở tài khoản bằng vân tay, khuôn mặt hoặc mã PIN của thiết bị. \
            Không có gì để nhớ, không thể bị lừa nhập vào trang giả. Nên có ít nhất hai khóa trên hai thiết bị.
            """,
        en: """
            A passkey opens your account with the fingerprint, face or PIN of your device. \
            There is nothing to remember, and no false page can trick you out of it. Have at least two, on two devices.
            """)
    static let noPasskeys = Phrase(vi: "Bạn chưa có khóa truy cập nào.", en: "You have no passkey yet.")
    static let addPasskey = Phrase(vi: "Thêm khóa truy cập", en: "Add a passkey")
    static let managePasskeys = Phrase(vi: "Quản lý khóa truy cập", en: "Manage passkeys")
    static let removePasskey = Phrase(vi: "Xóa khóa", en: "Remove")
    static let passkeyName = Phrase(vi: "Tên khóa", en: "Name")
    static let passkeyNameHint = Phrase(
        vi: "Để bạn nhận ra khóa này, ví dụ: Điện thoại cơ quan",
        en: "So that you recognise it, for example: Office phone")
    static let passkeyNameIsMissing = Phrase(
        vi: "Hãy đặt tên cho khóa, nhiều nhất 60 ký tự", en: "Give the passkey a name of at most 60 characters")
    static let passkeyKind = Phrase(vi: "Lưu ở đâu", en: "Where it is kept")
    static let passkeyIsSynced = Phrase(vi: "Đồng bộ giữa các thiết bị", en: "Synced between devices")
    static let passkeyIsBound = Phrase(vi: "Chỉ trên một thiết bị", en: "On one device only")
    static let lastUsed = Phrase(vi: "Dùng gần nhất", en: "Last used")
    static let notUsedYet = Phrase(vi: "Chưa dùng", en: "Not used yet")
    static let tooManyPasskeys = Phrase(
        vi: "Bạn đã có quá nhiều khóa truy cập. Hãy xóa bớt khóa không dùng",
        en: "You have too many passkeys. Remove those you do not use")
    static let lastPasskey = Phrase(
        vi: "Đây là cách đăng nhập duy nhất của bạn. Hãy đặt mật khẩu hoặc thêm khóa khác trước",
        en: "This is your only way to sign in. Set a password or add another passkey first")
    static let browserHasNoPasskeys = Phrase(
        vi: "Trình duyệt này không dùng được khóa truy cập, hoặc JavaScript đang tắt.",
        en: "This browser cannot use passkeys, or JavaScript is off.")

    static let signInWithPasskey = Phrase(vi: "Đăng nhập bằng khóa truy cập", en: "Sign in with a passkey")
    static let confirmWithPasskey = Phrase(vi: "Xác nhận bằng khóa truy cập", en: "Confirm with a passkey")
    static let orWithPassword = Phrase(vi: "hoặc dùng mật khẩu", en: "or use a password")
    static let orWithCode = Phrase(vi: "hoặc nhập mã", en: "or enter a code")
    static let passkeyWasNotUsed = Phrase(
        vi: "Chưa dùng được khóa truy cập. Hãy thử lại, hoặc dùng cách khác bên dưới.",
        en: "No passkey was used. Try again, or use the other way below.")
    static let passkeyIsWrong = Phrase(
        vi: "Khóa truy cập này không được chấp nhận. Hãy thử lại hoặc dùng cách khác",
        en: "This passkey was not accepted. Try again or use another way")
    static let passkeyPageIsOld = Phrase(
        vi: "Trang đã mở quá lâu hoặc đã được dùng. Hãy thử lại",
        en: "The page was open for too long or was used already. Try again")
}
