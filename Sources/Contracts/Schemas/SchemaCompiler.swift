import StrictJSON
import Vocabulary

/// Makes rules of the schemas of one document. A keyword that is not supported is an error at its place.
struct SchemaCompiler {
    let text: ContractText
    let dialect: SchemaDialect
    let direction: SchemaDirection
    var rules: [SchemaRule] = []
    var flaws: [Flaw] = []
    private var told = Flaws.Told()
    /// Where each schema already stands, by the offset of its text.
    private var places: [Int: Int] = [:]
    private var waiting: [(JSONValue, Int)] = []
    /// Where the rule stands that nothing fits, once it was needed.
    var forbiddenPlace: Int?

    init(_ text: ContractText, _ dialect: SchemaDialect, _ direction: SchemaDirection) {
        self.text = text
        self.dialect = dialect
        self.direction = direction
    }

    /// The place of a schema's rule. All schemas that it leads to are compiled by `finish`.
    mutating func place(of schema: JSONValue) -> Int {
        if let known = places[schema.range.lowerBound] { return known }
        let place = rules.count
        rules.append(SchemaRule())
        places[schema.range.lowerBound] = place
        waiting.append((schema, place))
        return place
    }

    mutating func finish() {
        while let (schema, place) = waiting.popLast() {
            guard !told.isFull else { return }
            let rule = compile(schema)
            rules[place] = rule
        }
        refuseCircles()
    }

    mutating func flaw(_ code: String, _ value: JSONValue, isWarning: Bool = false, _ words: Phrase) {
        guard told.takes(isWarning) else { return }
        flaws.append(text.flaw(code, at: value, isWarning: isWarning, words))
    }

    private mutating func compile(_ schema: JSONValue) -> SchemaRule {
        var rule = SchemaRule()
        if let answer = schema.bool, dialect == .draft2020 {
            rule.always = answer
            return rule
        }
        guard schema.kind == .object else {
            flaw("schema.not-an-object", schema, .schemaObject)
            return rule
        }
        refuseUnknown(schema)
        if let reference = schema["$ref"] {
            rule.reference = target(reference)
            if dialect == .openAPI30 {
                refuseBeside(schema)
                return rule
            }
        }
        readTypes(schema, &rule)
        readNumbers(schema, &rule)
        readText(schema, &rule)
        readItems(schema, &rule.items)
        readMembers(schema, &rule.members)
        readLogic(schema, &rule)
        return rule
    }

    private mutating func refuseUnknown(_ schema: JSONValue) {
        for fault in APIWords.faults(of: schema) { flaw("openapi.languages", fault.at, isWarning: true, fault.words) }
        let known = dialect.checked.union(dialect.annotations)
        for (key, value) in schema.members ?? [] where !known.contains(key) && !key.hasPrefix("x-") {
            flaw("schema.unsupported-keyword", value, .schemaKeyword(key))
        }
        if let named = schema["$schema"], !SchemaDialect.known.contains(named.string ?? "") {
            flaw("schema.unsupported-dialect", named, .schemaDialect)
        }
    }

    /// In 3.0 what stands beside `$ref` is ignored by everybody: a rule there would not be a rule.
    private mutating func refuseBeside(_ schema: JSONValue) {
        for (key, value) in schema.members ?? [] where key != "$ref" && dialect.checked.contains(key) {
            flaw("schema.beside-reference", value, .schemaBeside(key))
        }
    }

    private mutating func target(_ reference: JSONValue) -> Int? {
        guard let name = reference.string else {
            flaw("schema.reference", reference, .schemaText)
            return nil
        }
        guard name.hasPrefix("#") else {
            flaw("reference.outside", reference, .referenceOutside(name))
            return nil
        }
        guard let target = text.target(of: name) else {
            flaw("reference.nowhere", reference, .referenceNowhere(name))
            return nil
        }
        return place(of: target)
    }

    /// A schema that leads back to itself without going deeper into the value describes nothing.
    private mutating func refuseCircles() {
        var state = [UInt8](repeating: 0, count: rules.count)
        let schemaAt = Dictionary(places.map { ($1, $0) }) { first, _ in first }
        for start in rules.indices where state[start] == 0 {
            var stack: [(place: Int, next: Int)] = [(start, 0)]
            state[start] = 1
            while let top = stack.last {
                let ways = rules[top.place].inPlace
                guard top.next < ways.count else {
                    state[top.place] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let way = ways[top.next]
                if state[way] == 1 {
                    let line = schemaAt[top.place].map { text.line(atOffset: $0) } ?? 1
                    flaws.append(
                        Flaw(
                            line: line, pointer: schemaAt[top.place].flatMap { text.pointer(atOffset: $0) } ?? "",
                            code: "schema.circle", .schemaCircle))
                    return
                }
                if state[way] == 0 {
                    state[way] = 1
                    stack.append((way, 0))
                }
            }
        }
    }
}

extension Phrase {
    static let schemaObject = Phrase(vi: "Lược đồ phải là một đối tượng", en: "A schema must be an object")
    static let schemaText = Phrase(vi: "Cần một đoạn văn bản", en: "A text is needed")
    static let schemaDialect = Phrase(
        vi: "Chỉ hỗ trợ JSON Schema 2020-12 và phương ngữ của OpenAPI 3.1",
        en: "Only JSON Schema 2020-12 and OpenAPI 3.1's dialect are supported")
    static let schemaCircle = Phrase(
        vi: "Lược đồ tham chiếu vòng về chính nó", en: "The schema leads back to itself without end")

    static func schemaKeyword(_ key: String) -> Phrase {
        Phrase(
            vi: "Từ khóa “\(key)” không được hỗ trợ, nên không thể kiểm tra",
            en: "The keyword “\(key)” is not supported, so it could not be checked")
    }

    static func schemaBeside(_ key: String) -> Phrase {
        Phrase(
            vi: "OpenAPI 3.0 bỏ qua “\(key)” đứng cạnh $ref: hãy dùng allOf",
            en: "OpenAPI 3.0 ignores “\(key)” beside $ref: use allOf")
    }

    static func referenceOutside(_ name: String) -> Phrase {
        Phrase(
            vi: "Tham chiếu “\(name)” ra ngoài tài liệu: hãy gộp vào một tệp",
            en: "The reference “\(name)” leaves the document: bundle it into one file")
    }

    static func referenceNowhere(_ name: String) -> Phrase {
        Phrase(vi: "Tham chiếu “\(name)” không trỏ tới đâu", en: "The reference “\(name)” points to nothing")
    }
}
