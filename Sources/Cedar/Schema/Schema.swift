/// What there is to speak about: types of entities with attributes and possible parents, actions with whom and what
/// they apply to. Written in Cedar's schema syntax.
package struct Schema: Sendable, Hashable {
    package struct EntityType: Sendable, Hashable {
        package let attributes: RecordType
        /// Types of which a direct parent may be.
        package let parents: Set<TypeName>
    }

    package struct Action: Sendable, Hashable {
        package let groups: [EntityUID]
        package let principals: Set<TypeName>
        package let resources: Set<TypeName>
        package let context: RecordType
    }

    package let entities: [TypeName: EntityType]
    package let actions: [EntityUID: Action]
    /// For each type, the types that an ancestor of it may have.
    let ancestors: [TypeName: Set<TypeName>]
    /// For each action, every group that it is in.
    let actionGroups: [EntityUID: Set<EntityUID>]

    /// Throws where the text is no schema, names what it does not declare, or groups actions in a circle.
    package init(_ text: String) throws(CedarError) {
        var parser = SchemaParser(reader: try TokenReader(text))
        let resolved = try SchemaNames(try parser.declarations()).resolve()
        self.init(entities: resolved.entities, actions: resolved.actions)
        for (action, groups) in actionGroups where groups.contains(action) {
            throw CedarError(
                .circular, at: .start, vi: "Nhóm hành động “\(action)” chứa chính nó",
                en: "The group of actions “\(action)” contains itself")
        }
    }

    private init(entities: [TypeName: EntityType], actions: [EntityUID: Action]) {
        self.entities = entities
        self.actions = actions
        ancestors = entities.mapValues { Schema.closure(of: $0.parents) { entities[$0]?.parents ?? [] } }
        actionGroups = actions.mapValues { Schema.closure(of: Set($0.groups)) { Set(actions[$0]?.groups ?? []) } }
    }

    /// `start` and whatever is reached from it.
    static func closure<Node: Hashable>(of start: Set<Node>, _ next: (Node) -> Set<Node>) -> Set<Node> {
        var found: Set<Node> = []
        var waiting = Array(start)
        while let node = waiting.popLast() {
            if found.insert(node).inserted { waiting += next(node) }
        }
        return found
    }

    /// Whether an entity of type `type` may be in one of type `ancestor`, itself included.
    func may(_ type: TypeName, beIn ancestor: TypeName) -> Bool {
        type == ancestor || ancestors[type]?.contains(ancestor) == true
    }

    /// `Action` in its namespace.
    static func isActionType(_ type: TypeName) -> Bool { type == "Action" || type.hasSuffix("::Action") }
}
