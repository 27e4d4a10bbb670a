/// Entities as numbers, in the order in which they came: a type's symbol and an id's symbol make one.
struct Names: Sendable {
    private(set) var symbols = Symbols()
    var cells: ContiguousArray<World.Cell> = []

    @inline(__always)
    func handle(_ type: Int32, _ id: Int32) -> Int32? {
        var handle = symbols.entity(id)
        while handle >= 0 {
            let cell = cells[Int(handle)]
            if cell.type == type { return handle }
            handle = cell.next
        }
        return nil
    }

    mutating func symbol(_ text: String) -> Int32 { symbols.intern(text) }

    mutating func handle(_ uid: EntityUID, kind: (_ type: Int32) -> Int16 = { _ in -1 }) -> Int32 {
        let (type, id) = (symbols.intern(uid.type), symbols.intern(uid.id))
        if let known = handle(type, id) { return known }
        let number = Int32(cells.count)
        cells.append(World.Cell(type: type, id: id, kind: kind(type), next: symbols.entity(id)))
        symbols.put(entity: number, at: id)
        return number
    }
}
