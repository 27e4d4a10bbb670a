import Database
import House
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("policies stay within what the node can carry")
struct PolicyLimitTests {
    @Test("lines and examples are counted, and calls follow the grants alone")
    func bounds() {
        func faults(_ more: String) -> [Phrase] { Identity.faults(inPolicies: Policies.text + more).map(\.what) }
        #expect(faults("") == [])
        #expect(faults(String(repeating: "\n", count: CheckedPolicies.linesMax)) == [.policyTextTooLong])
        let examples = [String](repeating: "stranger everyone -> yes", count: CheckedPolicies.examplesMax + 1)
        let much =
            "@example(\"\(examples.joined(separator: ";"))\")\nforbid (principal is Peer, action, resource is Node)"
        #expect(faults(much + "when { context.assurance < 0 };") == [.tooManyExamples])
        #expect(faults("forbid (principal is Peer, action, resource) when { context.assurance < 0 };") == [])
        #expect(faults("forbid (principal, action, resource) when { context.assurance < 0 };") == [.callsFollowGrants])
        #expect(
            faults("forbid (principal, action == Action::\"exchange.call\", resource) when { context.assurance < 0 };")
                == [.callsFollowGrants])
        let without = Policies.text.replacing(
            "when { resource.callers.contains(principal) };", with: "when { !resource.callers.contains(principal) };")
        #expect(Identity.faults(inPolicies: without).map(\.what) == [.callsFollowGrants])
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
