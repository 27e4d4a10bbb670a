/// Which of the policies of an engine, by their places.
package struct PolicyMask: Sendable, Hashable {
    private var bits: UInt128 = 0

    package init() {}

    package mutating func insert(_ place: Int) { bits |= 1 << UInt128(place) }
    package func contains(_ place: Int) -> Bool { bits & (1 << UInt128(place)) != 0 }
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
    package func decide(_ query: Query) -> Answer { decide(query, trace: nil) }

    func decide(_ query: Query, trace: Trace?) -> Answer {
        let evaluation = Evaluation(self, query, trace: trace)
        let principalType = evaluation.type(of: query.principal)
        let resourceType = evaluation.type(of: query.resource)
        var (permits, forbids, failed) = (PolicyMask(), PolicyMask(), PolicyMask())
        var isUnsure = false
        for place in engine.byAction[query.action] ?? engine.forAnyAction {
            let policy = engine.rules[Int(place)]
            guard policy.principalType < 0 || policy.principalType == principalType,
                policy.resourceType < 0 || policy.resourceType == resourceType
            else { continue }
            do throws(Fault) {
                guard try evaluation.truth(policy.root) else { continue }
                if policy.permits { permits.insert(Int(place)) } else { forbids.insert(Int(place)) }
            } catch {
                failed.insert(Int(place))
                if !policy.permits { isUnsure = true }
            }
        }
        let allowed = forbids.isEmpty && !permits.isEmpty
        return Answer(
            allowed: allowed, determining: forbids.isEmpty ? permits : forbids, failed: failed,
            isUnsure: isUnsure)
    }
}
