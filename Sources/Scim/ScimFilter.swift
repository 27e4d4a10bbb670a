/// Which resources are meant: the filters of RFC 7644 §3.4.2.2, with every attribute already found in its schema.
///
/// `ne` is the opposite of `eq`: it also holds where the attribute has no value. A list is equal to a value when one
/// of its elements is. Names and operators are compared without case.
package indirect enum ScimFilter: Sendable, Hashable {
    case and(ScimFilter, ScimFilter)
    case or(ScimFilter, ScimFilter)
    case not(ScimFilter)
    case present(Target)
    case compare(Target, Operator, Operand)
    /// One element of the list fulfils all of it: `emails[type eq "work" and value co "@tinh.vn"]`.
    case element(ScimAttribute, ScimFilter)

    package struct Target: Sendable, Hashable {
        package let attribute: ScimAttribute
        package let part: ScimAttribute?

        package init(attribute: ScimAttribute, part: ScimAttribute? = nil) {
            self.attribute = attribute
            self.part = part
        }

        /// What is compared in the end.
        package var leaf: ScimAttribute { part ?? attribute.defaultPart ?? attribute }
    }

    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case eq, ne, co, sw, ew, gt, ge, lt, le
    }

    package enum Operand: Sendable, Hashable {
        /// As it was written; compare `folded` where case does not count.
        case text(String)
        case flag(Bool)
        /// Milliseconds since 1970.
        case moment(Int64)
        case null
    }

    /// How deeply filters may stand inside each other, and how many comparisons one may have.
    package static let depthMax = 16
    package static let comparisonsMax = 50

    package init(_ text: String, in type: ScimResourceType) throws(ScimError) {
        var parser = try ScimFilterParser(text, of: .resource(type))
        self = try parser.all()
    }
}

/// What names are looked up in: a resource, or one element of a list.
enum ScimScope {
    case resource(ScimResourceType)
    case element(ScimAttribute)

    /// `userName`, `name.familyName`, `urn:…:User:emails.value`.
    func target(_ name: String) -> ScimFilter.Target? {
        switch self {
        case .element(let list):
            return list.part(name).map { ScimFilter.Target(attribute: $0) }
        case .resource(let type):
            if let attribute = type.attribute(name) { return ScimFilter.Target(attribute: attribute) }
            guard let dot = name.lastIndex(of: "."), let attribute = type.attribute(String(name[..<dot])),
                let part = attribute.part(String(name[name.index(after: dot)...]))
            else { return nil }
            return ScimFilter.Target(attribute: attribute, part: part)
        }
    }
}
