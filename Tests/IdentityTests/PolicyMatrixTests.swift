import Testing
import Vocabulary

@testable import Identity

@Suite("decide")
struct PolicyMatrixTests {
    /// Everything that anybody may do, spelled out. `x` is yes. A stranger has not signed in; `none` is signed in and
    /// has no role (or only roles that ended).
    static let matrix = """
        action               stranger none citizen officer lead handler administrator auditor node
        everyone             x        x    x       x       x    x       x             x       x
        signedIn             .        x    x       x       x    x       x             x       .
        design.view          x        x    x       x       x    x       x             x       .
        incidents.view       .        .    .       x       x    x       .             x       .
        incidents.report     .        .    .       x       x    x       .             .       .
        incidents.share      .        .    .       .       x    x       .             .       .
        threats.view         .        .    .       x       x    x       .             x       .
        threats.add          .        .    .       x       x    x       .             .       .
        threats.import       .        .    .       .       .    x       .             .       .
        threats.share        .        .    .       .       x    x       .             .       .
        exchange.view        .        .    .       x       x    x       x             x       .
        exchange.deliveries  .        .    .       .       x    x       .             x       .
        exchange.administer  .        .    .       .       .    .       x             .       .
        exchange.peer        .        .    .       .       .    .       .             .       x
        ledger.read          .        .    .       .       x    .       x             x       .
        ledger.checkpoint    x        x    x       x       x    x       x             x       x
        identity.people      .        .    .       .       x    .       x             x       .
        identity.administer  .        .    .       .       .    .       x             .       .
        identity.account     .        x    x       x       x    x       x             x       .
        """

    static let columns: [String: Person?] = [
        "stranger": nil, "none": person([]), "citizen": person([.citizen]), "officer": person([.officer]),
        "lead": person([.departmentLead]), "handler": person([.incidentHandler]),
        "administrator": person([.nodeAdministrator]), "auditor": person([.auditor]), "node": person([.peerNode]),
    ]

    static func person(_ roles: Set<Role>) -> Person {
        Person(id: ID("p"), name: "Cán bộ mẫu", organisation: ID("H40"), roles: roles)
    }

    static let lines = matrix.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

    @Test("every action and every role, as the matrix says", arguments: lines.dropFirst())
    func matrixHolds(line: [String]) throws {
        let header = try #require(Self.lines.first)
        #expect(line.count == header.count)
        for (column, cell) in zip(header, line).dropFirst() {
            let principal = try #require(Self.columns[column])
            let decision = decide(principal, Permission(line[0]))
            #expect(decision.allowed == (cell == "x"), "\(line[0]) by \(column): \(decision.reason.rawValue)")
        }
    }

    @Test("the matrix has a line for every policy, and a column for every role")
    func matrixIsWhole() throws {
        #expect(Set(Self.lines.dropFirst().map { $0[0] }) == Set(Policies.all.map(\.action.name)))
        #expect(Policies.table.count == Policies.all.count)
        let held = Self.columns.values.compactMap { $0 }.reduce(into: Set<Role>()) { $0.formUnion($1.roles) }
        #expect(held == Set(Role.allCases))
        #expect(Set(try #require(Self.lines.first).dropFirst()) == Set(Self.columns.keys))
    }

    @Test("a permission that no line names is denied to all", arguments: columns.keys.sorted())
    func unknownIsDenied(column: String) throws {
        let decision = decide(try #require(Self.columns[column]), Permission("incidents.delete"))
        #expect(decision == Decision(allowed: false, reason: .unknownAction))
    }

    @Test("roles add up, and a node that also claims a person's role stays a node")
    func rolesAddUp() {
        #expect(decide(Self.person([.citizen, .auditor]), Permission("ledger.read")).allowed)
        let mixed = Self.person([.peerNode, .nodeAdministrator])
        #expect(decide(mixed, Permission("identity.administer")).reason == .notForPeerNodes)
        #expect(decide(mixed, Permission("exchange.peer")).allowed)
    }

    @Test("a suspended person keeps the doors of strangers and loses the rest")
    func suspendedHasNothing() throws {
        let everyRole = Self.person(Set(Role.ofPeople))
        for policy in Policies.all {
            let decision = decide(everyRole, policy.action, in: DecisionContext(isSuspended: true))
            #expect(decision.allowed == (policy.who == .everyone), "\(policy.action.name)")
        }
    }

    @Test("what changes a thing reaches only things of one's own organisation; reading reaches what the node holds")
    func ownOrganisation() {
        let handler = Self.person([.incidentHandler])
        let ours = Resource(owner: ID("H40"))
        let theirs = Resource(owner: ID("H23"))
        for action in ["incidents.report", "incidents.share", "threats.add", "threats.share"].map(Permission.init) {
            #expect(decide(handler, action, on: ours).allowed)
            #expect(decide(handler, action, on: theirs).reason == .otherOrganisation)
        }
        #expect(decide(handler, Permission("incidents.view"), on: theirs).allowed)
    }

    @Test(
        "RED, and whatever is no label of TLP 2.0, is for lead, handler and author",
        arguments: ["TLP:RED", "tlp:red", "TLP:PINK", ""])
    func redIsForFew(label: String) {
        let view = Permission("incidents.view")
        let red = Resource(owner: ID("H40"), label: label)
        #expect(decide(Self.person([.officer]), view, on: red).reason == .restrictedLabel)
        #expect(decide(Self.person([.auditor]), view, on: red).reason == .restrictedLabel)
        #expect(decide(Self.person([.departmentLead]), view, on: red).allowed)
        #expect(decide(Self.person([.incidentHandler]), view, on: red).allowed)
        #expect(decide(Self.person([.officer]), view, on: Resource(label: label, author: ID("p"))).allowed)
        #expect(!decide(Self.person([.citizen]), view, on: Resource(label: label, author: ID("p"))).allowed)
    }

    @Test(
        "the other labels restrict nobody who may read here",
        arguments: ["TLP:CLEAR", "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT"])
    func othersAreForAll(label: String) {
        #expect(decide(Self.person([.officer]), Permission("incidents.view"), on: Resource(label: label)).allowed)
    }
}
