package import Vocabulary

/// A right that waits for a second person (nguyên tắc hai người): a privileged role, a role for some hours, one record
/// opened whatever its label.
package struct AccessRequest: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A privileged role, given by an administrator (giao vai trò đặc quyền).
        case grant
        /// A role for some hours (nâng quyền tạm thời).
        case elevation
        /// One record, for an hour, whatever its label (mở khẩn cấp).
        case breakGlass = "break-glass"
    }

    package enum State: String, Sendable, Hashable {
        case waiting, approved, refused
    }

    package let id: ID<AccessRequest>
    package let kind: Kind
    /// Who is to have the right.
    package let subject: ID<Person>
    /// The role, or the record as `room/id`.
    package let object: String
    /// How long the right lasts once it is given; nil while no end is known.
    package let lastsSeconds: Int64?
    /// In the words of whoever asked, or `givenPrivileged`.
    package let reason: String
    package let askedBy: ID<Person>
    package let askedAt: Instant
    package let state: State
    package let decidedBy: ID<Person>?
    package let decidedAt: Instant?
    package let term: Term
    /// When a record that was opened was closed again, by its holder or the clock; nil until then.
    package var endedAt: Instant?

    /// Where a role is to hold, and between which moments; the node's organisation, from the approval, without an end
    /// unless it is said.
    package struct Term: Sendable, Hashable {
        package var organisation: ID<Organisation>?
        package var from: Instant?
        package var until: Instant?

        package init(organisation: ID<Organisation>? = nil, from: Instant? = nil, until: Instant? = nil) {
            self.organisation = organisation
            self.from = from
            self.until = until
        }
    }

    /// What nobody decided is forgotten after this.
    static let waitsSeconds: Int64 = 7 * 86_400
    /// What was decided is shown so long; the ledger keeps it.
    static let rememberDays: Int64 = 90
    static let breakGlassSeconds: Int64 = 3600
    static let elevationHours = 1...8
    static let reasonCharacters = 10...500
    /// The reason of what an administrator gives on a person's page, as it is kept; each reader reads it in their own
    /// language.
    static let givenPrivileged = "identity.given-privileged"
    /// How many requests of one person wait at the most.
    static let waitingMax = 10

    func waits(at now: Instant) -> Bool {
        state == .waiting && now < askedAt.adding(seconds: AccessRequest.waitsSeconds)
            && term.until.map { now < $0 } ?? true
    }

    /// Until when a record is open by this; nil for what opens none.
    var opensUntil: Instant? {
        guard kind == .breakGlass, state == .approved, let decidedAt, let lastsSeconds else { return nil }
        let until = decidedAt.adding(seconds: lastsSeconds)
        return endedAt.map { min($0, until) } ?? until
    }

    /// As it is read.
    var why: Phrase { reason == AccessRequest.givenPrivileged ? .givenPrivileged : Phrase(name: reason) }

    var role: Role? { kind == .breakGlass ? nil : Role(rawValue: object) }
}
