package import Vocabulary

/// What a reader says of personal data that a decision masks (che dữ liệu cá nhân): nothing yet, a purpose that counts,
/// or one that is too short to mean anything.
package struct Purpose: Sendable {
    package static let characters = 5...200

    /// Why the reader wants to see all of it; nil while it stays masked.
    package let words: String?
    private let wrong: [String: Phrase]

    /// As the address of the page has it: `?purpose=…`.
    package init(of page: Page) {
        let typed = page.request.query["purpose"].map { Folding.compose($0) }
        words = typed.flatMap { Purpose.characters.contains($0.count) ? $0 : nil }
        wrong = typed != nil && words == nil ? ["purpose": .needPurpose] : [:]
    }

    /// Says that data are masked, and asks for what they are wanted. Who reads on leaves a line in the ledger.
    package func form(_ page: Page, at place: Link) -> HTML {
        var page = page
        page.errors = wrong
        return """
            \(banner(page, .info, .masked, "<p>\(page[.unmaskLead])</p>"))
            <form method="get" action="\(link: place)">
            \(textField(page, "purpose", .purposeField, hint: .purposeHint, value: page.request.query["purpose"],
                maxLength: Purpose.characters.upperBound))\
            \(buttons(submit(page, .unmask)))
            </form>
            """
    }
}

extension Phrase {
    static let masked = Phrase(vi: "Dữ liệu cá nhân đang được che", en: "Personal data are masked")
    static let unmaskLead = Phrase(
        vi: "Nêu mục đích để xem đầy đủ. Lần xem và mục đích được ghi vào sổ cái.",
        en: "Give the purpose to see all of it. That you looked, and why, is written into the ledger.")
    static let purposeField = Phrase(vi: "Mục đích xem", en: "Purpose")
    static let purposeHint = Phrase(
        vi: "Ví dụ: gọi lại để xác minh. Từ 5 đến 200 ký tự", en: "For example: to call back. 5 to 200 characters")
    static let needPurpose = Phrase(
        vi: "Hãy nêu mục đích, từ 5 đến 200 ký tự", en: "Give the purpose in 5 to 200 characters")
    static let unmask = Phrase(vi: "Xem đầy đủ", en: "Show all of it")
}
