import Vocabulary

extension Phrase {
    static let changeContact = Phrase(vi: "Đổi đầu mối", en: "Change the contact")
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
    static let endApplicationLead = Phrase(
        vi: "Mọi cách xác thực và quyền khai thác của ứng dụng chấm dứt ngay, không khôi phục được.",
        en: "Every credential and grant of the application ends at once, for good.")
    static let toApplication = Phrase(vi: "Tới ứng dụng", en: "To the application")
    static let applicationKey = Phrase(vi: "Khóa của ứng dụng", en: "The application's key")
    static let keyMade = Phrase(vi: "Đã tạo khóa", en: "The key is made")
    static let keyOnce = Phrase(
        vi: "Khóa chỉ hiển thị một lần; nút chỉ giữ dấu băm. Gửi trong tiêu đề X-Api-Key.",
        en: "It is shown this once; the node keeps its digest only. Send it as X-Api-Key.")
    static let issueKey = Phrase(vi: "Cấp thêm khóa", en: "Issue another key")
    static let credentials = Phrase(vi: "Cách xác thực", en: "Credentials")
    static let credential = Phrase(vi: "Cách xác thực", en: "Credential")
    static let credentialValue = Phrase(
        vi: "Chứng thư, mã ứng dụng OAuth hoặc khóa công khai", en: "Certificate, id of the OAuth client or public key")
    static let keyProof = Phrase(vi: "Chứng minh sở hữu khóa", en: "Proof of the key")
    static let keyProofHint = Phrase(
        vi: "Bắt buộc với chứng thư và chữ ký RFC 9421: chữ ký của chính khóa đó, base64url. Xem cách tạo bên dưới.",
        en: "Needed for certificates and RFC 9421 signatures: the key's own signature, base64url. How is said below.")
    static let howToProve = Phrase(vi: "Tạo khóa và chứng minh", en: "Make a key and its proof")
    static let howToProveLead = Phrase(
        vi: """
            Chạy trên máy của ứng dụng; khóa riêng không rời máy đó. Lệnh in ra khóa công khai, rồi chứng minh. Được \
            ký là ba dòng: truc-application-key, mã ứng dụng, khóa công khai; sau dòng cuối không xuống dòng.
            """,
        en: """
            Run it where the application lives; the private key stays there. It prints the public key, then the proof. \
            Three lines are signed: truc-application-key, the application's id, the public key; the last one has no end.
            """)
    static let howToProveCertificate = Phrase(vi: "Chứng minh cho chứng thư", en: "A proof for a certificate")
    static let howToProveCertificateLead = Phrase(
        vi: """
            Chạy nơi có khóa của chứng thư; khóa riêng không rời máy đó. Giá trị là tệp cert.pem. Được ký (SHA-256) là \
            ba dòng: truc-application-certificate, mã ứng dụng, SHA-256 của chứng thư (DER) viết thập lục phân.
            """,
        en: """
            Run it where the certificate's key lives; the private key stays there. The value is the file cert.pem. \
            Three lines are signed, over SHA-256: truc-application-certificate, the application's id, the SHA-256 of \
            the certificate's DER in hexadecimal.
            """)
    static let withThisProgram = Phrase(vi: "Bằng chương trình này:", en: "With this program:")
    static let withOpenSSL = Phrase(vi: "Hoặc bằng OpenSSL 3:", en: "Or with OpenSSL 3:")
    static let addCredential = Phrase(vi: "Thêm cách xác thực", en: "Add a credential")
    static let revokeCredential = Phrase(vi: "Thu hồi", en: "Revoke")
    static let revokeCredentialLead = Phrase(
        vi: "Lời gọi dùng cách xác thực này bị từ chối ngay. Cần thì thêm cách khác trước.",
        en: "Calls that use it are refused at once. Add another one first where it is needed.")
    static let unproven = Phrase(vi: "Chưa chứng minh", en: "Not proven")
    static let unprovenTitle = Phrase(vi: "Cần chứng minh sở hữu khóa", en: "Proofs are missing")
    static let unprovenLead = Phrase(
        vi: "Chứng thư và khóa ghi “Chưa chứng minh” được nhận từ trước khi cần chứng minh. Thêm lại kèm chứng minh.",
        en: "What is marked “Not proven” was taken before proofs were asked for. Add it again, with a proof.")

    static func unprovenUntil(_ day: String) -> Phrase {
        Phrase(
            vi: "Từ \(day), cách xác thực chưa chứng minh không dùng được nữa.",
            en: "From \(day) on, what is not proven cannot be used any more.")
    }

    static func proofIsRequired(_ application: String) -> Phrase {
        Phrase(vi: "Cần chứng minh sở hữu khóa: \(application)", en: "A proof is missing: \(application)")
    }

    static func proofIsRequired(_ application: String, kind: Phrase, hint: String, from day: String) -> Phrase {
        Phrase(
            vi: """
                Ứng dụng: \(application).
                \(kind.vi) …\(hint) được nhận từ trước khi cần chứng minh sở hữu khóa.
                Từ \(day) không dùng được nữa nếu chưa thêm lại kèm chứng minh.
                """,
            en: """
                Application: \(application).
                \(kind.en) …\(hint) was taken before proofs were asked for.
                From \(day) on it cannot be used, unless it is added again with a proof.
                """)
    }

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
        case .certificate:
            Phrase(vi: "Cả chứng thư, dạng PEM, kèm chứng minh.", en: "The certificate itself, in PEM, with a proof.")
        case .oauthClient:
            Phrase(
                vi: "Mã của ứng dụng OAuth do bạn đăng ký tại nút này.",
                en: "The id of an OAuth client here, of those that you registered.")
        case .signer:
            Phrase(
                vi: "Khóa công khai Ed25519, base64url, kèm chứng minh.",
                en: "Ed25519 public key, base64url, with a proof.")
        }
    }
}
