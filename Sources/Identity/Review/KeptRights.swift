package import Database
import Synchronization
package import Vocabulary

/// Rights that another room keeps (quyền do phòng khác giữ), as reviews see them: what an organisation holds, and how
/// one of them ends. What the closures throw stops the transaction they are called in.
package struct KeptRights: Sendable {
    package struct Right: Sendable, Hashable {
        package let id: String
        /// Whose review it is in.
        package let organisation: ID<Organisation>
        /// In words: who may do what.
        package let what: String
        package let from: Instant
        package let until: Instant?
        package let grantedBy: ID<Person>?
        package let approvedBy: ID<Person>?
        package let usedOn: Day?

        package init(
            id: String, organisation: ID<Organisation>, what: String, from: Instant, until: Instant?,
            grantedBy: ID<Person>?, approvedBy: ID<Person>?, usedOn: Day?
        ) {
            self.id = id
            self.organisation = organisation
            self.what = what
            self.from = from
            self.until = until
            self.grantedBy = grantedBy
            self.approvedBy = approvedBy
            self.usedOn = usedOn
        }
    }

    /// All that hold at a moment and concern one of `house`, each once.
    let holding: @Sendable (_ house: Set<ID<Organisation>>, _ at: Instant, _ tx: any Transaction) throws -> [Right]
    let holds: @Sendable (_ id: String, _ at: Instant, _ tx: any Transaction) throws -> Bool
    /// Ends one for good, with its own leaf; does nothing when it has ended.
    let end: @Sendable (_ id: String, _ by: Person?, _ at: Instant, _ tx: any Transaction) throws -> Void
    /// After the transaction: some may have ended.
    let changed: @Sendable () -> Void

    package init(
        holding: @escaping @Sendable (Set<ID<Organisation>>, Instant, any Transaction) throws -> [Right],
        holds: @escaping @Sendable (String, Instant, any Transaction) throws -> Bool,
        end: @escaping @Sendable (String, Person?, Instant, any Transaction) throws -> Void,
        changed: @escaping @Sendable () -> Void
    ) {
        self.holding = holding
        self.holds = holds
        self.end = end
        self.changed = changed
    }
}

/// The rights that other rooms keep, by their kind in a review.
final class KeptRightsRegister: Sendable {
    private let rooms = Mutex<[ReviewItem.Kind: KeptRights]>([:])

    func add(_ kind: ReviewItem.Kind, _ rights: KeptRights) { rooms.withLock { $0[kind] = rights } }

    subscript(kind: ReviewItem.Kind) -> KeptRights? { rooms.withLock { $0[kind] } }

    func each(_ body: (KeptRights) -> Void) {
        for room in rooms.withLock({ Array($0.values) }) { body(room) }
    }

    func holding(
        _ house: Set<ID<Organisation>>, at now: Instant, in tx: any Transaction
    ) throws -> [(kind: ReviewItem.Kind, right: KeptRights.Right)] {
        try rooms.withLock { $0 }.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { kind, room in
            try room.holding(house, now, tx).map { (kind, $0) }
        }
    }
}

extension Identity {
    /// Says that reviews look at grants of services as well, and how.
    package func reviewsGrants(_ rights: KeptRights) { keptRights.add(.grant, rights) }
}
