import Vocabulary

extension Phrase {
    static let myAccount = Phrase(vi: "Tài khoản của tôi", en: "My account")
    static let email = Phrase(vi: "Thư điện tử", en: "Email")
    static let none = Phrase(vi: "Chưa có", en: "None")
    static let role = Phrase(vi: "Vai trò", en: "Role")
    static let roles = Phrase(vi: "Các vai trò", en: "Roles")
    static let noRoles = Phrase(vi: "Chưa được giao vai trò nào.", en: "No role has been given yet.")
    static let organisation = Phrase(vi: "Cơ quan, tổ chức", en: "Organisation")
    static let from = Phrase(vi: "Từ", en: "From")
    static let until = Phrase(vi: "Đến", en: "Until")
    static let noEnd = Phrase(vi: "Không thời hạn", en: "No end")
    static let state = Phrase(vi: "Trạng thái", en: "Status")
    static let roleHolds = Phrase(vi: "Đang giữ", en: "Held")
    static let roleEnded = Phrase(vi: "Đã kết thúc", en: "Ended")
    static let roleToCome = Phrase(vi: "Chưa bắt đầu", en: "Not yet begun")
    static let action = Phrase(vi: "Thao tác", en: "Action")

    static let security = Phrase(vi: "Cách đăng nhập", en: "Ways to sign in")
    static let secondStepIsOn = Phrase(vi: "Xác thực hai bước đang bật", en: "Two-step verification is on")
    static let secondStepIsOff = Phrase(vi: "Xác thực hai bước đang tắt", en: "Two-step verification is off")
    static let recoveryCodes = Phrase(vi: "Mã khôi phục", en: "Recovery codes")
    static let recoveryCodesLeft = Phrase(vi: "Mã khôi phục còn lại", en: "Recovery codes left")
    static let changePassword = Phrase(vi: "Đổi mật khẩu", en: "Change password")
    static let currentPassword = Phrase(vi: "Mật khẩu hiện tại", en: "Current password")

    static let sessions = Phrase(vi: "Các phiên đăng nhập", en: "Sessions")
    static let device = Phrase(vi: "Thiết bị", en: "Device")
    static let unknownDevice = Phrase(vi: "Thiết bị không rõ", en: "Unknown device")
    static let address = Phrase(vi: "Địa chỉ mạng", en: "Network address")
    static let signedInAt = Phrase(vi: "Đăng nhập lúc", en: "Signed in")
    static let lastSeen = Phrase(vi: "Hoạt động gần nhất", en: "Last seen")
    static let thisDevice = Phrase(vi: "Phiên này", en: "This session")
    static let endSession = Phrase(vi: "Kết thúc phiên", en: "End session")
    static let endOtherSessions = Phrase(vi: "Đăng xuất khỏi các thiết bị khác", en: "Sign out of other devices")

    static let setUpAuthenticator = Phrase(vi: "Bật xác thực hai bước", en: "Turn on two-step verification")
    static let setUpLead = Phrase(
        vi: """
            Quét mã QR bằng ứng dụng xác thực trên điện thoại, hoặc nhập khóa bí mật vào ứng dụng. \
            Sau đó nhập mã sáu chữ số mà ứng dụng hiện ra.
            """,
        en: """
            Scan the QR code with the authenticator app on your phone, or type the secret key into it. \
            Then enter the six digits that the app shows.
            """)
    static let qrCode = Phrase(vi: "Mã QR cho ứng dụng xác thực", en: "QR code for the authenticator app")
    static let secretKey = Phrase(vi: "Khóa bí mật", en: "Secret key")
    static let setUpLink = Phrase(vi: "Liên kết cài đặt", en: "Set-up link")
    static let firstCode = Phrase(vi: "Mã trong ứng dụng", en: "Code in the app")
    static let firstCodeHint = Phrase(
        vi: "Sáu chữ số, đổi sau mỗi 30 giây", en: "Six digits that change every 30 seconds")
    static let confirm = Phrase(vi: "Xác nhận", en: "Confirm")
    static let removeAuthenticator = Phrase(vi: "Tắt xác thực hai bước", en: "Turn off two-step verification")
    static let removeLead = Phrase(
        vi: "Sau khi tắt, chỉ còn mật khẩu bảo vệ tài khoản. Các mã khôi phục cũng mất hiệu lực.",
        en: "Once it is off, the password alone protects the account. The recovery codes stop working too.")
    static let newRecoveryCodes = Phrase(vi: "Tạo mã khôi phục mới", en: "Make new recovery codes")
    static let newCodesLead = Phrase(
        vi: "Mười mã mới thay cho các mã cũ. Mã cũ không dùng được nữa.",
        en: "Ten new codes replace the old ones, which stop working.")
    static let codesLead = Phrase(
        vi: "Hãy in hoặc chép lại các mã dưới đây và cất ở nơi an toàn. Mỗi mã dùng được một lần và chỉ hiện lần này.",
        en: "Print or copy these codes and keep them in a safe place. Each works once, and they are shown only now.")
    static let codesAreKept = Phrase(vi: "Tôi đã cất các mã", en: "I have kept the codes")
}
