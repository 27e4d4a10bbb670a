import Testing

@testable import Cedar

@Suite("policies are checked when they are loaded")
struct TypeTests {
    private func faults(_ condition: String) throws -> [CedarError.Code] {
        let text = "permit(principal, action == Action::\"view\", resource) when { \(condition) };"
        return TypeChecker(try Schema(Village.schema)).faults(in: try PolicyText(text)).map(\.code)
    }

    @Test(
        "what cannot fail passes",
        arguments: [
            "context.level >= 2", "principal has age && principal.age > 18", "principal in resource.owner.leads",
            "resource has author && resource.author == principal", "resource.readers.contains(principal)",
            "if principal has age then principal.age > 1 else false", "principal is Person || principal.nothing",
            "!(principal has age) || principal.age == 1 || true", "[principal].containsAny(resource.readers)",
            "{a: principal}.a == principal", "resource.label like \"TLP:*\"",
        ])
    func passes(condition: String) throws {
        let found = try faults(condition)
        // `!(has) || …` teaches nothing: Cedar refuses it too.
        #expect(found == (condition.hasPrefix("!(") ? [.maybeAbsent] : []), "\(condition)")
    }

    @Test(
        "what may fail does not",
        arguments: [
            ("principal.age > 18", CedarError.Code.maybeAbsent), ("principal.name == \"\"", .unknownName),
            ("resource.label == 1", .wrongType), ("principal in resource.label", .wrongType),
            ("context.level && true", .wrongType), ("principal in Village::\"x\"", .unknownName),
            ("action == Action::\"nothing\"", .unknownName), ("[] == resource.readers", .wrongType),
            ("[1, \"a\"].contains(1)", .wrongType), ("resource.owner", .wrongType),
            ("principal is Nothing", .unknownName), ("context.level.x == 1", .wrongType),
            ("(principal has age || true) && principal.age == 1", .maybeAbsent),
        ])
    func fails(condition: String, code: CedarError.Code) throws {
        #expect(try faults(condition) == [code], "\(condition)")
    }

    @Test("a policy that can never apply is a mistake")
    func never() throws {
        #expect(try faults("principal is Unit") == [.neverApplies])
        #expect(try faults("action == Action::\"edit\"") == [.neverApplies])
    }

    @Test("every fault is found, each with its place")
    func all() throws {
        let text = """
            permit(principal, action, resource) when { principal.age > 1 };
            forbid(principal in Nobody::"x", action, resource);
            permit(principal, action == Action::"none", resource);
            """
        let faults = TypeChecker(try Schema(Village.schema)).faults(in: try PolicyText(text))
        #expect(faults.map(\.at.line) == [1, 2, 3])
        #expect(throws: CedarError.self) { try Village.world(text) }
    }
}
