package import Vocabulary

/// A fact that may go to one peer, and why. Only `Gate.release` makes one: what encodes, exports or delivers takes
/// nothing else, so a way around the gate does not compile.
package struct Released: Sendable, Hashable {
    package let fact: Fact
    package let peer: ID<Organisation>
    package let rule: ReleaseRule

    fileprivate init(fact: Fact, peer: ID<Organisation>, rule: ReleaseRule) {
        self.fact = fact
        self.peer = peer
        self.rule = rule
    }
}

/// Why something may go out. The raw value stands in the delivery ledger.
package enum ReleaseRule: String, Sendable, Hashable, CaseIterable {
    /// `audience` says so.
    case audience
    /// `audience` says so, and the peer was given the past when it was invited.
    case history
    /// It withdraws something that the peer already has.
    case revocation
}

/// The one way out of the node.
package struct Gate: Sendable {
    /// The organisation of this node.
    let home: ID<Organisation>
    /// Who is a member now.
    let membership: Membership

    package init(home: ID<Organisation>, membership: Membership) {
        self.home = home
        self.membership = membership
    }

    /// The fact for that peer, or nil when it may not have it.
    ///
    /// Only the origin lets its own facts out. RED never passes. A revocation passes to whoever holds the object and is
    /// still a member, whatever today's audience is.
    package func release(
        _ fact: Fact, to peer: ID<Organisation>, by rule: ReleaseRule = .audience, alreadyHolds: Bool = false
    ) -> Released? {
        guard fact.origin == home, fact.tlp != .red, membership.network.contains(peer), peer != home else { return nil }
        switch rule {
        case .audience, .history:
            guard audience(fact, membership).contains(peer) else { return nil }
        case .revocation:
            guard fact.isRevocation, alreadyHolds else { return nil }
        }
        return Released(fact: fact, peer: peer, rule: rule)
    }

    /// Everybody who may have the fact now. `holders` already have a version of the object.
    func release(_ fact: Fact, holders: Set<ID<Organisation>>) -> [Released] {
        let entitled = audience(fact, membership)
        let released = entitled.compactMap { release(fact, to: $0) }
        guard fact.isRevocation else { return released }
        return released
            + holders.subtracting(entitled).compactMap { release(fact, to: $0, by: .revocation, alreadyHolds: true) }
    }
}
