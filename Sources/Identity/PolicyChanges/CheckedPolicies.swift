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
            return (nil, [PolicyFault(.start, .policyTextTooLong)])
        }
        do {
            let (read, schema) = (try PolicyText(text), try Schema(PolicySchema.text))
            let typed = TypeChecker(schema).faults(in: read)
            guard typed.isEmpty else { return (nil, typed.map(PolicyFault.init)) }
            let examples = PolicyExample.all(of: read.policies)
            guard examples.count <= examplesMax else { return (nil, [PolicyFault(.start, .tooManyExamples)]) }
            let engine = try Engine(unchecked: read, schema)
            let faults = callFaults(read.policies) + exampleFaults(examples, read.policies, by: engine)
            return (faults.isEmpty ? engine : nil, faults)
        } catch let error as CedarError {
            return (nil, [PolicyFault(error)])
        } catch {
            return (nil, [PolicyFault(.start, .policyTextTooLong)])
        }
    }

    private static func exampleFaults(
        _ examples: [PolicyExample], _ policies: [CedarPolicy], by engine: Engine
    ) -> [PolicyFault] {
        let places = Dictionary(policies.map { ($0.id, $0.at) }, uniquingKeysWith: { first, _ in first })
        return examples.compactMap { example in
            let at = places[example.policy] ?? .start
            do {
                return try example.failure(by: engine).map { PolicyFault(at, $0) }
            } catch {
                return PolicyFault(at, .exampleIsUnclear(example.text))
            }
        }
    }

    /// The gateway lets calls through by the grants alone: a text that said anything else about them would have no
    /// force there. What the program ships about calls stays; the rest says of whom else it speaks.
    private static func callFaults(_ policies: [CedarPolicy]) -> [PolicyFault] {
        let shipped = ((try? Policies.engine().policies) ?? []).filter(\.isAboutCalls)
        let rules = Set(shipped.map(\.rule))
        let changed = policies.filter { $0.isAboutCalls && !rules.contains($0.rule) }
        guard changed.isEmpty else { return changed.map { PolicyFault($0.at, .callsFollowGrants) } }
        let permits = shipped.filter { $0.effect == .permit }.map(\.rule)
        return Set(permits).isSubset(of: policies.map(\.rule)) ? [] : [PolicyFault(.start, .callsFollowGrants)]
    }
}

extension CedarPolicy {
    fileprivate static let call = EntityUID("Action", "exchange.call")

    /// Whether its scope lets a call of a service through.
    fileprivate var isAboutCalls: Bool {
        let isAction =
            switch scope.action {
            case .equals(let action), .within(let action): action == CedarPolicy.call
            case .withinAny(let actions): actions.contains(CedarPolicy.call)
            case .any, .ofType, .ofTypeWithin: true
            }
        return isAction && scope.principal.may(be: "Service") && scope.resource.may(be: "Operation")
    }

    /// What it says, without its annotations.
    fileprivate var rule: String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { $0.hasPrefix("@") }.joined(separator: "\n")
    }
}

extension CedarPolicy.Target {
    /// Services and operations stand below nothing, so what is within something of another type is none of them.
    fileprivate func may(be type: TypeName) -> Bool {
        switch self {
        case .any: true
        case .equals(let uid), .within(let uid): uid.type == type
        case .withinAny(let uids): uids.contains { $0.type == type }
        case .ofType(let name), .ofTypeWithin(let name, _): name == type
        }
    }
}

extension PolicyFault {
    fileprivate init(_ at: Position, _ what: Phrase) {
        self.init(line: at.line, column: at.column, what: what)
    }

    init(_ error: CedarError) {
        self.init(error.at, error.message)
    }
}
