import Database
import Ledger
import StrictJSON
import Vocabulary

/// What becomes of rights when an organisation ends and another takes its place (sáp nhập, hợp nhất).
///
/// On 1 July 2025 Nam Định, Hà Nam and Ninh Bình became one Ninh Bình. What somebody held in the old organisation ends
/// that day, under its old name; what the rule lets through begins the same moment in the new one and says which right
/// it came from.
enum Succession {
    /// - Two or more successors: nothing goes over, for nobody can say where to.
    /// - Work goes over: officers, incident handlers, auditors.
    /// - Office does not, for three heads do not become three heads of one: leads and administrators begin anew. At the
    ///   node of the organisation that ended they go on, so that no node is left without anybody who may act.
    static func follows(_ role: Role, heirs: Int, isOfTheNode: Bool) -> Bool {
        guard heirs == 1 else { return false }
        switch role {
        case .officer, .incidentHandler, .auditor, .citizen: return true
        case .departmentLead, .unitAdministrator, .nodeAdministrator: return isOfTheNode
        case .peerNode: return false
        }
    }
}

extension Identity {
    /// The organisation in whose name this node works on the day: its own, or the one that took its place.
    func present(at now: Instant, in tx: any Transaction) throws -> ID<Organisation> {
        let heirs = try OrganisationStore.all(in: tx).current(of: settings.organisation, on: Day(now))
        return heirs.count == 1 ? heirs.first?.id ?? settings.organisation : settings.organisation
    }

    /// Whose administrators are this node's: its own organisation's and those of the one in its place.
    func administrators(at now: Instant, in tx: any Transaction) throws -> Set<ID<Person>> {
        try administratedOrganisations(at: now, in: tx).reduce(into: []) { found, organisation in
            found.formUnion(try PeopleStore.administrators(of: organisation, at: now, in: tx))
        }
    }

    func administratedOrganisations(at now: Instant, in tx: any Transaction) throws -> Set<ID<Organisation>> {
        Set([settings.organisation, try present(at: now, in: tx)])
    }

    /// Takes rights and posts over from organisations that have ended. Returns how many; what was done once is done.
    @discardableResult
    func followSuccessions(at now: Instant, limit: Int = 500, in tx: any Transaction) throws -> Int {
        let ended = try SuccessionStore.endedWithPeople(on: Day(now), in: tx)
        guard !ended.isEmpty else { return 0 }
        let register = try OrganisationStore.all(in: tx)
        var done = 0
        for id in ended {
            guard let record = register[id], let end = record.validUntil else { continue }
            let heirs = register.current(of: id, on: Day(now)).map(\.id)
            for membership in try SuccessionStore.memberships(of: id, after: end.start, limit: limit, in: tx) {
                try follow(membership, heirs, end.start, at: now, in: tx)
                done += 1
            }
            guard heirs.count == 1, let heir = heirs.first else { continue }
            for post in try SuccessionStore.posts(in: id, after: end.start, limit: limit, in: tx) {
                try follow(post, heir, end.start, at: now, in: tx)
                done += 1
            }
        }
        return done
    }

    private func follow(
        _ old: Membership, _ heirs: [ID<Organisation>], _ end: Instant, at now: Instant, in tx: any Transaction
    ) throws {
        let moment = max(end, old.from)
        try SuccessionStore.end(old.id, at: moment, in: tx)
        let isOfTheNode = old.organisation == settings.organisation
        let goesOver = Succession.follows(old.role, heirs: heirs.count, isOfTheNode: isOfTheNode)
        var fact: JSON = [
            "person": "\(old.person)", "role": .string(old.role.rawValue), "from": "\(old.organisation)",
            "at": .string(moment.rfc3339), "to": nil,
        ]
        if goesOver, let heir = heirs.first {
            let new = Membership(
                id: ID(newID()), person: old.person, organisation: heir, role: old.role, from: moment, until: old.until)
            try PeopleStore.insert(new, in: tx)
            try SuccessionStore.mark(new.id, succeeds: old.id, in: tx)
            fact["to"] = "\(heir)"
        }
        try SessionStore.renewSoon(of: old.person, in: tx)
        try PeopleStore.touch(old.person, at: now, in: tx)
        try outbox.record(
            goesOver ? "identity.role-succeeded" : "identity.role-not-succeeded", fact, subject: old.person.text,
            at: now, in: tx)
    }

    private func follow(
        _ old: Post, _ heir: ID<Organisation>, _ end: Instant, at now: Instant, in tx: any Transaction
    ) throws {
        let moment = max(end, old.from)
        let new = Post(
            id: ID(newID()), person: old.person, organisation: heir, from: moment, until: old.until, hasBegun: true,
            hasEnded: false, succeeds: old.id)
        try PostStore.end(old.id, at: moment, in: tx)
        try PostStore.mark(old.id, begun: true, ended: true, in: tx)
        try PostStore.insert(new, in: tx)
        try PeopleStore.setHome(heir, of: old.person, at: now, in: tx)
    }
}

enum SuccessionStore {
    /// Organisations that exist no more and in which somebody still holds something.
    static func endedWithPeople(on day: Day, in tx: any Transaction) throws -> [ID<Organisation>] {
        try tx.rows(
            """
            SELECT o.id AS id FROM identity_organisation o WHERE o.valid_until <= \(day) AND (EXISTS
            (SELECT 1 AS one FROM identity_membership m WHERE m.organisation = o.id
            AND (m.valid_until IS NULL OR m.valid_until > \(day.start)))
            OR EXISTS (SELECT 1 AS one FROM identity_post p WHERE p.organisation = o.id AND p.ended = 0)) ORDER BY o.id
            """
        ).map { try $0.get("id") }
    }

    static func memberships(
        of organisation: ID<Organisation>, after end: Instant, limit: Int, in tx: any Transaction
    ) throws -> [Membership] {
        try tx.rows(
            """
            SELECT * FROM identity_membership WHERE organisation = \(organisation)
            AND (valid_until IS NULL OR (valid_until > \(end) AND valid_until > valid_from))
            ORDER BY valid_from, id LIMIT \(limit)
            """
        ).map { try Membership($0) }
    }

    static func posts(
        in organisation: ID<Organisation>, after end: Instant, limit: Int, in tx: any Transaction
    ) throws -> [Post] {
        try tx.rows(
            """
            SELECT * FROM identity_post WHERE organisation = \(organisation) AND begun = 1 AND ended = 0
            AND (valid_until IS NULL OR valid_until > \(end)) ORDER BY valid_from, id LIMIT \(limit)
            """
        ).map { try Post($0) }
    }

    static func end(_ id: ID<Membership>, at moment: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_membership SET valid_until = \(moment) WHERE id = \(id)")
        try RelationshipStore.change("membership-succeeded", at: moment, in: tx)
    }

    static func mark(_ id: ID<Membership>, succeeds old: ID<Membership>, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_membership SET succeeds = \(old) WHERE id = \(id)")
    }
}
