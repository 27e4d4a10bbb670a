package import StrictJSON

/// Which members the answers of some operations have, as their schemas say, by names from the outside in: `units/name`.
/// Lists stand in nobody's way: a name is looked for in their elements.
///
/// Any name passes where a schema is open: it knows no properties, or lets others be beside those that it knows. So
/// does whatever is said in a way that is not followed here.
package struct AnswerFields: Sendable {
    private let document: OpenAPIDocument
    /// Of each operation, the schemas of its answers; nil for one whose answers nobody describes.
    private let answers: [[JSONValue]?]

    private static let depthLimit = 24
    private static let schemasLimit = 4000

    /// - Parameter operations: their ids; nil for all of the document.
    package init(_ operations: [String]?, of document: OpenAPIDocument) {
        self.document = document
        answers = document.operations.filter { operations?.contains($0.id) ?? true }.map(AnswerFields.schemas)
    }

    /// Successes alone: what an operation says when it fails is not what it is asked for.
    private static func schemas(of operation: APIOperation) -> [JSONValue]? {
        let good = operation.responses.filter { $0.status.hasPrefix("2") && $0.status != "204" && $0.status != "205" }
        let told = (good.isEmpty ? operation.responses.filter { $0.status == "default" } : good).flatMap(\.content)
        let json = told.filter { $0.isJSON || ["*/*", "application/*"].contains($0.mediaType) }
        let schemas = json.compactMap(\.schema)
        return schemas.isEmpty || schemas.count < json.count ? nil : schemas
    }

    /// The names that there are where this one is wrong, whole and in order; nil when it is a field.
    package func missing(_ field: String) -> [String]? {
        let names = field.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var known = Set<String>()
        for answer in answers {
            guard let answer, let there = missing(names, in: answer) else { return nil }
            known.formUnion(there)
        }
        return answers.isEmpty ? nil : known.sorted()
    }

    private func missing(_ names: [String], in answer: [JSONValue]) -> [String]? {
        var schemas = answer
        for (place, name) in names.enumerated() {
            var reading = Reading(document)
            let shape = reading.shape(of: schemas)
            if shape.isOpen || reading.isTired { return nil }
            guard let next = shape.members[name] else {
                let above = names[..<place].map { $0 + "/" }.joined()
                return shape.members.keys.map { above + $0 }
            }
            schemas = next
        }
        return nil
    }

    /// What schemas say of the members of one value.
    private struct Shape {
        var members: [String: [JSONValue]] = [:]
        /// Any name may be there.
        var isOpen = false
        /// It may be an object or a list, and nothing is said of what is in it.
        var isBare = false

        mutating func add(_ other: Shape) {
            members.merge(other.members) { $0 + $1 }
            isOpen = isOpen || other.isOpen
        }

        /// As what one value may be: bare, with nothing else known, is open.
        var closed: Shape {
            var shape = self
            shape.isOpen = isOpen || isBare && members.isEmpty
            return shape
        }
    }

    /// Reads schemas, as far as that goes.
    private struct Reading {
        let document: OpenAPIDocument
        private var read = 0
        private(set) var isTired = false

        init(_ document: OpenAPIDocument) { self.document = document }

        /// Of a value that fits one of these.
        mutating func shape(of alternatives: [JSONValue]) -> Shape {
            var all = Shape()
            for schema in alternatives { all.add(shape(schema, 0).closed) }
            return all
        }

        private mutating func shape(_ schema: JSONValue, _ depth: Int) -> Shape {
            read += 1
            guard depth < AnswerFields.depthLimit, read < AnswerFields.schemasLimit else {
                isTired = true
                return Shape()
            }
            guard schema.kind == .object else { return Shape(isOpen: schema.bool == true) }
            var shape = Shape()
            let kinds = schema["type"].map { type in
                Set(type.string.map { [$0] } ?? (type.elements ?? []).compactMap(\.string))
            }
            shape.isBare = kinds.map { $0.contains("object") || $0.contains("array") } ?? saysNothing(schema)
            for (name, member) in schema["properties"]?.members ?? [] { shape.members[name] = [member] }
            for key in ["additionalProperties", "unevaluatedProperties"] {
                if let others = schema[key], others.bool != false { shape.isOpen = true }
            }
            if schema["patternProperties"]?.members?.isEmpty == false { shape.isOpen = true }
            addElements(of: schema, to: &shape, depth)
            addParts(of: schema, to: &shape, depth)
            return shape
        }

        private mutating func addElements(of schema: JSONValue, to shape: inout Shape, _ depth: Int) {
            let elements = [schema["items"]].compactMap { $0 } + (schema["prefixItems"]?.elements ?? [])
            guard !elements.isEmpty else { return }
            for element in elements { shape.add(self.shape(element, depth + 1).closed) }
            shape.isBare = false
        }

        /// What holds beside the schema's own rules, and what of several may hold.
        private mutating func addParts(of schema: JSONValue, to shape: inout Shape, _ depth: Int) {
            var parts = schema["allOf"]?.elements ?? []
            if let reference = schema["$ref"]?.string {
                guard let target = document.text.target(of: reference) else { return shape.isOpen = true }
                parts.append(target)
            }
            for part in parts {
                let other = self.shape(part, depth + 1)
                shape.add(other)
                shape.isBare = shape.isBare || other.isBare
            }
            let choices = ["anyOf", "oneOf"].flatMap { schema[$0]?.elements ?? [] }
            let conditions = ["if", "then", "else"].compactMap { schema[$0] }
            for choice in choices + conditions + (schema["dependentSchemas"]?.members ?? []).map(\.value) {
                let other = self.shape(choice, depth + 1)
                shape.add(saysNothing(choice) ? other : other.closed)
            }
        }

        /// Neither what kind of value it is nor what is in it: it may only be a rule beside others.
        private func saysNothing(_ schema: JSONValue) -> Bool {
            let telling = [
                "type", "properties", "items", "prefixItems", "$ref", "allOf", "anyOf", "oneOf", "enum", "const",
            ]
            return !telling.contains { schema[$0] != nil }
        }
    }
}
