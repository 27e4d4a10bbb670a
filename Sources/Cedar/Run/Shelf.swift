/// Where attributes, elements of sets and fields of records stand: in a world, or in a question behind those of its
/// world.
///
/// The elements of a set are sorted and none stands twice. The fields of a record are name and value in turn, sorted by
/// name; its stretch counts both.
protocol Shelf: ~Copyable {
    subscript(place: Int32) -> Value { get }
    /// The place of what comes next.
    var end: Int32 { get }
    mutating func append(_ value: Value)
    mutating func replace(_ place: Int32, with value: Value)
    mutating func cut(to end: Int32)
}

/// The shelf of a world while it is put together.
struct OpenShelf: Shelf, Sendable {
    private(set) var values: ContiguousArray<Value> = []

    subscript(place: Int32) -> Value { values[Int(place)] }
    var end: Int32 { Int32(values.count) }
    mutating func append(_ value: Value) { values.append(value) }
    mutating func replace(_ place: Int32, with value: Value) { values[Int(place)] = value }
    mutating func cut(to end: Int32) { values.removeLast(values.count - Int(end)) }
}

extension Shelf where Self: ~Copyable {
    /// The place of the first.
    mutating func append(all values: [Value]) -> Int32 {
        let start = end
        for value in values { append(value) }
        return start
    }

    // MARK: Sets

    mutating func set(_ elements: [Value]) -> Value {
        if elements.isEmpty { return .noElements }
        return set(from: append(all: elements.sorted { precedes($0, $1) }))
    }

    /// The set of whatever was appended from `start` on: few, or sorted already.
    mutating func set(from start: Int32) -> Value {
        for next in start..<end {
            var place = next
            while place > start, precedes(self[place], self[place - 1]) {
                let moved = self[place]
                replace(place, with: self[place - 1])
                replace(place - 1, with: moved)
                place -= 1
            }
        }
        var kept = start
        for place in start..<end where place == start || !same(self[place], self[kept - 1]) {
            replace(kept, with: self[place])
            kept += 1
        }
        cut(to: kept)
        return kept == start ? .noElements : .set(Stretch(start: start, count: kept - start))
    }

    func elements(_ set: Stretch) -> [Value] { set.places.map { self[$0] } }

    func contains(_ set: Stretch, _ value: Value) -> Bool {
        if set.count <= 8 {
            for place in set.places where same(self[place], value) { return true }
            return false
        }
        var (low, high) = (set.start, set.start + set.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(self[middle], value) { low = middle + 1 } else { high = middle }
        }
        return low < set.start + set.count && same(self[low], value)
    }

    func contains(_ set: Stretch, allOf other: Stretch) -> Bool {
        for place in other.places where !contains(set, self[place]) { return false }
        return true
    }

    func contains(_ set: Stretch, anyOf other: Stretch) -> Bool {
        for place in other.places where contains(set, self[place]) { return true }
        return false
    }

    // MARK: Records

    mutating func record(_ fields: [(name: Int32, value: Value)]) -> Value {
        let start = end
        for field in fields.sorted(by: { $0.name < $1.name }) {
            append(.string(field.name))
            append(field.value)
        }
        return .record(Stretch(start: start, count: end - start))
    }

    func fields(_ record: Stretch) -> [(name: Int32, value: Value)] {
        stride(from: record.start, to: record.start + record.count, by: 2).compactMap { place in
            if case .string(let name) = self[place] { (name, self[place + 1]) } else { nil }
        }
    }

    func field(_ name: Int32, of record: Stretch) -> Value {
        for place in stride(from: record.start, to: record.start + record.count, by: 2) {
            if case .string(name) = self[place] { return self[place + 1] }
        }
        return .absent
    }

    // MARK: Comparing

    @inline(__always)
    func same(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.bool(let a), .bool(let b)): a == b
        case (.long(let a), .long(let b)): a == b
        case (.string(let a), .string(let b)), (.entity(let a), .entity(let b)): a == b
        case (.set(let a), .set(let b)), (.record(let a), .record(let b)): a == b || haveTheSame(a, b)
        case (.absent, .absent): true
        default: false
        }
    }

    private func haveTheSame(_ a: Stretch, _ b: Stretch) -> Bool {
        a.count == b.count && zip(a.places, b.places).allSatisfy { same(self[$0], self[$1]) }
    }

    /// Any total order that goes with `same`: sets are kept sorted by it.
    private func precedes(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.bool(let a), .bool(let b)): !a && b
        case (.long(let a), .long(let b)): a < b
        case (.string(let a), .string(let b)), (.entity(let a), .entity(let b)): a < b
        case (.set(let a), .set(let b)), (.record(let a), .record(let b)): comesBefore(a, b)
        default: a.rank < b.rank
        }
    }

    private func comesBefore(_ a: Stretch, _ b: Stretch) -> Bool {
        for (left, right) in zip(a.places, b.places) {
            if precedes(self[left], self[right]) { return true }
            if precedes(self[right], self[left]) { return false }
        }
        return a.count < b.count
    }
}

extension Value {
    fileprivate var rank: Int {
        switch self {
        case .absent, .untold: 0
        case .bool: 1
        case .long: 2
        case .string: 3
        case .entity: 4
        case .set: 5
        case .record: 6
        }
    }
}
