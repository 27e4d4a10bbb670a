import Vocabulary

extension Phrase {
    static let unprovenCredentials = Phrase(
        vi: "Chứng thư và khóa chưa chứng minh", en: "Certificates and keys without a proof")
    static let unprovenCredentialsLead = Phrase(
        vi: """
            Được nhận từ trước khi cần chứng minh sở hữu khóa: chưa ai cho thấy khóa là của ứng dụng ấy. Hãy nhờ đầu \
            mối thêm lại kèm chứng minh; thứ đã chứng minh không còn ở đây.
            """,
        en: """
            They were taken before proofs were asked for: nobody has shown whose key it is. Ask the contact to add \
            them again, with a proof; what is proven is no longer here.
            """)
    static let everythingIsProven = Phrase(
        vi: "Mọi chứng thư và khóa đều đã chứng minh.", en: "Every certificate and key is proven.")
    static let proofDay = Phrase(vi: "Ngày bắt đầu cần chứng minh", en: "Day from which a proof is needed")
    static let proofDayUntilNow = Phrase(vi: "Ngày đặt trước đó", en: "Day set before")
    static let noProofDay = Phrase(
        vi: "Chưa đặt ngày nào: chúng vẫn dùng được", en: "No day is set: they can be used")
    static let setProofDay = Phrase(vi: "Đặt ngày cần chứng minh", en: "Set the day")
    static let nextProofDay = Phrase(vi: "Xem trước khi đặt", en: "See what will come of it")
    static let changeProofDay = Phrase(vi: "Đổi ngày", en: "Change the day")
    static let confirmProofDay = Phrase(vi: "Đặt ngày cần chứng minh?", en: "Set this day?")
    static let leaveProofDay = Phrase(vi: "Không đặt", en: "Do not set it")
    static let takeProofDayBack = Phrase(vi: "Bỏ ngày đã đặt", en: "Take the day back")
    static let organisationsConcerned = Phrase(
        vi: "Đơn vị có lãnh đạo được báo ngay", en: "Organisations whose leads are told at once")
    static let proofDayCanBeTakenBack = Phrase(
        vi: "Không xóa gì: bỏ ngày này hoặc thêm lại kèm chứng minh thì dùng được ngay.",
        en: "Nothing is deleted: they can be used again once the day is taken back, or once they are proven.")
    static let proofsNeededNow = Phrase(
        vi: "Ngay bây giờ, lời gọi bằng chứng thư và khóa ấy bị từ chối.",
        en: "Calls with these certificates and keys are refused from now on.")
    static let proofDayIsOver = Phrase(
        vi: "Hãy chọn hôm nay hoặc một ngày sắp tới.", en: "Choose today or a day to come.")
    static let proofDayChanged = Phrase(
        vi: "Người khác vừa đổi ngày này. Hãy xem lại ngày đang có, rồi đặt lần nữa nếu vẫn cần.",
        en: "Somebody else has changed the day meanwhile. Look at the one that is set, then set yours if it is needed.")

    private static func unproven(_ count: Int) -> Phrase {
        Phrase(
            vi: "\(count) chứng thư và khóa", en: count == 1 ? "1 certificate or key" : "\(count) certificates and keys"
        )
    }

    static func proofDayHint(_ count: Int) -> Phrase {
        let unproven = unproven(count)
        return Phrase(
            vi: """
                Từ đầu ngày đó, lời gọi bằng \(unproven.vi) trên trang này bị từ chối. Lãnh đạo đơn vị liên quan được \
                báo ngay. Bước sau hỏi lại.
                """,
            en: """
                From the beginning of that day calls with what stands on this page, \(unproven.en), are refused. The \
                leads of the departments concerned are told at once. You are asked once more.
                """)
    }

    static func proofDayIsSet(_ day: String, _ count: Int) -> Phrase {
        Phrase(
            vi: "Từ \(day) không nhận nữa: \(unproven(count).vi)",
            en: "From \(day) on not taken any more: \(unproven(count).en)")
    }

    static func proofDayIsHere(_ day: String, _ count: Int) -> Phrase {
        Phrase(
            vi: "Không còn nhận từ \(day): \(unproven(count).vi)",
            en: "Not taken any more since \(day): \(unproven(count).en)")
    }

    static func proofsNeededFrom(_ day: String) -> Phrase {
        Phrase(
            vi: "Từ đầu ngày \(day), lời gọi bằng chứng thư và khóa ấy bị từ chối.",
            en: "From the beginning of \(day) calls with these certificates and keys are refused.")
    }

    static func setProofDay(_ day: String) -> Phrase {
        Phrase(vi: "Đặt ngày \(day)", en: "Set \(day)")
    }

    static func takeProofDayBackLead(_ count: Int) -> Phrase {
        Phrase(
            vi: "\(unproven(count).vi) trên trang này dùng được ngay, không hạn định.",
            en: "What stands on this page, \(unproven(count).en), can be used at once, without end.")
    }
}
