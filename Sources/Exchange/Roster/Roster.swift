import Crypto
package import StrictJSON
package import Vocabulary

/// Who is in the network, what each is and how each is reached: one version of the document that the keeper signs.
///
/// The canonical JSON (RFC 8785) is what is hashed and signed. Every version names the hash of the one before it, so a
/// node that knows version 3 can prove that version 7 grew out of it.
package struct Roster: Sendable {
    package let cluster: Phrase
    /// The organisation that keeps the roster: it alone signs new versions.
    package let keeper: ID<Organisation>
    /// From 1.
    package let version: Int64
    /// SHA-256 of the canonical bytes of the version before; nil in the first.
    package let previous: [UInt8]?
    package let issuedAt: Instant
    /// Sorted by organisation code; codes and keys are unique.
    package let members: [Member]

    package init(
        cluster: Phrase, keeper: ID<Organisation>, version: Int64, previous: [UInt8]?, issuedAt: Instant,
        members: [Member]
    ) {
        self.cluster = cluster
        self.keeper = keeper
        self.version = version
        self.previous = previous
        self.issuedAt = issuedAt
        self.members = members.sorted { $0.organisation.text < $1.organisation.text }
    }

    package func member(_ organisation: ID<Organisation>) -> Member? {
        members.first { $0.organisation == organisation }
    }

    func member(keyID: String) -> Member? {
        members.first { $0.keyID == keyID }
    }

    /// Who belongs where on that day.
    package func membership(on day: Day) -> Membership {
        var cluster: Set<ID<Organisation>> = []
        var network: Set<ID<Organisation>> = []
        for member in members {
            let roles = member.roles(on: day)
            if !roles.isEmpty { network.insert(member.organisation) }
            if roles.contains(where: \.isInCluster) { cluster.insert(member.organisation) }
        }
        return Membership(cluster: cluster, network: network)
    }

    /// The next version, with `member` in it; whoever had its organisation code before is replaced.
    func adding(_ member: Member, after hash: [UInt8], at now: Instant) -> Roster {
        Roster(
            cluster: cluster, keeper: keeper, version: version + 1, previous: hash, issuedAt: now,
            members: members.filter { $0.organisation != member.organisation } + [member])
    }
}

extension Roster {
    static let kind = "truc-roster-1"

    var json: JSON {
        [
            "kind": .string(Roster.kind), "cluster": Roster.json(cluster), "keeper": .string(keeper.text),
            "version": .integer(version),
            "previous": .string(previous.map(Hex.encode) ?? ""), "issuedAt": .string(issuedAt.rfc3339),
            "members": .array(members.map(\.json)),
        ]
    }

    static func json(_ phrase: Phrase) -> JSON { ["vi": .string(phrase.vi), "en": .string(phrase.en)] }
}

extension Member {
    var json: JSON {
        var json: JSON = [
            "organisation": .string(organisation.text), "name": Roster.json(name), "address": .string(address),
            "key": .string(keyID),
            "tlsPin": .string(tlsPin), "history": .bool(receivesHistory),
            "roles": .array(
                roles.map { appointment in
                    [
                        "role": .string(appointment.role.rawValue), "from": .string(appointment.from.description),
                        "until": .string(appointment.until?.description ?? ""),
                    ]
                }),
        ]
        // Absent rather than empty: a roster of before has the same bytes.
        if let gateway { json["gateway"] = gateway.json }
        return json
    }
}
