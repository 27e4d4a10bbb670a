import Testing
import Vocabulary

@testable import Identity

@Suite("Memberships")
struct MembershipTests {
    let start = Instant(milliseconds: 1_000_000)
    let end = Instant(milliseconds: 2_000_000)

    private func roles(at milliseconds: Int64, organisation: ID<Organisation> = ID("H40")) -> Person {
        let membership = Membership(
            id: ID("m"), person: ID("p"), organisation: organisation, role: .officer, from: start, until: end)
        return Person(
            id: ID("p"), name: "Cán bộ mẫu", memberships: [membership], actingIn: ID("H40"),
            at: Instant(milliseconds: milliseconds))
    }

    @Test("gives its role from its beginning until before its end")
    func begins() {
        #expect(roles(at: 999_999).roles == [])
        #expect(roles(at: 1_000_000).roles == [.officer])
        #expect(roles(at: 1_999_999).roles == [.officer])
        #expect(roles(at: 2_000_000).roles == [])
    }

    @Test("that ended opens nothing but one's own account")
    func expiredGivesNothing() throws {
        let person = roles(at: 2_000_000)
        let rights = try Rightful.rights()
        for line in Permissions.all {
            let isForAnybody = line.who == .everyone || line.who == .signedIn
            #expect(decide(person, line.action, with: rights).allowed == isForAnybody, "\(line.action.name)")
        }
    }

    @Test("in another organisation gives nothing here")
    func elsewhere() {
        let person = roles(at: 1_500_000, organisation: ID("H23"))
        #expect(person.roles == [])
        #expect(person.organisation == nil)
    }

    @Test("as a citizen is no membership of the house")
    func citizen() {
        let citizen = Membership(id: ID("m"), person: ID("p"), organisation: ID("H40"), role: .citizen, from: start)
        let person = Person(id: ID("p"), name: "Công dân mẫu", memberships: [citizen], actingIn: ID("H40"), at: end)
        #expect(person.roles == [.citizen])
        #expect(person.organisation == nil)
    }

    @Test("a node's role is never a person's, and others' memberships do not count")
    func foreign() {
        let rows = [
            Membership(id: ID("1"), person: ID("p"), organisation: ID("H40"), role: .peerNode, from: start),
            Membership(id: ID("2"), person: ID("q"), organisation: ID("H40"), role: .auditor, from: start),
        ]
        #expect(Person(id: ID("p"), name: "", memberships: rows, actingIn: ID("H40"), at: end).roles == [])
    }
}
