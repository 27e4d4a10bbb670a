/// A value for one question, ready to be compared.
package struct Term: Sendable {
    let value: Value

    package static let nothing = Term(value: .absent)
    package static let noElements = Term(value: .noElements)
    package static let yes = Term(value: .bool(true))
    package static let no = Term(value: .bool(false))
    package static func long(_ long: Int64) -> Term { Term(value: .long(long)) }
}

/// An entity in numbers of one question.
package struct Handle: Sendable {
    let number: Int32

    /// The thing that tells of itself while it is decided about.
    package static let told = Handle(number: -1)
}

/// The name of a type or an attribute in numbers of one world and of those that come from it.
package struct Name: Sendable, Hashable {
    let symbol: Int32
}

extension World {
    /// Nil for a name that neither schema nor policies have.
    package func name(_ text: String) -> Name? { symbols[text].map { Name(symbol: $0) } }

    /// The attributes of a type in the order in which `Asking.describe` takes them.
    package func order(of type: String) -> [String] {
        symbols[type].flatMap { engine.layout(of: $0) }?.names.map { symbols.text($0) } ?? []
    }

    package func handle(of uid: EntityUID) -> Handle? { handle(uid).map { Handle(number: $0) } }

    /// The action of the schema with this id, in no namespace.
    package func action(_ id: String) -> Handle? {
        let symbol = symbol(id)
        guard symbol >= 0, let handle = handle(engine.actionType, symbol), engine.plan.knows(handle) else { return nil }
        return Handle(number: handle)
    }
}

/// Where the elements of a set begin that is being made.
package struct SetStart: Sendable {
    let place: Int32
}

/// Questions without looking names up: what decides millions of times a second uses these.
extension Asking {
    package mutating func entity(_ type: Name, _ id: String) -> Handle {
        Handle(number: handle(type.symbol, symbol(id)))
    }

    package mutating func text(_ text: String) -> Term { Term(value: .string(symbol(text))) }

    package func term(_ handle: Handle) -> Term { Term(value: .entity(handle.number)) }

    /// Begins a set: each `add` until `set(from:)` is an element of it, about `count` of them. Other sets are made
    /// before or after.
    package mutating func startOfSet(of count: Int) -> SetStart {
        makeRoom(for: count)
        return SetStart(place: end)
    }

    package mutating func add(_ element: Term) { append(element.value) }

    package mutating func set(from start: SetStart) -> Term { Term(value: set(from: start.place)) }

    /// Whether the world knows nothing of it, so that it may be described.
    package func isOwn(_ handle: Handle) -> Bool { Int(handle.number) >= world.cells.count }

    /// An entity that only this question knows: its attributes in the order of `World.order`, and its direct parents.
    package mutating func describe(_ handle: Handle, _ attributes: [Term], parents: [Handle] = []) {
        guard isOwn(handle) else { return }
        put(handle.number, attributes.map(\.value), parents: parents.map(\.number))
    }

    package consuming func query(
        _ principal: Handle, _ action: Handle, _ resource: Handle, _ context: ContextTerm
    ) -> Query {
        Query(self, principal.number, action.number, resource.number, context)
    }
}
