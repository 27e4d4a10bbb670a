import Testing

@testable import Cedar

/// The oracle in `Tests/CedarOracle` compares with the real engine; here stands what must hold by name.
@Suite("policies decide")
struct DecideTests {
    @Test("nothing is allowed that no policy permits")
    func defaultDeny() throws {
        let answer = try Village.decide("", "lead")
        #expect(!answer.allowed && answer.determining.isEmpty)
    }

    @Test("a forbid wins over every permit, and is named alone")
    func forbidWins() throws {
        let text =
            "permit(principal, action, resource); forbid(principal, action, resource) when { context.level < 2 };"
        #expect(try Village.decide(text, "lead", level: 1).determining.places == [1])
        let allowed = try Village.decide(text, "lead", level: 2)
        #expect(allowed.allowed && allowed.determining.places == [0])
    }

    @Test("a policy that fails is left out, forbid or permit, and is named")
    func errors() throws {
        let text =
            "permit(principal, action, resource); forbid(principal, action, resource) when { principal.age > 1 };"
        let answer = try Village.decide(text, "lead", checked: false)
        #expect(answer.allowed && answer.failed.places == [1])
        #expect(try !Village.decide(text, "officer", checked: false).allowed)
        let large = "permit(principal, action, resource) when { 9223372036854775807 + context.level > 0 };"
        #expect(try Village.decide(large, "lead").failed.places == [0])
    }

    @Test("seats, groups of actions and types")
    func hierarchy() throws {
        let text =
            "permit(principal, action in Action::\"reading\", resource) when { principal in resource.owner.leads };"
        #expect(try Village.decide(text, "lead").allowed)
        #expect(try !Village.decide(text, "lead", "edit").allowed)
        #expect(try !Village.decide(text, "lead", "view", Village.record(owner: "b")).allowed)
        #expect(try !Village.decide(text, "officer").allowed)
        #expect(try !Village.decide(text, "nobody").allowed)
    }

    @Test("two spellings of one letter are two strings")
    func bytes() throws {
        let text = "permit(principal, action, resource) when { resource.label == \"\u{1ec7}\" };"
        #expect(try Village.decide(text, "lead", "view", Village.record(owner: "a", label: "\u{1ec7}")).allowed)
        #expect(try !Village.decide(text, "lead", "view", Village.record(owner: "a", label: "e\u{323}\u{302}")).allowed)
    }

    @Test("an explanation names the policy and the chain that it used")
    func explained() throws {
        let world = try Village.world(
            "@id(\"own\") permit(principal, action, resource) when { principal in resource.owner };")
        let record = Village.record(owner: "root")
        let query = try world.query(
            EntityUID("Person", "lead"), EntityUID("Action", "view"), record.uid, context: ["level": .long(1)],
            known: [record])
        let reason = try #require(world.explain(query).reasons.first)
        #expect(reason.policy.id == "own")
        #expect(reason.chains.map { $0.map(\.id) } == [["lead", "a", "root"]])
    }

    @Test("a world takes only what the schema allows")
    func conforms() throws {
        let engine = try Engine(schema: Schema(Village.schema), policies: PolicyText(""))
        for wrong in [
            Entity(EntityUID("Nobody", "x")), Entity(EntityUID("Unit", "x")),
            Entity(EntityUID("Person", "x"), ["age": .string("old")]),
            Entity(EntityUID("Person", "x"), ["hat": .long(1)]),
            Entity(EntityUID("Seat", "x"), parents: [EntityUID("Unit", "a")]),
        ] {
            #expect(throws: WorldFault.self) { try engine.world([wrong]) }
        }
        let world = try engine.world(Village.entities)
        #expect(throws: WorldFault.self) {
            _ = try world.query(EntityUID("Person", "lead"), EntityUID("Action", "view"), EntityUID("Record", "r"))
        }
    }
}
