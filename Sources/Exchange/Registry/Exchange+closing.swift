import Database
import Ledger
import Logging
import StrictJSON
package import Vocabulary
import Web

/// Closing a version (đóng phiên bản). Nobody's grants end by it unannounced: NĐ 47/2020 Đ43 and Đ44 ask the same of
/// a service that stops as of a grant that is suspended.
extension Exchange {
    /// A version that nobody uses takes no more calls from now on. One that is used closes on a day at least 7 working
    /// days away, or at once for a violation or for security; then the grants that hang on it end, and who holds them
    /// is told by letter. What waits for a decision is refused.
    ///
    /// - Parameters:
    ///   - day: when it closes, of a planned closing.
    ///   - reason: needed where somebody uses it, and for all but a planned closing.
    package func closeVersion(
        _ id: ID<ServiceVersion>, _ kind: Suspension.Kind = .planned, on day: Instant? = nil,
        because reason: String = "", by author: Person?
    ) async throws {
        let at = now()
        let closing = VersionClosing(
            kind: kind, at: kind == .planned ? day ?? at : at, reason: try GrantReason.words(reason))
        try await changeRegistry { [self] tx in
            let offered = try ownVersion(id, by: author, in: tx)
            let using = try GrantStore.using(id, in: tx)
            if kind != .planned || !using.isEmpty {
                guard !closing.reason.isEmpty else { throw try reasonIsMissing(using, at: at, in: tx) }
            }
            // It ends grants: that is for whoever decides about them. No program refuses what waits, either.
            let refuses = try author?.isProgram == true && !GrantStore.waiting(for: id, in: tx).isEmpty
            if !using.isEmpty || refuses {
                try authorization.require(
                    author, .decideGrants, on: .registered(offered.service.id.text, by: offered.service.organisation))
            }
            if kind == .planned, !using.isEmpty {
                let earliest = try HolidayStore.calendar(in: tx).day(AccessGrant.suspensionNoticeDays, after: Day(at))
                guard earliest <= Day(closing.at) else { throw Problem.invalid(["on": .noticeIsShort(earliest)]) }
            }
            if closing.at > at {
                try announce(closing, of: offered, to: using, by: author, at: at, in: tx)
            } else {
                try close(offered, closing, by: author, at: at, in: tx)
            }
        }
    }

