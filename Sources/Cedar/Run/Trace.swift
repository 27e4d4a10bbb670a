import Synchronization

/// What a decision looked at, for explaining it. Decisions that nobody asks about run without one.
package final class Trace: Sendable {
    private let seen = Mutex(Seen())

    private struct Seen {
        var memberships: [(Int32, Int32)] = []
        var attributes: [(Int32, Int32)] = []
    }

    func met(_ entity: Int32, _ ancestor: Int32) {
        seen.withLock { $0.memberships.append((entity, ancestor)) }
    }

    func read(_ entity: Int32, _ attribute: Int32) {
        seen.withLock { $0.attributes.append((entity, attribute)) }
    }

    var memberships: [(Int32, Int32)] { seen.withLock { $0.memberships } }
    var attributes: [(Int32, Int32)] { seen.withLock { $0.attributes } }
}

/// An answer with the facts that each deciding policy used.
package struct Explanation: Sendable {
    package struct Reason: Sendable {
        package let policy: CedarPolicy
        /// Who was found to be in what, with the chain of parents that makes it so.
        package let chains: [[EntityUID]]
        /// Which attributes of which entities were there and looked at.
        package let read: [Attribute]
    }

    package struct Attribute: Sendable, Hashable {
        package let entity: EntityUID
        package let name: String
    }

    package let answer: Answer
    package let reasons: [Reason]
}

extension World {
    /// Decides again, policy by policy, and keeps what each looked at.
    package func explain(_ query: borrowing Query) -> Explanation {
        let answer = decide(query.copy())
        let reasons = answer.determining.places.map { place in
            let trace = Trace()
            var evaluation = Evaluation(query.copy(), trace: trace)
            _ = try? evaluation.truth(engine.rules[place].root, Evaluation.nothing)
            var chains: [[EntityUID]] = []
            for (entity, ancestor) in trace.memberships {
                let chain = chain(from: entity, to: ancestor, query).map { query.known.name($0) }
                if !chains.contains(chain) { chains.append(chain) }
            }
            var read: [Explanation.Attribute] = []
            for (entity, attribute) in trace.attributes {
                let one = Explanation.Attribute(entity: query.known.name(entity), name: symbols.text(attribute))
                if !read.contains(one) { read.append(one) }
            }
            return Explanation.Reason(policy: engine.policies[place], chains: chains, read: read)
        }
        return Explanation(answer: answer, reasons: reasons)
    }

    /// The shortest way up, both ends included.
    private func chain(from entity: Int32, to ancestor: Int32, _ query: borrowing Query) -> [Int32] {
        var cameFrom: [Int32: Int32] = [entity: entity]
        var waiting = [entity]
        var next = 0
        while next < waiting.count, cameFrom[ancestor] == nil {
            for parent in query.known.line(query.known.cell(waiting[next]).parents) where cameFrom[parent] == nil {
                cameFrom[parent] = waiting[next]
                waiting.append(parent)
            }
            next += 1
        }
        var chain = [ancestor]
        while let last = chain.last, let before = cameFrom[last], before != last { chain.append(before) }
        return chain.reversed()
    }
}
