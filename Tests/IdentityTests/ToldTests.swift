import Cedar
import Testing
import Vocabulary

@testable import Identity

@Suite("a record that tells of itself while it is decided about")
struct ToldTests {
    private static let people: [Person?] = [
        nil, Rightful.named("o", level: 1), Rightful.named("h", level: 2), Rightful.named("a", level: 2),
        Rightful.named("opener", level: 2), Rightful.person([.officer, .departmentLead], level: 2),
        Rightful.person([.citizen]),
    ]

    private static func records() -> [Resource] {
        var found: [Resource] = []
        for label in ["TLP:CLEAR", "tlp:green", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED", "TLP:PINK", nil] {
            for owner in [nil, "H40", "P40", "H23", "nowhere"] {
                for person in [nil, "o", "h", "me", "nobody"] {
                    let some = person.map { [ID<Person>($0)] } ?? []
                    for (place, kinds) in [[], ["personal"], ["meeting"], ["draft", "personal"]].enumerated() {
                        var record = Resource("incidents/1", owner: owner.map { ID($0) }, label: label)
                        record.kinds = Set(kinds)
                        if place % 2 == 0 { record.author = some.first } else { record.named = Set(some) }
                        if place > 1 { record.handlers = Set(some + [ID("x")]) }
                        record.recipients = Set([ID("T40"), ID("T23"), ID("elsewhere")].prefix(place))
                        found.append(record)
                    }
                }
            }
        }
        return found
    }

    @Test("is decided about as if all of it had been described beforehand, obligations included")
    func same() throws {
        let rights = try Rightful.rights(
            [
                Rightful.role(.officer, "o", at: "T40"), Rightful.role(.incidentHandler, "h"),
                Rightful.role(.auditor, "a"), Rightful.role(.officer, "opener", at: "K40"),
            ], [Rightful.fact("opener", .opens, "incidents/1")])
        var allowed = 0
        for record in Self.records() {
            for person in Self.people {
                for action in ["incidents.view", "incidents.report", "threats.share", "exchange.decide"] {
                    let permission = Permission(action)
                    let told = decide(person, permission, on: record, with: rights)
                    let described = try described(person, permission, record, rights)
                    #expect(told.allowed == (described.allowed && !described.isUnsure), "\(record)")
                    #expect(
                        told.policies == described.determining.places.map { rights.world.engine.policies[$0].id },
                        "\(record)")
                    for obligation in Decision.Obligation.allCases where told.allowed {
                        let asked = Permission("oblige.\(obligation.rawValue)")
                        let obliged = try self.described(person, asked, record, rights)
                        #expect(told.obligations.contains(obligation) == obliged.allowed, "\(record)")
                    }
                    if told.allowed { allowed += 1 }
                }
            }
        }
        #expect(allowed > 100)
    }

    private func described(
        _ person: Person?, _ permission: Permission, _ record: Resource, _ rights: Rights
    ) throws -> Answer {
        guard let query = rights.query(person, permission, on: record, in: DecisionContext()) else {
            throw Problem.notFound
        }
        return rights.world.decide(query)
    }
}
