import Database
import Gateway
package import Identity
import StrictJSON
import Vocabulary
import Web

extension Exchange {
    /// Where this room keeps what people write in their own words. A grant is signed as it stands.
    package static let freeTexts: [FreeText] = {
        let service = ["contact", "about", "name_vi", "name_en"].map { column in
            FreeText(
                "exchange_service", column, isRewritten: column == "contact",
                column == "contact" ? .contactOfService : .wordsOfService
            ) { id, _ in "/exchange/services/\(id)" }
        }
        let application = ["contact", "name"].map { column in
            FreeText(
                "exchange_application", column, isRewritten: column == "contact",
                column == "contact" ? .contactOfApplication : .nameOfApplication
            ) { id, _ in "/exchange/applications/\(id)" }
        }
        let grant = ["purpose", "legal_basis", "data_items", "frequency", "reason"].map { column in
            FreeText("exchange_grant", column, isRewritten: false, .wordsOfGrant) { id, _ in "/exchange/grants/\(id)" }
        }
        // What somebody wrote at an earlier step is in the history of a grant alone.
        let step = FreeText("exchange_grant_event", by: "grant_id", "reason", isRewritten: false, .stepOfGrant) {
            id, _ in
            "/exchange/grants/\(id)"
        }
        let wish = FreeText("exchange_far_request", "wish_reason", isRewritten: true, .reasonOfEnding) { id, _ in
            "/exchange/requests/\(id)"
        }
        let closing = FreeText(
            "exchange_service_version", "closing_reason", subject: "service", isRewritten: true, .reasonOfClosing
        ) { _, service in "/exchange/services/\(service)" }
        return service + application + grant + [step, wish, closing] + farTexts
    }()

    /// Of requests and grants at other nodes. What a node signed stays as it is: without it nobody could check the
    /// signature, so a name there is left for people to look at.
    private static let farTexts: [FreeText] = {
        let standing: @Sendable (Row) throws -> String = { row in
            let text: String = try row.get("words")
            return try RequestStanding(try JSONDocument(text).root).words
        }
        let asked = FreeText(
            "exchange_far_request", "document", isRewritten: false,
            reading: { try GrantRequest(try $0.get("words")).terms.words }, .wordsOfFarRequest
        ) { id, _ in "/exchange/requests/\(id)" }
        let answered = FreeText(
            "exchange_far_request", "standing", isRewritten: false, reading: standing, .wordsOfFarGrant
        ) { id, _ in "/exchange/requests/\(id)" }
        let held = FreeText(
            "exchange_held", by: "grant_id", "standing", subject: "node", isRewritten: false, reading: standing,
            .wordsOfFarGrant
        ) { id, node in "/exchange/held/\(node)/\(id)" }
        let givenBack = FreeText(
            "exchange_held", by: "grant_id", "give_back_reason", isRewritten: true, .reasonOfGivingBack
        ) { _, _ in "/exchange/grants" }
        // What a gateway is told of grants is the other node's word as well: taken out here, it would come again.
        let granted = FreeText(
            "exchange_granted", by: "node", "document", isRewritten: false,
            reading: { GrantedAcross.words(in: try $0.get("words")) }, .wordsOfGranted
        ) { _, _ in "/exchange/grants" }
        let contact = FreeText(
            "exchange_asked", by: "grant_id", "document", isRewritten: false,
            reading: { try GrantRequest(try $0.get("words")).contact }, .contactInRequest
        ) { id, _ in "/exchange/grants/\(id)" }
        return [asked, answered, held, givenBack, granted, contact]
    }()
}

extension GrantTerms {
    /// What people wrote in them.
    fileprivate var words: String { [purpose, legalBasis, dataItems, frequency].joined(separator: "\n") }
}

extension RequestStanding {
    /// What people wrote in it. Not as JSON spells it, where a name may stand behind an escape.
    fileprivate var words: String { ([terms.words, reason] + steps.map(\.reason)).joined(separator: "\n") }
}

extension GrantedAcross {
    /// What people wrote in such a document. One that cannot be read, of another program, is looked through as it is.
    fileprivate static func words(in document: [UInt8]) -> String {
        guard let told = try? GrantedAcross(document) else { return String(decoding: document, as: UTF8.self) }
        return told.grants.map { "\($0.purpose)\n\($0.legalBasis)" }.joined(separator: "\n")
    }
}

extension Phrase {
    fileprivate static let contactOfService = Phrase(vi: "Đầu mối của một dịch vụ", en: "The contact of a service")
    fileprivate static let wordsOfService = Phrase(
        vi: "Tên hoặc mô tả của một dịch vụ", en: "The name or description of a service")
    fileprivate static let contactOfApplication = Phrase(
        vi: "Đầu mối của một ứng dụng", en: "The contact of an application")
    fileprivate static let nameOfApplication = Phrase(vi: "Tên của một ứng dụng", en: "The name of an application")
    fileprivate static let stepOfGrant = Phrase(
        vi: "Lý do trong diễn biến của một quyền khai thác", en: "A reason in the history of a grant")
    fileprivate static let reasonOfEnding = Phrase(
        vi: "Lý do chấm dứt quyền ở nút khác", en: "Why a grant at another node was ended")
    fileprivate static let reasonOfClosing = Phrase(
        vi: "Lý do đóng một phiên bản", en: "Why a version closes")
    fileprivate static let wordsOfFarRequest = Phrase(
        vi: "Nội dung của một đề nghị ở nút khác, có chữ ký", en: "The words of a request at another node, signed")
    fileprivate static let wordsOfFarGrant = Phrase(
        vi: "Nội dung của một quyền ở nút khác, có chữ ký của nút đó",
        en: "The words of a grant of another node, which that node signed")
    fileprivate static let wordsOfGranted = Phrase(
        vi: "Mục đích của một quyền, theo bản mà nút khác gửi cho cổng của nút này",
        en: "The purpose of a grant, as another node tells this one's gateway")
    fileprivate static let contactInRequest = Phrase(
        vi: "Đầu mối trong một đề nghị của nút khác, có chữ ký của nút đó",
        en: "The contact in a request of another node, which that node signed")
    fileprivate static let reasonOfGivingBack = Phrase(
        vi: "Lý do trả lại quyền do nút khác cấp", en: "Why a grant of another node was given back")
    fileprivate static let wordsOfGrant = Phrase(
        vi: "Nội dung của một quyền khai thác, có chữ ký", en: "The words of a grant, which are signed")
}
