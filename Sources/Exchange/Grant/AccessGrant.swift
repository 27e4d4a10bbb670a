import Contracts
package import Gateway
import StrictJSON
package import Vocabulary

/// A grant (quyền khai thác): that an application may call operations of one version of a service, for a purpose, on a
/// legal basis, until a day (NĐ 47/2020 Đ35 to Đ44).
package struct AccessGrant: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Chờ duyệt.
        case waiting
        /// Từ chối.
        case refused
        /// Whoever asked took it back (rút lại).
        case withdrawn
        /// Nobody decided before the time that was asked for was over (tự đóng).
        case lapsed
        /// Hoạt động.
        case active
        /// Tạm ngừng.
        case suspended
        /// Chấm dứt.
        case ended
    }

    package let id: ID<AccessGrant>
    package let application: ID<Application>
    package let version: ID<ServiceVersion>
    package internal(set) var terms: GrantTerms
    package internal(set) var state: State
    package let askedBy: ID<Person>?
    package let askedAt: Instant
    /// By when the provider must have decided (NĐ 47/2020 Đ35: 5 working days).
    package let dueAt: Instant
    package internal(set) var remindedAt: Instant?
    /// When it was told that the decision is overdue.
    var overdueAt: Instant?
    /// When both sides are told that it ends soon; nil when that is done.
    var expiryNoticeAt: Instant?
    package internal(set) var decidedBy: ID<Person>?
    package internal(set) var decidedAt: Instant?
    /// Of the last step: why it was refused, suspended, ended; a `GrantReason` as it is kept.
    package internal(set) var reason = ""
    package internal(set) var suspension: Suspension?
    package internal(set) var endedAt: Instant?

    var why: Phrase { GrantReason(reason).phrase }

    /// Waits in vain: the time that was asked for is over.
    func isPast(at now: Instant) -> Bool { state == .waiting && terms.until <= now }

    package func isOverdue(at now: Instant) -> Bool { state == .waiting && dueAt <= now && !isPast(at: now) }

    static let decisionDays = 5
    static let suspensionNoticeDays = 7
    /// For how long after its end another node is told that there was one.
    static let toldDays: Int64 = 366

    /// A month before it ends, or a week before when it does not last two months.
    static func expiryNotice(_ terms: GrantTerms) -> Instant {
        let isLong = terms.from.adding(days: 60) < terms.until
        return max(terms.from, terms.until.adding(days: isLong ? -30 : -7))
    }
}

