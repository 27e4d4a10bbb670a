package import StrictJSON
package import Vocabulary

/// Something that is so between a subject and an object, from a moment on and until another (quan hệ).
///
/// Roles are memberships; these are the other relations. A fact is ended, never deleted or changed: what was so on a
/// past day can be asked for ever.
package struct Relationship: Sendable, Hashable {
    package enum Relation: String, Sendable, Hashable, CaseIterable {
        /// The subject acts with roles of the object (ủy quyền).
        case delegate
        /// The subject may read the record named by the object, whatever its label (mở khẩn cấp).
        case opens
        /// The account of the subject is suspended.
        case suspended
    }

    package let id: ID<Relationship>
    package let subject: String
    package let relation: Relation
    package let object: String
    /// Of a delegation: the roles that are lent; nil for all that may be.
    package let roles: Set<Role>?
    package let from: Instant
    /// The first moment at which it is so no more; nil while no end is known.
    package let until: Instant?
    package let grantedBy: ID<Person>?
    /// The second person, where one is needed.
    package let approvedBy: ID<Person>?
    /// In the words of whoever asked for it.
    package let reason: String

    package init(
        id: ID<Relationship>, subject: String, relation: Relation, object: String, roles: Set<Role>? = nil,
        from: Instant, until: Instant? = nil, grantedBy: ID<Person>? = nil, approvedBy: ID<Person>? = nil,
        reason: String = ""
    ) {
        self.id = id
        self.subject = subject
        self.relation = relation
        self.object = object
        self.roles = roles
        self.from = from
        self.until = until
        self.grantedBy = grantedBy
        self.approvedBy = approvedBy
        self.reason = reason
    }

    /// The roles that are lent, as leaves and answers have them; null for all that may be.
    package static func json(_ roles: Set<Role>?) -> JSON {
        roles.map { .array($0.map(\.rawValue).sorted().map { .string($0) }) } ?? .null
    }

    package func holds(at instant: Instant) -> Bool { from <= instant && (until.map { instant < $0 } ?? true) }
}
