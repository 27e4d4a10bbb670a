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

    /// To look all of them up would take more steps than are taken for one grant.
    package struct TooMuch: Error {}

    /// How many schemas and members are looked at for all names of one grant together. A list of 500 fields of a wide
    /// record takes some thousands.
    package static let stepsLimit = 200_000

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

    /// A name that is no field, with those that there are in its place, whole and in order.
    package struct Missing: Sendable, Hashable {
        package let field: String
        package let known: [String]
    }

    /// The first of these names that is no field; nil when all of them are.
    package func firstMissing(of fields: [String]) throws(TooMuch) -> Missing? {
        var lookup = Lookup(self)
        return try lookup.firstMissing(of: fields)
    }

    /// Names looked up one after another, with what was read for those before.
    package struct Lookup {
        private let fields: AnswerFields
        private var reading: Reading
        /// Of each operation, by the names above: what is there.
        private var shapes: [[String: Shape]]

        package init(_ fields: AnswerFields) {
            self.fields = fields
            reading = Reading(fields.document)
            shapes = fields.answers.map { _ in [:] }
        }

        /// How many schemas and members were looked at.
        package var steps: Int { reading.steps }

        package mutating func firstMissing(of names: [String]) throws(TooMuch) -> Missing? {
            for field in names {
                if let known = try missing(field) { return Missing(field: field, known: known) }
            }
            return nil
        }

        /// The names that there are where this one is wrong, whole and in order; nil when it is a field.
        private mutating func missing(_ field: String) throws(TooMuch) -> [String]? {
            let names = field.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            var known = Set<String>()
            for (place, answer) in fields.answers.enumerated() {
                guard let answer, let there = try missing(names, in: answer, place) else { return nil }
                known.formUnion(there)
            }
            return fields.answers.isEmpty ? nil : known.sorted()
        }

        private mutating func missing(
            _ names: [String], in answer: [JSONValue], _ operation: Int
        ) throws(TooMuch) -> [String]? {
            var (schemas, above) = (answer, "")
            for name in names {
                let shape: Shape
                if let known = shapes[operation][above] {
                    shape = known
                } else {
                    shape = try reading.shape(of: schemas)
                    shapes[operation][above] = shape
                }
                try reading.step()
                if shape.isOpen { return nil }
                guard let next = shape.members[name] else { return shape.members.keys.map { above + $0 } }
                schemas = next
                above += name + "/"
            }
            return nil
        }
    }

    /// What schemas say of the members of one value.
    private struct Shape {
        var members: [String: [JSONValue]] = [:]
        /// Any name may be there.
        var isOpen = false
        /// It may be an object or a list, and nothing is said of what is in it.
        var isBare = false

        mutating func add(_ other: Shape) {
            for (name, schemas) in other.members { members[name, default: []] += schemas }
            isOpen = isOpen || other.isOpen
        }

        /// What it takes to add it to another.
        var size: Int { members.values.reduce(members.count) { $0 + $1.count } }

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
        /// For all names.
        private(set) var steps = 0
        /// For one value.
        private var read = 0
        private var isTired = false
        /// Of references.
        private var targets: [String: JSONValue] = [:]

        init(_ document: OpenAPIDocument) { self.document = document }

        /// Of a value that fits one of these. One that is said in more schemas than are read is open.
        mutating func shape(of alternatives: [JSONValue]) throws(TooMuch) -> Shape {
            (read, isTired) = (0, false)
            var all = Shape()
            for schema in alternatives where !isTired { try add(try shape(schema, 0).closed, to: &all) }
            return isTired ? Shape(isOpen: true) : all
        }

        mutating func step(_ count: Int = 1) throws(TooMuch) {
            steps += count
            guard steps <= AnswerFields.stepsLimit else { throw TooMuch() }
        }

        private mutating func add(_ part: Shape, to shape: inout Shape) throws(TooMuch) {
            try step(part.size)
            shape.add(part)
        }

        private mutating func shape(_ schema: JSONValue, _ depth: Int) throws(TooMuch) -> Shape {
            read += 1
            try step()
            guard depth < AnswerFields.depthLimit, read < AnswerFields.schemasLimit, !isTired else {
                isTired = true
                return Shape()
            }
            guard schema.kind == .object else { return Shape(isOpen: schema.bool == true) }
            try step(schema.members?.count ?? 0)
            var shape = Shape()
            let kinds = schema["type"].map { type in
                Set(type.string.map { [$0] } ?? (type.elements ?? []).compactMap(\.string))
            }
            shape.isBare = kinds.map { $0.contains("object") || $0.contains("array") } ?? saysNothing(schema)
            let members = schema["properties"]?.members ?? []
            try step(members.count)
            for (name, member) in members { shape.members[name] = [member] }
            for key in ["additionalProperties", "unevaluatedProperties"] {
                if let others = schema[key], others.bool != false { shape.isOpen = true }
            }
            if schema["patternProperties"]?.members?.isEmpty == false { shape.isOpen = true }
            try addElements(of: schema, to: &shape, depth)
            try addParts(of: schema, to: &shape, depth)
            return shape
        }

        private mutating func addElements(
            of schema: JSONValue, to shape: inout Shape, _ depth: Int
        ) throws(TooMuch) {
            let elements = [schema["items"]].compactMap { $0 } + (schema["prefixItems"]?.elements ?? [])
            guard !elements.isEmpty else { return }
            for element in elements { try add(try self.shape(element, depth + 1).closed, to: &shape) }
            shape.isBare = false
        }

        /// What holds beside the schema's own rules, and what of several may hold.
        private mutating func addParts(
            of schema: JSONValue, to shape: inout Shape, _ depth: Int
        ) throws(TooMuch) {
            var parts = schema["allOf"]?.elements ?? []
            if let reference = schema["$ref"]?.string {
                let known = targets[reference] ?? document.text.target(of: reference)
                guard let target = known else { return shape.isOpen = true }
                targets[reference] = target
                parts.append(target)
            }
            for part in parts {
                let other = try self.shape(part, depth + 1)
                try add(other, to: &shape)
                shape.isBare = shape.isBare || other.isBare
            }
            let choices = ["anyOf", "oneOf"].flatMap { schema[$0]?.elements ?? [] }
            let conditions = ["if", "then", "else"].compactMap { schema[$0] }
            for choice in choices + conditions + (schema["dependentSchemas"]?.members ?? []).map(\.value) {
                let other = try self.shape(choice, depth + 1)
                try add(saysNothing(choice) ? other : other.closed, to: &shape)
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
