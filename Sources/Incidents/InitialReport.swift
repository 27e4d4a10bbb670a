import Database
package import Exchange
package import Vocabulary

/// The starred fields of Mẫu 03 (báo cáo ban đầu sự cố, Thông tư 20/2017/TT-BTTTT), with the type, the wish for
/// confidentiality, the label and the addressees. Anything may be empty in a draft.
package struct InitialReport: Sendable, Hashable {
    /// A few words to find it by; not in the form of the law.
    package var title = ""
    package var kind: IncidentKind?
    /// Mô tả sơ bộ.
    package var summary = ""
    /// Đơn vị vận hành hệ thống.
    package var operatorName = ""
    package var detectedAt: Instant?
    package var present: PresentState?
    package var detections: Set<Detection> = []
    /// From whom the notice came, or which other way it was found.
    package var detectionNote = ""
    package var notified: Set<Notified> = []
    /// Giữ bí mật thông tin: Có.
    package var isConfidential = true
    /// Cá nhân, tổ chức báo cáo.
    package var reporter = Contact()
    /// Người liên hệ.
    package var contact = Contact()
    package var tlp = TLP.amber
    package var recipients = Recipients.cluster

    package init() {}
}

/// How to reach somebody: personal data, kept in a table of its own and never shared unless the reporter says so.
package struct Contact: Sendable, Hashable {
    package var name = ""
    /// Chức vụ; only of the contact person, and without a star.
    package var position = ""
    /// Địa chỉ; only of the reporter.
    package var address = ""
    package var phone = ""
    package var email = ""

    package init(name: String = "", position: String = "", address: String = "", phone: String = "", email: String = "")
    {
        self.name = name
        self.position = position
        self.address = address
        self.phone = phone
        self.email = email
    }
}

/// Hiện trạng: whether somebody already did something about it.
package enum PresentState: String, Sendable, Hashable, CaseIterable, Bindable, Readable {
    case handled, unhandled
}

/// Cách thức phát hiện.
package enum Detection: String, Sendable, Hashable, CaseIterable {
    case ids, log, notice, other

    /// The nearest word of `detection-methods-ov` (Incident Core v2 §4.2).
    var stix: String {
        switch self {
        case .ids: "automated-tool"
        case .log: "human-review"
        case .notice: "external-notification"
        case .other: "user-reporting"
        }
    }
}

/// Đã thông báo cho.
package enum Notified: String, Sendable, Hashable, CaseIterable {
    case members, provider, coordinator, nobody
}

extension InitialReport {
    package enum Limits {
        static let title = 120
        static let line = 200
        static let summary = 5000
    }

    /// What keeps the report from being sent, by the names of the form's fields; empty when nothing does.
    package func faults(at now: Instant) -> [String: Phrase] {
        var faults: [String: Phrase] = [:]
        func need(_ name: String, _ holds: Bool, _ words: Phrase) { if !holds { faults[name] = words } }
        need("title", !title.isEmpty, .needTitle)
        need("kind", kind != nil, .needKind)
        need("summary", !summary.isEmpty, .needSummary)
        need("operator", !operatorName.isEmpty, .needOperator)
        need("detected", detectedAt != nil, .needDetected)
        need("detected", detectedAt.map { $0 <= now.adding(seconds: 300) } ?? true, .detectedInFuture)
        need("present", present != nil, .needPresent)
        need("detections", !detections.isEmpty, .needDetections)
        need(
            "detection-note", !detectionNote.isEmpty || detections.isDisjoint(with: [.notice, .other]),
            .needDetectionNote)
        need("notified", !notified.isEmpty, .needNotified)
        need("notified", !(notified.contains(.nobody) && notified.count > 1), .nobodyAndOthers)
        need("reporter-address", !reporter.address.isEmpty, .needAddress)
        for (name, person) in [("reporter", reporter), ("contact", contact)] {
            need("\(name)-name", !person.name.isEmpty, .needName)
            need("\(name)-phone", Contact.isPhone(person.phone), .needPhone)
            need("\(name)-email", Contact.isEmail(person.email), .needEmail)
        }
        return faults.merging(tooLong) { first, _ in first }
    }

    /// Texts longer than their columns are meant for. Asked of drafts too.
    package var tooLong: [String: Phrase] {
        var faults: [String: Phrase] = [:]
        func limit(_ name: String, _ text: String, _ length: Int) {
            if text.count > length { faults[name] = .tooLong(length) }
        }
        limit("title", title, Limits.title)
        limit("summary", summary, Limits.summary)
        limit("operator", operatorName, Limits.line)
        limit("detection-note", detectionNote, Limits.line)
        for (name, person) in [("reporter", reporter), ("contact", contact)] {
            limit("\(name)-name", person.name, Limits.line)
            limit("\(name)-phone", person.phone, 30)
            limit("\(name)-email", person.email, Limits.line)
            limit("\(name)-address", person.address, Limits.line)
            limit("\(name)-position", person.position, Limits.line)
        }
        return faults
    }
}

extension Contact {
    /// Digits with the signs that people put between them; at least six digits (short lines of an authority).
    static func isPhone(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isNumber || "+-. ()".contains($0)) } && digits(text).count >= 6
    }

    static func isEmail(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        return halves.count == 2 && !halves[0].isEmpty && halves[1].contains(".") && !halves[1].hasPrefix(".")
            && !halves[1].hasSuffix(".") && !text.contains(where: \.isWhitespace)
    }

    static func digits(_ text: String) -> String { text.filter(\.isNumber) }
}
