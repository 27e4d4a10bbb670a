package import Database
import Synchronization
package import Vocabulary

/// Somebody whose data are being erased, as they were known until then.
package struct ErasedPerson: Sendable, Hashable {
    package let id: ID<Person>
    package let name: String
    package let email: String?

    package init(id: ID<Person>, name: String, email: String?) {
        self.id = id
        self.name = name
        self.email = email
    }
}

/// What the rooms above this one do when somebody is erased. The program joins them here.
final class Erasures: Sendable {
    typealias Forget = @Sendable (_ person: ErasedPerson, _ tx: any Transaction) throws -> Void

    private let rooms = Mutex<[Forget]>([])

    func add(_ forget: @escaping Forget) {
        rooms.withLock { $0.append(forget) }
    }

    func tell(of person: ErasedPerson, in tx: any Transaction) throws {
        for forget in rooms.withLock({ $0 }) { try forget(person, tx) }
    }
}

extension Identity {
    /// Has a room forget whoever is erased, in the transaction of the erasure: when it throws, nobody was erased.
    package func tellsOfErasures(
        _ forget: @escaping @Sendable (_ person: ErasedPerson, _ tx: any Transaction) throws -> Void
    ) {
        erasures.add(forget)
    }
}