    /// Gives a planned closing up; the grants stay.
    package func keepVersion(_ id: ID<ServiceVersion>, by author: Person?) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            let offered = try ownVersion(id, by: author, in: tx)
            guard offered.version.closing != nil else { throw Problem.conflict(.noClosingIsPlanned) }
            try ServiceStore.plan(nil, of: id, in: tx)
            try record(
                "exchange.version-kept", ["version": "\(id)"], about: offered.service.id.text, by: author, at: at,
                in: tx)
            for grant in try GrantStore.using(id, in: tx) {
                try save(grant, .closingGivenUp, by: author, at: at, in: tx)
            }
        }
    }

    /// Closes the versions whose day has come, each by itself: one that cannot be closed keeps no other open.
    func closeDueVersions() async throws {
        let at = now()
        for id in try await database.read({ try ServiceStore.closing(before: at, in: $0) }) {
            do {
                try await changeRegistry { [self] tx in
                    guard let offered = try ServiceStore.offered(id, in: tx), let closing = offered.version.closing,
                        offered.version.closedAt == nil, closing.at <= at
                    else { return }
                    try close(offered, closing, by: nil, at: at, in: tx)
                }
            } catch  where !Task.isCancelled {
                logger.error(
                    "a version does not close on its day",
                    metadata: ["exchange.version": "\(id)", "exchange.cause": "\(error)"])
            }
        }
    }

    /// Who uses a version cannot be left standing before a door that is gone, without a word.
    func checkInstanceMayGo(_ offered: OfferedVersion, in tx: any Transaction) throws {
        guard offered.instances.count == 1 else { return }
        let using = try GrantStore.using(offered.version.id, in: tx)
        if !using.isEmpty { throw Problem.conflict(.lastInstanceIsUsed(try names(of: using, in: tx))) }
    }

    private func announce(
        _ closing: VersionClosing, of offered: OfferedVersion, to using: [AccessGrant], by author: Person?,
        at now: Instant, in tx: any Transaction
    ) throws {
        let id = offered.version.id
        try ServiceStore.plan(closing, of: id, in: tx)
        try record(
            "exchange.version-closing",
            ["version": "\(id)", "at": .string(closing.at.rfc3339), "reason": .string(closing.reason)],
            about: offered.service.id.text, by: author, at: now, in: tx)
        for grant in using {
            try save(grant, .closingPlanned, saying: closing.asReason, by: author, at: now, in: tx)
        }
        try refuseWaiting(for: id, because: closing, by: author, at: now, in: tx)
    }

    private func close(
        _ offered: OfferedVersion, _ closing: VersionClosing, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        let id = offered.version.id
        let reason = closing.reason.isEmpty ? GrantReason.versionClosed : .written(closing.reason)
        for var grant in try GrantStore.using(id, in: tx) {
            try grant.end(because: reason, at: now)
            try save(grant, .ended, by: author, at: now, in: tx)
        }
        try refuseWaiting(for: id, because: closing, by: author, at: now, in: tx)
        guard try ServiceStore.close(id, at: now, in: tx) else { throw Problem.conflict(.versionIsClosed) }
        try record(
            "exchange.version-closed",
            ["version": "\(id)", "kind": .string(closing.kind.rawValue), "reason": .string(closing.reason)],
            about: offered.service.id.text, by: author, at: now, in: tx)
    }

    private func refuseWaiting(
        for id: ID<ServiceVersion>, because closing: VersionClosing, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        for var grant in try GrantStore.waiting(for: id, in: tx) {
            try grant.refuse(
                because: closing.at > now ? closing.asReason : .versionClosed, by: author?.id, at: now)
            try save(grant, .refused, by: author, at: now, in: tx)
        }
    }

    /// Whoever did not know that somebody uses it learns who, and what to do.
    private func reasonIsMissing(_ using: [AccessGrant], at now: Instant, in tx: any Transaction) throws -> Problem {
        guard !using.isEmpty else { return .invalid(["reason": .reasonIsMissing]) }
        let earliest = try HolidayStore.calendar(in: tx).day(AccessGrant.suspensionNoticeDays, after: Day(now))
        return .invalid(["reason": .versionIsUsed(try names(of: using, in: tx), earliest)])
    }

    private func names(of grants: [AccessGrant], in tx: any Transaction) throws -> [String] {
        let names = try grants.compactMap { grant in
            try ApplicationStore.application(grant.application, in: tx).map { "\($0.organisation) \($0.name)" }
        }
        return Set(names).sorted()
    }
}

/// That a version will take no more calls, from when on and why.
package struct VersionClosing: Sendable, Hashable {
    package let kind: Suspension.Kind
    package let at: Instant
    package let reason: String

    /// For those who hold grants, or asked for some, before it closes.
    var asReason: GrantReason { .versionCloses(Day(at), reason) }
}

extension Phrase {
    static let noClosingIsPlanned = Phrase(
        vi: "Phiên bản này không có lịch đóng.", en: "No closing of this version is planned.")

    static func versionCloses(_ day: Day) -> Phrase {
        Phrase(
            vi: "Phiên bản này sẽ đóng ngày \(day.forReading), nên không nhận đề nghị mới.",
            en: "This version closes on \(day.forReading) and takes no new requests.")
    }

    static func versionIsUsed(_ consumers: [String], _ earliest: Day) -> Phrase {
        let lines = consumers.joined(separator: "\n")
        return Phrase(
            vi: """
                Phiên bản đang được dùng: hãy nêu lý do và ngày đóng, sớm nhất \(earliest.forReading); vi phạm hoặc \
                sự cố an toàn thông tin thì đóng ngay. Bên đang dùng:\n\(lines)
                """,
            en: """
                The version is used: say why, and when it closes, \(earliest.forReading) at the earliest; for a \
                violation or for security it closes at once. Used by:\n\(lines)
                """)
    }

    static func lastInstanceIsUsed(_ consumers: [String]) -> Phrase {
        let lines = consumers.joined(separator: "\n")
        return Phrase(
            vi: """
                Đây là máy chủ cuối cùng của phiên bản đang được dùng. Hãy đổi địa chỉ, thêm máy chủ khác trước, hoặc \
                đóng phiên bản có báo trước. Bên đang dùng:\n\(lines)
                """,
            en: """
                It is the last instance of a version that is used. Change its address, add another first, or close the \
                version with notice. Used by:\n\(lines)
                """)
    }
}
