/// A value for one question, ready to be compared.
package struct Term: Sendable {
    let value: Value

    package static let nothing = Term(value: .absent)
    package static let noElements = Term(value: .set(SetValue([])))
    package static let yes = Term(value: .bool(true))
    package static let no = Term(value: .bool(false))
    package static func long(_ long: Int64) -> Term { Term(value: .long(long)) }
}

/// An entity in numbers of one question.
package struct Handle: Sendable {
    let number: Int32
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
        name(type).flatMap { engine.layouts[$0.symbol] }?.names.map { symbols.texts[Int($0)] } ?? []
    }

    package func handle(of uid: EntityUID) -> Handle? { handle(uid).map { Handle(number: $0) } }
}

/// Questions without looking names up: what decides millions of times a second uses these.
extension Asking {
    package mutating func entity(_ type: Name, _ id: String) -> Handle {
        Handle(number: handle(type.symbol, symbol(id)))
    }

    package mutating func text(_ text: String) -> Term { Term(value: .string(symbol(text))) }

    package func term(_ handle: Handle) -> Term { Term(value: .entity(handle.number)) }

    package mutating func entities(_ type: Name, _ ids: some Collection<String>) -> Term {
        if ids.isEmpty { return .noElements }
        return Term(value: .set(SetValue(ids.map { .entity(entity(type, $0).number) })))
    }

    package mutating func texts(_ texts: some Collection<String>) -> Term {
        if texts.isEmpty { return .noElements }
        return Term(value: .set(SetValue(texts.map { .string(symbol($0)) })))
    }

    /// Whether the world knows nothing of it, so that it may be described.
    package func isOwn(_ handle: Handle) -> Bool { Int(handle.number) >= world.cells.count }

    /// An entity that only this question knows: its attributes in the order of `World.order`, and its direct parents.
    package mutating func describe(_ handle: Handle, _ attributes: [Term], parents: [Handle] = []) {
        guard isOwn(handle) else { return }
        put(handle.number, attributes.map(\.value), parents: parents.map(\.number))
    }

    package func query(
        _ principal: Handle, _ action: Handle, _ resource: Handle, _ context: ContextTerm
    ) -> Query {
        query(principal.number, action.number, resource.number, context.record)
    }
}

/// The context of a question.
package struct ContextTerm: Sendable {
    let record: RecordValue

    package init(_ fields: [(name: Name, value: Term)]) {
        record = RecordValue(fields.map { ($0.name.symbol, $0.value.value) })
    }
}
