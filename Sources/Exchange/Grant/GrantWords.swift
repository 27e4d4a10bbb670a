import Vocabulary

extension Phrase {
    static let purposeIsMissing = Phrase(vi: "Hãy nêu mục đích khai thác.", en: "Say what it is for.")
    static let basisIsMissing = Phrase(vi: "Hãy nêu căn cứ pháp lý.", en: "Name the legal basis.")
    static let textIsLong = Phrase(vi: "Nội dung quá dài.", en: "This is too long.")
    static let operationIsMissing = Phrase(vi: "Hãy chọn ít nhất một thao tác.", en: "Choose at least one operation.")
    static let reasonsAreLong = Phrase(
        vi: "Mục đích và căn cứ pháp lý cộng lại quá dài: chứng cứ mỗi lượt gọi chỉ có chỗ cho khoảng 2.000 byte.",
        en: "Purpose and legal basis together are too long: the evidence of a call has room for some 2,000 bytes.")
    static let moreThanAsked = Phrase(
        vi: "Không thể cho phép nhiều hơn đề nghị.", en: "This is more than was asked for.")
    static let fieldsAreWrong = Phrase(
        vi: "Mỗi dòng một trường, như units/name.", en: "One field on each line, as units/name.")
    static let rateIsWrong = Phrase(
        vi: "Số lượt mỗi giây phải từ 0,001 đến 1.000.000.", en: "Calls a second are from 0.001 to 1,000,000.")
    static let quotaIsWrong = Phrase(vi: "Hạn mức phải từ 1 lượt mỗi ngày.", en: "A quota is at least 1 call a day.")
    static let untilIsWrong = Phrase(
        vi: "Ngày hết hạn phải sau ngày bắt đầu, không quá 10 năm.",
        en: "It must end after it begins, and within 10 years.")
    static let sameIsAsked = Phrase(
        vi: "Đề nghị giống hệt của ứng dụng này đang chờ quyết định.",
        en: "The same request of this application waits for a decision already.")
    static let alreadyDecided = Phrase(vi: "Đề nghị này đã được xử lý.", en: "This request has been dealt with.")
    static let requestIsPast = Phrase(
        vi: "Đã qua ngày cuối được đề nghị, nên đề nghị này tự đóng.",
        en: "The last day that was asked for is over, so the request lapses.")
    static let requestWasWithdrawn = Phrase(
        vi: "Bên khai thác đã rút đề nghị trong lúc được duyệt", en: "It had been withdrawn while it was being approved"
    )
    static let requestHasLapsed = Phrase(
        vi: "Chưa có quyết định khi đã qua ngày cuối được đề nghị",
        en: "Nobody decided before the last day that was asked for was over")
    static let notActive = Phrase(vi: "Quyền khai thác không hoạt động.", en: "The grant is not active.")
    static let notSuspended = Phrase(vi: "Quyền khai thác không bị tạm ngừng.", en: "The grant is not suspended.")
    static let reasonIsMissing = Phrase(vi: "Hãy nêu lý do.", en: "Say why.")
    static let chooseApplication = Phrase(vi: "Hãy chọn ứng dụng.", en: "Choose the application.")
    static let untilIsMissing = Phrase(vi: "Hãy nhập ngày hết hạn.", en: "Enter the last day.")
    static let noSuchService = Phrase(
        vi: "Không có dịch vụ hoặc phiên bản này.", en: "There is no such service or version.")
    static let noSuchApplication = Phrase(vi: "Không có ứng dụng này.", en: "There is no such application.")

    static func noticeIsShort(_ earliest: Day) -> Phrase {
        Phrase(
            vi: "Phải báo trước ít nhất 7 ngày làm việc: sớm nhất là \(earliest.forReading).",
            en: "Notice is 7 working days at least: \(earliest.forReading) at the earliest.")
    }
}
