package import Vocabulary

/// A look at every right that somebody holds in an organisation (rà soát quyền): each is kept or ended by somebody
/// whose right it is not, and each decision is a leaf of the ledger.
package struct Review: Sendable, Hashable {
    package let id: ID<Review>
    package let organisation: ID<Organisation>
    package let openedAt: Instant
    package let dueAt: Instant
    /// When those who review were told that it is late.
    package let remindedAt: Instant?
    package let closedAt: Instant?

    package func isOverdue(at now: Instant) -> Bool { closedAt == nil && dueAt <= now }

    /// Whose duty it is.
    static let reviewers: Set<Role> = [.departmentLead, .unitAdministrator, .nodeAdministrator]
}

/// One right under review, as it was when the review began.
package struct ReviewItem: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case role
        /// Somebody acts with the roles of another (ủy quyền).
        case delegation
        /// A program with keys of its own.
        case service
        /// A program that asks for tokens (ứng dụng OAuth).
        case client
        /// That an application may call a service (quyền khai thác).
        case grant
    }

    package enum Decision: String, Sendable, Hashable, CaseIterable {
        case keep, end
        /// Nobody decided, and the node's policy ended it.
        case lapsed
        /// It had ended by itself before anybody decided.
        case gone
    }

    package let id: ID<ReviewItem>
    package let review: ID<Review>
    package let kind: Kind
    /// The membership, the relation or the service account.
    package let right: String
    /// Who holds it; nil of a program.
    package let person: ID<Person>?
    /// The role, whose rights are lent, what the program is called, or which application may call what.
    package let what: String
    /// Of a delegation: the roles that are lent; nil for all that may be.
    package let roles: Set<Role>?
    package let from: Instant
    package let until: Instant?
    package let grantedBy: String?
    package let approvedBy: String?
    /// When the right was needed last, or the program last called; by the day, but for service accounts. Nil when
    /// nothing was noted.
    package let usedAt: Instant?
    /// When the holder last signed in, whatever for.
    package let signedInAt: Instant?
    package let decision: Decision?
    package let decidedBy: ID<Person>?
    package let decidedAt: Instant?

    var role: Role? { kind == .role ? Role(rawValue: what) : nil }
    /// Whose names whoever looks at it reads.
    var named: [String] {
        [person?.text, grantedBy, approvedBy, decidedBy?.text, kind == .delegation ? what : nil].compactMap { $0 }
    }
}

/// How often rights are looked at, and what becomes of those that nobody looks at.
package struct ReviewSettings: Sendable, Hashable {
    package var everyDays: Int64 = 90
    package var dueDays: Int64 = 14
    /// After the due day, before what nobody decided is ended; only where that is the policy.
    package var graceDays: Int64 = 7
    package var endsUndecided = false

    package init() {}
}
