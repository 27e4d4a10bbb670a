package import Identity
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
        return service + application + grant
    }()
}

extension Phrase {
    fileprivate static let contactOfService = Phrase(vi: "Đầu mối của một dịch vụ", en: "The contact of a service")
    fileprivate static let wordsOfService = Phrase(
        vi: "Tên hoặc mô tả của một dịch vụ", en: "The name or description of a service")
    fileprivate static let contactOfApplication = Phrase(
        vi: "Đầu mối của một ứng dụng", en: "The contact of an application")
    fileprivate static let nameOfApplication = Phrase(vi: "Tên của một ứng dụng", en: "The name of an application")
    fileprivate static let wordsOfGrant = Phrase(
        vi: "Nội dung của một quyền khai thác, có chữ ký", en: "The words of a grant, which are signed")
}
