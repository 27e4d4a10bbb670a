import Vocabulary

extension Phrase {
    static let typeCodeIsWrong = Phrase(
        vi: "Mã gồm 2–40 chữ thường, số và dấu gạch nối, bắt đầu bằng chữ",
        en: "The code is 2 to 40 lowercase letters, digits and hyphens, beginning with a letter")
    static let typeNameIsWrong = Phrase(
        vi: "Tên loại gồm 3–120 chữ, số, dấu chấm, gạch nối, gạch chéo; ví dụ vn.gov.hanam.dossier.changed",
        en: "The type is 3 to 120 letters, digits, dots, hyphens and slashes, as vn.gov.hanam.dossier.changed")
    static let typeNameIsTaken = Phrase(vi: "Loại này đã được đăng ký", en: "This type is registered already")
    static let codeIsTaken = Phrase(
        vi: "Mã này thuộc về một loại sự kiện khác", en: "The code belongs to another event type")
    static let titleIsMissing = Phrase(vi: "Nhập tên bằng cả hai ngôn ngữ", en: "Enter the title in both languages")
    static let aboutIsTooLong = Phrase(vi: "Mô tả tối đa 2000 ký tự", en: "The description has at most 2000 characters")
    static let classIsWrong = Phrase(
        vi: "Loại dữ liệu là open, internal hoặc personal", en: "The data class is open, internal or personal")
    static let noSuchOrganisation = Phrase(vi: "Không có cơ quan này", en: "There is no such organisation")
    static let chooseTypes = Phrase(vi: "Chọn từ 1 đến 50 loại sự kiện", en: "Name 1 to 50 event types")
    static let urlIsWrong = Phrase(vi: "Cần một địa chỉ https", en: "An https address is needed")
    static let pinIsWrong = Phrase(
        vi: "Dấu vân tay khóa là 32 byte viết bằng base64url", en: "The pin is 32 bytes in base64url")
    static let modeIsWrong = Phrase(
        vi: "Dạng là structured, binary hoặc batch", en: "The mode is structured, binary or batch")
    static let timeIsWrong = Phrase(vi: "Thời điểm không theo RFC 3339.", en: "The time is not RFC 3339.")
    static let badCursor = Phrase(
        vi: "Vị trí không nằm trong nhật ký sự kiện.", en: "The position is not within the event log.")
    static let subscriptionIsPaused = Phrase(
        vi: "Đăng ký này đang tạm dừng; hãy cho chạy tiếp trước.",
        en: "This subscription is paused; let it go on first.")
    static let replayedMeanwhile = Phrase(
        vi: "Đăng ký đã được phát lại sau khi các sự kiện này được lấy. Hãy lấy lại từ vị trí đã xác nhận.",
        en: "The subscription was replayed after these events were taken. Pull again from the confirmed position.")
    static let subscriptionDoesNotPull = Phrase(
        vi: "Đăng ký này nhận qua webhook hoặc đang tạm dừng.",
        en: "This subscription is served by a webhook, or is paused.")

    static let twoCallers = Phrase(
        vi: "Cuộc gọi xuất trình khóa hoặc thẻ của hai ứng dụng: chỉ dùng của một ứng dụng.",
        en: "What the call shows belongs to two applications: show what is one's alone.")

    static func tooManySubscriptions(_ most: Int) -> Phrase {
        Phrase(
            vi: "Một ứng dụng có tối đa \(most) đăng ký.", en: "An application has at most \(most) subscriptions.")
    }

    static func noGrant(_ type: String) -> Phrase {
        Phrase(
            vi: "Không có quyền nhận sự kiện loại \(type).", en: "There is no grant to follow events of type \(type).")
    }

    static func noGrantToPublish(_ type: String) -> Phrase {
        Phrase(
            vi: "Không có quyền phát sự kiện loại \(type).", en: "There is no grant to publish events of type \(type).")
    }

    static func unknownType(_ type: String) -> Phrase {
        Phrase(vi: "Loại sự kiện \(type) chưa được đăng ký.", en: "The event type \(type) is not registered.")
    }

    static func otherContent(_ source: String, _ id: String) -> Phrase {
        Phrase(
            vi: "Sự kiện \(id) của \(source) đã có với nội dung khác.",
            en: "The event \(id) of \(source) exists with other content.")
    }

    static func breaks(_ names: [String], _ words: [Phrase], isFollowing: Bool) -> Phrase {
        let list = names.joined(separator: ", ")
        let (vi, en) = (words.map(\.vi).joined(separator: "; "), words.map(\.en).joined(separator: "; "))
        return isFollowing
            ? Phrase(vi: "Làm hỏng bên nhận \(list): \(vi)", en: "Breaks those who follow, \(list): \(en)")
            : Phrase(vi: "Làm hỏng bên phát \(list): \(vi)", en: "Breaks those who publish, \(list): \(en)")
    }
}

/// What the catalogue says of a type of events.
extension Phrase {
    static let publishOperation = Phrase(vi: "Phát sự kiện thuộc loại này", en: "Publish events of this type")
    static let followOperation = Phrase(vi: "Theo dõi sự kiện thuộc loại này", en: "Follow events of this type")
    static let eventIsDurable = Phrase(vi: "Đã lưu bền vững", en: "They are durable")
    static let eventSubscription = Phrase(vi: "Đăng ký đã tạo", en: "The subscription")
}

