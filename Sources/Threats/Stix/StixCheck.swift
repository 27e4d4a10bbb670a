import StrictJSON
import Vocabulary

/// The checks on the way in. What passes is stored as it came; what fails is named by object and pointer.
enum StixCheck {
    static func check(_ object: JSONValue) throws(StixFault) {
        let (type, id) = try head(of: object)
        let rule = StixRules.rule(for: type) ?? custom(object)
        func missing(_ property: String) -> StixFault { StixFault("threats.missing", at: "/\(property)", of: id) }
        for property in rule.required where object[property] == nil { throw missing(property) }
        if let first = rule.oneOf.first, !rule.oneOf.contains(where: { object[$0] != nil }) { throw missing(first) }
        try family(rule.family, object, id)
        for property in StixRules.timestamps where object[property] != nil { _ = try time(object, property, id) }
        try references(in: object, id)
    }

    private static func head(of object: JSONValue) throws(StixFault) -> (type: String, id: String) {
        guard object.kind == .object else { throw StixFault("threats.not-an-object") }
        guard let type = object["type"]?.string else { throw StixFault("threats.missing", at: "/type") }
        guard StixRules.isType(type) else { throw StixFault("threats.type", at: "/type") }
        guard let id = object["id"]?.string else { throw StixFault("threats.missing", at: "/id") }
        guard StixRules.typeOfID(id) == type else {
            throw StixFault("threats.id", at: "/id", of: String(id.prefix(300)))
        }
        return (type, id)
    }

    /// A type of somebody's own: with `created` it is a domain object, without an observable (§7.3).
    private static func custom(_ object: JSONValue) -> StixRules.Rule {
        StixRules.Rule(family: object["created"] == nil ? .observable : .versioned)
    }

    private static func family(_ family: StixRules.Family, _ object: JSONValue, _ id: String) throws(StixFault) {
        if let version = object["spec_version"] {
            guard version.spells("2.1") else { throw StixFault("threats.version", at: "/spec_version", of: id) }
        } else if family != .observable {
            throw StixFault("threats.missing", at: "/spec_version", of: id)
        }
        guard family != .observable else { return }
        let created = try time(object, "created", id)
        guard family == .versioned else { return }
        let modified = try time(object, "modified", id)
        if modified < created { throw StixFault("threats.order", at: "/modified", of: id) }
    }

    /// §3.2: RFC 3339 and always `Z`; with more digits than anybody measures it is no version that can be indexed.
    private static func time(_ object: JSONValue, _ property: String, _ id: String) throws(StixFault) -> Instant {
        guard let value = object[property] else { throw StixFault("threats.missing", at: "/\(property)", of: id) }
        guard let text = value.string, text.hasSuffix("Z"), text.utf8.count <= 64,
            let instant = Instant(rfc3339: text)
        else {
            throw StixFault("threats.timestamp", at: "/\(property)", of: id)
        }
        return instant
    }

    /// Whatever ends in `_ref` or `_refs`, at any depth, must look like an id; properties of somebody's own (`x_…`) may
    /// mean something else by it.
    private static func references(in value: JSONValue, _ id: String) throws(StixFault) {
        if value.kind == .array {
            return try value.eachElement { element throws(StixFault) in try references(in: element, id) }
        }
        try value.eachMember { name, member throws(StixFault) in
            if name.bytes.dropFirst().starts(with: "x_".utf8) { return }
            let ending = name.bytes.dropLast().suffix(5)
            if ending.elementsEqual("_refs".utf8) {
                try list(member, id)
            } else if ending.suffix(4).elementsEqual("_ref".utf8) {
                try reference(member, id)
            } else if member.kind == .object || member.kind == .array {
                try references(in: member, id)
            }
        }
    }

    private static func list(_ value: JSONValue, _ id: String) throws(StixFault) {
        guard value.kind == .array else { throw StixFault("threats.value", at: value.pointer, of: id) }
        guard value[0] != nil else { throw StixFault("threats.empty", at: value.pointer, of: id) }
        try value.eachElement { element throws(StixFault) in try reference(element, id) }
    }

    /// Inside `observed-data.objects` (deprecated) references are keys of that container, plain numbers mostly.
    private static func reference(_ value: JSONValue, _ id: String) throws(StixFault) {
        guard let text = value.string else { throw StixFault("threats.value", at: value.pointer, of: id) }
        if StixRules.isID(text) { return }
        guard value.pointer.hasPrefix("/objects/") else {
            throw StixFault("threats.reference", at: value.pointer, of: id)
        }
    }
}
