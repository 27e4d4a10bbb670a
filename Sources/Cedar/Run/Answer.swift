/// Which of the policies of an engine, by their places.
package struct PolicyMask: Sendable, Hashable {
    private var bits: UInt128 = 0

    package init() {}

    private init(bits: UInt128) { self.bits = bits }

    package mutating func insert(_ place: Int) { bits |= 1 &<< UInt128(place) }
    func union(_ other: PolicyMask) -> PolicyMask { PolicyMask(bits: bits | other.bits) }
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
    package mutating func answer(_ tell: Tell = Evaluation.nothing) -> Answer {
        let reach = engine.plan.reach(of: action)
        let forbids = found(reach.forbids, tell)
        return Answer(forbids, found(reach.permits, tell))
    }

    /// The same answer, but for `failed`: where a forbid holds, nobody asks who would have permitted it.
    package mutating func shortAnswer(_ tell: Tell = Evaluation.nothing) -> Answer {
        let reach = engine.plan.reach(of: action)
        let forbids = found(reach.forbids, tell)
        return Answer(forbids, forbids.holding.isEmpty ? found(reach.permits, tell) : Found())
    }

    /// Whether the same question about another action is answered with yes. Permits come first: of what is asked so
    /// (obligations), little is permitted.
    package mutating func allows(_ action: Handle, _ tell: Tell = Evaluation.nothing) -> Bool {
        let asked = self.action
        self.action = action.number
        defer { self.action = asked }
        let reach = engine.plan.reach(of: action.number)
        return isAnyHolding(reach.permits, tell) && !isAnyHolding(reach.forbids, tell)
    }

    /// What becomes of some rules.
    fileprivate struct Found {
        var holding = PolicyMask()
        var failing = PolicyMask()
    }

    private mutating func found(_ places: Range<Int>, _ tell: Tell) -> Found {
        let types = types
        var found = Found()
        for place in places {
            let rule = engine.plan.rules[place]
            do throws(Fault) {
                if try holds(rule, types, tell) { found.holding.insert(rule.policy) }
            } catch { found.failing.insert(rule.policy) }
        }
        return found
    }

    private mutating func isAnyHolding(_ places: Range<Int>, _ tell: Tell) -> Bool {
        let types = types
        for place in places where (try? holds(engine.plan.rules[place], types, tell)) == true { return true }
        return false
    }

    private var types: (principal: Int32, resource: Int32) { (cell(principal).type, cell(resource).type) }

    @inline(__always)
    private mutating func holds(
        _ rule: Plan.Rule, _ types: (principal: Int32, resource: Int32), _ tell: Tell
    ) throws(Fault) -> Bool {
        guard rule.principalType < 0 || rule.principalType == types.principal,
            rule.resourceType < 0 || rule.resourceType == types.resource
        else { return false }
        return lacks(rule.need, tell) ? false : try holds(rule.start, tell)
    }
}

extension Answer {
    fileprivate init(_ forbids: Evaluation.Found, _ permits: Evaluation.Found) {
        allowed = forbids.holding.isEmpty && !permits.holding.isEmpty
        determining = forbids.holding.isEmpty ? permits.holding : forbids.holding
        failed = forbids.failing.union(permits.failing)
        isUnsure = !forbids.failing.isEmpty
    }
}
