/// What an operation of PATCH aims at: RFC 7644 §3.5.2, figure 7.
///
/// `name`, `name.familyName`, `emails[type eq "work"]`, `emails[type eq "work"].value`, the same with the schema in
/// front, or the name of an extension, which means all of it.
package enum ScimPath: Sendable, Hashable {
    case attribute(ScimAttribute, part: ScimAttribute?)
    case elements(ScimAttribute, ScimFilter, part: ScimAttribute?)
    case everything(in: ScimSchema)

    package init(_ text: String, in type: ScimResourceType) throws(ScimError) {
        if let schema = type.extension(text) {
            self = .everything(in: schema)
            return
        }
        guard let open = text.firstIndex(of: "[") else {
            guard let target = ScimScope.resource(type).target(text) else {
                throw .path("there is no attribute \(text)")
            }
            self = .attribute(target.attribute, part: target.part)
            return
        }
        guard let close = text.lastIndex(of: "]"), open < close, let attribute = type.attribute(String(text[..<open])),
            attribute.isMultiValued
        else { throw .path("\(text) names no elements of a list") }
        var parser = try ScimFilterParser(
            String(text[text.index(after: open)..<close]), of: .element(attribute))
        let filter = try parser.all()
        let rest = text[text.index(after: close)...]
        if rest.isEmpty {
            self = .elements(attribute, filter, part: nil)
        } else {
            guard rest.hasPrefix("."), let part = attribute.part(String(rest.dropFirst())) else {
                throw .path("\(attribute.name) has no part \(rest)")
            }
            self = .elements(attribute, filter, part: part)
        }
    }
}
