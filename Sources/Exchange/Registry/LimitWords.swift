import Vocabulary
import Web

extension ServiceLimit {
    var phrase: Phrase {
        switch self {
        case .requestBytes: Phrase(vi: "Yêu cầu lớn nhất (MiB)", en: "Largest request (MiB)")
        case .responseBytes: Phrase(vi: "Trả lời lớn nhất (MiB)", en: "Largest answer (MiB)")
        case .connectSeconds: Phrase(vi: "Chờ kết nối (giây)", en: "Time to connect (seconds)")
        case .answerSeconds: Phrase(vi: "Chờ trả lời (giây)", en: "Time to answer (seconds)")
        case .wholeSeconds: Phrase(vi: "Thời hạn cả lượt gọi (giây)", en: "Time for a whole call (seconds)")
        case .tries: Phrase(vi: "Số lần thử", en: "Tries")
        case .failuresToEject: Phrase(vi: "Lỗi liên tiếp để tạm loại máy chủ", en: "Failures before an instance is out")
        case .ejectSeconds: Phrase(vi: "Tạm loại trong (giây)", en: "How long it is out at first (seconds)")
        case .healthSeconds: Phrase(vi: "Hỏi thăm máy chủ mỗi (giây)", en: "Instances are asked every (seconds)")
        }
    }

    private var about: Phrase? {
        switch self {
        case .requestBytes:
            Phrase(
                vi: """
                    Yêu cầu lớn hơn bị trả về 413 và không tới dịch vụ. Phiên bản có kiểm tra yêu cầu chỉ nhận tối đa \
                    1 MiB, dù đặt lớn hơn.
                    """,
                en: """
                    A larger one is answered with 413 and never reaches the service. A version that checks requests \
                    takes 1 MiB at most, whatever is set.
                    """)
        case .responseBytes:
            Phrase(vi: "Trả lời lớn hơn bị cắt và lượt gọi tính là lỗi.", en: "A larger one is cut off, as a failure.")
        case .connectSeconds: nil
        case .answerSeconds:
            Phrase(
                vi: "Từ cuối yêu cầu đến đầu trả lời, và giữa hai phần của trả lời; quá hạn là 504.",
                en: "From the end of the request to the head of the answer, and between its pieces; then it is 504.")
        case .wholeSeconds:
            Phrase(vi: "Từ byte đầu của yêu cầu đến byte cuối của trả lời.", en: "From its first byte to its last.")
        case .tries:
            Phrase(
                vi: "Kể cả lần đầu; chỉ thử lại lượt gọi lặp lại được (như GET).",
                en: "The first included; only calls that may be repeated, as GET, are tried again.")
        case .failuresToEject: nil
        case .ejectSeconds:
            Phrase(
                vi: "Mỗi lần sau dài gấp đôi, tối đa 16 lần.", en: "Each further time twice as long, up to 16 times.")
        case .healthSeconds: nil
        }
    }

    /// What it is for, what holds when it is left empty, and its bounds.
    func hint(unit: Double) -> Phrase {
        let (usual, low, high) = (usual / unit, bounds.lowerBound / unit, bounds.upperBound / unit)
        let bounds = Phrase(
            vi: """
                Từ \(Phrase.figure(low).vi) đến \(Phrase.figure(high).vi); để trống là \(Phrase.figure(usual).vi).
                """,
            en: """
                From \(Phrase.figure(low).en) to \(Phrase.figure(high).en); left empty it is \(Phrase.figure(usual).en).
                """)
        guard let about else { return bounds }
        return Phrase(vi: "\(about.vi) \(bounds.vi)", en: "\(about.en) \(bounds.en)")
    }

    /// Said of a number outside of its bounds.
    var boundsWords: Phrase {
        let (low, high) = (Phrase.figure(bounds.lowerBound), Phrase.figure(bounds.upperBound))
        guard self == .requestBytes || self == .responseBytes else {
            return Phrase(vi: "Phải là số từ \(low.vi) đến \(high.vi).", en: "A number from \(low.en) to \(high.en).")
        }
        return Phrase(
            vi: "Phải là số từ \(low.vi) đến \(high.vi) byte (1.048.576 MiB).",
            en: "A number from \(low.en) to \(high.en) bytes (1,048,576 MiB).")
    }
}

extension Phrase {
    static func requestBytesAreChecked(_ versions: [String]) -> Phrase {
        let list = versions.joined(separator: ", ")
        return Phrase(
            vi: "Các phiên bản đang mở (\(list)) kiểm tra yêu cầu, nên chỉ nhận tối đa 1.048.576 byte (1 MiB).",
            en: "The open versions (\(list)) check requests and so take 1,048,576 bytes (1 MiB) at most.")
    }

    static let largestRequest = Phrase(vi: "Yêu cầu lớn nhất được nhận (MiB)", en: "Largest request taken (MiB)")
    static let limitsOfService = Phrase(vi: "Giới hạn và máy chủ", en: "Limits and instances")
    static let limitsLead = Phrase(
        vi: "Cổng giữ chúng cho mọi phiên bản ngay sau khi lưu; bên khai thác nhận thư khi chúng giảm.",
        en: "The gateway keeps them for every version once saved; when they get lower, consumers have a letter.")
    static let healthPath = Phrase(vi: "Đường dẫn hỏi thăm máy chủ", en: "Path to ask how an instance is")
    static let healthPathHint = Phrase(
        vi: "Như /health; máy chủ khỏe khi trả về 2xx. Để trống thì chỉ thử kết nối.",
        en: "As /health; an instance that answers 2xx is well. Left empty, connecting is all that is tried.")
    static let healthPathIsWrong = Phrase(
        vi: "Đường dẫn bắt đầu bằng “/”, không có dấu cách hay “#”, tối đa 200 byte.",
        en: "A path begins with “/”, has no spaces and no “#”, and at most 200 bytes.")
    static let answerIsLongerThanWhole = Phrase(
        vi: "Không thể chờ trả lời lâu hơn thời hạn cả lượt gọi.",
        en: "An answer cannot be waited for longer than the whole call.")
    static let connectionOnly = Phrase(vi: "Chỉ thử kết nối", en: "Only connecting is tried")
}
