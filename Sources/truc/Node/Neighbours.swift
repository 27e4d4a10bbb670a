import Exchange
import Identity
import Incidents
import Threats
import Vocabulary

/// What the rooms of the top floor ask of the axis: closures, so that they know no more of it than this.
extension Incidents.Neighbours {
    init(_ exchange: Exchange, _ identity: Identity, now: @escaping Clock) {
        self.init(
            publish: { drafts, tx in try exchange.publish(drafts, in: tx) },
            ring: { exchange.ring() },
            members: { try await exchange.otherMembersOfToday().map(Receiver.init) },
            whoReceives: { label, recipients in try await exchange.whoReceives(label, recipients).map(Receiver.init) },
            whoHas: { fact in
                try await exchange.holders(of: fact).map { member, delivery in
                    Delivery(
                        to: Receiver(member), takenAt: delivery.acknowledgedAt,
                        checkpoint: delivery.checkpoint.map { String($0.prefix(12)) })
                }
            },
            profile: { organisation in
                let known = try await identity.organisations()
                return known[organisation].map { OrganisationProfile(name: $0.name(on: Day(now())).vi) }
            }, person: { login in try await identity.colleague(login)?.id },
            names: { try await identity.names(of: $0) })
    }
}

extension Threats.Neighbours {
    init(_ exchange: Exchange, _ identity: Identity) {
        self.init(
            publish: { drafts, tx in try exchange.publish(drafts, in: tx) },
            ring: { exchange.ring() },
            members: { try await exchange.otherMembersOfToday().map(ThreatReader.init) },
            reachesAnybody: { label, recipients in try await !exchange.whoReceives(label, recipients).isEmpty },
            whoHas: { fact in
                try await exchange.holders(of: fact).map { member, delivery in
                    ThreatDelivery(
                        to: ThreatReader(member), takenAt: delivery.acknowledgedAt,
                        checkpoint: delivery.checkpoint.map { String($0.prefix(12)) })
                }
            }, names: { try await identity.names(of: $0) })
    }
}

extension Receiver {
    fileprivate init(_ member: Member) {
        self.init(id: member.organisation, name: member.name)
    }
}

extension ThreatReader {
    fileprivate init(_ member: Member) {
        self.init(id: member.organisation, name: member.name)
    }
}
