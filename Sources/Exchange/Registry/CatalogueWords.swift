import Contracts
import Gateway
package import Vocabulary

extension Phrase {
    static let axis = Phrase(vi: "Trục tích hợp", en: "Axis")
    static let catalogueTitle = Phrase(vi: "Danh mục dịch vụ chia sẻ", en: "Catalogue of shared services")
    static let searchServices = Phrase(vi: "Tìm dịch vụ", en: "Find a service")
    static let searchServicesHint = Phrase(
        vi: "Tên, mã hoặc nội dung; có dấu hay không đều được.", en: "Name, code or content; with or without accents.")
    static let searchWord = Phrase(vi: "Tìm", en: "Search")
    static let nothingFound = Phrase(vi: "Không tìm thấy dịch vụ nào.", en: "No service was found.")
    static let noServices = Phrase(vi: "Chưa có dịch vụ nào được đăng ký.", en: "No service is registered yet.")
    static let providedServices = Phrase(vi: "Dịch vụ cung cấp", en: "Services provided")
    static let registerService = Phrase(vi: "Đăng ký dịch vụ", en: "Register a service")
    static let service = Phrase(vi: "Dịch vụ", en: "Service")
    static let path = Phrase(vi: "Đường dẫn", en: "Path")
    static let xroadPath = Phrase(vi: "Đường dẫn X-Road", en: "X-Road path")
    static let owner = Phrase(vi: "Cơ quan", en: "Organisation")
    static let state = Phrase(vi: "Trạng thái", en: "State")
    static let waitingRequests = Phrase(vi: "Đề nghị chờ duyệt", en: "Waiting requests")
    static let serviceCode = Phrase(vi: "Mã dịch vụ", en: "Code")
    static let serviceCodeHint = Phrase(
        vi: "Chữ thường, chữ số và “-”; là đoạn đầu của đường dẫn.",
        en: "Lower-case letters, digits and “-”; the first part of its path.")
    static let serviceName = Phrase(vi: "Tên dịch vụ", en: "Name")
    static let serviceNameEn = Phrase(vi: "Tên tiếng Anh", en: "Name in English")
    static let aboutService = Phrase(vi: "Nội dung", en: "What it is about")
    static let contact = Phrase(vi: "Đầu mối liên hệ", en: "Contact")
    static let contactHint = Phrase(
        vi: "Bộ phận, số máy hoặc thư điện tử công vụ.", en: "An office, an extension or an official address.")
    static let dataClass = Phrase(vi: "Loại dữ liệu", en: "Class of data")
    static let chooseDataClass = Phrase(vi: "Hãy chọn loại dữ liệu.", en: "Choose the class of data.")
    static let evidence = Phrase(vi: "Chứng cứ", en: "Evidence")
    static let evidenceHint = Phrase(
        vi: "Không chọn riêng: dữ liệu mở ghi trong 1 giây, dữ liệu khác ghi trước khi trả lời.",
        en: "No choice of its own: within 1 second for open data, before the answer for all other.")
    static let evidenceAcross = Phrase(vi: "Chứng cứ giữa các nút", en: "Evidence between nodes")
    static let evidenceAcrossHint = Phrase(
        vi: "Không chọn riêng: ghi bền trước khi trả lời, với dữ liệu nào cũng vậy.",
        en: "No choice of its own: durable before the answer leaves, whatever the data.")
    static let evidenceUnsaid = Phrase(vi: "Không chọn riêng", en: "No choice of its own")
    static let chooseEvidence = Phrase(
        vi: "Chứng cứ là before-release hoặc within-1s.", en: "Evidence is before-release or within-1s.")
    static let editService = Phrase(vi: "Sửa thông tin dịch vụ", en: "Edit the service")
    static let editLead = Phrase(
        vi: """
            Loại dữ liệu luôn có thể chặt hơn; chỉ nhẹ hơn khi không còn quyền hay đề nghị nào. Khi loại dữ liệu hoặc \
            chứng cứ đổi, các quyền đang hiệu lực được ký lại và bên khai thác được báo.
            """,
        en: """
            The class of data may always become stricter, and milder only while there is no grant or request. When it \
            or the evidence changes, grants in force are signed anew and their holders are told.
            """)
    static let saveService = Phrase(vi: "Lưu thay đổi", en: "Save the changes")
    static let moveInstance = Phrase(vi: "Đổi địa chỉ", en: "Change the address")
    static let openAPIDocument = Phrase(vi: "Tài liệu OpenAPI", en: "OpenAPI document")
    static let openAPIHint = Phrase(
        vi: "OpenAPI 3.0 hoặc 3.1, JSON hay YAML.", en: "OpenAPI 3.0 or 3.1, JSON or YAML.")
    static let ownDoors = Phrase(vi: "Không qua cổng: xem tài liệu", en: "Not at the gateway: see the documentation")
    static let twoLanguages = Phrase(
        vi: "Lời bằng tiếng Việt và tiếng Anh", en: "Words in Vietnamese and English")
    static let twoLanguagesLead = Phrase(
        vi: """
            Danh mục hiện lời của tài liệu theo ngôn ngữ của người đọc. Viết lời tiếng Việt như thường lệ, lời tiếng \
            Anh trong x-ibm-languages ngay bên cạnh; thiếu thì lời vốn có được dùng. Áp dụng cho title, summary, \
            description ở mọi chỗ: info, thao tác, tham số, trả lời, schema.
            """,
        en: """
            The catalogue shows the words of a document in its reader's language. Write the Vietnamese ones as usual \
            and the English ones in x-ibm-languages beside them; where they are missing, the usual ones are shown. It \
            works for title, summary and description anywhere: info, operations, parameters, responses, schemas.
            """)
    static let replaceHint = Phrase(
        vi: "Bị từ chối nếu làm hỏng ứng dụng đang dùng phiên bản này.",
        en: "Refused if it breaks an application that uses this version.")
    static let documentIsMissing = Phrase(vi: "Hãy chọn tệp.", en: "Choose a file.")
    static let addresses = Phrase(vi: "Địa chỉ các máy chủ", en: "Addresses of the instances")
    static let addressesHint = Phrase(
        vi: "Mỗi dòng một địa chỉ: https://may-chu.example.vn/api",
        en: "One on each line: https://host.example.vn/api")
    static let addressHint = Phrase(
        vi: "Như https://may-chu.example.vn:8443/api", en: "As https://host.example.vn:8443/api")
    static let pin = Phrase(vi: "Dấu khóa TLS", en: "TLS key pin")
    static let pinHint = Phrase(
        vi: "SHA-256 của khóa công khai, base64url. Để trống nếu chứng thư do tổ chức công cộng cấp.",
        en: "SHA-256 of the public key, base64url. Empty for a certificate of a public authority.")
    static let allowPrivate = Phrase(
        vi: "Cho phép địa chỉ trong mạng nội bộ", en: "Let addresses lie in closed networks")
    static let allowPrivateHint = Phrase(
        vi: "Chỉ quản trị nút quyết định được.", en: "Only a node administrator decides that.")
    static let validates = Phrase(
        vi: "Kiểm tra yêu cầu theo lược đồ", en: "Check requests against the schema")
    static let validatesHint = Phrase(
        vi: "Yêu cầu sai bị trả về 422 và không tới dịch vụ. Yêu cầu tối đa 1 MiB.",
        en: "One that does not fit is answered with 422 and never reaches the service. A request has 1 MiB at most.")
    static let checksRequests = Phrase(vi: "Kiểm tra yêu cầu", en: "Requests are checked")
    static let newVersion = Phrase(vi: "Mở phiên bản mới", en: "Open a new version")
    static let versionOpen = Phrase(vi: "Đang mở", en: "Open")
    static let versionClosed = Phrase(vi: "Đã đóng", en: "Closed")
    static let standsNowhere = Phrase(vi: "Chưa có máy chủ", en: "No instance yet")
    static let closeVersion = Phrase(vi: "Đóng phiên bản", en: "Close the version")
    static let documentReplaced = Phrase(vi: "Đã thay tài liệu", en: "The document is replaced")
    static let breaksNobodyInUse = Phrase(
        vi: "Thay đổi này phá vỡ những điều sau, nhưng không phá vỡ điều gì của ứng dụng nào đang dùng:",
        en: "Breaking for nobody in use: what the change breaks is not granted to any application.")
    static let toService = Phrase(vi: "Về dịch vụ", en: "To the service")
    static let noExampleFound = Phrase(
        vi: "Không tìm được ví dụ nào khớp với lược đồ; hãy tự soạn nội dung theo lược đồ ở trên.",
        en: "No example was found that fits the schema. Write the body yourself, by the schema above.")
    static let replaceDocument = Phrase(vi: "Thay tài liệu", en: "Replace the document")
    static let instances = Phrase(vi: "Máy chủ", en: "Instances")
    static let addInstance = Phrase(vi: "Thêm máy chủ", en: "Add an instance")
    static let removeInstance = Phrase(vi: "Gỡ máy chủ", en: "Remove the instance")
    static let removeInstanceLead = Phrase(
        vi: "Không lượt gọi nào tới địa chỉ này nữa, ngay lập tức.",
        en: "No call goes to this address any more, at once.")
    static let network = Phrase(vi: "Mạng", en: "Network")
    static let closedNetworkAllowed = Phrase(vi: "Cho phép mạng nội bộ", en: "Closed networks allowed")
    static let openNetworkOnly = Phrase(vi: "Chỉ mạng công cộng", en: "Open network only")
    static let grantsInForce = Phrase(vi: "Quyền đang hiệu lực", en: "Grants in force")
    static let readDocumentation = Phrase(vi: "Đọc tài liệu", en: "Read the documentation")
    static let nothingSaid = Phrase(vi: "Chưa ghi", en: "Nothing said")
    static let yes = Phrase(vi: "Có", en: "Yes")
    static let no = Phrase(vi: "Không", en: "No")
    static let action = Phrase(vi: "Việc làm", en: "Action")
    static let askForGrant = Phrase(vi: "Đề nghị khai thác", en: "Ask for a grant")
    static let moreOfService = Phrase(vi: "Xem thêm về dịch vụ này", en: "More about this service")
    static let downloadOpenAPI = Phrase(vi: "Tải tài liệu OpenAPI", en: "Download the OpenAPI document")
    static let documentVersion = Phrase(vi: "Phiên bản tài liệu", en: "Document version")
    static let deprecated = Phrase(vi: "Sắp bỏ", en: "Deprecated")
    static let parameters = Phrase(vi: "Tham số", en: "Parameters")
    static let parameter = Phrase(vi: "Tham số", en: "Parameter")
    static let place = Phrase(vi: "Chỗ", en: "Place")
    static let kind = Phrase(vi: "Kiểu", en: "Type")
    static let required = Phrase(vi: "Bắt buộc", en: "Required")
    static let meaning = Phrase(vi: "Ý nghĩa", en: "Meaning")
    static let requestBody = Phrase(vi: "Nội dung gửi", en: "Request body")
    static let answer = Phrase(vi: "Trả lời", en: "Answer")
    static let receiptsOfCalls = Phrase(vi: "Biên nhận của mỗi lần gọi", en: "Receipts of each call")
    static let receiptsHint = Phrase(
        vi: """
            Mỗi câu trả lời nói mã lời gọi trong Truc-Call. Thay vào CALL để tải biên nhận: một lá cho lần trao đổi; \
            hai lá, mở đầu và kết thúc, cho câu trả lời dài.
            """,
        en: """
            Each answer says the call's id in Truc-Call. Put it for CALL to fetch the receipts: one leaf for an \
            exchange; two, an opening and a closing one, for a long answer.
            """)
    static let receiptsLater = Phrase(
        vi: """
            202 nghĩa là chứng cứ chưa ghi bền, hãy hỏi lại sau một giây; 404 là không có lần gọi ấy của ứng dụng này. \
            Tệp kiểm chứng được không cần mạng, bằng trang kiểm chứng hoặc lệnh:
            """,
        en: """
            202 means that the evidence is not durable yet, ask again in a second; 404, that this application made no \
            such call. The file can be verified offline, with the verification page or:
            """)
    static let tryIt = Phrase(vi: "Gọi thử", en: "Call it")
}

