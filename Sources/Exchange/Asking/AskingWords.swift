import Vocabulary

extension Phrase {
    static let notYourOrganisation = Phrase(
        vi: "Nút đề nghị không đại diện cho cơ quan này.", en: "The node that asks does not speak for the organisation."
    )
    static let requestIsTaken = Phrase(
        vi: "Đã có đề nghị khác mang mã này.", en: "Another request has this id already.")
    static let tooManyRequests = Phrase(
        vi: "Đang có quá nhiều đề nghị của nút này chờ quyết định.", en: "Too many requests of this node wait already.")
    static let applicationIsAnothers = Phrase(
        vi: "Mã ứng dụng này đã thuộc về nơi khác hoặc đã chấm dứt ở nút cung cấp.",
        en: "At the provider's node this application belongs elsewhere or has ended.")
    static let noSuchRequest = Phrase(vi: "Không có đề nghị này.", en: "There is no such request.")

    static let servicesOfMembers = Phrase(vi: "Dịch vụ của thành viên khác", en: "Services of other members")
    static let servicesHere = Phrase(vi: "Dịch vụ tại nút này", en: "Services of this node")
    static let noServicesOfMembers = Phrase(
        vi: "Chưa biết dịch vụ nào của thành viên khác.", en: "No service of another member is known yet.")
    static let atMember = Phrase(vi: "Tại nút", en: "At the node")
    static let documentIsAway = Phrase(vi: "Chưa đọc được tài liệu", en: "The documentation is not here")
    static let farDocumentAway = Phrase(
        vi: "Nút cung cấp chưa trả lời nên chưa có tài liệu chi tiết. Các thao tác đã biết:",
        en: "The provider's node does not answer, so its documentation is not here. The operations known:")
    static let moreOperations = Phrase(vi: "Các thao tác khác", en: "More operations")
    static let noApplicationHere = Phrase(
        vi: "Cơ quan của bạn chưa có ứng dụng nào chạy tại nút này.",
        en: "Your organisation has no application that lives at this node.")
    static let farRequestLead = Phrase(
        vi: "Nút này ký đề nghị và gửi tới nút cung cấp. Đơn vị cung cấp trả lời trong 5 ngày làm việc.",
        en: "This node signs the request and sends it to the provider's node. The answer is due within 5 working days.")
    static let requestsElsewhere = Phrase(vi: "Đề nghị ở nút khác", en: "Asked at other nodes")
    static let farRequestTitle = Phrase(vi: "Đề nghị khai thác ở nút khác", en: "Request at another node")
    static let withdrawFar = Phrase(vi: "Rút đề nghị ở nút khác", en: "Withdraw a request at another node")
    static let endFar = Phrase(
        vi: "Chấm dứt quyền được cấp theo đề nghị ở nút khác",
        en: "End the grant that a request at another node was given")
    static let onItsWayThere = Phrase(vi: "Đang gửi", en: "On its way")
    static let onItsWayLead = Phrase(
        vi: "Nút cung cấp chưa nhận. Nút này sẽ gửi lại cho tới khi được nhận.",
        en: "The provider's node has not taken it yet. It is sent again until it does.")
    static let notTaken = Phrase(vi: "Không được nhận", en: "Not taken")
    static let wishIsUnderWay = Phrase(
        vi: "Yêu cầu rút hoặc chấm dứt đang được gửi tới nút cung cấp.",
        en: "The provider's node is being told that this is taken back or ended.")
    static let providerSignature = Phrase(vi: "Chữ ký của nút cung cấp", en: "The provider's signature")
    static let providerSignatureHolds = Phrase(
        vi: "Đúng, theo khóa trong danh sách thành viên", en: "Holds, by the key on the roster")
    static let providerSignatureFails = Phrase(
        vi: "Không đúng với khóa trong danh sách thành viên", en: "Does not hold by the key on the roster")
    static let askedAcross = Phrase(vi: "Đề nghị từ nút khác", en: "Asked by another node")

    static func noSuchMember(_ text: String) -> Phrase {
        Phrase(vi: "“\(text)” không có trong danh sách thành viên.", en: "“\(text)” is not on the roster.")
    }

    static func askedByNode(_ node: Phrase, _ name: String) -> Phrase {
        name.isEmpty
            ? Phrase(vi: "nút \(node.vi)", en: "the node of \(node.en)")
            : Phrase(vi: "\(name), nút \(node.vi)", en: "\(name), at the node of \(node.en)")
    }
}
