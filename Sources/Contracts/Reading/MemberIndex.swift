import StrictJSON
import Synchronization

/// The members of large objects by their names, since a document may have as many references as it has components: each
/// object is gone through once, however often something in it is looked up.
final class MemberIndex: Sendable {
    private let known = Mutex<[Int: [Exact: JSONValue]]>([:])

    /// Below so many bytes an object is looked through faster than it is put in order.
    private static let bytesMin = 1024

    func member(_ name: String, of value: JSONValue) -> JSONValue? {
        guard value.kind == .object, value.range.count >= MemberIndex.bytesMin else { return value[name] }
        return known.withLock { known in
            let place = value.range.lowerBound
            if let members = known[place] { return members[Exact(name)] }
            let members = value.named
            known[place] = members
            return members[Exact(name)]
        }
    }
}
