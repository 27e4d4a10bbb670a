import Contracts
package import Vocabulary

extension Permission {
    /// Read the catalogue.
    package static let catalogue = Permission("exchange.catalogue")
    /// Have services and applications of one's own organisation registered.
    package static let register = Permission("exchange.register")
    /// Ask for grants for applications of one's own organisation.
    package static let requestGrants = Permission("exchange.request")
    /// Decide on requests for services of one's own organisation.
    package static let decideGrants = Permission("exchange.decide")
}

extension Phrase {
    static let personalNeedsEvidence = Phrase(
        vi: "Dữ liệu cá nhân luôn phải ghi chứng cứ trước khi trả lời.",
        en: "Answers with personal data always wait for their evidence.")
    static let addressIsWrong = Phrase(
        vi: "Địa chỉ phải như http://may-chu.example.vn:8080/api, không có “?” hay “#”.",
        en: "An address is as http://host.example.vn:8080/api, without “?” or “#”.")
    static let addressIsPrivate = Phrase(
        vi: "Địa chỉ nằm trong mạng nội bộ. Chỉ quản trị nút mới cho phép được.",
        en: "The address lies in a closed network. Only a node administrator may allow that.")
    static let certificateIsWrong = Phrase(
        vi: "Cần cả chứng thư, dạng PEM, bắt đầu bằng -----BEGIN CERTIFICATE-----.",
        en: "The certificate itself is needed, in PEM: it begins with -----BEGIN CERTIFICATE-----.")
    static let certificateHasExpired = Phrase(
        vi: "Chứng thư đã hết hạn theo đồng hồ của nút: cần chứng thư còn hiệu lực.",
        en: "By the node's clock the certificate has expired: one is needed that is valid today.")
    static let certificateIsEarly = Phrase(
        vi: "Chứng thư chưa đến ngày có hiệu lực theo đồng hồ của nút.",
        en: "By the node's clock the certificate is not valid yet.")
    static let publicKeyIsWrong = Phrase(
        vi: "Cần khóa công khai Ed25519, 32 byte viết bằng base64url.",
        en: "An Ed25519 public key is needed, 32 bytes in base64url.")
    static let proofIsMissing = Phrase(
        vi: "Khóa công khai hay chứng thư cần kèm chứng minh: chữ ký của chính khóa đó cho ứng dụng này.",
        en: "A public key or a certificate comes with a proof: its key's signature for this application.")
    static let proofIsWrong = Phrase(
        vi: "Chứng minh không phải do khóa này, hay khóa của chứng thư này, ký cho ứng dụng này.",
        en: "Neither this key nor that of this certificate signed that proof for this application.")
    static let clientIsNotYours = Phrase(
        vi: "Không có ứng dụng OAuth như vậy, hoặc nó không do bạn đăng ký. Hãy nhờ quản trị nút.",
        en: "There is no such OAuth client, or you did not register it. Ask an administrator of the node.")
    static let clientIsWrong = Phrase(vi: "Mã ứng dụng OAuth không đúng.", en: "No id of an OAuth client.")
    static let codeIsWrong = Phrase(
        vi: "Mã gồm 2–40 chữ thường, chữ số và dấu “-”, bắt đầu bằng chữ.",
        en: "A code has 2–40 lower-case letters, digits and “-”, and begins with a letter.")
    static let applicationCodeIsWrong = Phrase(
        vi: "Mã gồm 2–40 chữ, chữ số, “.”, “-”, “_”.", en: "A code has 2–40 letters, digits, “.”, “-”, “_”.")
    static let codeIsTaken = Phrase(vi: "Mã này đã có.", en: "This code is taken.")
    static let nameIsMissing = Phrase(vi: "Hãy nhập tên, tối đa 200 ký tự.", en: "Enter a name of at most 200 letters.")
    static let nameIsIllegible = Phrase(
        vi: "Tên phải đọc được trên một dòng, không có ký tự ẩn hoặc ký tự đổi chiều chữ.",
        en: "A name is read on one line, without characters that cannot be seen or that turn its direction.")
    static let contactIsMissing = Phrase(
        vi: "Hãy nhập đầu mối liên hệ, tối đa 200 ký tự.", en: "Enter whom to ask, in at most 200 letters.")
    static let chooseOrganisation = Phrase(vi: "Hãy chọn cơ quan.", en: "Choose the organisation.")
    static let noSuchOrganisation = Phrase(vi: "Không có cơ quan này.", en: "There is no such organisation.")
    static let credentialIsTaken = Phrase(
        vi: "Cách xác thực này đã thuộc về một ứng dụng.", en: "An application has this credential already.")
    static let tooManyCredentials = Phrase(
        vi: "Ứng dụng đã có 8 cách xác thực. Hãy thu hồi một cách trước.",
        en: "The application has 8 credentials. Revoke one first.")
    static let tooManyInstances = Phrase(vi: "Tối đa 16 máy chủ.", en: "At most 16 instances.")
    static let classIsGranted = Phrase(
        vi: "Đang có quyền hoặc đề nghị theo loại dữ liệu chặt hơn, nên chưa thể đổi sang loại nhẹ hơn.",
        en: "Grants or requests stand under the stricter class, so it cannot become a milder one yet.")
    static let versionIsClosed = Phrase(
        vi: "Phiên bản này đã đóng.", en: "This version is closed.")

    static func versionClosedOn(_ day: Day) -> Phrase {
        Phrase(
            vi: "Phiên bản này đã đóng ngày \(day.forReading) và không mở lại được; hãy mở một phiên bản mới.",
            en: "This version closed on \(day.forReading) and is not opened again; open another version.")
    }

    static let documentWasReplaced = Phrase(
        vi: "Tài liệu vừa được người khác thay; hãy xem lại rồi gửi lại.",
        en: "Somebody else has just replaced the document. Look at it and send yours again.")

    /// Each consumer on its line with the first things that break it. Programs know these by their codes.
    static func breaks(_ consumers: [BrokenConsumer]) -> Phrase {
        func lines(_ language: Language) -> String {
            let lines = consumers.map { consumer in
                let what = consumer.what.prefix(5).map { "\($0.operation): \($0.words[language]) (\($0.code))" }
                return "\(consumer.name) – \(what.joined(separator: "; "))"
            }
            return lines.joined(separator: "\n")
        }
        return Phrase(
            vi: "Thay đổi này làm hỏng các ứng dụng đang dùng; hãy mở phiên bản mới:\n\(lines(.vi))",
            en: "This change breaks applications that use the version; open a new one instead:\n\(lines(.en))")
    }
}
