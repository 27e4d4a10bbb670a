/// Values at places that stay theirs, in pieces of 128. A copy shares all pieces; of those that are changed then, each
/// is copied once.
struct Slots<Value: Sendable>: Sendable {
    private var pieces: [[Value?]] = []
    /// Places that were left, taken again first.
    private var free: [Int] = []
    /// Behind the last place that is taken or was once.
    private(set) var end = 0
    private(set) var count = 0

    private static var pieceLength: Int { 128 }

    subscript(place: Int) -> Value? { pieces[place >> 7][place & 127] }

    /// - Returns: its place.
    mutating func add(_ value: Value) -> Int {
        count += 1
        if let place = free.popLast() {
            pieces[place >> 7][place & 127] = value
            return place
        }
        if end >> 7 == pieces.count { pieces.append([Value?](repeating: nil, count: Self.pieceLength)) }
        pieces[end >> 7][end & 127] = value
        end += 1
        return end - 1
    }

    mutating func set(_ value: Value, at place: Int) { pieces[place >> 7][place & 127] = value }

    mutating func remove(at place: Int) {
        pieces[place >> 7][place & 127] = nil
        free.append(place)
        count -= 1
    }

    var isEmpty: Bool { count == 0 }

    /// In no order that means anything.
    var all: some Sequence<Value> { pieces.lazy.joined().compactMap { $0 } }
}
