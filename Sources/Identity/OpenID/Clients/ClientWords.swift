import Vocabulary

extension Phrase {
    static let clients = Phrase(vi: "Ứng dụng kết nối", en: "Connected applications")
    static let client = Phrase(vi: "Ứng dụng", en: "Application")
    static let clientKind = Phrase(vi: "Loại", en: "Kind")
    static let clientsLead = Phrase(
        vi: "Các ứng dụng và dịch vụ đăng nhập người dùng hoặc gọi nhau qua nút này.",
        en: "Applications and services that sign people in, or call each other, through this node.")
    static let noClients = Phrase(
        vi: "Chưa có ứng dụng nào kết nối với nút này.", en: "No application is connected to this node yet.")
    static let kindApplication = Phrase(vi: "Ứng dụng web", en: "Web application")
    static let kindPublic = Phrase(vi: "Ứng dụng di động hoặc trình duyệt", en: "Phone or browser application")
    static let kindService = Phrase(vi: "Dịch vụ", en: "Service")
    static let registeredAt = Phrase(vi: "Đăng ký lúc", en: "Registered")
    static let clientIsActive = Phrase(vi: "Đang hoạt động", en: "Active")
    static let clientIsRevoked = Phrase(vi: "Đã thu hồi", en: "Revoked")
    static let registerClient = Phrase(vi: "Đăng ký ứng dụng", en: "Register an application")
    static let clientIsRegistered = Phrase(vi: "Thông tin kết nối của ứng dụng", en: "What the application needs")
    static let secretIsShownOnce = Phrase(
        vi: "Khóa bí mật chỉ hiện lần này. Hãy chép vào cấu hình của ứng dụng ngay.",
        en: "The secret is shown only now. Copy it into the application's configuration.")
    static let clientID = Phrase(vi: "Mã ứng dụng (client_id)", en: "Client id (client_id)")
    static let clientSecret = Phrase(vi: "Khóa bí mật (client_secret)", en: "Secret (client_secret)")
    static let discoveryAddress = Phrase(vi: "Địa chỉ cấu hình", en: "Configuration address")
    static let openClient = Phrase(vi: "Xem ứng dụng", en: "See the application")
    static let newSecret = Phrase(vi: "Cấp khóa bí mật mới", en: "New secret")
    static let revokeClient = Phrase(vi: "Thu hồi ứng dụng", en: "Revoke the application")
    static let revokeClientLead = Phrase(
        vi: "Không ai đăng nhập qua ứng dụng này được nữa, mọi token của nó hết hiệu lực; không khôi phục được.",
        en: "Nobody signs in through it any more and every token of it ends, for good.")