extension DataClass {
    package var phrase: Phrase {
        switch self {
        case .open: Phrase(vi: "Dữ liệu mở", en: "Open")
        case .internal: Phrase(vi: "Dùng chung nội bộ", en: "Internal")
        case .personal: Phrase(vi: "Dữ liệu cá nhân", en: "Personal")
        }
    }

    var hint: Phrase {
        switch self {
        case .open: Phrase(vi: "Ai cũng được biết.", en: "Anybody may know it.")
        case .internal: Phrase(vi: "Giữa các cơ quan nhà nước.", en: "Between agencies.")
        case .personal:
            Phrase(vi: "Chứng cứ luôn ghi trước khi trả lời.", en: "Evidence always comes before the answer.")
        }
    }
}

extension EvidenceClass {
    var phrase: Phrase {
        switch self {
        case .beforeRelease: Phrase(vi: "Ghi bền trước khi trả lời", en: "Durable before the answer leaves")
        case .withinOneSecond: Phrase(vi: "Ghi bền trong 1 giây", en: "Durable within 1 second")
        }
    }
}

extension APIParameter.Place {
    var phrase: Phrase {
        switch self {
        case .query: Phrase(vi: "Truy vấn", en: "Query")
        case .header: Phrase(vi: "Tiêu đề", en: "Header")
        case .path: Phrase(vi: "Đường dẫn", en: "Path")
        case .cookie: Phrase(name: "Cookie")
        }
    }
}