/// What the OpenAPI document says of the doors.
extension Phrase {
    static let publishSummary = Phrase(
        vi: """
            Phát sự kiện CloudEvents 1.0 (structured, binary hoặc batch); trả lời khi đã lưu bền vững. Cặp \
            (source, id) của cùng bên phát chỉ được lưu một lần nếu lặp lại \(knownWindow.vi)
            """,
        en: """
            Publish CloudEvents 1.0 (structured, binary or batch); answered once they are durable. A (source, id) of \
            the same publisher is stored once when it is repeated \(knownWindow.en)
            """)
    /// For how long one (source, id) is known again.
    private static let knownWindow: Phrase = {
        let settings = EventLog.Settings()
        let days = settings.knownSeconds / 86_400
        return Phrase(
            vi: "trong \(settings.knownEvents) sự kiện gần nhất và trong \(days) ngày",
            en: "within the last \(settings.knownEvents) events and within \(days) days")
    }()
    static let handshakeSummary = Phrase(
        vi: "Bắt tay webhook của bên gửi CloudEvents", en: "The webhook handshake of those who send CloudEvents")
    static let typesSummary = Phrase(vi: "Các loại sự kiện", en: "The event types")
    static let schemaSummary = Phrase(vi: "JSON Schema của một loại sự kiện", en: "The JSON Schema of an event type")
    static let keySummary = Phrase(
        vi: "Khóa công khai dùng ký webhook (RFC 9421)", en: "The public key that signs webhooks (RFC 9421)")
    static let subscribeSummary = Phrase(
        vi: """
            Đăng ký nhận sự kiện, tự lấy hoặc qua webhook. Bên nhận tự bỏ sự kiện trùng theo (source, id): webhook có \
            thể được gọi lại sau sự cố, và bên phát lặp lại muộn hơn giới hạn của phép phát là sự kiện mới
            """,
        en: """
            Follow events, by pulling or with a webhook. Receivers drop repetitions by (source, id): a webhook may be \
            called again after a crash, and what a publisher repeats later than publishing allows is a new event
            """)
    static let subscriptionsSummary = Phrase(
        vi: """
            Các đăng ký của ứng dụng. withheld là số sự kiện webhook không được giao vì không có quyền khi chúng xảy \
            ra hoặc khi tới lượt, như trong lúc quyền bị tạm ngừng; gaps là vị trí của chúng trong nhật ký; ungranted \
            là các loại hiện không được giao và lý do
            """,
        en: """
            The application's subscriptions. withheld counts the events that a webhook was not given, as no grant let \
            them pass when they happened or when their turn came, as while it was suspended; gaps says where they \
            stand, ungranted names the types of which nothing is given now, and why
            """)
    static let unsubscribeSummary = Phrase(vi: "Thôi nhận sự kiện", en: "Follow no longer")
    static let pullSummary = Phrase(
        vi: """
            Lấy sự kiện sau vị trí đã xác nhận, hoặc sau after. Sự kiện được giữ \(kept.vi); truc-missed cho biết bao \
            nhiêu sự kiện đã mất. Sự kiện xảy ra trước khi có quyền hoặc trong lúc quyền bị tạm ngừng không được giao, \
            sau khi mở lại cũng không: truc-withheld cho biết bao nhiêu và ở vị trí nào, như 7;first=120;last=180. \
            truc-next là vị trí đã xem tới, truc-behind là số sự kiện còn sau đó: một lần gọi chỉ xem một đoạn nhật ký
            """,
        en: """
            Events behind the confirmed position, or behind after. They are kept \(kept.en); truc-missed says how many \
            are gone. What happened before a grant or while it was suspended is not given, nor after it was resumed: \
            truc-withheld says how many and where, as 7;first=120;last=180. truc-next says up to where the log was \
            looked through, truc-behind how many events stand behind that: one call looks at a part of the log
            """)
    /// How long events can be read.
    private static let kept: Phrase = {
        let settings = EventLog.Settings()
        let (days, size) = (settings.keepDays, settings.keepBytes >> 30)
        return Phrase(
            vi: "\(days) ngày, ngắn hơn nếu vượt \(size) GiB", en: "\(days) days, less when they take over \(size) GiB")
    }()
    static let ackSummary = Phrase(
        vi: "Xác nhận đã nhận đến vị trí truc-next; 409 nếu đã phát lại sau khi lấy",
        en: "Confirm what was taken, up to truc-next; 409 when it was replayed since")
    static let handshakeAgainSummary = Phrase(
        vi: "Hỏi lại webhook có nhận không", en: "Ask the webhook again whether it wants events")
    static let consentSummary = Phrase(
        vi: "Đồng ý nhận sự kiện sau, theo WebHook-Request-Callback",
        en: "Consent to events later, as WebHook-Request-Callback says")
    static let consentKeyParameter = Phrase(vi: "Mã bí mật trong địa chỉ", en: "The secret of the address")
    static let replaySummary = Phrase(
        vi: "Phát lại từ một thời điểm hoặc vị trí", en: "Replay from a time or a position")
    static let deadSummary = Phrase(vi: "Sự kiện không giao được", en: "Dead letters")
    static let againSummary = Phrase(vi: "Giao lại sự kiện không giao được", en: "Try dead letters again")
    static let afterParameter = Phrase(vi: "Vị trí", en: "A position")
    static let beforeParameter = Phrase(vi: "Trước vị trí này", en: "Before this position")
    static let limitParameter = Phrase(vi: "Tối đa bao nhiêu, 1–1000", en: "At most so many, 1 to 1000")
    static let waitParameter = Phrase(vi: "Đợi tối đa bao nhiêu giây", en: "Wait so many seconds at most")
}