    static let clientName = Phrase(vi: "Tên ứng dụng", en: "Name")
    static let clientNameHint = Phrase(
        vi: "Người dùng thấy tên này khi đồng ý", en: "People see it when they are asked to agree")
    static let clientNameEn = Phrase(vi: "Tên tiếng Anh", en: "Name in English")
    static let clientNameEnHint = Phrase(
        vi: "Để trống nếu giống tên tiếng Việt", en: "Leave empty when it is the same as in Vietnamese")
    static let clientPurposeVi = Phrase(vi: "Mục đích, tiếng Việt", en: "Purpose, in Vietnamese")
    static let clientPurposeEn = Phrase(vi: "Mục đích, tiếng Anh", en: "Purpose, in English")
    static let clientPurposeHint = Phrase(
        vi: "Vì sao cần biết về người dùng; họ đọc câu này trước khi đồng ý",
        en: "Why it needs to know about people; they read it before they agree")
    static let clientPurposeIsMissing = Phrase(
        vi: "Hãy nêu mục đích: người dùng được hỏi ý kiến về mục đích này",
        en: "Say what for: people are asked to agree to it")
    static let clientPurposeTooLong = Phrase(
        vi: "Tối đa \(ClientForm.purposeCharacters) ký tự", en: "At most \(ClientForm.purposeCharacters) characters")
    static let editClient = Phrase(vi: "Sửa thông tin", en: "Edit")
    static let editClientLead = Phrase(
        vi: """
            Khi mục đích thay đổi, những người đã đồng ý được hỏi lại ở lần đăng nhập sau. Từ lúc lưu đến khi họ đồng \
            ý lại, ứng dụng không làm được gì thay họ: mọi token của họ hết hiệu lực ngay.
            """,
        en: """
            When the purpose changes, people who agreed are asked again when they next sign in. Until then the \
            application may do nothing in their name: its tokens for them end as soon as this is saved.
            """)
    static let clientChangedMeanwhile = Phrase(
        vi: "Thông tin này vừa được người khác sửa. Hãy mở lại trang để xem bản mới rồi sửa tiếp",
        en: "Somebody else changed this meanwhile. Open the page again to see it as it is now, and edit that")
    static let secretDays = Phrase(vi: "Thời hạn khóa bí mật (ngày)", en: "The secret is good for (days)")
    static let secretDaysHint = Phrase(
        vi: "Từ 1 đến \(ClientSecret.daysMax); quản trị được nhắc trước 30, 7 và 1 ngày",
        en: "1 to \(ClientSecret.daysMax); administrators are told 30, 7 and 1 days before")
    static let secretDaysAreWrong = Phrase(
        vi: "Hãy nhập số ngày, từ 1 đến \(ClientSecret.daysMax)",
        en: "Enter a number of days, 1 to \(ClientSecret.daysMax)")
    static let overlapDays = Phrase(vi: "Khóa cũ còn dùng được (ngày)", en: "The old one goes on for (days)")
    static let overlapHint = Phrase(
        vi: "Từ 0 đến \(ClientSecret.overlapDaysMax), để kịp thay trong cấu hình của ứng dụng",
        en: "0 to \(ClientSecret.overlapDaysMax), while the new one is put into the application's configuration")
    static let overlapIsWrong = Phrase(
        vi: "Hãy nhập số ngày, từ 0 đến \(ClientSecret.overlapDaysMax)",
        en: "Enter a number of days, 0 to \(ClientSecret.overlapDaysMax)")
    static let secretEnds = Phrase(vi: "Khóa bí mật hết hạn", en: "The secret ends")
    static let oldSecretEnds = Phrase(vi: "Khóa bí mật cũ hết hạn", en: "The old secret ends")
    static let secretEndsSoon = Phrase(vi: "Khóa sắp hết hạn", en: "Its secret ends soon")
    static let secretEnded = Phrase(vi: "Khóa đã hết hạn", en: "Its secret has ended")
    static let newCertificate = Phrase(vi: "Thay chứng thư", en: "Another certificate")
    static let oldCertificate = Phrase(vi: "Chứng thư cũ, dùng được đến", en: "The old certificate goes on until")
    static let certificateIsTheSame = Phrase(
        vi: "Đây là chứng thư đang dùng", en: "That is the certificate in use")
    static let signingPeopleIn = Phrase(vi: "Đăng nhập người dùng", en: "Signing people in")
    static let signingPeopleInHint = Phrase(
        vi: "Bỏ trống nếu đây chỉ là dịch vụ gọi dịch vụ", en: "Leave empty for a service that only calls services")
    static let redirects = Phrase(vi: "Địa chỉ trở về (redirect_uri)", en: "Return addresses (redirect_uri)")
    static let redirectsHint = Phrase(
        vi: "Mỗi dòng một địa chỉ https, được so từng ký tự; http chỉ cho localhost khi phát triển",
        en: "One https address a line, compared character by character; http for localhost only, while developing")
    static let signOutRedirects = Phrase(
        vi: "Địa chỉ trở về sau khi đăng xuất", en: "Return addresses after signing out")
    static let logoutAddress = Phrase(
        vi: "Địa chỉ nhận báo đăng xuất (back-channel)", en: "Address told of sign-outs (back-channel)")
    static let logoutHint = Phrase(
        vi: "Nút này gọi tới đây khi phiên của người dùng kết thúc",
        en: "This node calls it when a person's session ends")
    static let isPublic = Phrase(
        vi: "Chạy trên điện thoại hoặc trong trình duyệt", en: "Runs on a phone or inside a browser")
    static let isPublicHint = Phrase(
        vi: "Không giữ được khóa bí mật nên không được cấp khóa", en: "It cannot keep a secret, so it gets none")
    static let asksConsent = Phrase(
        vi: "Hỏi người dùng trước khi chia sẻ dữ liệu", en: "Ask people before it learns about them")
    static let isPairwise = Phrase(
        vi: "Mỗi ứng dụng thấy một mã người dùng riêng", en: "People get another id here than elsewhere")
    static let isPairwiseHint = Phrase(
        vi: "Để các ứng dụng không ghép dữ liệu của cùng một người",
        en: "So that applications cannot join what they know of one person")
    static let sector = Phrase(vi: "Tên miền chung", en: "Shared host")
    static let sectorHint = Phrase(
        vi: "Chỉ cần khi các địa chỉ trở về thuộc nhiều tên miền",
        en: "Needed only when the return addresses have several hosts")
    static let servicesAlone = Phrase(vi: "Dịch vụ", en: "Services")
    static let actsAlone = Phrase(
        vi: "Tự xin token, không thay mặt ai (client_credentials)",
        en: "Asks for tokens of its own (client_credentials)")
    static let introspects = Phrase(vi: "Được kiểm tra mọi token", en: "May ask about any token")
    static let introspectsHint = Phrase(
        vi: "Chỉ dành cho cổng dịch vụ; dịch vụ khác chỉ xem được token cấp cho mình",
        en: "For gateways alone; others see tokens that are meant for them")
    static let audiences = Phrase(vi: "Gọi những dịch vụ nào", en: "Calls which services")
    static let audiencesHint = Phrase(
        vi: "Mã hoặc địa chỉ của dịch vụ, cách nhau bởi dấu cách", en: "Their ids or addresses, with spaces between")
    static let certificate = Phrase(vi: "Dấu vân tay chứng thư (x5t#S256)", en: "Certificate thumbprint (x5t#S256)")
    static let certificateHint = Phrase(
        vi: "Thay cho khóa bí mật: token chỉ dùng được cùng chứng thư này",
        en: "In place of a secret: tokens then work with this certificate alone")
    static let scopes = Phrase(vi: "Phạm vi (scope)", en: "Scopes")
    static let scopesHint = Phrase(
        vi: """
            Cách nhau bởi dấu cách; bỏ trống là mọi phạm vi đăng nhập. Trục: axis.read đọc, axis.services đăng ký dịch \
            vụ, axis.ask đề nghị khai thác, axis.keys cấp khóa của ứng dụng, axis làm mọi việc thay mặt người dùng. \
            SCIM: scim.read, scim.contacts, scim.
            """,
        en: """
            With spaces between; empty is all there are for signing in. The axis: axis.read reads, axis.services \
            registers services, axis.ask asks for grants, axis.keys issues applications' keys, axis does all that the \
            person may do. SCIM: scim.read, scim.contacts, scim.
            """)
    static let signing = Phrase(vi: "Thuật toán ký ID token", en: "ID tokens are signed with")
    static let pairwise = Phrase(vi: "Mã người dùng riêng theo", en: "Ids of its own for")

