import Testing
import Vocabulary

@testable import Identity

@Suite("decide")
struct PolicyMatrixTests {
    /// Everything that anybody may do, spelled out. `x` is yes. A stranger has not signed in; `none` is signed in and
    /// has no role (or only roles that ended).
    static let matrix = """
        action               stranger none citizen officer lead handler administrator auditor unit node
        everyone             x        x    x       x       x    x       x             x       x    x
        signedIn             .        x    x       x       x    x       x             x       x    .
        design.view          x        x    x       x       x    x       x             x       x    .
        incidents.view       .        .    .       x       x    x       .             x       .    .
        incidents.report     .        .    .       x       x    x       .             .       .    .
        incidents.share      .        .    .       .       x    x       .             .       .    .
        threats.view         .        .    .       x       x    x       .             x       .    .
        threats.add          .        .    .       x       x    x       .             .       .    .
        threats.import       .        .    .       .       .    x       .             .       .    .
        threats.share        .        .    .       .       x    x       .             .       .    .
        exchange.view        .        .    .       x       x    x       x             x       .    .
        exchange.deliveries  .        .    .       .       x    x       .             x       .    .
        exchange.administer  .        .    .       .       .    .       x             .       .    .
        exchange.peer        .        .    .       .       .    .       .             .       .    x
        exchange.catalogue   .        .    .       x       x    x       x             x       x    .
        exchange.register    .        .    .       .       x    .       x             .       x    .
        exchange.request     .        .    .       x       x    x       x             .       x    .
        exchange.decide      .        .    .       .       x    .       .             .       .    .
        events.view          .        .    .       x       x    x       x             x       .    .
        events.register      .        .    .       .       x    .       x             .       .    .
        events.administer    .        .    .       .       .    .       x             .       .    .
        events.connect       x        x    x       x       x    x       x             x       x    .
        gateway.view         .        .    .       .       x    .       x             x       .    .
        gateway.evidence     .        .    .       .       x    .       x             x       .    .
        ledger.read          .        .    .       .       x    .       x             x       .    .
        ledger.checkpoint    .        .    .       .       x    .       x             x       .    x
        identity.people      .        .    .       .       x    .       x             x       x    .
        identity.administer  .        .    .       .       .    .       x             .       .    .
        identity.policies    .        .    .       .       .    .       x             x       .    .
        identity.clients     .        .    .       .       .    .       x             x       .    .
        identity.delegate    .        .    .       .       .    .       x             .       x    .
        identity.provision   x        x    x       x       x    x       x             x       x    .
        identity.requests    .        .    .       x       x    x       x             x       .    .
        identity.deputies    .        .    .       x       x    x       x             x       x    .
        identity.explain     .        .    .       .       x    .       x             x       .    .
        identity.review      .        .    .       .       x    .       x             x       x    .
        identity.account     .        x    x       x       x    x       x             x       x    .
        """

    static let columns: [String: Person?] = [
        "stranger": nil, "none": person([]), "citizen": person([.citizen]), "officer": person([.officer]),
        "lead": person([.departmentLead]), "handler": person([.incidentHandler]),
        "administrator": person([.nodeAdministrator]), "auditor": person([.auditor]),
        "unit": person([.unitAdministrator]),
        "node": person([.peerNode]),
    ]

    static func person(_ roles: Set<Role>, level: Int = 2) -> Person {
        Person(
            id: ID("p"), name: "Cán bộ mẫu", organisation: roles.isSubset(of: [.citizen]) ? nil : ID("H40"),
            roles: roles, assurance: Assurance(level: level, methods: [], at: Rightful.now))
    }

    let rights: Rights

    init() throws {
        rights = try Rightful.rights()
    }

    private func decide(
        _ person: Person?, _ action: Permission, on resource: Resource = .none,
        in context: DecisionContext = DecisionContext()
    ) -> Decision {
        rights.decide(person, action, on: resource, in: context)
    }

    static let lines = matrix.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

    @Test("every action and every role, as the matrix says", arguments: lines.dropFirst())
    func matrixHolds(line: [String]) throws {
        let header = try #require(Self.lines.first)
        #expect(line.count == header.count)
        for (column, cell) in zip(header, line).dropFirst() {
            let principal = try #require(Self.columns[column])
            let decision = decide(principal, Permission(line[0]))
            #expect(decision.allowed == (cell == "x"), "\(line[0]) by \(column): \(decision.reason)")
        }
    }

    @Test("the matrix has a line for every policy, and a column for every role")
    func matrixIsWhole() throws {
        #expect(Set(Self.lines.dropFirst().map { $0[0] }) == Set(Permissions.all.map(\.action.name)))
        #expect(Permissions.table.count == Permissions.all.count)
        let held = Self.columns.values.compactMap { $0 }.reduce(into: Set<Role>()) { $0.formUnion($1.roles) }
        #expect(held == Set(Role.allCases))
        #expect(Set(try #require(Self.lines.first).dropFirst()) == Set(Self.columns.keys))
    }

