import Database
import Identity
import Vocabulary
import Web

/// Who is told of what happens to grants, by letter and on the account's page.
extension Exchange {
    /// The provider's side hears of requests and their deadlines, the consumer's of decisions, suspensions and ends.
    /// People at another member's node are told by that node.
    func tell(
        _ what: GrantEvent.What, of named: NamedGrant, because reason: GrantReason, at now: Instant,
        in tx: any Transaction
    ) throws {
        let notice = GrantNotice(
            what: what, service: named.offered.service.name, application: named.application.name,
            organisation: named.application.organisation, grant: named.grant,
            reason: reason, path: "/exchange/grants/\(named.grant.id)")
        let key = "\(named.grant.id) \(what.rawValue) \(now.milliseconds)"
        let provider = named.offered.service.organisation
        if what.isForProvider {
            try authorization.announce(
                notice.announcement, .holders([.departmentLead], in: provider), key, now, tx)
        }
        if what == .overdue {
            try authorization.announce(
                notice.announcement, .holders([.nodeAdministrator], in: home.organisation), key, now, tx)
        }
        if what.isForConsumer, named.application.node == nil {
            try tellConsumer(
                notice, named.grant.askedBy, of: named.application.organisation, key: key, at: now, in: tx)
        }
    }

    /// Whoever asked, and who leads the department that uses it.
    func tellConsumer(
        _ notice: GrantNotice, _ asker: ID<Person>?, of organisation: ID<Organisation>, key: String, at now: Instant,
        in tx: any Transaction
    ) throws {
        if let asker { try authorization.announce(notice.announcement, .people([asker]), key, now, tx) }
        try authorization.announce(
            notice.announcement, .holders([.departmentLead], in: organisation), key, now, tx)
    }
}

extension GrantEvent.What {
    var isForProvider: Bool {
        switch self {
        case .asked, .reminded, .overdue, .lapsed, .withdrawn, .ended, .expiring, .expired: true
        case .approved, .refused, .suspended, .suspensionPlanned, .resumed, .serviceChanged, .closingPlanned,
            .closingGivenUp:
            false
        }
    }

    var isForConsumer: Bool {
        switch self {
        case .approved, .refused, .overdue, .lapsed, .suspended, .suspensionPlanned, .resumed, .ended, .expiring,
            .expired, .serviceChanged, .closingPlanned, .closingGivenUp:
            true
        case .asked, .reminded, .withdrawn: false
        }
    }
}

/// What a letter about a grant says.
struct GrantNotice: Sendable {
    let what: GrantEvent.What
    let service: Phrase
    let application: String
    let organisation: ID<Organisation>
    let grant: AccessGrant
    let reason: GrantReason
    let path: Link

    var announcement: Announcement { announcement(beginning: what.notice) }

    /// The same with other first words.
    func announcement(beginning head: Phrase) -> Announcement {
        let detail = detail
        let why = reason.isEmpty || !what.isExplained ? nil : reason.phrase
        return Announcement(
            kind: "exchange.grant-\(what.rawValue)",
            title: Phrase(vi: "\(head.vi): \(service.vi)", en: "\(head.en): \(service.en)"),
            text: Phrase(
                vi: [
                    "\(head.vi).", "Dịch vụ: \(service.vi).", "Ứng dụng: \(organisation) · \(application).",
                    "Mục đích: \(grant.terms.purpose)", why.map { "Lý do: \($0.vi)" }, detail?.vi,
                ].compactMap { $0 }.joined(separator: "\n"),
                en: [
                    "\(head.en).", "Service: \(service.en).", "Application: \(organisation) · \(application).",
                    "Purpose: \(grant.terms.purpose)", why.map { "Reason: \($0.en)" }, detail?.en,
                ].compactMap { $0 }.joined(separator: "\n")),
            path: path)
    }

