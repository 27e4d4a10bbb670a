/// Checks policies against a schema when they are loaded, in Cedar's strict mode: for each action, principal type and
/// resource type that a policy can meet, no attribute is read that may be absent and no operator meets a wrong type.
///
/// What passes here passes Cedar's own validator; a few things that Cedar lets through are refused (comparing things of
/// different types, a policy that can never apply).
package struct TypeChecker {
    let schema: Schema

    package init(_ schema: Schema) {
        self.schema = schema
    }

    /// What is wrong, in the order of the text; empty when nothing is.
    package func faults(in text: PolicyText) -> [CedarError] {
        text.policies.flatMap(faults).sorted { $0.at < $1.at }
    }

    private func faults(in policy: CedarPolicy) -> [CedarError] {
        var found: [CedarError] = []
        var mayApply = false
        do throws(CedarError) {
            try checkNames(of: policy)
            let condition = try Scope.condition(of: policy)
            for (action, rule) in schema.actions {
                for principal in rule.principals {
                    for resource in rule.resources {
                        let environment = Environment(
                            schema: schema, principal: principal, action: action, resource: resource,
                            context: rule.context)
                        var known: Set<Capability> = []
                        do throws(CedarError) {
                            let type = try environment.type(of: condition, &known)
                            guard case .bool(let value) = type else {
                                throw Environment.wrong(condition.at, type, wanted: "Bool")
                            }
                            if value != false { mayApply = true }
                        } catch {
                            if !found.contains(error) { found.append(error) }
                        }
                    }
                }
            }
        } catch { found.append(error) }
        if found.isEmpty, !mayApply {
            found.append(
                CedarError(
                    .neverApplies, at: policy.at, vi: "Chính sách này không bao giờ áp dụng được",
                    en: "This policy can never apply"))
        }
        return found
    }

    /// Every type and action that the scope names exists.
    private func checkNames(of policy: CedarPolicy) throws(CedarError) {
        for target in [policy.scope.principal, policy.scope.resource] {
            switch target {
            case .equals(let uid), .within(let uid): try checkType(uid.type, at: policy.at)
            case .ofType(let type): try checkType(type, at: policy.at)
            case .ofTypeWithin(let type, let uid):
                try checkType(type, at: policy.at)
                try checkType(uid.type, at: policy.at)
            case .any, .withinAny: break
            }
        }
        switch policy.scope.action {
        case .equals(let uid), .within(let uid): try checkAction(uid, at: policy.at)
        case .withinAny(let uids): for uid in uids { try checkAction(uid, at: policy.at) }
        case .any, .ofType, .ofTypeWithin: break
        }
    }

    private func checkType(_ type: TypeName, at: Position) throws(CedarError) {
        guard schema.entities[type] == nil else { return }
        throw Environment.unknown(type, at: at)
    }

    private func checkAction(_ uid: EntityUID, at: Position) throws(CedarError) {
        guard schema.actions[uid] == nil else { return }
        throw Environment.unknown(uid.description, at: at)
    }
}

/// A `has` that is known to be true where an expression stands.
struct Capability: Hashable {
    let subject: Expression
    let attribute: String
}

/// A policy as one condition: its scope, then what it says, as Cedar checks and evaluates it.
enum Scope {
    static func condition(of policy: CedarPolicy) throws(CedarError) -> Expression {
        var parts: [Expression] = []
        for (variable, target) in [
            (Expression.Variable.principal, policy.scope.principal), (.action, policy.scope.action),
            (.resource, policy.scope.resource),
        ] {
            parts += try conditions(try Expression(.variable(variable), at: policy.at), target, at: policy.at)
        }
        parts += policy.conditions
        var whole = parts.first
        for part in parts.dropFirst() {
            guard let left = whole else { continue }
            whole = try Expression(.binary(.and, left, part), at: policy.at)
        }
        if let whole { return whole }
        return try Expression(.bool(true), at: policy.at)
    }

    private static func conditions(
        _ subject: Expression, _ target: CedarPolicy.Target, at: Position
    ) throws(CedarError) -> [Expression] {
        func entity(_ uid: EntityUID) throws(CedarError) -> Expression { try Expression(.entity(uid), at: at) }
        switch target {
        case .any: return []
        case .equals(let uid): return [try Expression(.binary(.equal, subject, try entity(uid)), at: at)]
        case .within(let uid): return [try Expression(.binary(.in, subject, try entity(uid)), at: at)]
        case .withinAny(let uids):
            var elements: [Expression] = []
            for uid in uids { elements.append(try entity(uid)) }
            return [try Expression(.binary(.in, subject, try Expression(.set(elements), at: at)), at: at)]
        case .ofType(let type): return [try Expression(.isType(subject, type), at: at)]
        case .ofTypeWithin(let type, let uid):
            return [
                try Expression(.isType(subject, type), at: at),
                try Expression(.binary(.in, subject, try entity(uid)), at: at),
            ]
        }
    }
}