/// What a grant allows.
package struct GrantTerms: Sendable, Hashable {
    /// Ids of operations; nil for all of the version.
    package var operations: [String]?
    /// What of a JSON answer passes, as `units/name`; nil for all.
    package var fields: [String]?
    /// Which data, in words (mục dữ liệu).
    package var dataItems: String
    package var purpose: String
    package var legalBasis: String
    /// How often, in words (tần suất).
    package var frequency: String
    package var rate: Rate?
    package var quota: Quota?
    package var from: Instant
    package var until: Instant

    package init(
        operations: [String]? = nil, fields: [String]? = nil, dataItems: String = "", purpose: String,
        legalBasis: String, frequency: String = "", rate: Rate? = nil, quota: Quota? = nil, from: Instant,
        until: Instant
    ) {
        self.operations = operations
        self.fields = fields
        self.dataItems = dataItems
        self.purpose = purpose
        self.legalBasis = legalBasis
        self.frequency = frequency
        self.rate = rate
        self.quota = quota
        self.from = from
        self.until = until
    }

    /// The most that purpose and legal basis take together, as JSON spells them.
    static let reasonsBytes = 2000

    /// Puts the words into their one form.
    mutating func compose() {
        purpose = Folding.compose(purpose)
        legalBasis = Folding.compose(legalBasis)
        dataItems = Folding.compose(dataItems)
        frequency = Folding.compose(frequency)
    }

    private static func spelled(_ text: String) -> Int { JSON.string(text).canonical().count }

    /// - Parameters:
    ///   - known: the operations that there are.
    ///   - answers: what the answers of those that are granted have; nil when nobody here knows.
    /// - Throws: `Problem.invalid`; `rejected` with `exchange.no-such-operation` or `exchange.no-such-field` when one
    ///   is named that there is not, or with `exchange.fields-take-too-much`.
    func check(against known: [String], answers: AnswerFields?) throws(Problem) {
        var errors: [String: Phrase] = [:]
        var code: String?
        if !(1...2000).contains(purpose.count) { errors["purpose"] = .purposeIsMissing }
        if !(1...1000).contains(legalBasis.count) { errors["basis"] = .basisIsMissing }
        if dataItems.count > 2000 { errors["items"] = .textIsLong }
        // Both stand in the evidence of every call: what its leaf has no room for could never be called.
        if GrantTerms.spelled(purpose) + GrantTerms.spelled(legalBasis) > GrantTerms.reasonsBytes {
            for (field, text) in [("purpose", purpose), ("basis", legalBasis)] where errors[field] == nil {
                if !text.isEmpty { errors[field] = .reasonsAreLong }
            }
        }
        if frequency.count > 500 { errors["frequency"] = .textIsLong }
        if let operations {
            if operations.isEmpty { errors["operation"] = .operationIsMissing }
            if let unknown = operations.first(where: { !known.contains($0) }) {
                errors["operation"] = .noSuchOperation(unknown, among: known)
                code = code ?? GrantTerms.noSuchOperation
            }
        }
        let isFieldWrong = (fields ?? []).contains { field in
            let names = field.split(separator: "/", omittingEmptySubsequences: false)
            return names.count > 32 || names.contains { !(1...256).contains($0.utf8.count) }
        }
        if isFieldWrong || fields?.isEmpty == true || (fields?.count ?? 0) > 500 {
            errors["fields"] = .fieldsAreWrong
        } else if let fault = fieldFault(in: answers) {
            errors["fields"] = fault.words
            code = code ?? fault.code
        }
        if let rate, !(0.001...1_000_000).contains(rate.perSecond) || !(1...1_000_000).contains(rate.burst) {
            errors["rate"] = .rateIsWrong
        }
        if let quota, quota.calls < 1 || !(1...31_622_400).contains(quota.windowSeconds) {
            errors["quota"] = .quotaIsWrong
        }
        if until <= from || until > from.adding(days: 3660) { errors["until"] = .untilIsWrong }
        guard errors.isEmpty else { throw code.map { .rejected(code: $0, errors) } ?? .invalid(errors) }
    }

    static let noSuchOperation = "exchange.no-such-operation"
}

extension GrantTerms {
    /// Whether both ask for the same, whenever it was.
    func asksTheSame(as other: GrantTerms) -> Bool {
        var asked = other
        asked.from = from
        return self == asked
    }

    /// The fields in which these terms give more than `asked`, or other reasons.
    func wider(than asked: GrantTerms) -> [String] {
        var wider: [String] = []
        if purpose != asked.purpose { wider.append("purpose") }
        if legalBasis != asked.legalBasis { wider.append("basis") }
        if dataItems != asked.dataItems { wider.append("items") }
        if frequency != asked.frequency { wider.append("frequency") }
        if let most = asked.operations, !(operations.map { Set($0).isSubset(of: most) } ?? false) {
            wider.append("operation")
        }
        if let most = asked.fields {
            let isWithin = fields.map {
                $0.allSatisfy { field in most.contains { field == $0 || field.hasPrefix($0 + "/") } }
            }
            if isWithin != true { wider.append("fields") }
        }
        if let most = asked.rate, !(rate.map { $0.perSecond <= most.perSecond && $0.burst <= most.burst } ?? false) {
            wider.append("rate")
        }
        if let most = asked.quota,
            !(quota.map { $0.calls <= most.calls && $0.windowSeconds >= most.windowSeconds } ?? false)
        {
            wider.append("quota")
        }
        if from < asked.from { wider.append("from") }
        if until > asked.until { wider.append("until") }
        return wider
    }
}

/// Why a grant gives nothing for a while, since when and until when.
package struct Suspension: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Bảo trì: told at least 7 working days before (NĐ 47/2020 Đ43).
        case planned
        /// Vi phạm: at once.
        case violation
        /// An toàn thông tin: at once.
        case security
    }

    package let kind: Kind
    package let from: Instant
    /// Nil: until somebody resumes it.
    package let until: Instant?
}

