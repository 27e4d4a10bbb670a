import Identity
import StrictJSON
import Vocabulary

/// Guests from other nodes: `truc guest …`. Whoever owns the folder may register for the whole node.
extension Control {
    static let guestVerbs = [
        Verb(name: "guest.add") { node, input in
            let name = try input.requireString("guest")
            guard let at = name.lastIndex(of: "@") else { throw Problem.conflict(.noSuchGuest(name)) }
            let roles = try (input["roles"]?.elements ?? []).map { json in
                guard let role = json.string.flatMap(Role.init) else {
                    throw Problem.conflict(.noSuchRole(json.string ?? ""))
                }
                return role
            }
            let person = try await node.identity.registerGuest(
                String(name[..<at]), of: ID(String(name[name.index(after: at)...])),
                name: try input.requireString("name"), roles: Set(roles),
                until: try requiredDay(input, "until").start.adding(days: 1),
                reason: try input.requireString("reason"), by: nil)
            return ["id": .string(person.text)]
        },
        Verb(name: "guest.list") { node, _ in
            .array(
                try await node.identity.guests().map { guest, account in
                    [
                        "guest": .string(guest.name), "name": .string(account.name),
                        "until": .string(guest.until.rfc3339), "ended": .string(orNull: guest.endedAt?.rfc3339),
                        "vouched": .string(orNull: guest.vouchedAt?.rfc3339),
                    ]
                })
        },
        Verb(name: "guest.end") { node, input in
            let name = try input.requireString("guest")
            guard let guest = try await node.identity.guest(named: name) else {
                throw Problem.conflict(.noSuchGuest(name))
            }
            try await node.identity.endGuest(guest.person, by: nil)
            return [:]
        },
    ]
}

extension Phrase {
    fileprivate static func noSuchGuest(_ name: String) -> Phrase {
        Phrase(
            vi: "Không có khách “\(name)”; tên có dạng canbo.mau@H23",
            en: "There is no guest “\(name)”; names look like canbo.mau@H23")
    }
}
