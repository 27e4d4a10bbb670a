/// A condition of a policy or a part of one. Two that read alike are equal, wherever they stand.
package struct Expression: Sendable, Hashable {
    package let kind: Kind
    package let at: Position
    /// How many levels stand on top of each other: bounds every recursion over it.
    let depth: Int

    static let depthLimit = 200

    package indirect enum Kind: Sendable, Hashable {
        case bool(Bool)
        case long(Int64)
        case string(String)
        case entity(EntityUID)
        case variable(Variable)
        case not(Expression)
        case negative(Expression)
        case binary(Operator, Expression, Expression)
        case choice(Expression, then: Expression, otherwise: Expression)
        case attribute(Expression, String)
        case has(Expression, String)
        case like(Expression, Pattern)
        case isType(Expression, TypeName)
        case isEmpty(Expression)
        case set([Expression])
        case record([Field])
    }

    package struct Field: Sendable, Hashable {
        let name: String
        let value: Expression
    }

    package enum Variable: String, Sendable, Hashable {
        case principal, action, resource, context
    }

    package enum Operator: String, Sendable, Hashable {
        case and = "&&"
        case or = "||"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case more = ">"
        case moreOrEqual = ">="
        case plus = "+"
        case minus = "-"
        case times = "*"
        case `in` = "in"
        case contains, containsAll, containsAny
    }

    /// Throws `tooDeep` when the parts stand 200 levels deep already.
    init(_ kind: Kind, at: Position) throws(CedarError) {
        self.kind = kind
        self.at = at
        depth = 1 + (kind.parts.map(\.depth).max() ?? 0)
        guard depth <= Expression.depthLimit else {
            throw CedarError(
                .tooDeep, at: at, vi: "Điều kiện lồng quá \(Expression.depthLimit) tầng",
                en: "The condition is nested more than \(Expression.depthLimit) levels deep")
        }
    }

    func reads(_ variable: Variable) -> Bool {
        kind == .variable(variable) || kind.parts.contains { $0.reads(variable) }
    }

    package static func == (a: Expression, b: Expression) -> Bool { a.kind == b.kind }

    package func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

extension Expression.Kind {
    var parts: [Expression] {
        switch self {
        case .bool, .long, .string, .entity, .variable: []
        case .not(let part), .negative(let part), .attribute(let part, _), .has(let part, _), .like(let part, _),
            .isType(let part, _), .isEmpty(let part):
            [part]
        case .binary(_, let left, let right): [left, right]
        case .choice(let condition, let then, let otherwise): [condition, then, otherwise]
        case .set(let parts): parts
        case .record(let fields): fields.map(\.value)
        }
    }
}
