import Cedar
import Vocabulary

/// A text of policies that was read, typed and tried: the engine that decides by it, or what is wrong, with its places.
struct CheckedPolicies: Sendable {
    /// Nil where there are faults.
    let engine: Engine?
    let faults: [PolicyFault]

    static let linesMax = 4000
    static let examplesMax = 500

    init(_ text: String) {
        (engine, faults) = CheckedPolicies.check(text)
    }

    private static func check(_ text: String) -> (Engine?, [PolicyFault]) {
        guard text.utf8.count <= PolicyRevision.textBytes, text.utf8.count(where: { $0 == 10 }) <= linesMax else {
            return (nil, [PolicyFault(.start, .policyTextTooLong, "policy.too-long")])
        }
        do {
            let (read, schema) = (try PolicyText(text), try Schema(PolicySchema.text))
            let typed = TypeChecker(schema).faults(in: read)
            guard typed.isEmpty else { return (nil, typed.map(PolicyFault.init)) }
            let examples = PolicyExample.all(of: read.policies)
            guard examples.count <= examplesMax else {
                return (nil, [PolicyFault(.start, .tooManyExamples, "policy.too-many-examples")])
            }
            let engine = try Engine(unchecked: read, schema)
            let faults = callFaults(read.policies) + exampleFaults(examples, read.policies, by: engine)
            return (faults.isEmpty ? engine : nil, faults)
        } catch {
            return (nil, [PolicyFault(error)])
        }
    }

    private static func exampleFaults(
        _ examples: [PolicyExample], _ policies: [CedarPolicy], by engine: Engine
    ) -> [PolicyFault] {
        let places = Dictionary(policies.map { ($0.id, $0.at) }, uniquingKeysWith: { first, _ in first })
        return examples.compactMap { example in
            let at = places[example.policy] ?? .start
            do {
                return try example.failure(by: engine).map { PolicyFault(at, $0, "policy.example-fails") }
            } catch {
                return PolicyFault(at, .exampleIsUnclear(example.text), "policy.example-unclear")
            }
        }
    }

    /// The gateway keeps a grant for each call, and its table knows beforehand who may call what: without a grant no
    /// policy lets a call through, and what only a session knows is not asked.
    private static func callFaults(_ policies: [CedarPolicy]) -> [PolicyFault] {
        let about = policies.filter(\.isAboutCalls)
        var faults = about.filter { $0.readsContext && !CallRules.shipped.contains($0.rule) }.map {
            PolicyFault($0.at, .callsHaveNoSession($0.id), "policy.call-context")
        }
        let rules = Set(about.map(\.rule))
        if let needed = CedarPolicy.callWithoutGrant, !rules.contains(needed.rule) {
            faults.append(PolicyFault(.start, .callsNeedGrants(needed.id), "policy.call-without-grant"))
        }
        if !about.contains(where: { $0.effect == .permit }) {
            faults.append(PolicyFault(.start, .noCallsAtAll, "policy.no-calls"))
        }
        return faults
    }
}

extension CedarPolicy {
    /// What the program ships so that nobody calls without a grant; it may be reworded and not be left out.
    fileprivate static let callWithoutGrant = (try? Policies.engine())?.policies.first {
        $0.id == "call-without-grant"
    }
}

extension PolicyFault {
    fileprivate init(_ at: Position, _ what: Phrase, _ code: String) {
        self.init(line: at.line, column: at.column, code: code, what: what)
    }

    init(_ error: CedarError) {
        self.init(error.at, error.message, error.code.rawValue)
    }
}
