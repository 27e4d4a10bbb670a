/// Looks up what a schema names: in the namespace where it stands, then outside all.
struct SchemaNames {
    private let declared: Declarations
    private let entityTypes: Set<TypeName>
    private let types: [String: (namespace: String, type: Declarations.RawType)]

    init(_ declared: Declarations) throws(CedarError) {
        self.declared = declared
        var seen: Set<String> = []
        for named in declared.entities.map(\.named) + declared.types.map(\.named) {
            let name = SchemaNames.qualified(named.name, in: named.namespace)
            guard seen.insert(name).inserted else {
                throw CedarError(
                    .duplicate, at: named.at, vi: "“\(name)” được khai báo hai lần", en: "“\(name)” is declared twice")
            }
        }
        entityTypes = Set(declared.entities.map { SchemaNames.qualified($0.named.name, in: $0.named.namespace) })
        types = Dictionary(
            declared.types.map {
                (SchemaNames.qualified($0.named.name, in: $0.named.namespace), ($0.named.namespace, $0.type))
            }, uniquingKeysWith: { first, _ in first })
    }

    func resolve() throws(CedarError) -> (entities: [TypeName: Schema.EntityType], actions: [EntityUID: Schema.Action])
    {
        var entities: [TypeName: Schema.EntityType] = [:]
        for entity in declared.entities {
            let namespace = entity.named.namespace
            var parents: Set<TypeName> = []
            for parent in entity.parents { parents.insert(try entityType(parent.name, in: namespace, at: parent.at)) }
            entities[SchemaNames.qualified(entity.named.name, in: namespace)] = Schema.EntityType(
                attributes: try record(entity.shape, in: namespace, at: entity.named.at), parents: parents)
        }
        return (entities, try actions())
    }

    private func actions() throws(CedarError) -> [EntityUID: Schema.Action] {
        let known = Set(declared.actions.map { SchemaNames.uid($0.named.name, in: $0.named.namespace) })
        var actions: [EntityUID: Schema.Action] = [:]
        for action in declared.actions {
            let namespace = action.named.namespace
            let uid = SchemaNames.uid(action.named.name, in: namespace)
            var groups: [EntityUID] = []
            for group in action.groups {
                let found = [
                    group.type.map { EntityUID($0, group.id) },
                    group.type.map { EntityUID(SchemaNames.qualified($0, in: namespace), group.id) },
                    group.type == nil ? SchemaNames.uid(group.id, in: namespace) : nil,
                ].compactMap { $0 }.first(where: known.contains)
                guard let found else { throw SchemaNames.unknown(group.id, at: group.at) }
                groups.append(found)
            }
            var principals: Set<TypeName> = []
            for one in action.principals { principals.insert(try entityType(one.name, in: namespace, at: one.at)) }
            var resources: Set<TypeName> = []
            for one in action.resources { resources.insert(try entityType(one.name, in: namespace, at: one.at)) }
            guard actions[uid] == nil else {
                throw CedarError(
                    .duplicate, at: action.named.at, vi: "Hành động “\(uid.id)” được khai báo hai lần",
                    en: "The action “\(uid.id)” is declared twice")
            }
            actions[uid] = Schema.Action(
                groups: groups, principals: principals, resources: resources,
                context: try record(action.context, in: namespace, at: action.named.at))
        }
        return actions
    }

    private func entityType(_ name: String, in namespace: String, at: Position) throws(CedarError) -> TypeName {
        let candidates = [SchemaNames.qualified(name, in: namespace), name]
        guard let found = candidates.first(where: entityTypes.contains) else { throw SchemaNames.unknown(name, at: at) }
        return found
    }

    private func record(
        _ raw: Declarations.RawType, in namespace: String, at: Position
    ) throws(CedarError) -> RecordType {
        guard case .record(let record) = try type(raw, in: namespace, depth: 0) else {
            throw CedarError(.wrongType, at: at, vi: "Ở đây cần một bản ghi", en: "A record belongs here")
        }
        return record
    }

    private func type(
        _ raw: Declarations.RawType, in namespace: String, depth: Int
    ) throws(CedarError) -> CedarType {
        switch raw {
        case .set(let element): return .set(try type(element, in: namespace, depth: depth))
        case .record(let fields):
            var attributes: [String: RecordType.Attribute] = [:]
            for field in fields {
                attributes[field.name] = .init(
                    try type(field.type, in: namespace, depth: depth), isRequired: field.isRequired)
            }
            return .record(RecordType(attributes))
        case .named(let name, let at):
            for candidate in [SchemaNames.qualified(name, in: namespace), name] {
                if let common = types[candidate] {
                    guard depth < 16 else {
                        throw CedarError(
                            .circular, at: at, vi: "Kiểu “\(name)” chứa chính nó",
                            en: "The type “\(name)” contains itself")
                    }
                    return try type(common.type, in: common.namespace, depth: depth + 1)
                }
                if entityTypes.contains(candidate) { return .entity(candidate) }
            }
            switch name.hasPrefix("__cedar::") ? String(name.dropFirst(9)) : name {
            case "String": return .string
            case "Long": return .long
            case "Bool", "Boolean": return .anyBool
            default: throw SchemaNames.unknown(name, at: at)
            }
        }
    }

    private static func qualified(_ name: String, in namespace: String) -> String {
        namespace.isEmpty || name.contains("::") ? name : "\(namespace)::\(name)"
    }

    private static func uid(_ id: String, in namespace: String) -> EntityUID {
        EntityUID(namespace.isEmpty ? "Action" : "\(namespace)::Action", id)
    }

    private static func unknown(_ name: String, at: Position) -> CedarError {
        CedarError(.unknownName, at: at, vi: "Không có “\(name)” trong lược đồ", en: "The schema has no “\(name)”")
    }
}
