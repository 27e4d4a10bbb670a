import Testing

@testable import Cedar

/// How a world keeps what it knows, and what is left of policies for one action.
@Suite("worlds and plans")
struct WorldTests {
    @Test("every text gets one number of its own and comes back as it was")
    func symbols() {
        var symbols = Symbols()
        let texts = (0..<5_000).flatMap { ["\($0)", "person-\($0)", "a long name of something, number \($0)"] }
        let numbers = texts.map { symbols.intern($0) }
        #expect(Set(numbers).count == texts.count)
        #expect(zip(texts, numbers).allSatisfy { symbols[$0] == $1 && symbols.text($1) == $0 })
        #expect(symbols["person-5000"] == nil && symbols[""] == nil)
        #expect(symbols.intern("person-7") == symbols["person-7"])
    }

    @Test("one id of two types is two entities")
    func sameID() throws {
        let text = "permit(principal, action, resource) when { principal in Unit::\"b\" };"
        let world = try Engine(schema: Schema(Village.schema), policies: PolicyText(text)).world(
            Village.entities + [Entity(EntityUID("Person", "b"), parents: [EntityUID("Unit", "a")])])
        #expect(world.knows(EntityUID("Person", "b")) && world.knows(EntityUID("Unit", "b")))
        #expect(world.handle(EntityUID("Person", "b")) != world.handle(EntityUID("Unit", "b")))
        #expect(!world.knows(EntityUID("Seat", "nobody")))
    }

    @Test(
        "what hangs on the action alone is decided beforehand, and the same",
        arguments: [
            ("action == Action::\"view\"", true, false), ("!(action == Action::\"view\")", false, true),
            ("action in Action::\"reading\" && context.level > 0", true, false),
            ("action in [Action::\"edit\", Action::\"nothing\"] || context.level > 5", false, true),
            ("if action in Action::\"reading\" then context.level == 1 else context.level == 2", true, false),
            ("[1, 2, 3].contains(context.level) && action == Action::\"edit\"", false, true),
        ])
    func folded(condition: String, view: Bool, edit: Bool) throws {
        let text = "permit(principal, action, resource) when { \(condition) };"
        #expect(try Village.decide(text, "lead", "view", checked: false).allowed == view)
        #expect(try Village.decide(text, "lead", "edit", checked: false).allowed == edit)
    }

    @Test("a condition that fails fails also where the action decided the rest")
    func foldedFaults() throws {
        let text = "permit(principal, action, resource) when { action == Action::\"view\" && context.level };"
        #expect(try Village.decide(text, "lead", "view", checked: false).failed.places == [0])
        #expect(try Village.decide(text, "lead", "edit", checked: false).failed.isEmpty)
    }

    @Test(
        "what a policy needs is seen at a glance, and says the same as the whole of it",
        arguments: [
            ("resource.label == \"GREEN\" && context.level == 1", true), ("resource.label == \"RED\"", false),
            ("resource.readers.contains(Person::\"lead\")", true),
            ("resource.readers.contains(Person::\"officer\") || context.level == 1", true),
            ("!([\"RED\", \"GREEN\"].contains(resource.label) || context.level == 2)", false),
            ("!([\"RED\", \"AMBER\"].contains(resource.label) || context.level == 2)", true),
            ("!(context.level == 1 && [\"RED\", \"AMBER\"].contains(resource.label))", true),
            ("resource.label == resource.label", true), ("!(resource.label == \"RED\")", true),
        ])
    func needs(condition: String, allowed: Bool) throws {
        let text = "permit(principal, action, resource) when { \(condition) };"
        let record = Village.record(owner: "a", readers: ["lead"])
        #expect(try Village.decide(text, "lead", "view", record).allowed == allowed)
        let none = try Village.decide(text, "lead", "view", Village.record(owner: "a"))
        #expect(none.allowed == (allowed && !condition.hasPrefix("resource.readers.contains(Person::\"lead")))
    }

    @Test("a short answer leaves out only who would have permitted")
    func short() throws {
        let text = """
            permit(principal, action, resource) when { context.level };
            permit(principal, action, resource);
            forbid(principal, action, resource) when { context.level == 2 };
            """
        let world = try Engine(unchecked: PolicyText(text), Schema(Village.schema)).world(Village.entities)
        func evaluation(_ level: Int64) throws -> Evaluation {
            Evaluation(
                try world.query(
                    EntityUID("Person", "lead"), EntityUID("Action", "view"), EntityUID("Record", "r"),
                    context: ["level": .long(level)], known: [Village.record(owner: "a")]))
        }
        let view = try #require(world.action("view"))
        var open = try evaluation(1)
        let (short, full, isAllowed) = (open.shortAnswer(), open.answer(), open.allows(view))
        #expect(short == full && short.allowed && short.failed.places == [0] && isAllowed)
        var closed = try evaluation(2)
        let (denied, whole, isOpen) = (closed.shortAnswer(), closed.answer(), closed.allows(view))
        #expect(!denied.allowed && denied.determining.places == [2] && denied.failed.isEmpty && !isOpen)
        #expect(whole.determining == denied.determining && whole.failed.places == [0])
    }

    @Test("a short answer says who permits also where a forbid fails")
    func shortThoughUnsure() throws {
        let text = """
            forbid(principal, action, resource) when { context.level };
            permit(principal, action, resource);
            """
        let world = try Engine(unchecked: PolicyText(text), Schema(Village.schema)).world(Village.entities)
        var evaluation = Evaluation(
            try world.query(
                EntityUID("Person", "lead"), EntityUID("Action", "view"), EntityUID("Record", "r"),
                context: ["level": .long(1)], known: [Village.record(owner: "a")]))
        let (short, full) = (evaluation.shortAnswer(), evaluation.answer())
        #expect(short == full && short.allowed && short.isUnsure && short.determining.places == [1])
    }

    @Test("a policy that cannot hold for an action is not asked about it")
    func planned() throws {
        let text = """
            permit(principal, action, resource) when { action == Action::"edit" && context.level > 0 };
            permit(principal, action == Action::"view", resource);
            """
        let engine = try Engine(schema: Schema(Village.schema), policies: PolicyText(text))
        func policies(of action: String) throws -> [Int] {
            let world = try engine.world([])
            let number = try #require(world.handle(EntityUID("Action", action)))
            let reach = engine.plan.reach(of: number)
            return (reach.forbids.map { $0 } + reach.permits).map { engine.plan.rules[$0].policy }
        }
        #expect(try policies(of: "view") == [1] && policies(of: "edit") == [0])
    }
}
