import Cedar
import Vocabulary

/// Examples of calls between services: `service exchange.call granted me of T40 by H23 kind personal -> no`.
///
/// `granted me` is a grant in force, `of` the provider and `by` the caller's organisation (both are H40 unless said),
/// `service` the version as X-Road names it, `name` the operation, `kind` the class of data.
extension PolicyExample {
    struct CallQuestion {
        var isGranted = false
        var provider = PolicyExample.home
        var owner = PolicyExample.home
        var service = "units-v1"
        var name = "list-units"
        var kind: String?
        var isAllowed = false

        var call: ServiceCall {
            ServiceCall(
                caller: "me", of: owner, operation: name, named: name, service: service, of: provider, kind: kind)
        }
    }

    var isAboutCalls: Bool { text.hasPrefix("service ") }

    /// What it asks, taken apart; nil when it is not written like one.
    var callQuestion: CallQuestion? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 4, words.count.isMultiple(of: 2), words[1] == "exchange.call",
            words[words.count - 2] == "->", ["yes", "no"].contains(words[words.count - 1])
        else { return nil }
        var found = CallQuestion(isAllowed: words.last == "yes")
        for place in stride(from: 2, to: words.count - 2, by: 2) {
            let value = words[place + 1]
            switch words[place] {
            case "granted": found.isGranted = value == "me"
            case "of": found.provider = ID(value)
            case "by": found.owner = ID(value)
            case "service": found.service = value
            case "name": found.name = value
            case "kind": found.kind = value
            default: return nil
            }
        }
        return found
    }

    /// By which policy the answer is another than the example says; nil when it is not.
    func callFailure(_ question: CallQuestion, by engine: Engine) throws -> String? {
        let rules = try CallRules(
            Knowledge(organisations: PolicyExample.register, home: PolicyExample.home), at: PolicyExample.now,
            by: engine, number: 0)
        let decision = rules.decide(question.call, isGranted: question.isGranted)
        return decision.allowed == question.isAllowed ? nil : decision.reason
    }
}
