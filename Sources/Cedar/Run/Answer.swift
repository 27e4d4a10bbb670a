/// Which of the policies of an engine, by their places.
package struct PolicyMask: Sendable, Hashable {
    private var bits: UInt128 = 0

    package init() {}

    package mutating func insert(_ place: Int) { bits |= 1 &<< UInt128(place) }
    package func contains(_ place: Int) -> Bool { bits & (1 &<< UInt128(place)) != 0 }
    package var isEmpty: Bool { bits == 0 }
    package var places: [Int] { (0..<128).filter(contains) }
}

/// What the policies say to one question.
package struct Answer: Sendable, Hashable {
    package let allowed: Bool
    /// Those that decided: the forbids that hold, else the permits that hold.
    package let determining: PolicyMask
    /// Those that could not be evaluated and were left out.
    package let failed: PolicyMask
    /// Whether a forbid is among those that failed: who wants to be sure denies then.
    package let isUnsure: Bool
}

extension World {
    /// Denied unless a policy permits it and none forbids it; a policy that fails is left out (Cedar's semantics).
    package func decide(_ query: consuming Query) -> Answer {
        var evaluation = Evaluation(query)
        return evaluation.answer()
    }
}

extension Evaluation {
    /// The answer to the question, by the policies that are left for its action.
    package mutating func answer(_ tell: Tell = Evaluation.nothing) -> Answer { answer(action, tell) }

    /// The answer to the same question about another action.
    package mutating func answer(about action: Handle, _ tell: Tell) -> Answer {
        let asked = self.action
        self.action = action.number
        defer { self.action = asked }
        return answer(action.number, tell)
    }

    private mutating func answer(_ action: Int32, _ tell: Tell) -> Answer {
        let principalType = cell(principal).type
        let resourceType = cell(resource).type
        var (permits, forbids, failed) = (PolicyMask(), PolicyMask(), PolicyMask())
        var isUnsure = false
        for place in engine.plan.places(of: action) {
            let rule = engine.plan.rules[place]
            guard rule.principalType < 0 || rule.principalType == principalType,
                rule.resourceType < 0 || rule.resourceType == resourceType
            else { continue }
            do throws(Fault) {
                guard try truth(rule.root, tell) else { continue }
                if rule.permits { permits.insert(rule.policy) } else { forbids.insert(rule.policy) }
            } catch {
                failed.insert(rule.policy)
                if !rule.permits { isUnsure = true }
            }
        }
        let allowed = forbids.isEmpty && !permits.isEmpty
        return Answer(
            allowed: allowed, determining: forbids.isEmpty ? permits : forbids, failed: failed,
            isUnsure: isUnsure)
    }
}
