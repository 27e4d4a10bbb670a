import Cedar
import Testing
import Vocabulary

@testable import Identity

/// The examples that stand beside the policies, and the policies themselves.
@Suite("the policies as they are shipped")
struct PolicyExampleTests {
    static let examples = (try? Policies.engine().policies).map(PolicyExample.all) ?? []

    @Test("each example beside a policy holds", arguments: examples)
    func example(example: PolicyExample) throws {
        let failure = try example.failure(by: try Policies.engine())
        #expect(failure == nil, "\(failure?.en ?? "")")
    }

    @Test(
        "an example that says the opposite fails, and one that is none is no example",
        arguments: [
            "officer incidents.share -> yes", "lead incidents.view on AMBER of H23 -> yes", "officer flies -> no",
            "officer incidents.view -> maybe", "officer incidents.view on -> yes", "someone incidents.view -> no",
        ])
    func wrongExample(text: String) throws {
        let failure = try PolicyExample(policy: "x", text: text).failure(by: try Policies.engine())
        #expect(failure != nil)
    }

    @Test("about twenty policies, each with its reason in both languages; the text is Cedar and well typed")
    func shipped() throws {
        let policies = try Policies.engine().policies
        #expect((18...30).contains(policies.count))
        for policy in policies {
            #expect(policy.annotations["id"] != nil && policy.annotations["reason_vi"] != nil)
            #expect(policy.annotations["reason_en"] != nil && policy.reason.vi != policy.reason.en)
        }
        #expect(Self.examples.count > 40)
    }

    @Test("every group of actions that a policy speaks of is one that the table gives")
    func groups() throws {
        let schema = try Schema(PolicySchema.text)
        for line in Permissions.all {
            let action = try #require(schema.actions[EntityUID("Action", line.action.name)])
            #expect(action.groups.map(\.id) == line.groups)
        }
        #expect(Permissions.table.count == Permissions.all.count)
    }

    @Test("a changed text that is wrong is refused with its place")
    func refused() {
        let error = #expect(throws: CedarError.self) {
            try Policies.engine(
                of: "permit (principal, action, resource) when { principal has officer && principal.offcer };")
        }
        #expect(error?.code == .unknownName)
    }
}
