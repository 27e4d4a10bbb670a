import Database
import House
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("policies stay within what the node can carry")
struct PolicyLimitTests {
    @Test("lines and examples are counted, and no call goes without a grant or hangs on a session")
    func bounds() {
        func faults(_ more: String) -> [Phrase] { Identity.faults(inPolicies: Policies.text + more).map(\.what) }
        #expect(faults("") == [])
        #expect(faults(String(repeating: "\n", count: CheckedPolicies.linesMax)) == [.policyTextTooLong])
        let examples = [String](repeating: "stranger everyone -> yes", count: CheckedPolicies.examplesMax + 1)
        let much =
            "@example(\"\(examples.joined(separator: ";"))\")\nforbid (principal is Peer, action, resource is Node)"
        #expect(faults(much + "when { context.assurance < 0 };") == [.tooManyExamples])
        #expect(faults("forbid (principal is Peer, action, resource) when { context.assurance < 0 };") == [])
        func session(_ scope: String) -> [String] {
            let text = Policies.text + "@id(\"ours\")\nforbid (\(scope)) when { context.assurance < 0 };"
            return Identity.faults(inPolicies: text).map { "\($0.code) \($0.what.en.contains("“ours”"))" }
        }
        #expect(session("principal, action, resource") == ["policy.call-context true"])
        #expect(session("principal, action == Action::\"exchange.call\", resource") == ["policy.call-context true"])
        let without = Policies.text.replacing(
            "forbid (principal is Service, action == Action::\"exchange.call\", resource is Operation)\nunless",
            with: "forbid (principal is Service, action == Action::\"exchange.call\", resource is Operation)\nwhen")
        #expect(Identity.faults(inPolicies: without).map(\.code).contains("policy.call-without-grant"))
        let closed = Policies.text.replacing(
            """
            permit (principal is Service, action == Action::"exchange.call", resource is Operation)
            when { resource.callers.contains(principal) };
            """,
            with: "permit (principal is Peer, action in Action::\"peer\", resource);")
        #expect(Identity.faults(inPolicies: closed).map(\.code).contains("policy.no-calls"))
        #expect(
            faults(
                """
                @example("service exchange.call granted me kind personal by H23 -> no")
                forbid (principal is Service, action == Action::"exchange.call", resource is Operation)
                when { resource has kind && resource.kind == "personal" }
                unless { principal.owner in Organisation::"H40" };
                """) == [])
        let worded = Policies.text.replacing("granted this operation to the calling", with: "let the calling")
        #expect(worded != Policies.text && Identity.faults(inPolicies: worded).isEmpty, "its reason may be reworded")
    }

    @Test("what two texts begin and end with is left aside; of two strangers all is gone and new")
    func differences() {
        func text(_ lines: [String]) -> String { lines.joined(separator: "\n") }
        let long = (0..<4000).map { "dòng \($0)" }
        let changed = long[..<1999] + ["mới"] + long[2000...]
        let lines = DiffLine.between(text(long), text(Array(changed)))
        #expect(lines.filter { $0.kind == .gone }.map(\.text) == ["dòng 1999"])
        #expect(lines.filter { $0.kind == .new }.map(\.text) == ["mới"])
        #expect(lines.first?.kind == .gap && lines.last?.kind == .gap && lines.count == 10)
        let other = DiffLine.between(text(long), text(long.map { "khác \($0)" }))
        #expect(other.count == 8000 && other.prefix(4000).allSatisfy { $0.kind == .gone })
        #expect(DiffLine.between("a", "a\na").map(\.kind) == [.same, .new])
        #expect(DiffLine.between("a\na", "a").map(\.kind) == [.same, .gone])
    }
}
