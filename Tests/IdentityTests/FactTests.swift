import Testing
import Vocabulary

@testable import Identity

@Suite("relationship facts decide")
struct FactTests {
    private func allowed(
        _ person: String, _ action: String, _ resource: Resource = .none, level: Int = 2, with rights: Rights
    ) -> Bool {
        decide(Rightful.named(person, level: level), Permission(action), on: resource, with: rights).allowed
    }

    @Test("a role in a unit covers the unit and those below it, not its neighbours or those above")
    func subtree() throws {
        let rights = try Rightful.rights([Rightful.role(.incidentHandler, "a", at: "T40")])
        for (owner, expected) in [("T40", true), ("P40", true), ("K40", false), ("H40", false), ("H23", false)] {
            let record = Resource("r", owner: ID(owner), label: "TLP:CLEAR")
            #expect(allowed("a", "incidents.share", record, with: rights) == expected, "\(owner)")
        }
        #expect(allowed("a", "incidents.share", with: rights))
    }

    @Test("AMBER reaches the units below owner and recipients; STRICT stays with them")
    func labels() throws {
        let rights = try Rightful.rights([
            Rightful.role(.officer, "unit", at: "P40"), Rightful.role(.officer, "department", at: "T40"),
            Rightful.role(.departmentLead, "other", at: "K40"),
        ])
        let amber = Resource("r", owner: ID("T40"), label: "TLP:AMBER")
        let strict = Resource("r", owner: ID("T40"), label: "TLP:AMBER+STRICT")
        #expect(
            allowed("unit", "incidents.view", amber, with: rights)
                && allowed("department", "incidents.view", amber, with: rights))
        #expect(!allowed("other", "incidents.view", amber, with: rights), "rank alone reads no AMBER")
        #expect(
            !allowed("unit", "incidents.view", strict, with: rights)
                && allowed("department", "incidents.view", strict, with: rights))
        let shared = Resource("r", owner: ID("H23"), label: "TLP:AMBER+STRICT", recipients: [ID("K40")])
        #expect(
            allowed("other", "incidents.view", shared, with: rights)
                && !allowed("unit", "incidents.view", shared, with: rights))
    }

    @Test("roles outside the house of this node give nothing")
    func elsewhere() throws {
        let rights = try Rightful.rights([Rightful.role(.nodeAdministrator, "a", at: "H23")])
        #expect(!allowed("a", "identity.administer", with: rights))
        #expect(!allowed("a", "incidents.view", Resource("r", owner: ID("H23"), label: "TLP:CLEAR"), with: rights))
    }

    @Test("a fact holds from its first moment to before its last")
    func dated() throws {
        let (from, until) = (Rightful.now.adding(seconds: 10), Rightful.now.adding(seconds: 20))
        let role = Rightful.role(.auditor, "a", from: from, until: until)
        for (second, expected) in [(9, false), (10, true), (19, true), (20, false)] as [(Int64, Bool)] {
            let rights = try Rightful.rights([role], at: Rightful.now.adding(seconds: second))
            #expect(allowed("a", "ledger.read", with: rights) == expected, "\(second)")
        }
        #expect(try Rightful.rights([role]).goodUntil == from)
        #expect(try Rightful.rights([role], at: from).goodUntil == until)
        #expect(try Rightful.rights([role], at: until).goodUntil == Day(until).start.adding(days: 1))
    }

    @Test("who acts for another has their roles, not what was lent to them, and never their name")
    func delegates() throws {
        let rights = try Rightful.rights(
            [
                Rightful.role(.departmentLead, "lead"), Rightful.role(.officer, "deputy"),
                Rightful.role(.officer, "third"),
            ], [Rightful.fact("deputy", .delegate, "lead"), Rightful.fact("third", .delegate, "deputy")])
        #expect(allowed("deputy", "incidents.share", with: rights))
        #expect(!allowed("third", "incidents.share", with: rights))
        let red = Resource("r", owner: ID("H40"), label: "TLP:RED", named: [ID("lead")])
        #expect(
            allowed("lead", "incidents.view", red, with: rights)
                && !allowed("deputy", "incidents.view", red, with: rights))
    }

    @Test("nobody lends a role that takes two people to give, and nobody lends while they are suspended")
    func notLent() throws {
        let until = Rightful.now.adding(seconds: 60)
        let roles = [
            Rightful.role(.departmentLead, "lead"), Rightful.role(.auditor, "lead"),
            Rightful.role(.nodeAdministrator, "lead"), Rightful.role(.officer, "deputy"),
        ]
        let facts = [
            Rightful.fact("deputy", .delegate, "lead"), Rightful.fact("lead", .suspended, "H40", until: until),
        ]
        let suspended = try Rightful.rights(roles, facts)
        #expect(!allowed("deputy", "incidents.share", with: suspended))
        let rights = try Rightful.rights(roles, facts, at: until)
        #expect(allowed("deputy", "incidents.share", with: rights))
        #expect(!allowed("deputy", "identity.administer", with: rights))
        #expect(!allowed("deputy", "identity.policies", with: rights))
        let changes = Rightful.knowledge(roles, facts).changes(
            from: Rightful.now.adding(seconds: -1), until: until.adding(seconds: 60))
        #expect(changes[ID("deputy")]?.contains(until) == true, "asked anew when the lender is let in again")
    }

    @Test("whoever audits has nothing of what was lent, while they audit; roles for hours are not lent")
    func notLentOn() throws {
        let (later, night) = (Rightful.now.adding(seconds: 60), Rightful.now.adding(seconds: 8 * 3600))
        let rights = { (at: Instant) in
            try Rightful.rights(
                [
                    Rightful.role(.departmentLead, "lead"), Rightful.role(.officer, "deputy"),
                    Rightful.role(.auditor, "deputy", from: later), Rightful.role(.officer, "other"),
                    Rightful.role(.departmentLead, "raised", until: night),
                ], [Rightful.fact("deputy", .delegate, "lead"), Rightful.fact("other", .delegate, "raised")], at: at)
        }
        let (before, after) = (try rights(Rightful.now), try rights(later))
        #expect(allowed("deputy", "incidents.share", with: before))
        #expect(!allowed("deputy", "incidents.share", with: after) && allowed("deputy", "ledger.read", with: after))
        #expect(allowed("raised", "incidents.share", with: before))
        #expect(!allowed("other", "incidents.share", with: before))
    }

    @Test("who acts for another approves nothing that the other asked for or is to have")
    func approvesNothingOfLender() throws {
        let rights = try Rightful.rights(
            [Rightful.role(.departmentLead, "lead"), Rightful.role(.nodeAdministrator, "deputy")],
            [Rightful.fact("deputy", .delegate, "lead")])
        func approves(by author: String, for subject: String) -> Bool {
            rights.mayApprove(Rightful.named("deputy", level: 2), "r", by: ID(author), for: ID(subject)).allowed
        }
        #expect(approves(by: "a", for: "b"))
        #expect(!approves(by: "lead", for: "b") && !approves(by: "a", for: "lead"))
    }

    @Test("who acts for another decides no request that the other made")
    func separated() throws {
        let rights = try Rightful.rights(
            [
                Rightful.role(.departmentLead, "lead"), Rightful.role(.officer, "deputy"),
                Rightful.role(.officer, "other"),
            ], [Rightful.fact("deputy", .delegate, "lead")])
        func decides(of author: String) -> Bool {
            allowed(
                "deputy", "exchange.decide",
                Resource("r", owner: ID("H40"), label: "TLP:CLEAR", author: ID(author)), with: rights)
        }
        #expect(decides(of: "other") && !decides(of: "lead") && !decides(of: "deputy"))
    }

    @Test("break-glass opens one record, for one person, while it lasts")
    func opened() throws {
        let until = Rightful.now.adding(seconds: 3600)
        let roles = [Rightful.role(.incidentHandler, "a"), Rightful.role(.incidentHandler, "b")]
        let facts = [Rightful.fact("a", .opens, "incidents/1", until: until)]
        let red = Resource("incidents/1", owner: ID("H23"), label: "TLP:RED")
        let other = Resource("incidents/2", owner: ID("H23"), label: "TLP:RED")
        let rights = try Rightful.rights(roles, facts)
        #expect(allowed("a", "incidents.view", red, with: rights))
        #expect(!allowed("a", "incidents.view", red, level: 1, with: rights))
        #expect(
            !allowed("a", "incidents.view", other, with: rights) && !allowed("b", "incidents.view", red, with: rights))
        #expect(!allowed("a", "incidents.view", red, with: try Rightful.rights(roles, facts, at: until)))
    }

    @Test("suspended: denied whatever the role")
    func forbidden() throws {
        let rights = try Rightful.rights([Rightful.role(.auditor, "a")])
        func reason(_ context: DecisionContext) -> String {
            decide(Rightful.named("a"), Permission("ledger.read"), in: context, with: rights).reason
        }
        #expect(reason(DecisionContext()) == "auditor")
        #expect(reason(DecisionContext(isSuspended: true)) == "suspended")
    }

    @Test("an allowed reading says what it obliges to")
    func obligations() throws {
        let rights = try Rightful.rights([Rightful.role(.officer, "a"), Rightful.role(.incidentHandler, "b")])
        func obligations(_ person: String, _ label: String, _ kinds: Set<String>) -> Set<Decision.Obligation> {
            let record = Resource("r", owner: ID("H40"), label: label, kinds: kinds)
            return decide(Rightful.named(person), Permission("incidents.view"), on: record, with: rights).obligations
        }
        #expect(obligations("a", "TLP:GREEN", []) == [])
        #expect(obligations("a", "TLP:AMBER", []) == [])
        #expect(obligations("a", "TLP:AMBER+STRICT", []) == [.watermark])
        #expect(obligations("a", "TLP:GREEN", ["personal"]) == [.mask])
        #expect(obligations("b", "TLP:GREEN", ["personal"]) == [])
    }

    @Test("a decision names its policies and its reasons in both languages")
    func words() throws {
        let rights = try Rightful.rights([Rightful.role(.departmentLead, "a", at: "K40")])
        let red = Resource("r", owner: ID("T40"), label: "TLP:RED")
        let decision = decide(Rightful.named("a", level: 2), Permission("incidents.view"), on: red, with: rights)
        #expect(decision.policies == ["tlp-red"])
        #expect(decision.words.map(\.vi) == ["TLP:RED chỉ dành cho người được nêu tên, đăng nhập bằng hai bước"])
        #expect(decide(nil, Permission("ledger.read"), with: rights).reason == "nobody-signed-in")
        #expect(decide(Rightful.named("a"), Permission("ledger.erase"), with: rights).reason == "unknown-action")
    }
}
