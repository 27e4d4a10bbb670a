import StrictJSON

/// What each operation does to one attribute.
extension ScimPatch {
    static func apply(
        _ verb: Verb, _ attribute: ScimAttribute, _ part: ScimAttribute?, _ value: JSON?, _ document: inout ScimDocument
    ) throws(ScimError) {
        let old = document.values[attribute.key]
        if let part {
            document.values[attribute.key] = try with(part, verb == .remove ? nil : value, in: old, of: attribute)
            return
        }
        switch verb {
        case .remove: document.values[attribute.key] = try without(value, in: old, of: attribute)
        case .add where attribute.isMultiValued:
            let new = try elements(value, of: attribute)
            document.values[attribute.key] = try joined(ScimFilter.elements(old), new, of: attribute)
        case .replace where attribute.isMultiValued:
            document.values[attribute.key] = try attribute.checked(.array(try elements(value, of: attribute)))
        case .add where attribute.kind == .complex, .replace where attribute.kind == .complex:
            document.values[attribute.key] = merged(try attribute.checkedOne(value ?? .null), into: old)
        case .add, .replace: document.values[attribute.key] = try attribute.checked(value ?? .null)
        }
    }

    static func apply(
        _ verb: Verb, to attribute: ScimAttribute, where filter: ScimFilter, _ part: ScimAttribute?, _ value: JSON?,
        _ document: inout ScimDocument
    ) throws(ScimError) {
        let old = ScimFilter.elements(document.values[attribute.key])
        let chosen = old.indices.filter { filter.matches(element: old[$0]) }
        if chosen.isEmpty {
            if verb == .remove { return }
            guard verb == .add, let new = try made(by: filter, part, value, of: attribute) else {
                throw .noTarget("no element of \(attribute.name) is meant by the path")
            }
            document.values[attribute.key] = try joined(old, [new], of: attribute)
            return
        }
        var new = old
        if verb == .remove, part == nil {
            new = old.indices.filter { !chosen.contains($0) }.map { old[$0] }
        } else {
            for place in chosen { new[place] = try changed(old[place], verb, part, value, of: attribute) }
        }
        document.values[attribute.key] = try attribute.checked(.array(onePrimary(new, keeping: Set(chosen))))
    }

    private static func changed(
        _ element: JSON, _ verb: Verb, _ part: ScimAttribute?, _ value: JSON?, of attribute: ScimAttribute
    ) throws(ScimError) -> JSON {
        guard let part else {
            guard case .object(let members) = value else { throw .value("\(attribute.name) has objects for elements") }
            var changed = verb == .replace ? JSON.object([]) : element
            for member in members {
                guard let part = attribute.part(member.key) else { continue }
                changed[part.name] = try part.checked(member.value)
            }
            return changed
        }
        var changed = element
        changed[part.name] = verb == .remove ? nil : try part.checked(value ?? .null)
        return changed
    }

    /// A new element with what the filter says of it: `emails[type eq "work"].value`, of a person without one.
    private static func made(
        by filter: ScimFilter, _ part: ScimAttribute?, _ value: JSON?, of attribute: ScimAttribute
    ) throws(ScimError) -> JSON? {
        var element = JSON.object([])
        guard collect(filter, &element) else { return nil }
        if let part {
            element[part.name] = try part.checked(value ?? .null)
        } else if case .object(let members) = value {
            for member in members {
                guard let part = attribute.part(member.key) else { continue }
                element[part.name] = try part.checked(member.value)
            }
        }
        return try attribute.checkedOne(element)
    }

    private static func collect(_ filter: ScimFilter, _ element: inout JSON) -> Bool {
        switch filter {
        case .and(let left, let right): return collect(left, &element) && collect(right, &element)
        case .compare(let target, .eq, .text(let text)): element[target.leaf.name] = .string(text)
        case .compare(let target, .eq, .flag(let flag)): element[target.leaf.name] = .bool(flag)
        default: return false
        }
        return true
    }

    /// `name.familyName` of one value, `emails.type` of every element.
    private static func with(
        _ part: ScimAttribute, _ value: JSON?, in old: JSON?, of attribute: ScimAttribute
    ) throws(ScimError) -> JSON? {
        let checked = try value.flatMap { value throws(ScimError) in try part.checked(value) }
        guard attribute.isMultiValued else {
            var changed = old ?? .object([])
            changed[part.name] = checked
            return changed == .object([]) ? nil : changed
        }
        guard let old else { throw .noTarget("\(attribute.name) has no elements") }
        guard part.mutability == .readWrite else { throw .mutability("\(part.name) cannot be changed") }
        let elements = ScimFilter.elements(old).map { element in
            var changed = element
            changed[part.name] = checked
            return changed
        }
        return try attribute.checked(.array(elements))
    }

    /// All of it, or, when a value is given for a list, the elements that have that value.
    private static func without(_ value: JSON?, in old: JSON?, of attribute: ScimAttribute) throws(ScimError) -> JSON? {
        if attribute.isRequired { throw .mutability("\(attribute.name) is required") }
        guard attribute.isMultiValued, let value, value != .null else { return nil }
        let gone = Set(ScimFilter.elements(value).map { $0["value"] ?? $0 })
        let kept = ScimFilter.elements(old).filter { !gone.contains($0["value"] ?? $0) }
        return kept.isEmpty ? nil : .array(kept)
    }

    private static func elements(_ value: JSON?, of attribute: ScimAttribute) throws(ScimError) -> [JSON] {
        var found: [JSON] = []
        for element in ScimFilter.elements(value) {
            if let checked = try attribute.checkedOne(element) { found.append(checked) }
        }
        return found
    }

    /// What is there already is not added again (RFC 7644 §3.5.2.1).
    private static func joined(_ old: [JSON], _ new: [JSON], of attribute: ScimAttribute) throws(ScimError) -> JSON? {
        let known = Set(old)
        let added = new.filter { !known.contains($0) }
        let all = old + added
        return try attribute.checked(.array(onePrimary(all, keeping: Set(old.count..<all.count))))
    }

    /// A new primary element takes the word from the old one (RFC 7644 §3.5.2).
    private static func onePrimary(_ elements: [JSON], keeping new: Set<Int>) -> [JSON] {
        let primary = elements.indices.filter { elements[$0]["primary"] == .bool(true) }
        guard primary.count > 1, let kept = primary.first(where: { new.contains($0) }) else { return elements }
        return elements.indices.map { place in
            guard primary.contains(place), place != kept, !new.contains(place) else { return elements[place] }
            return elements[place].withPrimary(false)
        }
    }

    private static func merged(_ new: JSON?, into old: JSON?) -> JSON? {
        guard case .object(let members) = new else { return old }
        var merged = old ?? .object([])
        for member in members { merged[member.key] = member.value }
        return merged
    }
}

extension JSON {
    fileprivate func withPrimary(_ isPrimary: Bool) -> JSON {
        var copy = self
        copy["primary"] = .bool(isPrimary)
        return copy
    }
}
