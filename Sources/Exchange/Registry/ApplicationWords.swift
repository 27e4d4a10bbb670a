import Vocabulary

extension Phrase {
    static let applications = Phrase(vi: "Ứng dụng khai thác", en: "Applications")
    static let application = Phrase(vi: "Ứng dụng", en: "Application")
    static let addApplication = Phrase(vi: "Thêm ứng dụng khai thác", en: "Add a consuming application")
    static let noApplications = Phrase(vi: "Chưa có ứng dụng nào.", en: "There are no applications yet.")
    static let applicationCode = Phrase(vi: "Mã ứng dụng", en: "Application code")
    static let applicationCodeHint = Phrase(
        vi: "Chữ, chữ số, “.”, “-”, “_”; là tên hệ thống trong X-Road.",
        en: "Letters, digits, “.”, “-”, “_”; its subsystem in X-Road.")
    static let applicationName = Phrase(vi: "Tên ứng dụng", en: "Name")
    static let applicationWorks = Phrase(vi: "Đang dùng", en: "In use")
    static let applicationEnded = Phrase(vi: "Đã chấm dứt", en: "Ended")
    static let applicationHasEnded = Phrase(vi: "Ứng dụng đã chấm dứt.", en: "The application has ended.")
    static let endApplication = Phrase(vi: "Chấm dứt ứng dụng", en: "End the application")
    static let toApplication = Phrase(vi: "Tới ứng dụng", en: "To the application")
    static let applicationKey = Phrase(vi: "Khóa của ứng dụng", en: "The application's key")
    static let keyMade = Phrase(vi: "Đã tạo khóa", en: "The key is made")
    static let keyOnce = Phrase(
        vi: "Khóa chỉ hiển thị một lần; nút chỉ giữ dấu băm. Gửi trong tiêu đề X-Api-Key.",
        en: "It is shown this once; the node keeps its digest only. Send it as X-Api-Key.")
    static let issueKey = Phrase(vi: "Cấp thêm khóa", en: "Issue another key")
    static let credentials = Phrase(vi: "Cách xác thực", en: "Credentials")
    static let credential = Phrase(vi: "Cách xác thực", en: "Credential")
    static let credentialValue = Phrase(vi: "Giá trị", en: "Value")
    static let addCredential = Phrase(vi: "Thêm cách xác thực", en: "Add a credential")
    static let revokeCredential = Phrase(vi: "Thu hồi", en: "Revoke")
    static let noCredentials = Phrase(
        vi: "Chưa có cách xác thực nào tại nút này.", en: "There are no credentials at this node.")
    static let chooseCredential = Phrase(vi: "Hãy chọn cách xác thực.", en: "Choose a credential.")
    static let lastLetters = Phrase(vi: "Ký tự cuối", en: "Last letters")
    static let createdAt = Phrase(vi: "Tạo lúc", en: "Made at")
    static let xroadName = Phrase(vi: "Tên trong X-Road", en: "Name in X-Road")
    static let livesAt = Phrase(vi: "Chạy tại nút", en: "Lives at the node")
    static let thisNode = Phrase(vi: "Nút này", en: "This node")
}

extension ApplicationCredential.Kind {
    var phrase: Phrase {
        switch self {
        case .apiKey: Phrase(vi: "Khóa API", en: "API key")
        case .certificate: Phrase(vi: "Chứng thư TLS", en: "TLS certificate")
        case .oauthClient: Phrase(vi: "Ứng dụng OAuth", en: "OAuth client")
        case .signer: Phrase(vi: "Chữ ký RFC 9421", en: "RFC 9421 signature")
        }
    }

    var hint: Phrase {
        switch self {
        case .apiKey: Phrase(vi: "Nút tự tạo.", en: "Made by the node.")
        case .certificate: Phrase(vi: "SHA-256 của chứng thư, thập lục phân.", en: "SHA-256 of it, hexadecimal.")
        case .oauthClient: Phrase(vi: "Mã của ứng dụng OAuth tại nút này.", en: "The id of an OAuth client here.")
        case .signer: Phrase(vi: "Khóa công khai Ed25519, base64url.", en: "Ed25519 public key, base64url.")
        }
    }
}
