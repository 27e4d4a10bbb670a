/// What must be true of a resource that is not known yet, over its attributes: a policy as a question to a table.
///
/// Every atom is plainly true or false; where an attribute is absent, `absent` is true, and so are `lacking` and
/// `empty`: there is nothing in it. All others are false.
package indirect enum Condition: Sendable, Hashable {
    case always, never
    case all([Condition])
    case any([Condition])
    /// The attribute is there and is one of these.
    case oneOf(Leaf, [Datum])
    /// The attribute is there and is none of these.
    case noneOf(Leaf, [Datum])
    case present(Leaf)
    case absent(Leaf)
    /// The attribute is a set that has one of these.
    case having(Leaf, [Datum])
    /// The attribute is a set that has none of these.
    case lacking(Leaf, [Datum])
    case empty(Leaf)
    case filled(Leaf)

    package enum Leaf: Sendable, Hashable {
        /// The resource itself, by its id.
        case itself
        case attribute(String)
    }

    static func allOf(_ parts: [Condition]) -> Condition {
        var kept: [Condition] = []
        for part in parts {
            switch part {
            case .always: continue
            case .never: return .never
            case .all(let inner): for part in inner where !kept.contains(part) { kept.append(part) }
            default: if !kept.contains(part) { kept.append(part) }
            }
        }
        guard kept.count > 1 else { return kept.first ?? .always }
        let there = Set(kept.compactMap(\.needed))
        if kept.contains(where: { if case .absent(let leaf) = $0 { there.contains(leaf) } else { false } }) {
            return .never
        }
        // What says something of an attribute says that it is there.
        let saying = Set(kept.compactMap { $0.isPresence ? nil : $0.needed })
        kept.removeAll { if case .present(let leaf) = $0 { saying.contains(leaf) } else { false } }
        return kept.count > 1 ? .all(kept) : kept.first ?? .always
    }

    static func anyOf(_ parts: [Condition]) -> Condition {
        var kept: [Condition] = []
        for part in parts {
            switch part {
            case .never: continue
            case .always: return .always
            case .any(let inner): for part in inner where !kept.contains(part) { kept.append(part) }
            default: if !kept.contains(part) { kept.append(part) }
            }
        }
        guard kept.count > 1 else { return kept.first ?? .never }
        let absent: [Leaf] = kept.compactMap { if case .absent(let leaf) = $0 { leaf } else { nil } }
        if absent.contains(where: { kept.contains(.present($0)) }) { return .always }
        return .any(kept)
    }

    private var isPresence: Bool {
        if case .present = self { true } else { false }
    }

    /// The attribute without which this is false.
    private var needed: Leaf? {
        switch self {
        case .oneOf(let leaf, _), .noneOf(let leaf, _), .present(let leaf), .having(let leaf, _), .filled(let leaf):
            leaf
        case .always, .never, .all, .any, .absent, .lacking, .empty: nil
        }
    }

    /// True exactly where this one is false.
    var complement: Condition {
        switch self {
        case .always: .never
        case .never: .always
        case .all(let parts): .anyOf(parts.map(\.complement))
        case .any(let parts): .allOf(parts.map(\.complement))
        case .oneOf(let leaf, let data): .anyOf([.absent(leaf), .noneOf(leaf, data)])
        case .noneOf(let leaf, let data): .anyOf([.absent(leaf), .oneOf(leaf, data)])
        case .present(let leaf): .absent(leaf)
        case .absent(let leaf): .present(leaf)
        case .having(let leaf, let data): .lacking(leaf, data)
        case .lacking(let leaf, let data): .having(leaf, data)
        case .empty(let leaf): .filled(leaf)
        case .filled(let leaf): .empty(leaf)
        }
    }
}

/// Something in a policy that cannot become a question to a table.
package struct NotATableQuestion: Error, Sendable, Hashable {
    package let policy: String
    package let why: String

    package init(policy: String, why: String) {
        self.policy = policy
        self.why = why
    }
}
