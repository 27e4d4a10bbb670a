extension Environment {
    func binary(
        _ symbol: Expression.Operator, _ left: Expression, _ right: Expression, at: Position,
        _ known: inout Set<Capability>
    ) throws(CedarError) -> CedarType {
        switch symbol {
        case .and: return try conjunction(left, right, &known)
        case .or: return try disjunction(left, right, &known)
        case .equal, .notEqual:
            return try equality(left, right, at: at, known, isNegated: symbol == .notEqual)
        case .less, .lessOrEqual, .more, .moreOrEqual:
            try expect(.long, left, known)
            try expect(.long, right, known)
            return .anyBool
        case .plus, .minus, .times:
            try expect(.long, left, known)
            try expect(.long, right, known)
            return .long
        case .in: return try membership(left, right, known)
        case .contains:
            try expect(try element(of: left, known), right, known)
            return .anyBool
        case .containsAll, .containsAny:
            try expect(.set(try element(of: left, known)), right, known)
            return .anyBool
        }
    }

    private func truth(_ part: Expression, _ known: inout Set<Capability>) throws(CedarError) -> Bool? {
        let found = try type(of: part, &known)
        guard case .bool(let value) = found else { throw Environment.wrong(part.at, found, wanted: "Bool") }
        return value
    }

    /// The right side is never reached where the left is false, and so is not checked.
    private func conjunction(
        _ left: Expression, _ right: Expression, _ known: inout Set<Capability>
    ) throws(CedarError) -> CedarType {
        var inside = known
        let first = try truth(left, &inside)
        if first == false { return .bool(known: false) }
        let second = try truth(right, &inside)
        if second == false { return .bool(known: false) }
        known = inside
        return .bool(known: first == true && second == true ? true : nil)
    }

    private func disjunction(
        _ left: Expression, _ right: Expression, _ known: inout Set<Capability>
    ) throws(CedarError) -> CedarType {
        var afterLeft = known
        let first = try truth(left, &afterLeft)
        if first == true {
            known = afterLeft
            return .bool(known: true)
        }
        var afterRight = known
        let second = try truth(right, &afterRight)
        if first == false {
            known = afterRight
            return .bool(known: second)
        }
        if second == false {
            known = afterLeft
            return .anyBool
        }
        if second == true { return .bool(known: true) }
        known = afterLeft.intersection(afterRight)
        return .anyBool
    }

    private func equality(
        _ left: Expression, _ right: Expression, at: Position, _ known: Set<Capability>, isNegated: Bool
    ) throws(CedarError) -> CedarType {
        let first = try typeAlone(left, known)
        let second = try typeAlone(right, known)
        guard first.widened == second.widened else {
            // In a scope, `principal == Person::"…"` is merely false for a service.
            if case .entity = first, case .entity = second, case .entity = right.kind, case .variable = left.kind {
                return .bool(known: isNegated)
            }
            throw Environment.wrong(right.at, second, wanted: first.spelled)
        }
        if case .variable(.action) = left.kind, case .entity(let uid) = right.kind {
            return .bool(known: (uid == action) != isNegated)
        }
        return .anyBool
    }

    private func membership(
        _ left: Expression, _ right: Expression, _ known: Set<Capability>
    ) throws(CedarError) -> CedarType {
        let first = try typeAlone(left, known)
        guard case .entity(let type) = first else { throw Environment.wrong(left.at, first, wanted: "Entity") }
        let second = try typeAlone(right, known)
        let ancestor: TypeName
        switch second {
        case .entity(let type), .set(.entity(let type)): ancestor = type
        case let other: throw Environment.wrong(right.at, other, wanted: "Entity, Set<Entity>")
        }
        if case .variable(.action) = left.kind, let listed = Environment.literals(right) {
            let reached = (schema.actionGroups[action] ?? []).union([action])
            return .bool(known: !reached.isDisjoint(with: listed))
        }
        return schema.may(type, beIn: ancestor) ? .anyBool : .bool(known: false)
    }

    private static func literals(_ part: Expression) -> [EntityUID]? {
        if case .entity(let uid) = part.kind { return [uid] }
        guard case .set(let elements) = part.kind else { return nil }
        let uids = elements.compactMap { element -> EntityUID? in
            guard case .entity(let uid) = element.kind else { return nil }
            return uid
        }
        return uids.count == elements.count ? uids : nil
    }
}
