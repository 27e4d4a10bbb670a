package import Vocabulary

/// That a consumer may call some operations of a service, for one purpose, until some day (quyền khai thác; NĐ 47/2020
/// Đ35). Only grants that are in force at some time belong in a table; suspended ones do not.
package struct Grant: Sendable, Hashable {
    /// 1 to 64 printable ASCII characters without spaces; what `Truc-Grant` says and the evidence names.
    package let id: String
    package let consumer: String
    package let service: String
    /// Ids of operations; nil for all.
    package let operations: Set<String>?
    /// What of a JSON answer may pass, as `code` or `units/name`: names from the outside in, through arrays; a name
    /// lets everything below it pass. Nil lets all pass.
    package let fields: Set<String>?
    package let purpose: String
    package let legalBasis: String
    package let rate: Rate?
    package let quota: Quota?
    package let from: Instant
    package let until: Instant
    package let evidence: EvidenceClass

    package init(
        id: String, consumer: String, service: String, operations: Set<String>? = nil, fields: Set<String>? = nil,
        purpose: String, legalBasis: String, rate: Rate? = nil, quota: Quota? = nil, from: Instant, until: Instant,
        evidence: EvidenceClass = .beforeRelease
    ) {
        self.id = id
        self.consumer = consumer
        self.service = service
        self.operations = operations
        self.fields = fields
        self.purpose = purpose
        self.legalBasis = legalBasis
        self.rate = rate
        self.quota = quota
        self.from = from
        self.until = until
        self.evidence = evidence
    }
}

/// So many calls a second, and so many at once.
package struct Rate: Sendable, Hashable {
    package let perSecond: Double
    package let burst: Int

    package init(perSecond: Double, burst: Int) {
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// So many calls in each window of so many seconds, counted from 1970-01-01T00:00:00+07:00: 86,400 is Vietnam's day.
package struct Quota: Sendable, Hashable {
    package let calls: Int64
    package let windowSeconds: Int64

    package init(calls: Int64, windowSeconds: Int64) {
        self.calls = calls
        self.windowSeconds = windowSeconds
    }
}

/// When an answer may leave.
package enum EvidenceClass: String, Sendable, Hashable, CaseIterable {
    /// After its leaf is durable under a signed head. For personal data and between nodes.
    case beforeRelease = "before-release"
    /// At once; its leaf is durable within a second. For open data.
    case withinOneSecond = "within-1s"
}