    static let clientNameIsMissing = Phrase(
        vi: "Hãy nhập tên ứng dụng, tối đa 100 ký tự", en: "Enter a name of at most 100 characters")
    static let clientDoesNothing = Phrase(
        vi: "Hãy nhập địa chỉ trở về, hoặc chọn tự xin token",
        en: "Enter a return address, or let it ask for tokens of its own")
    static let redirectIsInvalid = Phrase(
        vi: "Mỗi địa chỉ phải bắt đầu bằng https:// (hoặc http://localhost), không có dấu # và khoảng trắng",
        en: "Each address begins with https:// (or http://localhost) and has no # and no spaces")
    static let publicHasNoSecret = Phrase(
        vi: "Ứng dụng không giữ được khóa thì không tự xin token, không kiểm tra token, không có chứng thư",
        en: "What cannot keep a secret has no tokens of its own, asks about none and has no certificate")
    static let thumbprintIsInvalid = Phrase(
        vi: "Dấu vân tay là 43 ký tự base64url của SHA-256", en: "A thumbprint is 43 characters: base64url of SHA-256")
    static let scopeIsInvalid = Phrase(
        vi: "Tên chỉ gồm ký tự ASCII, không có khoảng trắng, dấu nháy, gạch chéo ngược",
        en: "Names are ASCII without spaces, quotes and backslashes")
    static let sectorIsMissing = Phrase(
        vi: "Các địa chỉ trở về thuộc nhiều tên miền: hãy nhập tên miền chung",
        en: "The return addresses have several hosts: enter the one they share")
}
