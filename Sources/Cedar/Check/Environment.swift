/// What is known while a condition is checked: the types of the four variables, and which action it is.
struct Environment {
    let schema: Schema
    let principal: TypeName
    let action: EntityUID
    let resource: TypeName
    let context: RecordType

    /// The type of `expression`. `known` are the attributes known to be there; on return, with those that its being
    /// true adds.
    func type(of expression: Expression, _ known: inout Set<Capability>) throws(CedarError) -> CedarType {
        let at = expression.at
        switch expression.kind {
        case .bool(let value): return .bool(known: value)
        case .long: return .long
        case .string: return .string
        case .entity(let uid): return try literal(uid, at: at)
        case .variable(let variable): return type(of: variable)
        case .not(let part): return try negated(part, known)
        case .negative(let part):
            try expect(.long, part, known)
            return .long
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right, at: at, &known)
        case .choice(let condition, let then, let otherwise):
            return try choice(condition, then, otherwise, at: at, &known)
        case .attribute(let subject, let name): return try attribute(name, of: subject, at: at, known)
        case .has(let subject, let name): return try has(name, subject, at: at, &known)
        case .like(let part, _):
            try expect(.string, part, known)
            return .anyBool
        case .isType(let part, let type):
            guard schema.entities[type] != nil || Schema.isActionType(type) else {
                throw Environment.unknown(type, at: at)
            }
            guard case .entity(let found) = try typeAlone(part, known) else {
                throw Environment.wrong(part.at, try typeAlone(part, known), wanted: "Entity")
            }
            return .bool(known: found == type)
        case .isEmpty(let part):
            _ = try element(of: part, known)
            return .anyBool
        case .set(let elements): return try set(elements, at: at, known)
        case .record(let fields):
            var attributes: [String: RecordType.Attribute] = [:]
            for field in fields { attributes[field.name] = .init(try typeAlone(field.value, known)) }
            return .record(RecordType(attributes))
        }
    }

    /// The type of a part whose truth tells nothing about the rest.
    func typeAlone(_ part: Expression, _ known: Set<Capability>) throws(CedarError) -> CedarType {
        var inside = known
        return try type(of: part, &inside)
    }

    func expect(_ wanted: CedarType, _ part: Expression, _ known: Set<Capability>) throws(CedarError) {
        let found = try typeAlone(part, known)
        guard found.widened == wanted.widened else { throw Environment.wrong(part.at, found, wanted: wanted.spelled) }
    }

    private func type(of variable: Expression.Variable) -> CedarType {
        switch variable {
        case .principal: .entity(principal)
        case .action: .entity(action.type)
        case .resource: .entity(resource)
        case .context: .record(context)
        }
    }

    private func literal(_ uid: EntityUID, at: Position) throws(CedarError) -> CedarType {
        let isKnown = Schema.isActionType(uid.type) ? schema.actions[uid] != nil : schema.entities[uid.type] != nil
        guard isKnown else { throw Environment.unknown(uid.description, at: at) }
        return .entity(uid.type)
    }

    private func negated(_ part: Expression, _ known: Set<Capability>) throws(CedarError) -> CedarType {
        let found = try typeAlone(part, known)
        guard case .bool(let value) = found else { throw Environment.wrong(part.at, found, wanted: "Bool") }
        return .bool(known: value.map { !$0 })
    }

    private func choice(
        _ condition: Expression, _ then: Expression, _ otherwise: Expression, at: Position,
        _ known: inout Set<Capability>
    ) throws(CedarError) -> CedarType {
        var whenTrue = known
        let found = try type(of: condition, &whenTrue)
        guard case .bool(let value) = found else { throw Environment.wrong(condition.at, found, wanted: "Bool") }
        if value == true {
            let type = try type(of: then, &whenTrue)
            known = whenTrue
            return type
        }
        if value == false { return try type(of: otherwise, &known) }
        let first = try type(of: then, &whenTrue)
        let second = try type(of: otherwise, &known)
        known.formIntersection(whenTrue)
        return try joined(first, second, at: at)
    }

    /// The one type of two branches or elements.
    func joined(_ first: CedarType, _ second: CedarType, at: Position) throws(CedarError) -> CedarType {
        if first == second { return first }
        guard first.widened == second.widened else { throw Environment.wrong(at, second, wanted: first.spelled) }
        return first.widened
    }

    private func attributes(
        of subject: Expression, _ known: Set<Capability>
    ) throws(CedarError) -> (RecordType, isEntity: Bool) {
        switch try typeAlone(subject, known) {
        case .record(let record): return (record, false)
        case .entity(let type): return (schema.entities[type]?.attributes ?? RecordType(), true)
        case let other: throw Environment.wrong(subject.at, other, wanted: "Entity, {…}")
        }
    }

    private func attribute(
        _ name: String, of subject: Expression, at: Position, _ known: Set<Capability>
    ) throws(CedarError) -> CedarType {
        let (record, _) = try attributes(of: subject, known)
        guard let attribute = record.attributes[name] else { throw Environment.unknown(name, at: at) }
        guard attribute.isRequired || known.contains(Capability(subject: subject, attribute: name)) else {
            throw CedarError(
                .maybeAbsent, at: at, vi: "“\(name)” có thể vắng: hãy hỏi “has \(name)” trước",
                en: "“\(name)” may be absent: ask “has \(name)” first")
        }
        return attribute.type
    }

    private func has(
        _ name: String, _ subject: Expression, at: Position, _ known: inout Set<Capability>
    ) throws(CedarError) -> CedarType {
        let (record, isEntity) = try attributes(of: subject, known)
        guard let attribute = record.attributes[name] else { return .bool(known: false) }
        let capability = Capability(subject: subject, attribute: name)
        let isSure = (attribute.isRequired || known.contains(capability)) && !isEntity
        known.insert(capability)
        return .bool(known: isSure ? true : nil)
    }

    private func set(_ elements: [Expression], at: Position, _ known: Set<Capability>) throws(CedarError) -> CedarType {
        guard let first = elements.first else {
            throw CedarError(
                .wrongType, at: at, vi: "Tập hợp rỗng không rõ kiểu", en: "An empty set has no type of its own")
        }
        var type = try typeAlone(first, known)
        for element in elements.dropFirst() { type = try joined(type, try typeAlone(element, known), at: element.at) }
        return .set(type)
    }

    func element(of part: Expression, _ known: Set<Capability>) throws(CedarError) -> CedarType {
        guard case .set(let element) = try typeAlone(part, known) else {
            throw Environment.wrong(part.at, try typeAlone(part, known), wanted: "Set<…>")
        }
        return element
    }

    static func wrong(_ at: Position, _ found: CedarType, wanted: String) -> CedarError {
        CedarError(
            .wrongType, at: at, vi: "Cần \(wanted) nhưng gặp \(found.spelled)",
            en: "Expected \(wanted), found \(found.spelled)")
    }

    static func unknown(_ name: String, at: Position) -> CedarError {
        CedarError(.unknownName, at: at, vi: "Không có “\(name)” trong lược đồ", en: "The schema has no “\(name)”")
    }
}
