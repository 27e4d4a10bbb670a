import StrictJSON
import Vocabulary

/// Which operation a call is led to, before a change and after it.
extension Comparison {
    /// A path that is new may take calls of one that stays: `/units/list` those of `/units/{code}` in which the code is
    /// `list`. That breaks whoever may send them. A path that is removed leaves its calls to others: it breaks its own.
    mutating func comparePaths(_ before: APIOperation) {
        guard paths.hasNew else { return }
        guard !isSpent else { return add("not-compared", .notCompared(before.path.text)) }
        let steps = paths.steps
        let taking = paths.takingCalls(of: before, in: older)
        pairs += (paths.steps - steps) / PathChange.stepsOfPair
        for (other, values) in taking { add("operation-shadowed", .taken(before, by: other, values)) }
    }
}

/// The paths of two documents.
struct PathChange {
    /// Those of the newer document that the older one had nothing of.
    private var new: CallPaths
    private var older: CallPaths
    let hasNew: Bool
    /// Schemas of parameters, and what reading them took.
    private var programs: [Int: SchemaProgram] = [:]
    private var rules = 0

    var steps: Int { new.steps + older.steps + rules }

    static let stepsOfPair = 16

    init(from older: [APIOperation], to newer: [APIOperation]) {
        func shape(_ operation: APIOperation) -> Exact { Exact("\(operation.method) \(operation.path.shape)") }
        let known = Set(older.map(shape))
        let added = newer.filter { !known.contains(shape($0)) }
        hasNew = !added.isEmpty
        new = CallPaths(added)
        self.older = CallPaths(hasNew ? older : [])
    }

    /// New operations that take calls which were led to this one, and which its parameters allow, each with the values
    /// of those.
    mutating func takingCalls(
        of operation: APIOperation, in document: OpenAPIDocument
    ) -> [(operation: APIOperation, values: String)] {
        var found: [(APIOperation, String)] = []
        for other in new.ahead(of: operation) where found.count < Compatibility.limit {
            let pairs = Array(zip(operation.path.steps, other.path.steps))
            // What was led elsewhere before goes there still, or is missing there.
            guard older.operation(operation.method, pairs.map { $0 ?? $1 })?.path == operation.path else { continue }
            let values = zip(operation.path.names, pairs.filter { $0.0 == nil }.map(\.1))
                .compactMap { name, text in text.map { (name: name, text: $0) } }
            let isAllowed = values.allSatisfy { mayBe($0.text, operation.parameter(inPath: $0.name), document) }
            guard isAllowed else { continue }
            found.append((other, values.map { "\($0.name) = \($0.text)" }.joined(separator: ", ")))
        }
        return found
    }

    /// Whether a parameter may have the value that is so written. What is not known may.
    private mutating func mayBe(_ text: String, _ parameter: APIParameter?, _ document: OpenAPIDocument) -> Bool {
        guard !text.isEmpty else { return false }
        guard let parameter, let schema = parameter.schema, parameter.form.isPlain,
            let types = ValueFacts(of: document.together(schema) ?? [], in: document).types,
            types.isDisjoint(with: [.array, .object]), let program = program(of: schema, document),
            let plain = text[...].removingPercent()
        else { return true }
        let readings = [JSON.string(plain).encoded(), Array(plain.utf8)].compactMap { try? JSONDocument($0) }
        return readings.contains { program.mayAccept($0.root) }
    }

    private mutating func program(of schema: JSONValue, _ document: OpenAPIDocument) -> SchemaProgram? {
        let place = schema.range.lowerBound
        if let known = programs[place] { return known }
        guard rules < Compatibility.pairLimit, let program = try? document.program(schema, .request) else { return nil }
        rules += program.rules.count
        programs[place] = program
        return program
    }
}

extension APIOperation {
    fileprivate func parameter(inPath name: String) -> APIParameter? {
        parameters.first { $0.place == .path && $0.name == name }
    }
}

extension ValueForm {
    /// As it is, with nothing before it.
    fileprivate var isPlain: Bool { style == "simple" && mediaType == nil }
}

extension Phrase {
    static func taken(_ operation: APIOperation, by other: APIOperation, _ values: String) -> Phrase {
        let (old, new) = ("\(operation.method) \(operation.path.text)", "\(other.method) \(other.path.text)")
        return Phrase(
            vi: "“\(new)” nay nhận lời gọi trước đây tới “\(old)” (\(values))",
            en: "“\(new)” takes calls now that were led to “\(old)” (\(values))")
    }
}
