package import Vocabulary

/// The answer of `decide`: whether, and by which rule.
package struct Decision: Sendable, Hashable {
    package let allowed: Bool
    package let reason: Reason

    /// Stable names, for logs, ledger and tests. The raw value is what is written.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case openToEveryone = "open-to-everyone"
        case openToWhoeverIsSignedIn = "signed-in"
        case heldByRole = "held-by-role"
        case peerNode = "peer-node"

        case unknownAction = "unknown-action"
        case nobodySignedIn = "nobody-signed-in"
        case suspended = "suspended"
        case notForPeerNodes = "not-for-peer-nodes"
        case onlyForPeerNodes = "only-for-peer-nodes"
        case noRoleForIt = "no-role-for-it"
        case otherOrganisation = "other-organisation"
        case restrictedLabel = "restricted-label"
    }

    static func yes(_ reason: Reason) -> Decision { Decision(allowed: true, reason: reason) }
    static func no(_ reason: Reason) -> Decision { Decision(allowed: false, reason: reason) }
}

/// What the action is done to, as far as a decision can depend on it. Everything is optional: a door that shows a list
/// asks with `.none` and leaves rows to SQL.
package struct Resource: Sendable, Hashable {
    /// The organisation whose thing it is.
    package let owner: ID<Organisation>?
    /// TLP 2.0 as it is written: `TLP:RED`.
    package let label: String?
    /// The organisation at whose node the fact was made.
    package let origin: ID<Organisation>?
    package let author: ID<Person>?

    package init(
        owner: ID<Organisation>? = nil, label: String? = nil, origin: ID<Organisation>? = nil, author: ID<Person>? = nil
    ) {
        self.owner = owner
        self.label = label
        self.origin = origin
        self.author = author
    }

    package static let none = Resource()
}

/// What is true of the moment and not of the person or the thing.
package struct DecisionContext: Sendable, Hashable {
    /// Somebody whose account was suspended keeps the doors of strangers and loses the rest.
    package let isSuspended: Bool

    package init(isSuspended: Bool = false) {
        self.isSuspended = isSuspended
    }
}

/// The only authorization in the program. Pure, without input or output, cheap enough for every request.
///
/// Denied unless a line of `Policies` allows it. The roles in `principal` are those that are valid now: an expired
/// membership left them before (`Membership.roles`).
package func decide(
    _ principal: Person?, _ action: Permission, on resource: Resource = .none,
    in context: DecisionContext = DecisionContext()
) -> Decision {
    guard let policy = Policies.table[action.name] else { return .no(.unknownAction) }
    if let principal, principal.roles.contains(.peerNode) { return decideForNode(policy) }
    switch policy.who {
    case .everyone: return .yes(.openToEveryone)
    case .nodes: return .no(principal == nil ? .nobodySignedIn : .onlyForPeerNodes)
    case .signedIn, .holders: break
    }
    guard let principal else { return .no(.nobodySignedIn) }
    guard !context.isSuspended else { return .no(.suspended) }
    guard case .holders(let roles) = policy.who else { return .yes(.openToWhoeverIsSignedIn) }
    guard !roles.isDisjoint(with: principal.roles) else { return .no(.noRoleForIt) }
    return refusal(of: resource, to: principal, under: policy).map(Decision.no) ?? .yes(.heldByRole)
}

private func decideForNode(_ policy: Policy) -> Decision {
    if case .nodes = policy.who { return .yes(.peerNode) }
    return policy.alsoForNodes ? .yes(.openToEveryone) : .no(.notForPeerNodes)
}

/// Why `resource` is out of reach although the role is right; nil when it is within reach.
private func refusal(of resource: Resource, to principal: Person, under policy: Policy) -> Decision.Reason? {
    if policy.reach == .own, let owner = resource.owner, owner != principal.organisation { return .otherOrganisation }
    if Policies.isForNamedEyes(resource.label), resource.author != principal.id,
        Policies.readersOfRed.isDisjoint(with: principal.roles)
    {
        return .restrictedLabel
    }
    return nil
}
