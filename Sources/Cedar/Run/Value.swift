/// A value while a decision is made: text and entities are numbers, what sets and records hold stands on a `Shelf`.
/// Nothing of it is counted, so that handing it on costs nothing.
///
/// Not `Equatable` on purpose: whether two sets are the same is for their shelf to say.
enum Value: Sendable {
    case bool(Bool)
    case long(Int64)
    case string(Int32)
    case entity(Int32)
    case set(Stretch)
    case record(Stretch)
    /// An optional attribute that an entity does not have.
    case absent
    /// An attribute of the thing that tells of itself, for which no policy has asked yet.
    case untold

    static let noElements = Value.set(.none)

    var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }
}

/// Neighbours on a shelf or in lines of entities.
struct Stretch: Sendable, Hashable {
    let start: Int32
    let count: Int32

    static let none = Stretch(start: 0, count: 0)

    var places: Range<Int32> { start..<(start + count) }
}
