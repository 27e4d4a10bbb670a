import StrictJSON
import Vocabulary

/// Walks a document along `OpenAPIPart` and collects what is wrong.
struct OpenAPICheck {
    let text: ContractText
    let isNewer: Bool
    var flaws: [Flaw] = []
    private var told = Flaws.Told()
    /// Every schema that stands in the document, to be compiled.
    var schemas: [JSONValue] = []

    /// What was looked at as what already.
    private var checked = Set<Place>()
    private var referred: [(value: JSONValue, part: OpenAPIPart)] = []

    private struct Place: Hashable {
        let start: Int
        let part: OpenAPIPart
    }

    init(_ text: ContractText, isNewer: Bool) {
        self.text = text
        self.isNewer = isNewer
    }

    mutating func flaw(_ code: String, _ value: JSONValue, isWarning: Bool = false, _ words: Phrase) {
        guard told.takes(isWarning) else { return }
        flaws.append(text.flaw(code, at: value, isWarning: isWarning, words))
    }

    /// The document, and whatever is referred to from where it belongs, wherever that stands.
    mutating func checkAll() {
        check(text.root, as: .document)
        while let next = referred.popLast() { check(next.value, as: next.part) }
    }

    private mutating func check(_ value: JSONValue, as part: OpenAPIPart) {
        guard checked.insert(Place(start: value.range.lowerBound, part: part)).inserted else { return }
        guard let members = value.members else { return flaw("openapi.object", value, .openAPIObject) }
        let fields = part.fields(isNewer: isNewer)
        for (name, member) in members {
            if let field = fields[name] {
                check(member, as: field.kind)
            } else if !name.hasPrefix("x-") {
                flaw("openapi.unknown-field", member, .openAPIUnknown(name))
            }
        }
        for fault in APIWords.faults(of: value) { flaw("openapi.languages", fault.at, isWarning: true, fault.words) }
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) where field.isRequired && value[name] == nil {
            flaw("openapi.missing-field", value, .missing(name))
        }
        if part == .parameter || part == .header { checkShape(value) }
    }

    private mutating func checkShape(_ value: JSONValue) {
        let content = value["content"]
        if (value["schema"] == nil) == (content == nil) {
            flaw("openapi.parameter-shape", value, .openAPIParameterShape)
        }
        if let content, content.members?.count != 1 { flaw("openapi.parameter-content", content, .openAPIOneContent) }
    }

    private mutating func check(_ value: JSONValue, as field: OpenAPIField) {
        switch field {
        case .text: if value.string == nil { flaw("openapi.text", value, .schemaText) }
        case .looseText:
            if value.string == nil {
                flaw("openapi.text", value, isWarning: value.kind == .number, .openAPILooseText)
            }
        case .flag: if value.bool == nil { flaw("openapi.flag", value, .schemaFlag) }
        case .anything: break
        case .choice(let allowed):
            if !allowed.contains(value.string ?? "") { flaw("openapi.choice", value, .openAPIChoice(allowed)) }
        case .schema: schemas.append(value)
        case .part(let part): check(value, as: part)
        case .partOrReference(let part): checkReference(value, to: part)
        case .list(let kind):
            guard let elements = value.elements else { return flaw("openapi.list", value, .openAPIList) }
            for element in elements { check(element, as: kind) }
        case .map(let kind), .open(let kind):
            guard let members = value.members else { return flaw("openapi.object", value, .openAPIObject) }
            var allowsExtensions = false
            if case .open = field { allowsExtensions = true }
            for (name, member) in members where !(allowsExtensions && name.hasPrefix("x-")) { check(member, as: kind) }
        }
    }

    private mutating func checkReference(_ value: JSONValue, to part: OpenAPIPart) {
        guard let reference = value["$ref"] else { return check(value, as: part) }
        switch resolve(value) {
        // Later: references that lead to one another may be many.
        case .found(let target): referred.append((target, part))
        // An example in another file is one that is not shown.
        case .broken("reference.outside", let words) where part == .example:
            flaw("reference.outside", reference, isWarning: true, words)
        case .broken(let code, let words): flaw(code, reference, words)
        }
    }

    enum Resolution {
        case found(JSONValue)
        case broken(String, Phrase)
    }

    /// Follows `$ref` to what is no reference, within the document.
    func resolve(_ value: JSONValue) -> Resolution {
        var value = value
        for _ in 0..<16 {
            guard let reference = value["$ref"] else { return .found(value) }
            guard let name = reference.string else { return .broken("openapi.text", .schemaText) }
            guard name.hasPrefix("#") else { return .broken("reference.outside", .referenceOutside(name)) }
            guard let target = text.target(of: name) else {
                return .broken("reference.nowhere", .referenceNowhere(name))
            }
            guard target.kind == .object else { return .broken("openapi.object", .openAPIObject) }
            value = target
        }
        return .broken("reference.circle", .referenceCircle)
    }

    /// The thing itself; nil when the reference is broken, which `check` has said already.
    func resolved(_ value: JSONValue) -> JSONValue? {
        if case .found(let target) = resolve(value) { target } else { nil }
    }
}

extension Phrase {
    static let openAPIObject = Phrase(vi: "Cần một đối tượng", en: "An object is needed")
    static let openAPIList = Phrase(vi: "Cần một danh sách", en: "A list is needed")
    static let openAPILooseText = Phrase(
        vi: "Cần một đoạn văn bản: hãy đặt số trong dấu nháy", en: "A text is needed: put the number in quotes")
    static let referenceCircle = Phrase(
        vi: "Tham chiếu vòng, không tới đâu", en: "The references lead in a circle")

    static func openAPIUnknown(_ name: String) -> Phrase {
        Phrase(vi: "Không có trường “\(name)” ở đây", en: "There is no field “\(name)” here")
    }

    static func openAPIChoice(_ allowed: [String]) -> Phrase {
        let list = allowed.joined(separator: ", ")
        return Phrase(vi: "Chỉ được là \(list)", en: "Must be one of \(list)")
    }
}
