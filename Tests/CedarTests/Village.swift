@testable import Cedar

/// A small world to decide in: two units of one department, a record of each.
enum Village {
    static let schema = """
        entity Unit in [Unit] { leads: Seat };
        entity Seat;
        entity Person in [Seat, Unit] { age?: Long };
        entity Record { owner: Unit, label: String, author?: Person, readers: Set<Person> };
        action reading;
        action "view" in [reading] appliesTo { principal: Person, resource: Record, context: { level: Long } };
        action "edit" appliesTo { principal: [Person], resource: [Record], context: { level: Long } };
        """

    static let entities = [
        Entity(EntityUID("Unit", "root"), ["leads": seat("root")]),
        Entity(EntityUID("Unit", "a"), ["leads": seat("a")], parents: [EntityUID("Unit", "root")]),
        Entity(EntityUID("Unit", "b"), ["leads": seat("b")], parents: [EntityUID("Unit", "root")]),
        Entity(EntityUID("Person", "lead"), parents: [EntityUID("Seat", "a"), EntityUID("Unit", "a")]),
        Entity(EntityUID("Person", "officer"), ["age": .long(40)], parents: [EntityUID("Unit", "b")]),
    ]

    static func seat(_ name: String) -> Datum { .entity(EntityUID("Seat", name)) }

    static func record(owner: String, label: String = "GREEN", author: String? = nil, readers: [String] = []) -> Entity
    {
        var attributes: [String: Datum] = [
            "owner": .entity(EntityUID("Unit", owner)), "label": .string(label),
            "readers": .set(readers.map { .entity(EntityUID("Person", $0)) }),
        ]
        if let author { attributes["author"] = .entity(EntityUID("Person", author)) }
        return Entity(EntityUID("Record", "r"), attributes)
    }

    static func world(_ policies: String) throws -> World {
        try Engine(schema: Schema(schema), policies: PolicyText(policies)).world(entities)
    }

    static func decide(
        _ policies: String, _ person: String, _ action: String = "view", _ record: Entity = record(owner: "a"),
        level: Int64 = 1, checked: Bool = true
    ) throws -> Answer {
        let (schema, text) = (try Schema(schema), try PolicyText(policies))
        let engine = checked ? try Engine(schema: schema, policies: text) : try Engine(unchecked: text, schema)
        let world = try engine.world(entities)
        return try world.decide(
            world.query(
                EntityUID("Person", person), EntityUID("Action", action), record.uid,
                context: ["level": .long(level)], known: [record]))
    }
}
