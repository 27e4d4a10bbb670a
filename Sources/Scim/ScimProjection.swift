import StrictJSON

/// Which attributes an answer has: `attributes` and `excludedAttributes` of RFC 7644 §3.9.
package struct ScimProjection: Sendable, Hashable {
    private var included: [ScimFilter.Target]?
    private var excluded: [ScimFilter.Target]

    package static let everything = ScimProjection(included: nil, excluded: [])

    private init(included: [ScimFilter.Target]?, excluded: [ScimFilter.Target]) {
        self.included = included
        self.excluded = excluded
    }

    /// Names that the schema does not know choose nothing.
    package init(attributes: [String], excluding: [String], of type: ScimResourceType) throws(ScimError) {
        guard attributes.isEmpty || excluding.isEmpty else {
            throw .value("attributes and excludedAttributes cannot stand together")
        }
        let scope = ScimScope.resource(type)
        func targets(_ names: [String]) -> [ScimFilter.Target] {
            names.flatMap { name -> [ScimFilter.Target] in
                if let schema = type.extension(name) {
                    return schema.attributes.compactMap { scope.target("\(schema.id):\($0.name)") }
                }
                return scope.target(name).map { [$0] } ?? []
            }
        }
        included = attributes.isEmpty ? nil : targets(attributes)
        excluded = targets(excluding)
    }

    /// Whether an answer has anything of the attribute: what is not wanted need not be read.
    package func wants(_ name: String) -> Bool {
        if let included { return included.contains { $0.attribute.name == name } }
        return !excluded.contains { $0.attribute.name == name && $0.part == nil }
    }

    package func apply(to document: ScimDocument, of type: ScimResourceType) -> ScimDocument {
        var found = ScimDocument()
        for attribute in type.attributes {
            guard let value = document.values[attribute.key] else { continue }
            if attribute.returned == .always {
                found.values[attribute.key] = value
            } else if let kept = kept(value, of: attribute) {
                found.values[attribute.key] = kept
            }
        }
        return found
    }

    private func kept(_ value: JSON, of attribute: ScimAttribute) -> JSON? {
        if let included {
            let named = included.filter { $0.attribute.key == attribute.key }
            if named.isEmpty { return nil }
            if named.contains(where: { $0.part == nil }) { return value }
            let parts = Set(named.compactMap(\.part?.name))
            return ScimProjection.parts(of: value) { parts.contains($0) }
        }
        guard attribute.returned != .request else { return nil }
        let named = excluded.filter { $0.attribute.key == attribute.key }
        if named.contains(where: { $0.part == nil }) { return nil }
        let parts = Set(named.compactMap(\.part?.name))
        return parts.isEmpty ? value : ScimProjection.parts(of: value) { !parts.contains($0) }
    }

    private static func parts(of value: JSON, _ isKept: (String) -> Bool) -> JSON? {
        switch value {
        case .array(let elements):
            let kept = elements.compactMap { parts(of: $0, isKept) }
            return kept.isEmpty ? nil : .array(kept)
        case .object(let members):
            let kept = members.filter { isKept($0.key) }
            return kept.isEmpty ? nil : .object(kept)
        default: return value
        }
    }
}
