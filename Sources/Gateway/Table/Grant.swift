package import Vocabulary

/// That a consumer may call some operations of a service, for one purpose, until some day (quyền khai thác; NĐ 47/2020
/// Đ35). A table has those that are in force now or later, those that are suspended meanwhile, and of some that have
/// ended that they did: whoever calls under one is told which it is.
package struct Grant: Sendable, Hashable {
    /// 1 to 64 printable ASCII characters without spaces; what `Truc-Grant` says and the evidence names.
    package let id: String
    package var consumer: String
    package let service: String
    /// Ids of operations; nil for all.
    package var operations: Set<String>?
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
    /// While it lasts and gives nothing (tạm ngừng).
    package let pause: Pause?

    package struct Pause: Sendable, Hashable {
        package let from: Instant
        package let until: Instant

        package init(from: Instant, until: Instant) {
            (self.from, self.until) = (from, until)
        }
    }

    package init(
        id: String, consumer: String, service: String, operations: Set<String>? = nil, fields: Set<String>? = nil,
        purpose: String, legalBasis: String, rate: Rate? = nil, quota: Quota? = nil, from: Instant, until: Instant,
        evidence: EvidenceClass = .beforeRelease, pause: Pause? = nil
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
        self.pause = pause
    }

    /// That there was such a grant and is none any more: of what it gave nothing is left.
    package static func ended(_ id: String, of consumer: String, for service: String, at moment: Instant) -> Grant {
        Grant(id: id, consumer: consumer, service: service, purpose: "", legalBasis: "", from: moment, until: moment)
    }

    /// Whether it only says that there was one.
    package var hasEnded: Bool { from >= until }

    package enum Standing: Sendable {
        case inForce
        /// It begins later.
        case early
        case suspended
        case over
    }

    package func standing(at now: Instant) -> Standing {
        if from <= now, now < until {
            guard let pause, pause.from <= now, now < pause.until else { return .inForce }
            return .suspended
        }
        return now < from && !hasEnded ? .early : .over
    }

    /// When it gives something, in order.
    package var periods: [(from: Instant, until: Instant)] {
        guard let pause else { return hasEnded ? [] : [(from, until)] }
        return [(from, min(pause.from, until)), (max(pause.until, from), until)].filter { $0.0 < $0.1 }
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
