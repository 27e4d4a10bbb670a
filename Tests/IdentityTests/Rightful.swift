import Cedar
import TestKit
import Vocabulary

@testable import Identity

/// People, places and things to decide about without a database: a province with a department, and a neighbour.
enum Rightful {
    static let now = Instant(milliseconds: 1_604_883_600_000)
    static let home: ID<Organisation> = ID("H40")

    static func organisation(_ id: String, under parent: String? = nil) -> OrganisationRecord {
        let start = Day(Rightful.now)
        let early = Day(daysSince1970: start.daysSince1970 - 1000)
        return OrganisationRecord(
            id: ID(id), kind: .department, validFrom: early, names: [],
            parents: parent.map { [Dated(ID($0), from: early)] } ?? [])
    }

    /// H40 with the departments T40 and K40, T40 with the unit P40; the neighbour H23 with T23.
    static let register = OrganisationRegister([
        organisation("H40"), organisation("T40", under: "H40"), organisation("K40", under: "H40"),
        organisation("P40", under: "T40"), organisation("H23"), organisation("T23", under: "H23"),
    ])

    static func knowledge(_ memberships: [Membership] = [], _ facts: [Relationship] = []) -> Knowledge {
        let people = Set(memberships.map(\.person)).union(facts.map { ID($0.subject) })
        return Knowledge(
            organisations: register, people: Array(people), memberships: memberships, facts: facts, home: home)
    }

    static func rights(
        _ memberships: [Membership] = [], _ facts: [Relationship] = [], at: Instant = now
    ) throws -> Rights {
        try knowledge(memberships, facts).rights(at: at, by: try Policies.engine())
    }

    static func role(
        _ role: Role, _ person: String, at organisation: String = "H40", from: Instant = now, until: Instant? = nil
    ) -> Membership {
        Membership(
            id: ID("\(person)-\(role.rawValue)-\(organisation)"), person: ID(person), organisation: ID(organisation),
            role: role, from: from, until: until)
    }

    static func fact(
        _ subject: String, _ relation: Relationship.Relation, _ object: String, from: Instant = now,
        until: Instant? = nil
    ) -> Relationship {
        Relationship(
            id: ID("\(subject)-\(relation.rawValue)-\(object)"), subject: subject, relation: relation, object: object,
            from: from, until: until)
    }

    /// Somebody of whom the facts know nothing: as a session of this node describes them.
    static func person(_ roles: Set<Role>, id: String = "me", level: Int = 1) -> Person {
        Person(
            id: ID(id), name: "Cán bộ mẫu", organisation: roles.isSubset(of: [.citizen]) ? nil : home, roles: roles,
            assurance: Assurance(level: level, methods: [], at: now))
    }

    static func named(_ id: String, level: Int = 1) -> Person { person([], id: id, level: level) }
}
