import StrictJSON
import Vocabulary

/// What holds together for one value, and what of several may.
extension Comparison {
    /// Each rule on the side that takes must be met by one on the side that sends.
    mutating func compareRules(_ pair: WaitingPair) {
        guard let (old, new, isTakenApart) = rules(of: pair) else {
            return add("not-compared", .notCompared(pair.place))
        }
        let isRequest = pair.direction == .request
        let part = same.counting(pair.part, in: pair.before, pair.after)
        let sent = isRequest ? (pair.before, old, older) : (pair.after, new, newer)
        let beside = sent.1.count > 1 ? SentMembers(of: sent.0, sent.1, sent.2, pair.direction) : nil
        for (place, wanted) in (isRequest ? new : old).enumerated() {
            // What stands at the same place is the likeliest.
            var likely = isRequest ? old : new
            if place < likely.count { likely.swapAt(0, place) }
            let ways = likely.map { given in
                WaitingPair(
                    before: isRequest ? given : wanted, after: isRequest ? wanted : given, direction: pair.direction,
                    place: pair.place, part: part, isTakenApart: isTakenApart, beside: beside)
            }
            if ways.count == 1 { compareOne(ways[0]) } else { tryEach(ways) { $0.compareOne($1) } }
        }
    }

    /// With the parts of `allOf` on both sides, or on none: where they are the same they need not be taken apart, and
    /// too many are compared as a whole.
    private mutating func rules(
        of pair: WaitingPair
    ) -> (old: [JSONValue], new: [JSONValue], isTakenApart: Bool)? {
        guard let old = rules(of: pair.before, in: older), let new = rules(of: pair.after, in: newer) else {
            return nil
        }
        guard (old + new).contains(where: { $0["allOf"] != nil }),
            !same.areSame("items", pair.before, pair.after, pair.part),
            let parts = rules(of: pair.before, in: older, takingApart: true),
            let others = rules(of: pair.after, in: newer, takingApart: true)
        else { return (old, new, false) }
        return (parts, others, true)
    }

    /// The rules of the schema itself and those that its `$ref` leads to, each to be read without its `$ref`. Nil when
    /// references lead nowhere or without end.
    private func rules(
        of schema: JSONValue, in document: OpenAPIDocument, takingApart: Bool = false
    ) -> [JSONValue]? {
        var (rules, waiting, count) = ([JSONValue](), [schema], 0)
        while let next = waiting.popLast() {
            count += 1
            guard count <= Compatibility.referenceLimit else { return nil }
            let reference = next["$ref"]
            let isAlone = reference != nil && !document.dialect.hasRule(beside: next)
            if !isAlone { rules.append(next) }
            if takingApart, !isAlone { waiting += (next["allOf"]?.elements ?? []).reversed() }
            guard let reference else { continue }
            guard let target = reference.string.flatMap({ document.text.target(of: $0) }) else { return nil }
            waiting.append(target)
        }
        return rules
    }

    /// Goes the way on which nothing breaks, or else the one on which least does.
    private mutating func tryEach(_ ways: [WaitingPair], _ go: (inout Comparison, WaitingPair) -> Void) {
        var best: Comparison?
        for way in ways {
            let isLeft = trials < min(Compatibility.trialLimit, budget.trials)
            guard isLeft, depth < Compatibility.trialDepth else {
                return add("not-compared", .notCompared(way.place))
            }
            trials += 1
            var trial = self
            (trial.waiting, trial.next, trial.depth) = ([], 0, depth + 1)
            go(&trial, way)
            trial.settle()
            (pairs, trials, same) = (trial.pairs, trial.trials, trial.same)
            if best.map({ trial.found.count < $0.found.count }) ?? true { best = trial }
            if trial.found.count == found.count { break }
        }
        guard let best else { return }
        (found, seen) = (best.found, best.seen)
    }

    /// Each alternative that is sent must be one of those that are taken; a schema without any is one itself.
    ///
    /// - Returns: whether they can be compared so. Of `oneOf` not, unless no value can fit two of those that are taken.
    mutating func compareAlternatives(
        _ key: String, _ sent: JSONValue, _ taken: JSONValue, _ pair: WaitingPair
    ) -> Bool {
        let isRequest = pair.direction == .request
        guard let list = taken[key], let wanted = list.elements, wanted.count <= Compatibility.referenceLimit,
            key == "anyOf" || wanted.count == 1 || same.areApart(list, pair.direction)
        else { return false }
        for (place, given) in (sent[key]?.elements ?? [sent]).enumerated() {
            var likely = wanted
            if place < likely.count { likely.swapAt(0, place) }
            let ways = likely.map { wanted in
                WaitingPair(
                    before: isRequest ? given : wanted, after: isRequest ? wanted : given, direction: pair.direction,
                    place: pair.place, part: pair.part)
            }
            if ways.count == 1 { waiting.append(ways[0]) } else { tryEach(ways) { $0.compareRules($1) } }
        }
        return true
    }
}
