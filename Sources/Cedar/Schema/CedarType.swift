/// The type of an expression, an attribute or a context.
package indirect enum CedarType: Sendable, Hashable {
    /// `known` when only one of the two is possible.
    case bool(known: Bool?)
    case long
    case string
    case entity(TypeName)
    case set(CedarType)
    case record(RecordType)

    static let anyBool = CedarType.bool(known: nil)

    /// Without knowledge of which of the two a Boolean is: what strict equality of types compares.
    var widened: CedarType {
        switch self {
        case .bool: .anyBool
        case .set(let element): .set(element.widened)
        case .record(let record):
            .record(RecordType(record.attributes.mapValues { .init($0.type.widened, isRequired: $0.isRequired) }))
        case .long, .string, .entity: self
        }
    }

    /// As a schema spells it, for errors.
    package var spelled: String {
        switch self {
        case .bool: "Bool"
        case .long: "Long"
        case .string: "String"
        case .entity(let type): type
        case .set(let element): "Set<\(element.spelled)>"
        case .record(let record):
            "{"
                + record.attributes.sorted { $0.key < $1.key }.map {
                    "\($0.key)\($0.value.isRequired ? "" : "?"): \($0.value.type.spelled)"
                }.joined(separator: ", ") + "}"
        }
    }
}

/// Attributes by name. Closed: what is not declared is not there.
package struct RecordType: Sendable, Hashable {
    package struct Attribute: Sendable, Hashable {
        package let type: CedarType
        package let isRequired: Bool

        package init(_ type: CedarType, isRequired: Bool = true) {
            self.type = type
            self.isRequired = isRequired
        }
    }

    package let attributes: [String: Attribute]

    package init(_ attributes: [String: Attribute] = [:]) {
        self.attributes = attributes
    }
}
