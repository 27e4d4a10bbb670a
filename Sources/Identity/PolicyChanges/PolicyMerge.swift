import Cedar
import Vocabulary

/// A new release's policies over those that a node changed: policy by policy, by id.
///
/// What the node left as it was shipped follows the release; what it changed, added or took away stays so.
enum PolicyMerge {
    static func merged(shipped old: String, changed: String, release new: String) throws -> String {
        guard changed != old else { return new }
        let (before, ours, theirs) = (try PolicyText(old), try PolicyText(changed), try PolicyText(new))
        func texts(_ text: PolicyText) -> [String: String] {
            Dictionary(text.policies.map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
        }
        let (was, mine, comes) = (texts(before), texts(ours), texts(theirs))
        var kept: [String] = []
        for policy in theirs.policies {
            guard let changed = mine[policy.id] else {
                if was[policy.id] == nil { kept.append(policy.text) }
                continue
            }
            kept.append(changed == was[policy.id] ? policy.text : changed)
        }
        for policy in ours.policies where comes[policy.id] == nil {
            if was[policy.id] != policy.text { kept.append(policy.text) }
        }
        return kept.joined(separator: "\n\n") + "\n"
    }

    /// The prohibitions that a node added or changed.
    static func forbids(shipped old: String, changed: String) throws -> [CedarPolicy] {
        let known = Set(try PolicyText(old).policies.map(\.text))
        return try PolicyText(changed).policies.filter { $0.effect == .forbid && !known.contains($0.text) }
    }

    /// A text with one policy more, in place of the one of its name if there is one.
    static func adding(_ policy: CedarPolicy, to text: String) throws -> String {
        let policies = try PolicyText(text).policies
        guard policy.annotations["id"] != nil, policies.contains(where: { $0.id == policy.id }) else {
            return text + "\n" + policy.text + "\n"
        }
        return policies.map { $0.id == policy.id ? policy.text : $0.text }.joined(separator: "\n\n") + "\n"
    }
}
