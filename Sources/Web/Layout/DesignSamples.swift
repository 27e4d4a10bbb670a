import Vocabulary

/// What `/design` shows in the components: made up, and clearly so.
extension StatusKind {
    static func samples(_ page: Page) -> HTML {
        let words: [(StatusKind, Phrase)] = [
            (.neutral, Phrase(vi: "Nháp", en: "Draft")),
            (.waiting, Phrase(vi: "Chờ tiếp nhận", en: "Awaiting receipt")),
            (.working, Phrase(vi: "Đang xử lý", en: "In handling")), (.done, Phrase(vi: "Đã xử lý", en: "Resolved")),
            (.bad, Phrase(vi: "Quá hạn", en: "Overdue")),
        ]
        return "<p>\(each: words, { "\(statusTag(page[$0.1], kind: $0.0)) " })</p>"
    }
}

extension [TaskStep] {
    static let samples = [
        TaskStep(
            Phrase(vi: "Báo một sự cố", en: "Report an incident"),
            Phrase(vi: "Điền mẫu ngắn theo Mẫu 03 Thông tư 20/2017.", en: "Fill in the short form after Form 03."),
            link: "/design",
            isDone: true),
        TaskStep(
            Phrase(vi: "Chia sẻ điều đã biết", en: "Share what you learnt"),
            Phrase(
                vi: "Chọn nhãn, xem trước ai sẽ nhận, rồi gửi.", en: "Choose a label, see who will get it, then send."),
            link: "/design"),
        TaskStep(
            Phrase(vi: "Xem thông tin đến nơi", en: "See it arrive"),
            Phrase(vi: "Mở nút của một thành viên khác trong Cụm.", en: "Open the node of another member."),
            link: "/design"),
    ]
}

extension [Holder] {
    static func samples(_ page: Page) -> [Holder] {
        [
            Holder(
                name: "Hải Dương", state: page[Phrase(vi: "Đã nhận", en: "Received")], kind: .done,
                at: Instant(milliseconds: 1_604_885_460_000), checkpoint: "#1234"),
            Holder(name: "Hòa Bình", state: page[Phrase(vi: "Đang gửi", en: "On its way")], kind: .waiting, at: nil),
        ]
    }
}

extension [TimelineEntry] {
    static func samples(_ page: Page) -> [TimelineEntry] {
        [
            TimelineEntry(
                at: Instant(milliseconds: 1_604_892_000_000), what: HTML(page[Phrase(vi: "Đã xử lý", en: "Resolved")]),
                who: page[.samplePerson],
                note: page[Phrase(vi: "Đã gỡ tệp độc hại, đổi mật khẩu.", en: "Malware removed, passwords changed.")]),
            TimelineEntry(
                at: Instant(milliseconds: 1_604_885_400_000), what: HTML(page[Phrase(vi: "Đã báo cáo", en: "Reported")])
            ),
        ]
    }
}

extension [DiagramMember] {
    static func samples(_ page: Page) -> [DiagramMember] {
        let names = [
            ("VNCERT", "VNCERT/CC"), ("H40", "Nam Định"), ("H23", "Hải Dương"), ("H49", "Quảng Ninh"),
            ("H24", "Hải Phòng"),
            ("H31", "Hưng Yên"), ("H54", "Thái Bình"), ("H42", "Ninh Bình"), ("H25", "Hà Nam"), ("H28", "Hòa Bình"),
        ]
        return names.map { code, name in
            let isAway = code == "H28"
            return DiagramMember(
                code: code, name: name, standing: standing(code),
                state: page[isAway ? Phrase(vi: "Mất liên lạc", en: "Away") : Phrase(vi: "Đang nối", en: "Online")],
                kind: isAway ? .bad : .done, link: "/design", isHere: code == "H40")
        }
    }

    private static func standing(_ code: String) -> DiagramMember.Standing {
        switch code {
        case "VNCERT": .coordinator
        case "H40": .lead
        case "H23": .deputy
        default: .member
        }
    }
}
