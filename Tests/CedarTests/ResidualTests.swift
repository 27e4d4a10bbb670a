import Testing

@testable import Cedar

/// That rows and decisions agree on random worlds is shown by the oracle; here stand the shapes that tables get.
@Suite("policies become questions to a table")
struct ResidualTests {
    private func residual(_ condition: String, _ person: String = "lead") throws -> Condition {
        try Village.world("permit(principal, action, resource) when { \(condition) };").residual(
            EntityUID("Person", person), EntityUID("Action", "view"), of: "Record", context: ["level": .long(1)])
    }

    private func entities(_ type: String, _ ids: String...) -> [Datum] { ids.map { .entity(EntityUID(type, $0)) } }

    @Test("what is known is decided, the rest is asked")
    func shapes() throws {
        #expect(try residual("context.level == 1") == .always)
        #expect(try residual("context.level == 2") == .never)
        #expect(try residual("resource.label == \"RED\"") == .oneOf(.attribute("label"), [.string("RED")]))
        #expect(try residual("principal in resource.owner.leads") == .oneOf(.attribute("owner"), entities("Unit", "a")))
        #expect(try residual("principal in resource.owner.leads", "officer") == .never)
        #expect(
            try residual("resource.readers.contains(principal)")
                == .having(.attribute("readers"), entities("Person", "lead")))
    }

    @Test("an attribute that may be absent is asked for")
    func optional() throws {
        let author = Condition.Leaf.attribute("author")
        #expect(
            try residual("resource has author && resource.author == principal")
                == .oneOf(author, entities("Person", "lead")))
        #expect(try residual("!(resource has author)") == .absent(author))
    }

    @Test("an entity that is only named, or not even that, has the type of the attribute")
    func named() throws {
        #expect(try residual("resource.owner is Unit") == .noneOf(.attribute("owner"), []))
    }

    @Test("a set that may be absent lacks nothing where it is not there: the question fails")
    func optionalSet() throws {
        let schema = Village.schema.replacing("readers: Set", with: "readers?: Set")
        let text = "permit(principal, action, resource) unless { resource.readers.contains(principal) };"
        let world = try Engine(unchecked: PolicyText(text), Schema(schema)).world(Village.entities)
        let condition = try world.residual(
            EntityUID("Person", "lead"), EntityUID("Action", "view"), of: "Record", context: ["level": .long(1)])
        let readers = Condition.Leaf.attribute("readers")
        #expect(condition == .all([.present(readers), .lacking(readers, entities("Person", "lead"))]))
    }

    @Test("what is asked to be in something that is no entity fails, and is not false")
    func inNoEntity() throws {
        let schema = Village.schema.replacing("label: String", with: "label: String, marks: Set<String>")
        func residual(_ condition: String) throws -> Condition {
            let text = "permit(principal, action, resource) unless { \(condition) };"
            return try Engine(unchecked: PolicyText(text), Schema(schema)).world(Village.entities).residual(
                EntityUID("Person", "lead"), EntityUID("Action", "view"), of: "Record", context: ["level": .long(1)])
        }
        #expect(try residual("principal in resource.label") == .never)
        #expect(try residual("principal in resource.marks") == .empty(.attribute("marks")))
        #expect(try residual("resource in context.level") == .never)
        #expect(try residual("resource in [Person::\"lead\", 1]") == .never)
    }

    @Test("what is no truth fails as a condition, and is not false")
    func noTruth() throws {
        let text = "permit(principal, action, resource) when { resource.label || context.level == 1 };"
        let world = try Engine(unchecked: PolicyText(text), Schema(Village.schema)).world(Village.entities)
        let condition = try world.residual(
            EntityUID("Person", "lead"), EntityUID("Action", "view"), of: "Record", context: ["level": .long(1)])
        #expect(condition == .never)
    }

    @Test("a forbid takes away, and what fails takes nothing away")
    func forbids() throws {
        let text =
            """
            permit(principal, action, resource);
            forbid(principal, action, resource) when { resource.author == principal };
            """
        let world = try Engine(unchecked: PolicyText(text), Schema(Village.schema)).world(Village.entities)
        let condition = try world.residual(
            EntityUID("Person", "lead"), EntityUID("Action", "view"), of: "Record", context: ["level": .long(1)])
        let author = Condition.Leaf.attribute("author")
        #expect(condition == .any([.absent(author), .noneOf(author, entities("Person", "lead"))]))
    }

    @Test("what no table can compare is refused by name")
    func refused() {
        let error = #expect(throws: NotATableQuestion.self) {
            try residual("resource.label like \"R*\"")
        }
        #expect(error?.policy == "policy0")
    }
}