    /// By when something is to be done, or from when it holds, or what is other.
    private var detail: Phrase? {
        func last(_ end: Instant) -> String { Day(lastOf: end).forReading }
        switch what {
        case .asked, .reminded, .overdue:
            return Phrase(
                vi: "Hạn quyết định: hết ngày \(last(grant.dueAt)) (5 ngày làm việc, NĐ 47/2020/NĐ-CP Điều 35).",
                en:
                    "The decision is due by the end of \(last(grant.dueAt)) (5 working days, Decree 47/2020 Art. 35)."
            )
        case .approved, .expiring, .expired:
            return Phrase(
                vi: "Hiệu lực đến hết ngày \(last(grant.terms.until)).",
                en: "In force until the end of \(last(grant.terms.until)).")
        case .lapsed:
            return Phrase(
                vi: "Đề nghị đến hết ngày \(last(grant.terms.until)).",
                en: "Asked for until the end of \(last(grant.terms.until)).")
        case .suspended, .suspensionPlanned:
            guard let suspension = grant.suspension else { return nil }
            let (from, until) = (suspension.from.forReading, suspension.until?.forReading)
            return Phrase(
                vi: "Từ \(from), \(until.map { "đến \($0)" } ?? "đến khi có người mở lại").",
                en: "From \(from), \(until.map { "until \($0)" } ?? "until somebody resumes it").")
        case .closingPlanned: return reason.phrase
        case .serviceChanged:
            guard case .serviceChanged(let changes) = reason, !changes.isEmpty else { return nil }
            return Phrase(vi: "Thay đổi: \(reason.phrase.vi).", en: "Changed: \(reason.phrase.en).")
        case .refused, .withdrawn, .resumed, .ended, .closingGivenUp: return nil
        }
    }
}

extension GrantEvent.What {
    /// Whether the grant's reason is this one's.
    fileprivate var isExplained: Bool { [.refused, .lapsed, .suspended, .suspensionPlanned, .ended].contains(self) }

    /// The first words of the letter.
    fileprivate var notice: Phrase {
        switch self {
        case .asked: Phrase(vi: "Có đề nghị khai thác chờ quyết định", en: "A request for a grant waits for a decision")
        case .reminded:
            Phrase(vi: "Sắp hết hạn quyết định đề nghị khai thác", en: "The decision on a request is due soon")
        case .overdue: Phrase(vi: "Đề nghị khai thác đã quá hạn quyết định", en: "The decision on a request is overdue")
        case .approved: Phrase(vi: "Đề nghị khai thác được chấp thuận", en: "A grant was given")
        case .refused: Phrase(vi: "Đề nghị khai thác bị từ chối", en: "A request for a grant was refused")
        case .withdrawn: Phrase(vi: "Đề nghị khai thác đã được rút", en: "A request for a grant was withdrawn")
        case .lapsed: Phrase(vi: "Đề nghị khai thác đã tự đóng", en: "A request for a grant has lapsed")
        case .suspensionPlanned: Phrase(vi: "Quyền khai thác sắp tạm ngừng", en: "A grant will be suspended")
        case .suspended: Phrase(vi: "Quyền khai thác bị tạm ngừng", en: "A grant is suspended")
        case .resumed: Phrase(vi: "Quyền khai thác được mở lại", en: "A grant was resumed")
        case .ended: Phrase(vi: "Quyền khai thác đã chấm dứt", en: "A grant was ended")
        case .expiring: Phrase(vi: "Quyền khai thác sắp hết hạn", en: "A grant ends soon")
        case .expired: Phrase(vi: "Quyền khai thác đã hết hạn", en: "A grant has expired")
        case .serviceChanged:
            Phrase(vi: "Điều kiện của dịch vụ đã thay đổi", en: "The conditions of a service have changed")
        case .closingPlanned:
            Phrase(
                vi: "Phiên bản dịch vụ sắp đóng, quyền khai thác chấm dứt theo",
                en: "A version of a service closes, and the grant ends with it")
        case .closingGivenUp:
            Phrase(vi: "Phiên bản dịch vụ không đóng nữa", en: "A version of a service does not close after all")
        }
    }
}
