package import Database
import Synchronization

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