    @Test("a permission that no line names is denied to all", arguments: columns.keys.sorted())
    func unknownIsDenied(column: String) throws {
        let decision = decide(try #require(Self.columns[column]), Permission("incidents.delete"))
        #expect(!decision.allowed && decision.reason == "unknown-action")
    }

    /// What each scope of a program opens beside what is open to all; a program has no other right.
    static let scopes: [AxisScope: Set<String>] = [
        .everything: [], .read: ["exchange.catalogue"], .services: ["exchange.register"],
        .ask: ["exchange.register", "exchange.request"], .keys: ["exchange.register"],
    ]

    @Test("every action and every scope of a program, as the list says", arguments: AxisScope.allCases)
    func programs(scope: AxisScope) throws {
        let program = Person(id: ID("p"), name: "Phần mềm mẫu", organisation: ID("H40"), roles: [], scopes: [scope])
        let listed = try #require(Self.scopes[scope])
        for line in Permissions.all {
            let decision = decide(program, line.action)
            #expect(
                decision.allowed == (line.who == .everyone || listed.contains(line.action.name)),
                "\(line.action.name): \(decision.reason)")
        }
    }

    @Test("a program that is also said to have roles stays a program, of its own organisation and what is below it")
    func programsHaveNoRoles() {
        let program = Person(
            id: ID("p"), name: "Phần mềm mẫu", organisation: ID("H40"), roles: [.nodeAdministrator, .departmentLead],
            scopes: [.services])
        #expect(!decide(program, Permission("identity.administer")).allowed)
        #expect(!decide(program, Permission("exchange.decide")).allowed)
        func service(_ owner: String) -> Resource {
            Resource("exchange/1", owner: ID(owner), label: "TLP:CLEAR", kinds: ["service"])
        }
        #expect(decide(program, Permission("exchange.register"), on: service("H40")).allowed)
        #expect(!decide(program, Permission("exchange.register"), on: service("H23")).allowed)
        let homeless = Person(id: ID("p"), name: "", organisation: nil, roles: [], scopes: [.services])
        #expect(!decide(homeless, Permission("exchange.register")).allowed)
    }

    @Test("roles add up, and a node that also claims a person's role stays a node")
    func rolesAddUp() {
        #expect(decide(Self.person([.citizen, .auditor]), Permission("ledger.read")).allowed)
        let mixed = Self.person([.peerNode, .nodeAdministrator])
        #expect(!decide(mixed, Permission("identity.administer")).allowed)
        #expect(decide(mixed, Permission("exchange.peer")).allowed)
    }

    @Test("a suspended person keeps the doors of strangers and loses the rest")
    func suspendedHasNothing() throws {
        let everyRole = Self.person(Set(Role.ofPeople))
        for line in Permissions.all {
            let decision = decide(everyRole, line.action, in: DecisionContext(isSuspended: true))
            #expect(decision.allowed == (line.who == .everyone), "\(line.action.name)")
        }
    }

    @Test("what changes a thing reaches only things of one's own organisation; reading reaches what the node holds")
    func ownOrganisation() {
        let handler = Self.person([.incidentHandler])
        let ours = Resource("r", owner: ID("H40"))
        let theirs = Resource("r", owner: ID("H23"), label: "TLP:GREEN")
        for action in ["incidents.report", "incidents.share", "threats.add", "threats.share"].map({ Permission($0) }) {
            #expect(decide(handler, action, on: ours).allowed)
            #expect(!decide(handler, action, on: theirs).allowed)
        }
        #expect(decide(handler, Permission("incidents.view"), on: theirs).allowed)
    }

    @Test(
        "RED, and whatever is no label of TLP 2.0, is for author, handlers and named people: rank reads none",
        arguments: ["TLP:RED", "tlp:red", "TLP:PINK", ""])
    func redIsForFew(label: String) {
        let view = Permission("incidents.view")
        let red = Resource("r", owner: ID("H40"), label: label)
        for role in Role.ofPeople {
            #expect(decide(Self.person([role]), view, on: red).reason == "tlp-red")
        }
        var named = red
        named.named = [ID("p")]
        var handled = red
        handled.handlers = [ID("p")]
        var own = red
        own.author = ID("p")
        for record in [named, handled, own] {
            #expect(decide(Self.person([.officer]), view, on: record).allowed)
            #expect(!decide(Self.person([.officer], level: 1), view, on: record).allowed)
            #expect(!decide(Self.person([.citizen]), view, on: record).allowed)
        }
    }

    @Test(
        "the milder labels restrict nobody of the owner; a thing without a label is AMBER",
        arguments: ["TLP:CLEAR", "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", nil])
    func othersAreForAll(label: String?) {
        let record = Resource("r", owner: ID("H40"), label: label)
        #expect(decide(Self.person([.officer], level: 1), Permission("incidents.view"), on: record).allowed)
        let theirs = Resource("r", owner: ID("H23"), label: label)
        let isWide = ["TLP:CLEAR", "TLP:WHITE", "TLP:GREEN"].contains(label)
        #expect(decide(Self.person([.departmentLead]), Permission("incidents.view"), on: theirs).allowed == isWide)
    }
}
