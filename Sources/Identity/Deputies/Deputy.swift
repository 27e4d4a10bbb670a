package import Vocabulary

/// Somebody who acts with the roles of another for a time (người được ủy quyền).
///
/// A deputy has the roles that the other chose of those they hold in their own right, no longer than the other holds
/// them: not their name on a record, not what was lent to them in their turn, what they have for hours, and no role of
/// those who give roles or watch over them.
package struct Deputy: Sendable, Hashable {
    package let id: ID<Relationship>
    package let person: ID<Person>
    package let name: String
    /// For whom they act.
    package let lender: ID<Person>
    package let lenderName: String
    /// What was lent; nil for all that may be.
    package let roles: Set<Role>?
    package let from: Instant
    package let until: Instant?
    package let reason: String

    package func isOver(at now: Instant) -> Bool { until.map { $0 <= now } ?? false }

    package func holds(at now: Instant) -> Bool { from <= now && !isOver(at: now) }

    /// Whoever holds one of these is in charge of something, and may let somebody stand in.
    package static let lending: Set<Role> = [.departmentLead, .incidentHandler]
    /// What they may lend. Administration is not among it: whoever gives roles could keep what was lent for good.
    package static let lendable: Set<Role> = lending.union([.officer])
    /// Longer than this is a role, which the organisation gives; nobody is named for days further ahead.
    package static let daysMax: Int64 = 90
    /// How many of one lender act or are to act at the most.
    static let unfinishedMax = 10
    /// How many one lender names within a day at the most: each of them is told.
    static let namedMax = 20

    /// What somebody who holds `own` has of `held`, which a lender holds at the same moment: what may be lent, is among
    /// the `roles` that were chosen, and was not given for hours. Whoever audits acts for nobody.
    ///
    /// - Parameter roles: nil for all that may be lent.
    static func lent(_ held: [Membership], _ roles: Set<Role>?, to own: [Membership]) -> [Membership] {
        guard !own.contains(where: { $0.role == .auditor }) else { return [] }
        return lendable(of: held).filter { roles?.contains($0.role) ?? true }
    }

    /// What somebody who holds `held` may lend.
    static func lendable(of held: [Membership]) -> [Membership] {
        held.filter { lendable.contains($0.role) && !$0.isForHours }
    }
}

/// What somebody fills in to name a deputy, not yet checked.
package struct DeputyForm: Sendable {
    /// The deputy's, with which they sign in.
    package var login: String
    /// All that the lender may lend, what they get later too, when nil.
    package var roles: Set<Role>?
    /// From now on when nil.
    package var from: Instant?
    package var until: Instant?
    package var reason: String

    package init(
        login: String, roles: Set<Role>? = nil, from: Instant? = nil, until: Instant?, reason: String
    ) {
        self.login = login
        self.roles = roles
        self.from = from
        self.until = until
        self.reason = reason
    }
}
