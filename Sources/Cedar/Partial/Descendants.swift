import Synchronization

/// What stands below each entity, by type: worked out once for a world, when the first list asks.
final class Descendants: Sendable {
    private let byType = Mutex<[Int32: [Int32: [Int32]]]>([:])

    func of(type: Int32, in world: World) -> [Int32: [Int32]] {
        byType.withLock { known in
            if let found = known[type] { return found }
            var found: [Int32: [Int32]] = [:]
            for index in world.cells.indices where world.cells[index].type == type {
                for place in world.cells[index].ancestors.places {
                    found[world.lines[Int(place)], default: []].append(Int32(index))
                }
            }
            known[type] = found
            return found
        }
    }
}

extension Asking {
    /// The entities of a type that are in one of `ancestors`: those themselves, and everything below them.
    func below(_ ancestors: [Int32], type: Int32) -> [Value] {
        let known = world.descendants.of(type: type, in: world)
        var found: Set<Int32> = []
        for ancestor in ancestors {
            if cell(ancestor).type == type { found.insert(ancestor) }
            found.formUnion(known[ancestor] ?? [])
        }
        for (index, cell) in cells.enumerated() where cell.type == type {
            if ancestors.contains(where: line(cell.ancestors).contains) {
                found.insert(Int32(world.cells.count + index))
            }
        }
        return found.sorted().map { .entity($0) }
    }
}
