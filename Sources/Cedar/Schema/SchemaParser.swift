/// A schema as it was written, before its names are looked up.
struct Declarations {
    struct Named {
        let name: String
        let namespace: String
        let at: Position
    }

    indirect enum RawType {
        case named(String, at: Position)
        case set(RawType)
        case record([Field])
    }

    struct Field {
        let name: String
        let type: RawType
        let isRequired: Bool
    }

    struct EntityType {
        let named: Named
        let parents: [(name: String, at: Position)]
        let shape: RawType
    }

    struct Action {
        let named: Named
        let groups: [(type: String?, id: String, at: Position)]
        var principals: [(name: String, at: Position)] = []
        var resources: [(name: String, at: Position)] = []
        var context: RawType = .record([])
    }

    var entities: [EntityType] = []
    var actions: [Action] = []
    var types: [(named: Named, type: RawType)] = []
}

/// The schema syntax of the Cedar language guide, without tags, enumerated entities and extension types.
struct SchemaParser {
    var reader: TokenReader
    private var namespace = ""
    private var found = Declarations()
    private var nesting = 0

    init(reader: TokenReader) {
        self.reader = reader
    }

    mutating func declarations() throws(CedarError) -> Declarations {
        while !reader.isAtEnd {
            try skipAnnotations()
            guard reader.takeWord("namespace") else {
                try declaration()
                continue
            }
            namespace = try reader.path()
            try reader.expect("{")
            while !reader.take("}") { try declaration() }
            namespace = ""
        }
        return found
    }

    private mutating func skipAnnotations() throws(CedarError) {
        while reader.take("@") {
            _ = try reader.name()
            guard reader.take("(") else { continue }
            _ = try reader.string()
            try reader.expect(")")
        }
    }

    private mutating func declaration() throws(CedarError) {
        try skipAnnotations()
        if reader.takeWord("entity") {
            try entity()
        } else if reader.takeWord("action") {
            try action()
        } else if reader.takeWord("type") {
            let named = named(try reader.name())
            try reader.expect("=")
            found.types.append((named, try type()))
        } else {
            throw reader.unexpected("entity, action, type")
        }
        try reader.expect(";")
    }

    private func named(_ name: String) -> Declarations.Named {
        Declarations.Named(name: name, namespace: namespace, at: reader.last.at)
    }

    private mutating func entity() throws(CedarError) {
        var names = [named(try reader.name())]
        while reader.take(",") { names.append(named(try reader.name())) }
        let parents = reader.takeWord("in") ? try paths() : []
        let hasShape = reader.take("=")
        let shape = hasShape || reader.next.kind == .symbol("{") ? try record() : .record([])
        if case .name(let word) = reader.next.kind, word == "tags" || word == "enum" {
            throw CedarError(
                .notSupported, at: reader.at, vi: "“\(word)” chưa được hỗ trợ", en: "“\(word)” is not supported")
        }
        found.entities += names.map { Declarations.EntityType(named: $0, parents: parents, shape: shape) }
    }

    private mutating func paths() throws(CedarError) -> [(name: String, at: Position)] {
        var paths: [(name: String, at: Position)] = []
        guard reader.take("[") else {
            let at = reader.at
            return [(try reader.path(), at)]
        }
        while !reader.take("]") {
            if !paths.isEmpty {
                try reader.expect(",")
                if reader.take("]") { break }
            }
            let at = reader.at
            paths.append((try reader.path(), at))
        }
        return paths
    }

    private mutating func actionName() throws(CedarError) -> String {
        if case .string = reader.next.kind { return try reader.string() }
        return try reader.name()
    }

    private mutating func action() throws(CedarError) {
        var names = [named(try actionName())]
        while reader.take(",") { names.append(named(try actionName())) }
        var groups: [(type: String?, id: String, at: Position)] = []
        if reader.takeWord("in") {
            if reader.take("[") {
                while !reader.take("]") {
                    if !groups.isEmpty { try reader.expect(",") }
                    groups.append(try actionReference())
                }
            } else {
                groups.append(try actionReference())
            }
        }
        let at = reader.at
        var action = Declarations.Action(named: names[0], groups: groups)
        if reader.takeWord("appliesTo") { try appliesTo(&action, at: at) }
        for name in names {
            found.actions.append(
                Declarations.Action(
                    named: name, groups: groups, principals: action.principals, resources: action.resources,
                    context: action.context))
        }
    }

    private mutating func actionReference() throws(CedarError) -> (type: String?, id: String, at: Position) {
        let at = reader.at
        if case .string = reader.next.kind { return (nil, try reader.string(), at) }
        let path = try reader.path()
        guard reader.take("::") else { return (nil, path, at) }
        return (path, try reader.string(), at)
    }

    private mutating func appliesTo(_ action: inout Declarations.Action, at: Position) throws(CedarError) {
        var seen: Set<String> = []
        try reader.expect("{")
        while !reader.take("}") {
            if !seen.isEmpty {
                try reader.expect(",")
                if reader.take("}") { break }
            }
            let word = try reader.name()
            guard seen.insert(word).inserted else {
                throw CedarError(.duplicate, at: at, vi: "“\(word)” lặp lại", en: "“\(word)” is there twice")
            }
            try reader.expect(":")
            switch word {
            case "principal": action.principals = try paths()
            case "resource": action.resources = try paths()
            case "context": action.context = try type()
            default: throw reader.unexpected("principal, resource, context")
            }
        }
    }

    private static let nestingLimit = 32

    private mutating func type() throws(CedarError) -> Declarations.RawType {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= SchemaParser.nestingLimit else {
            throw CedarError(.tooDeep, at: reader.at, vi: "Kiểu lồng quá sâu", en: "The types are nested too deep")
        }
        if reader.next.kind == .symbol("{") { return try record() }
        let at = reader.at
        let path = try reader.path()
        guard path == "Set" else { return .named(path, at: at) }
        try reader.expect("<")
        let element = try type()
        try reader.expect(">")
        return .set(element)
    }

    private mutating func record() throws(CedarError) -> Declarations.RawType {
        try reader.expect("{")
        var fields: [Declarations.Field] = []
        while !reader.take("}") {
            if !fields.isEmpty {
                try reader.expect(",")
                if reader.take("}") { break }
            }
            try skipAnnotations()
            let at = reader.at
            let name = try actionName()
            guard !fields.contains(where: { $0.name == name }) else {
                throw CedarError(.duplicate, at: at, vi: "“\(name)” lặp lại", en: "“\(name)” is there twice")
            }
            let isRequired = !reader.take("?")
            try reader.expect(":")
            fields.append(Declarations.Field(name: name, type: try type(), isRequired: isRequired))
        }
        return .record(fields)
    }
}
