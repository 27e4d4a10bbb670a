package import StrictJSON
import Vocabulary

extension ScimAttribute {
    /// The value in the spelling of the schema; nil when it is as good as none. Throws when it is not what the schema
    /// says.
    package func checked(_ value: JSON) throws(ScimError) -> JSON? {
        guard isMultiValued else { return try checkedOne(value) }
        guard case .array(let elements) = value else {
            if value == .null { return nil }
            throw .value("\(name) is a list")
        }
        guard elements.count <= longest else { throw .value("\(name) has at most \(longest) elements") }
        var found: [JSON] = []
        for element in elements {
            guard let element = try checkedOne(element) else { continue }
            found.append(element)
        }
        guard found.count(where: { $0["primary"] == .bool(true) }) <= 1 else {
            throw .value("only one element of \(name) can be primary")
        }
        return found.isEmpty ? nil : .array(found)
    }

    /// One element of a list, or the value of what is no list.
    package func checkedOne(_ value: JSON) throws(ScimError) -> JSON? {
        switch (kind, value) {
        case (_, .null): return nil
        case (.string, .string(let text)), (.reference, .string(let text)): return try checked(text)
        case (.boolean, .bool): return value
        // Some directories send the words.
        case (.boolean, .string(let text)):
            guard let flag = ["true": true, "false": false][text.lowercased()] else { break }
            return .bool(flag)
        case (.dateTime, .string(let text)):
            guard let moment = Instant(rfc3339: text) else { break }
            return .string(moment.rfc3339)
        case (.complex, .object(let members)): return try checked(members)
        default: break
        }
        throw .value("\(name) is no \(kind.rawValue)")
    }

    private func checked(_ text: String) throws(ScimError) -> JSON? {
        let composed = Folding.compose(text)
        guard composed.count <= longest, !composed.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw .value("\(name) has at most \(longest) characters, and none that control")
        }
        guard !canonical.isEmpty else { return .string(composed) }
        guard let known = canonical.first(where: { $0.lowercased() == composed.lowercased() }) else {
            throw .value("\(name) is one of \(canonical.joined(separator: ", "))")
        }
        return .string(known)
    }

    private func checked(_ members: [JSON.Member]) throws(ScimError) -> JSON? {
        var found: JSON = .object([])
        for part in parts where part.mutability != .readOnly {
            guard let member = members.first(where: { $0.key.lowercased() == part.name.lowercased() }) else {
                if part.isRequired { throw .value("\(name).\(part.name) is required") }
                continue
            }
            found[part.name] = try part.checked(member.value)
            if part.isRequired, found[part.name] == nil { throw .value("\(name).\(part.name) is required") }
        }
        return found == .object([]) ? nil : found
    }
}
