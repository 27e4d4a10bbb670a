import Exchange
import Identity
import StrictJSON
import Vocabulary
import Web

extension Control {
    static let clusterVerbs = [
        Verb(name: "cluster.create") { node, input in
            let name = try input.requireString("name")
            let roster = try await node.exchange.createCluster(
                Phrase(vi: name, en: input["nameInEnglish"]?.string ?? name))
            return [
                "cluster": .string(roster.cluster.vi), "keeper": .string(roster.keeper.text),
                "version": .integer(roster.version),
            ]
        },
        Verb(name: "cluster.invite") { node, input in
            let code = try input.requireString("organisation")
            let today = Day(node.clock())
            let known = try await node.identity.organisations()
            // By its id too, as lists have it: H42-2025.
            let id = try await node.exchange.organisation(named: code)
            guard let organisation = known[id], organisation.exists(on: today) else {
                let ended = known.ever(code).flatMap { Ending($0, in: known, on: today) }
                throw Problem.conflict(ended?.phrase ?? .noSuchOrganisation(code))
            }
            guard let role = MemberRole(rawValue: try input.requireString("role")) else {
                throw Problem.conflict(.noSuchMemberRole(try input.requireString("role")))
            }
            let invitation = try await node.exchange.invite(
                organisation.id, name: organisation.name(on: today), as: role,
                givesHistory: input["history"]?.bool ?? false)
            return ["token": .string(invitation.token), "expires": .string(invitation.expiresAt.rfc3339)]
        },
        Verb(name: "cluster.join") { node, input in
            let roster = try await node.exchange.joinSaying(try input.requireString("token"))
            return ["cluster": .string(roster.cluster.vi), "members": .integer(Int64(roster.members.count))]
        },
        Verb(name: "cluster.status") { node, _ in
            let ended = try await node.ending().map(\.json) ?? .null
            guard let standing = try await node.exchange.standing() else {
                return ["organisation": .string(node.organisation.text), "ended": ended]
            }
            let today = Day(node.clock())
            let members = standing.roster.members.map { member -> JSON in
                let answered = standing.answeredAt[member.organisation]
                return [
                    "organisation": .string(member.organisation.text), "name": .string(member.name.vi),
                    "name-en": .string(member.name.en),
                    "roles": .array(member.roles(on: today).map { .string($0.rawValue) }),
                    "address": .string(member.address),
                    "here": .bool(member.organisation == node.organisation),
                    "answered": answered.map { .string($0.rfc3339) } ?? .null,
                    "waiting": .integer(Int64(standing.waiting[member.organisation] ?? 0)),
                ]
            }
            return [
                "organisation": .string(node.organisation.text), "cluster": .string(standing.roster.cluster.vi),
                "version": .integer(standing.roster.version), "members": .array(members), "ended": ended,
            ]
        },
    ]
}

extension Ending {
    /// As `truc cluster status --json` prints it, and the sentence for people.
    fileprivate var json: JSON {
        [
            "since": "\(since)", "successors": .array(successors.map { .string($0.id.text) }),
            "name": .string(phrase.vi), "name-en": .string(phrase.en),
        ]
    }
}

extension Phrase {
    static func noSuchOrganisation(_ code: String) -> Phrase {
        Phrase(
            vi: "Không có cơ quan mang mã “\(code)” vào ngày này; xem `truc organisation list`",
            en: "No organisation has the code “\(code)” on this day; see `truc organisation list`")
    }

    static func noSuchMemberRole(_ name: String) -> Phrase {
        let roles = MemberRole.allCases.map(\.rawValue).joined(separator: ", ")
        return Phrase(
            vi: "Không có vai trò “\(name)”. Có: \(roles)", en: "There is no role “\(name)”. There are: \(roles)")
    }
}
