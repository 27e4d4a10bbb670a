import Database
import House
import Ledger
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("policies change by two administrators")
struct PolicyChangeTests {
    /// Auditors read no ledger.
    static let stricter = Policies.text.replacing(
        """
        permit (principal is Person, action in Action::"auditor", resource is Node)
        when { principal has auditor };
        """,
        with: """
            permit (principal is Person, action in Action::"auditor", resource is Node)
            when { principal has auditor }
            unless { action == Action::"ledger.read" };
            """
    ).replacing("auditor ledger.read -> yes", with: "auditor ledger.read -> no")

    static let reason = "Sổ cái chỉ dành cho lãnh đạo"

    private static func administrators(_ town: Town) async throws -> (Person, Person) {
        let (first, second) = (
            try await town.person("quantri.mot", .nodeAdministrator),
            try await town.person("quantri.hai", .nodeAdministrator)
        )
        try await town.identity.readRights()
        return (person(first), person(second))
    }

    private static func person(_ id: ID<Person>) -> Person {
        Person(
            id: id, name: "Cán bộ mẫu", organisation: ID("H40"), roles: [.nodeAdministrator],
            assurance: Assurance(level: 2, methods: [], at: Rightful.now))
    }

    @Test(
        "one proposes, another approves, and every process decides by it; the past keeps its own", arguments: Engine.all
    )
    func change(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second) = try await Self.administrators(town)
            try await town.person("kiemtoan.mau", .auditor)
            let auditor = await town.visitor("kiemtoan.mau")
            await auditor.get("/identity/policies").expect(200, shows: "Kèm theo phần mềm", "Đang có hiệu lực")
            #expect(Self.stricter != Policies.text)
            let before = town.clock.now()
            town.clock.advance(seconds: 60)
            let number = try await town.identity.proposePolicies(Self.stricter, reason: Self.reason, by: first)
            #expect(number == 1)
            #expect(town.identity.decide(first, .administer)?.policiesRevision == 0)
            await #expect(throws: Problem.self) {
                try await town.identity.answerPolicies(number, approve: true, by: first)
            }
            town.clock.advance(seconds: 60)
            try await town.identity.answerPolicies(number, approve: true, by: second)
            let after = town.clock.now()
            #expect(town.identity.decide(first, .administer)?.policiesRevision == 1)
            await #expect(throws: Problem.self) {
                try await town.identity.answerPolicies(number, approve: true, by: second)
            }
            func explained(_ moment: Instant) async throws -> Explained {
                try await town.identity.explain("kiemtoan.mau", Permission("ledger.read"), on: "", at: moment, by: nil)
            }
            let (past, present) = (try await explained(before), try await explained(after))
            #expect(past.decision.allowed && past.decision.policiesRevision == 0)
            #expect(!present.decision.allowed && present.decision.policiesRevision == 1)
            #expect(past.decision.revision < present.decision.revision)
            let facts = try await town.facts().filter { $0.hasPrefix("identity.policies") }
            #expect(facts == ["identity.policies-shipped", "identity.policies-proposed", "identity.policies-approved"])
            let approved = try #require(try await town.contents(of: "identity.policies-approved").first)
            #expect(approved.contains(first.id.text) && approved.contains(second.id.text))
            // Another process over the same tables: it decides by the new text when it begins.
            let other = Identity(
                database: town.database, outbox: town.identity.outbox, now: town.clock.now, newID: SeededIDs().source,
                settings: town.identity.settings)
            try await other.prepare()
            #expect(other.decide(first, .administer)?.policiesRevision == 1)
            #expect(try await other.policyRevisions().count == 2)
        }
    }

    @Test("a process that runs already follows with the next request", arguments: Engine.all)
    func everyProcess(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second) = try await Self.administrators(town)
            try await town.person("kiemtoan.mau", .auditor)
            let auditor = await town.visitor("kiemtoan.mau")
            let other = Identity(
                database: town.database, outbox: town.identity.outbox, now: town.clock.now,
                newID: SeededIDs().source, settings: town.identity.settings)
            try await other.prepare()
            let text = Self.stricter.replacing("ledger.read", with: "identity.people")
            let number = try await other.proposePolicies(text, reason: Self.reason, by: first)
            await auditor.get("/identity/people").expect(200)
            try await other.answerPolicies(number, approve: true, by: second)
            await auditor.get("/identity/people").expect(403)
        }
    }

    @Test(
        "of many who approve at once one does; of two changes on one base the second is proposed anew",
        arguments: Engine.all)
    func atOnce(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second) = try await Self.administrators(town)
            let number = try await town.identity.proposePolicies(Self.stricter, reason: Self.reason, by: first)
            let late = try await town.identity.proposePolicies(
                Self.stricter + "\n// Một dòng nữa\n", reason: Self.reason, by: first)
            let succeeded = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        (try? await town.identity.answerPolicies(number, approve: true, by: second)) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(succeeded == 1)
            #expect(try await town.contents(of: "identity.policies-approved").count == 1)
            await #expect(throws: Problem.conflict(.policiesMovedOn)) {
                try await town.identity.answerPolicies(late, approve: true, by: second)
            }
            try await town.identity.answerPolicies(late, approve: false, by: second)
            #expect(try await town.identity.policyRevision(late).revision.state == .refused)
            #expect(try await town.identity.policyRevision(nil).revision.number == number)
        }
    }

    @Test("an approval by a clock that is behind comes after the one before it", arguments: Engine.all)
    func clocks(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second) = try await Self.administrators(town)
            let number = try await town.identity.proposePolicies(Self.stricter, reason: Self.reason, by: first)
            let late = try await town.identity.proposePolicies(
                Self.stricter + "\n// Một dòng nữa\n", reason: Self.reason, by: first)
            town.clock.advance(seconds: 60)
            try await town.identity.answerPolicies(number, approve: true, by: second)
            let decided = try await town.identity.policyRevision(number).revision.decidedAt
            town.clock.advance(seconds: -30)
            await #expect(throws: Problem.conflict(.policiesMovedOn)) {
                try await town.identity.answerPolicies(late, approve: true, by: second)
            }
            let next = try await town.identity.proposePolicies(Policies.text, reason: Self.reason, by: first)
            try await town.identity.answerPolicies(next, approve: true, by: second)
            let found = try await town.identity.policyRevision(nil)
            #expect(found.revision.number == next && found.revision.decidedAt == decided)
            #expect(town.identity.decide(first, .administer)?.policiesRevision == next)
        }
    }

    @Test(
        "a changed policy about calls counts from its approval, and other changes leave calls alone",
        arguments: Engine.all)
    func calls(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second) = try await Self.administrators(town)
            func approve(_ text: String) async throws -> (number: Int64, rules: CallRules) {
                let number = try await town.identity.proposePolicies(text, reason: Self.reason, by: first)
                try await town.identity.answerPolicies(number, approve: true, by: second)
                return (number, try await rules())
            }
            func rules() async throws -> CallRules {
                let now = town.clock.now()
                return try await town.database.read { [identity = town.identity] in
                    try identity.callRules(at: now, in: $0)
                }
            }
            func call(by owner: String) -> ServiceCall {
                ServiceCall(
                    caller: "app", of: ID(owner), operation: "version get", named: "get", service: "units-v1",
                    of: ID("H40"), kind: "personal")
            }
            let shipped = try await rules()
            #expect(shipped.decide(call(by: "H23"), isGranted: true).allowed)
            #expect(shipped.decide(call(by: "H40"), isGranted: false).reason == "call-without-grant")
            let (number, same) = try await approve(Self.stricter)
            #expect(same.say(theSameAs: shipped) && same.followGrants)
            #expect(same.decide(call(by: "H23"), isGranted: true).policiesRevision == number)
            let ours = """
                @id("ours")
                forbid (principal is Service, action == Action::"exchange.call", resource is Operation)
                when { principal.owner == Organisation::"H23" && resource has kind && resource.kind == "personal" };
                """
            let (_, changed) = try await approve(Self.stricter + ours)
            #expect(!changed.say(theSameAs: shipped) && !changed.followGrants)
            #expect(changed.decide(call(by: "H23"), isGranted: true).reason == "ours")
            #expect(changed.decide(call(by: "H40"), isGranted: true).allowed)
            #expect(!changed.decide(call(by: "H40"), isGranted: false).allowed)
        }
    }

    @Test(
        "a release that our changes do not fit keeps our prohibitions and tells the administrators",
        arguments: Engine.all)
    func brokenRelease(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            _ = try await Self.administrators(town)
            let forbid =
                "@id(\"ours\")\nforbid (principal is Person, action == Action::\"gateway.evidence\", resource);"
            let broken = "@id(\"old\")\npermit (principal is Person, action == Action::\"no.longer\", resource);"
            let old = Policies.text.replacing("The account is suspended", with: "This account is suspended")
            for (more, kept) in [("\(forbid)\n\(broken)", true), (broken, false)] {
                try await town.database.write { tx in
                    try tx.execute("DELETE FROM identity_policy WHERE number > 0")
                    try tx.execute("UPDATE identity_policy SET text = \(old + more), shipped = \(old) WHERE number = 0")
                    try town.identity.takeShippedPolicies(at: town.clock.now(), in: tx)
                }
                let text = try await town.identity.policyRevision(nil).revision.text
                #expect(text.contains(forbid) == kept && !text.contains("no.longer"))
            }
            #expect(try await town.facts().contains("identity.policies-reset"))
            #expect(try await town.count("identity_reminder WHERE kind = 'identity.policies-reset'") == 2)
        }
    }

    @Test("a merge that would lock the administrators out is none", arguments: Engine.all)
    func lockedOutByRelease(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            _ = try await Self.administrators(town)
            let old = Policies.text.replacing("The account is suspended", with: "This account is suspended")
            let lock = "forbid (principal is Person, action == Action::\"identity.policies\", resource is Node);"
            try await town.database.write { tx in
                try tx.execute("UPDATE identity_policy SET text = \(old + lock), shipped = \(old)")
                try town.identity.takeShippedPolicies(at: town.clock.now(), in: tx)
            }
            #expect(try await town.identity.policyRevision(nil).revision.text == Policies.text)
        }
    }

    @Test(
        "what is wrong is refused with its line and column",
        arguments: [
            ("permit (principal, action, resource) when { principal.nothing };\n", 1),
            (
                Policies.text + "\npermit (principal, action, resource",
                Policies.text.split(separator: "\n", omittingEmptySubsequences: false).count + 1
            ),
            (Policies.text.replacing("citizen design.view -> yes", with: "citizen design.view -> no"), 9),
        ])
    func faults(text: String, line: Int) {
        let faults = Identity.faults(inPolicies: text)
        #expect(!faults.isEmpty && faults.contains { $0.line == line }, "\(faults)")
    }

    @Test("a text that would leave no two administrators to change it back is refused", arguments: Engine.all)
    func lockOut(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second) = try await Self.administrators(town)
            let none = Policies.text.replacing(
                """
                permit (principal is Person, action in Action::"administrator", resource is Node)
                when { principal has administrator };
                """,
                with: """
                    permit (principal is Person, action in Action::"administrator", resource is Node)
                    when { principal has administrator && principal has auditor };
                    """
            ).replacing("administrator identity.administer -> yes", with: "administrator identity.administer -> no")
            #expect(none != Policies.text && Identity.faults(inPolicies: none).isEmpty)
            await #expect(throws: Problem.conflict(.policiesLockOut)) {
                try await town.identity.proposePolicies(none, reason: Self.reason, by: first)
            }
            await #expect(throws: Problem.conflict(.policiesAreTheSame)) {
                try await town.identity.proposePolicies(Policies.text, reason: Self.reason, by: first)
            }
            // Proposed while there were two, approved when one of them has gone.
            let number = try await town.identity.proposePolicies(Self.stricter, reason: Self.reason, by: first)
            try await town.identity.setSuspended(true, first.id, by: nil)
            await #expect(throws: Problem.conflict(.policiesLockOut)) {
                try await town.identity.answerPolicies(number, approve: true, by: second)
            }
        }
    }

    @Test("a release brings its policies and keeps what was changed here", arguments: Engine.all)
    func release(engine: Engine) async throws {
        let old = Policies.text.replacing("The account is suspended", with: "This account is suspended")
        let changed = old.replacing("This person is an auditor", with: "This person audits")
        let merged = try PolicyMerge.merged(shipped: old, changed: changed, release: Policies.text)
        #expect(
            merged.contains("The account is suspended")
                && merged.contains("This person audits") && !merged.contains("This account is suspended"))
        #expect(Identity.faults(inPolicies: merged).isEmpty)
        let unchanged = try PolicyMerge.merged(shipped: old, changed: old, release: Policies.text)
        #expect(unchanged == Policies.text)
        let without = try PolicyMerge.merged(
            shipped:
                "@id(\"a\")\npermit (principal, action, resource);\n@id(\"b\")\nforbid (principal, action, resource);",
            changed:
                "@id(\"a\")\npermit (principal, action, resource);\n@id(\"c\")\nforbid (principal, action, resource);",
            release:
                "@id(\"a\")\nforbid (principal, action, resource);\n@id(\"b\")\nforbid (principal, action, resource);")
        #expect(without.contains("@id(\"c\")") && !without.contains("@id(\"b\")") && !without.contains("permit"))
        try await Town.open(on: engine) { town in
            try await town.database.write { tx in
                try tx.execute("UPDATE identity_policy SET text = \(changed), shipped = \(old)")
                try town.identity.takeShippedPolicies(at: town.clock.now(), in: tx)
                try town.identity.takeShippedPolicies(at: town.clock.now(), in: tx)
            }
            let revisions = try await town.identity.policyRevisions()
            #expect(revisions.map(\.number) == [1, 0] && revisions.first?.text == merged)
        }
    }

    @Test("the pages propose, show the difference, and let another administrator answer", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            for login in ["quantri.mot", "quantri.hai"] { try await town.person(login, .nodeAdministrator) }
            let (first, second) = (await town.visitor("quantri.mot"), await town.visitor("quantri.hai"))
            await first.get("/identity/policies/new").expect(
                200, shows: "forbid (principal, action, resource is Record)")
            await first.post("/identity/policies/new", ["text": "permit (", "reason": Self.reason]).expect(
                422, shows: "Dòng 1, cột")
            await first.post("/identity/policies/new", ["text": Self.stricter, "reason": Self.reason]).expect(
                redirectTo: "/identity/policies/1")
            await first.get("/identity/policies/1").expect(
                200, shows: "<ins>+ unless { action == Action::&quot;ledger.read&quot; };</ins>",
                "Một quản trị viên khác",
                hides: ["/identity/policies/1/approve"])
            await first.post("/identity/policies/1/approve", [:]).expect(409)
            await second.get("/identity/policies/1").expect(200, shows: "/identity/policies/1/approve", Self.reason)
            await second.post("/identity/policies/1/approve", [:]).expect(redirectTo: "/identity/policies/1")
            await second.get("/identity/policies").expect(200, shows: "Đã có hiệu lực", "Đang có hiệu lực")
            await second.get("/identity/policies/7").expect(404)
        }
    }

    @Test("who could read something on a day follows the texts of that day", arguments: Engine.all)
    func readers(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second) = try await Self.administrators(town)
            town.identity.describes("incidents") { id, _, _ in
                Resource("incidents/\(id)", owner: ID("H40"), label: "TLP:GREEN")
            }
            try await town.person("kiemtoan.mau", .auditor)
            let text = Policies.text.replacing(
                "  (action in Action::\"auditor\" && principal has auditor)\n};",
                with: "  (action in Action::\"auditor\" && principal has auditor && principal has lead)\n};"
            ).replacing(
                "auditor incidents.view on CLEAR of H23 -> yes", with: "auditor incidents.view on CLEAR of H23 -> no"
            )
            .replacing(
                "auditor incidents.view on AMBER of H23 opened me -> yes",
                with: "auditor incidents.view on AMBER of H23 opened me -> no")
            #expect(text != Policies.text)
            func could(_ day: Day) async throws -> [String] {
                try await town.identity.readers(of: "incidents/1", on: day, by: nil).could.map(\.account.login)
            }
            town.clock.advance(seconds: 60)
            let number = try await town.identity.proposePolicies(text, reason: Self.reason, by: first)
            town.clock.advance(seconds: 60)
            try await town.identity.answerPolicies(number, approve: true, by: second)
            town.clock.advance(seconds: 60)
            #expect(try await could(Day(town.clock.now())) == ["kiemtoan.mau"])
            town.clock.advance(seconds: 86_400)
            #expect(try await could(Day(town.clock.now())) == [])
        }
    }
}
