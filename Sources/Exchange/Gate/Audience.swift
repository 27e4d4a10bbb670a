package import Vocabulary

/// Who belongs where on one day, as the roster says it.
package struct Membership: Sendable, Hashable {
    /// Cụm: lead, deputy and members. A part of `network`.
    package let cluster: Set<ID<Organisation>>
    /// Whoever has any role on that day.
    package let network: Set<ID<Organisation>>

    package init(cluster: Set<ID<Organisation>>, network: Set<ID<Organisation>>) {
        self.cluster = cluster
        self.network = network.union(cluster)
    }
}

/// What `audience` looks at: nothing of the content.
package protocol Addressed {
    var origin: ID<Organisation> { get }
    var tlp: TLP { get }
    var recipients: Recipients { get }
}

extension Fact: Addressed {}

/// The only answer to "who may receive this": what the label allows ∩ whom the origin addressed ∩ who is a member on
/// the day, without the origin itself.
///
/// - CLEAR and GREEN: every member of the network whom the origin addressed.
/// - AMBER: the cluster if addressed, and organisations named one by one. "The whole network" is no answer to
///   "who needs to know", so under AMBER that group is empty: the national coordinator gets it only if named.
/// - AMBER+STRICT: only organisations named one by one.
/// - RED: nobody. It is told to persons in a meeting, never put into a machine feed.
package func audience(_ object: some Addressed, _ membership: Membership) -> Set<ID<Organisation>> {
    let addressed = object.recipients
    var audience: Set<ID<Organisation>>
    switch object.tlp {
    case .clear, .green:
        audience = addressed.named
        for group in addressed.groups { audience.formUnion(membership.members(of: group)) }
    case .amber:
        audience = addressed.named
        if addressed.groups.contains(.cluster) { audience.formUnion(membership.cluster) }
    case .amberStrict:
        audience = addressed.named
    case .red:
        audience = []
    }
    audience.formIntersection(membership.network)
    audience.remove(object.origin)
    return audience
}

extension Membership {
    func members(of group: Recipients.Group) -> Set<ID<Organisation>> {
        switch group {
        case .cluster: cluster
        case .network: network
        }
    }
}
