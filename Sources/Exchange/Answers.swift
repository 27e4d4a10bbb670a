import Database
package import Vocabulary

/// What the rooms above and the commands ask of the exchange.
extension Exchange {
    /// Whether a node belongs to a cluster, and what it knows of it.
    package struct Standing: Sendable {
        package let roster: Roster
        /// When each of the others last answered us; nil for those that have not since this node started.
        package let answeredAt: [ID<Organisation>: Instant]
        /// How many facts each of the others still has to fetch.
        package let waiting: [ID<Organisation>: Int]
    }

    /// Nil until the node has founded or joined a cluster.
    package func standing() async throws -> Standing? {
        guard let roster = try await roster()?.roster else { return nil }
        let waiting = try await database.read { tx in
            try tx.rows("SELECT code, given_seq - acked_seq AS waiting FROM exchange_peer").map { row in
                (ID<Organisation>(try row.get("code")), try row.get("waiting", as: Int.self))
            }
        }
        let answered = roster.members.compactMap { member in
            watch.peer(member.organisation).answeredAt.map { (member.organisation, $0) }
        }
        return Standing(
            roster: roster, answeredAt: Dictionary(answered, uniquingKeysWith: { first, _ in first }),
            waiting: Dictionary(waiting, uniquingKeysWith: { first, _ in first }))
    }

    /// Everybody on today's roster but this node.
    package func otherMembersOfToday() async throws -> [Member] {
        guard let roster = try await roster()?.roster else { return [] }
        let network = roster.membership(on: Day(now())).network
        return roster.members.filter { network.contains($0.organisation) && $0.organisation != home.organisation }
    }

    /// Who would be given something with this label and these addressees now.
    package func whoReceives(_ tlp: TLP, _ recipients: Recipients) async throws -> [Member] {
        guard let roster = try await roster()?.roster else { return [] }
        let draft = Question(origin: home.organisation, tlp: tlp, recipients: recipients)
        let entitled = audience(draft, roster.membership(on: Day(now())))
        return roster.members.filter { entitled.contains($0.organisation) }
    }

    /// Who was given the newest version that anybody got of a fact that this node published.
    package func holders(of fact: String) async throws -> [(member: Member, delivery: DeliveryRecord)] {
        guard let roster = try await roster()?.roster else { return [] }
        let records = try await deliveries(of: fact)
        return records.filter { $0.version == records.last?.version }.compactMap { record in
            roster.member(record.peer).map { (member: $0, delivery: record) }
        }
    }
}

private struct Question: Addressed {
    let origin: ID<Organisation>
    let tlp: TLP
    let recipients: Recipients
}

extension Invitation {
    /// Whose invitation a token is: a fresh node becomes that organisation's.
    package static func organisation(of token: String) throws(Problem) -> ID<Organisation> {
        do {
            return try InvitationToken(token).organisation
        } catch {
            throw error.problem
        }
    }
}
