import Database
package import StrictJSON
package import Vocabulary

/// How this node stands in its cluster, for people, for `/exchange.json` and for the command line.
package struct ClusterStatus: Sendable {
    package let cluster: Phrase?
    package let version: Int64
    package let keeper: ID<Organisation>?
    package let members: [MemberStatus]
    /// Refused calls since the start, by code.
    package let refused: [String: Int]
    /// Objects of ours, objects that came, and what is set aside.
    package let shared: Int
    package let received: Int
    package let quarantined: Int
}

package struct MemberStatus: Sendable {
    package enum State: String, Sendable {
        case here, reachable, unreachable, unseen, left
    }

    package let organisation: ID<Organisation>
    package let name: Phrase
    package let role: MemberRole?
    package let address: String
    package let state: State
    /// When it last called us or answered us.
    package let lastSeen: Instant?
    package let rosterVersion: Int64?
    /// Facts that were released to it and that it has not confirmed.
    package let waiting: Int64
    package let acknowledged: Int64
    package let lastError: String?
}

extension Exchange {
    package func status() async throws -> ClusterStatus {
        let today = Day(now())
        let numbers = try await database.read { [self] tx in
            (
                roster: try rosters.current(in: tx)?.roster, peers: try tx.peerNumbers(),
                shared: try tx.count("exchange_fact", "came_from IS NULL"),
                received: try tx.count("exchange_fact", "came_from IS NOT NULL"),
                quarantined: try tx.count("exchange_quarantine", "1 = 1")
            )
        }
        let members = numbers.roster?.members.map { member in
            status(of: member, numbers.peers[member.organisation] ?? (0, 0), on: today)
        }
        return ClusterStatus(
            cluster: numbers.roster?.cluster, version: numbers.roster?.version ?? 0, keeper: numbers.roster?.keeper,
            members: members ?? [], refused: watch.refused, shared: numbers.shared, received: numbers.received,
            quarantined: numbers.quarantined)
    }

    private func status(of member: Member, _ numbers: (given: Int64, acked: Int64), on today: Day) -> MemberStatus {
        let seen = watch.peer(member.organisation)
        let isHere = member.organisation == home.organisation
        let state: MemberStatus.State =
            if isHere {
                .here
            } else if member.roles(on: today).isEmpty {
                .left
            } else if seen.failures > 0 {
                .unreachable
            } else {
                seen.answeredAt ?? seen.calledAt == nil ? .unseen : .reachable
            }
        return MemberStatus(
            organisation: member.organisation, name: member.name, role: member.roles(on: today).first,
            address: member.address,
            state: state, lastSeen: [seen.calledAt, seen.answeredAt].compactMap { $0 }.max(),
            rosterVersion: seen.rosterVersion,
            waiting: numbers.given - numbers.acked, acknowledged: numbers.acked, lastError: seen.lastError)
    }

    /// The name that the roster has for an organisation, or its code.
    package func name(of organisation: ID<Organisation>) -> Phrase {
        rosters.known?.roster.member(organisation)?.name ?? Phrase(name: organisation.text)
    }
}

extension ClusterStatus {
    package var json: JSON {
        [
            "cluster": cluster.map(Roster.json) ?? .null, "rosterVersion": .integer(version),
            "keeper": .string(orNull: keeper?.text),
            "shared": .integer(Int64(shared)), "received": .integer(Int64(received)),
            "quarantined": .integer(Int64(quarantined)),
            "refusedCalls": .object(
                refused.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) }),
            "members": .array(members.map(\.json)),
        ]
    }
}

extension MemberStatus {
    package var json: JSON {
        [
            "organisation": .string(organisation.text), "name": Roster.json(name),
            "role": .string(orNull: role?.rawValue),
            "address": .string(address), "state": .string(state.rawValue),
            "lastSeen": .string(orNull: lastSeen?.rfc3339),
            "rosterVersion": rosterVersion.map { .integer($0) } ?? .null, "waiting": .integer(waiting),
            "acknowledged": .integer(acknowledged),
        ]
    }
}

extension Transaction {
    func count(_ table: SQL, _ condition: SQL) throws -> Int {
        try row("SELECT COUNT(*) AS n FROM \(table) WHERE \(condition)")?.get("n") ?? 0
    }

    func peerNumbers() throws -> [ID<Organisation>: (given: Int64, acked: Int64)] {
        let rows = try rows("SELECT code, given_seq, acked_seq FROM exchange_peer")
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                (
                    try row.get("code", as: ID<Organisation>.self),
                    (try row.get("given_seq", as: Int64.self), try row.get("acked_seq", as: Int64.self))
                )
            })
    }
}