/// The verbs.
extension AccessGrant {
    /// What is given is what was asked for or less of it: nobody asked for more, and the reasons cover no more.
    mutating func approve(_ terms: GrantTerms, by officer: ID<Person>?, at now: Instant) throws(Problem) {
        guard state == .waiting else { throw .conflict(.alreadyDecided) }
        let wider = terms.wider(than: self.terms)
        guard wider.isEmpty else {
            throw .invalid(Dictionary(wider.map { ($0, .moreThanAsked) }, uniquingKeysWith: { first, _ in first }))
        }
        self.terms = terms
        self.terms.from = max(terms.from, now)
        guard self.terms.from < terms.until else { throw .invalid(["until": .untilIsWrong]) }
        (state, decidedBy, decidedAt, reason) = (.active, officer, now, "")
        expiryNoticeAt = AccessGrant.expiryNotice(self.terms)
    }

    mutating func refuse(because reason: GrantReason, by officer: ID<Person>?, at now: Instant) throws(Problem) {
        guard state == .waiting else { throw .conflict(.alreadyDecided) }
        guard !reason.isEmpty else { throw .invalid(["reason": .reasonIsMissing]) }
        (state, decidedBy, decidedAt, self.reason) = (.refused, officer, now, reason.text)
    }

    mutating func withdraw(at now: Instant) throws(Problem) {
        guard state == .waiting else { throw .conflict(.alreadyDecided) }
        (state, endedAt) = (.withdrawn, now)
    }

    /// The time that was asked for is over, and nobody decided.
    mutating func lapse(at now: Instant) -> Bool {
        guard isPast(at: now) else { return false }
        (state, endedAt, reason) = (.lapsed, now, GrantReason.requestLapsed.text)
        return true
    }

    /// A planned suspension is told 7 working days before and begins by itself; the others begin now.
    mutating func suspend(
        _ kind: Suspension.Kind, from: Instant?, until: Instant?, because reason: GrantReason, at now: Instant,
        by calendar: WorkingCalendar
    ) throws(Problem) {
        guard state == .active || state == .suspended && kind != .planned else { throw .conflict(.notActive) }
        guard !reason.isEmpty else { throw .invalid(["reason": .reasonIsMissing]) }
        let start = kind == .planned ? from ?? now : now
        if kind == .planned {
            let earliest = calendar.day(AccessGrant.suspensionNoticeDays, after: Day(now))
            guard earliest <= Day(start) else { throw .invalid(["from": .noticeIsShort(earliest)]) }
        }
        if let until, until <= start { throw .invalid(["until": .untilIsWrong]) }
        suspension = Suspension(kind: kind, from: start, until: until)
        self.reason = reason.text
        if kind != .planned { state = .suspended }
    }

    /// A planned suspension has come.
    mutating func beginSuspension(at now: Instant) -> Bool {
        guard state == .active, let suspension, suspension.from <= now else { return false }
        state = .suspended
        return true
    }

    mutating func resume(at now: Instant) throws(Problem) {
        guard state == .suspended || suspension != nil && state == .active else { throw .conflict(.notSuspended) }
        (state, suspension, reason) = (.active, nil, "")
        terms.from = max(terms.from, now)
    }

    mutating func end(because reason: GrantReason, at now: Instant) throws(Problem) {
        guard state == .active || state == .suspended else { throw .conflict(.notActive) }
        guard !reason.isEmpty else { throw .invalid(["reason": .reasonIsMissing]) }
        (state, endedAt, self.reason) = (.ended, now, reason.text)
    }

    /// When it gives something, in order: all of its time without its suspension.
    package var periods: [(from: Instant, until: Instant)] {
        guard state == .active || state == .suspended else { return [] }
        guard let suspension else { return [(terms.from, terms.until)] }
        let before = (from: terms.from, until: min(suspension.from, terms.until))
        let after = suspension.until.map { (from: max($0, terms.from), until: terms.until) }
        return [before, after].compactMap { $0 }.filter { $0.from < $0.until }
    }
}
