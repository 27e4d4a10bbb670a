/// Everything that policies know of, at one moment: entities, their attributes, their ancestors. Immutable, so that
/// many decide at once.
///
/// All of it is numbers in few long rows: a world of a hundred thousand facts is a dozen pieces of memory, and what a
/// question reads of one entity stands together.
package final class World: Sendable {
    package let engine: Engine
    let symbols: Symbols
    let cells: ContiguousArray<Cell>
    private let names: Names
    /// Attributes, elements of sets, fields of records.
    let shelf: ContiguousArray<Value>
    /// Parents and ancestors.
    let lines: ContiguousArray<Int32>
    let descendants = Descendants()

    struct Cell: Sendable {
        let type: Int32
        let id: Int32
        /// The number of the type in the schema; -1 for another.
        var kind: Int16
        /// The entity before this one that has the same id and another type; -1 for none.
        var next: Int32 = -1
        /// Something may be named (as a parent, in an attribute) and not be known.
        var exists = false
        /// Where its attributes begin on the shelf, as the layout of the type orders them.
        var attributes: Int32 = 0
        /// Which of the first 32 are there, a bit each: the commonest question needs no look at the shelf.
        private(set) var present: UInt32 = 0
        var parents = Stretch.none
        /// All of them, sorted; not itself.
        var ancestors = Stretch.none

        init(type: Int32, id: Int32, kind: Int16, next: Int32 = -1, exists: Bool = false) {
            self.type = type
            self.id = id
            self.kind = kind
            self.next = next
            self.exists = exists
        }

        static let nobody = Cell(type: -1, id: -1, kind: -1)

        mutating func put(_ values: [Value], at place: Int32) {
            exists = true
            attributes = place
            present = 0
            for (slot, value) in values.enumerated() { note(value, at: slot) }
        }

        mutating func note(_ value: Value, at slot: Int) {
            guard slot < 32 else { return }
            let bit: UInt32 = 1 &<< UInt32(slot)
            present = value.isAbsent ? present & ~bit : present | bit
        }
    }

    init(engine: Engine, names: Names, shelf: ContiguousArray<Value>, lines: ContiguousArray<Int32>) {
        self.engine = engine
        self.names = names
        symbols = names.symbols
        cells = names.cells
        self.shelf = shelf
        self.lines = lines
    }

    package func knows(_ uid: EntityUID) -> Bool {
        handle(uid).map { cells[Int($0)].exists } ?? false
    }

    /// The number of a text, -1 for none. The hash comes first: nothing of the symbols is held meanwhile.
    @inline(__always)
    func symbol(_ text: String) -> Int32 {
        let text = text.utf8.span.bytes
        let hash = Symbols.hash(text)
        return symbols.number(of: text, hash)
    }

    func handle(_ uid: EntityUID) -> Int32? {
        guard let type = symbols[uid.type], let id = symbols[uid.id] else { return nil }
        return handle(type, id)
    }

    @inline(__always)
    func handle(_ type: Int32, _ id: Int32) -> Int32? { names.handle(type, id) }

    func uid(_ handle: Int32) -> EntityUID {
        let cell = cells[Int(handle)]
        return EntityUID(symbols.text(cell.type), symbols.text(cell.id))
    }
}

/// An entity or a context that the schema does not allow.
package struct WorldFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let uid: EntityUID?
    package let what: String

    package init(uid: EntityUID?, what: String) {
        self.uid = uid
        self.what = what
    }

    package var description: String { "\(uid.map { "\($0): " } ?? "")\(what)" }
}

extension Engine {
    /// Throws when an entity has a type or an attribute that the schema lacks, or lacks one that it asks for.
    package func world(_ entities: [Entity]) throws(WorldFault) -> World {
        var making = WorldMaking(self)
        for entity in entities { try making.put(entity) }
        return making.finish()
    }
}
