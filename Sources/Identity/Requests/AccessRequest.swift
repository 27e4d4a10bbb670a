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
    package let reason: String
    package let askedBy: ID<Person>
    package let askedAt: Instant
    package let state: State
    package let decidedBy: ID<Person>?
    package let decidedAt: Instant?

    /// What nobody decided is forgotten after this.
    static let waitsSeconds: Int64 = 7 * 86_400
    static let breakGlassSeconds: Int64 = 3600
    static let elevationHours = 1...8
    static let reasonCharacters = 10...500

    func waits(at now: Instant) -> Bool {
        state == .waiting && now < askedAt.adding(seconds: AccessRequest.waitsSeconds)
    }

    var role: Role? { kind == .breakGlass ? nil : Role(rawValue: object) }
}

extension Role {
    /// Roles that one person alone does not give.
    var isPrivileged: Bool { self == .nodeAdministrator }
}
