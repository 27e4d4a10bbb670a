package import StrictJSON
import Vocabulary

/// Bodies of which nothing is passed over. A member that nobody reads is a mistake of whoever wrote it: with `field`
/// for `fields` a program would ask for everything.
extension Schema {
    /// The same without any member that it does not name, at every depth.
    package var closed: Schema { Schema(json: Schema.closing(json), mediaType: mediaType) }

    private static let placesMax = 20
    private static let nameMax = 100

    private static func closing(_ schema: JSON) -> JSON {
        var schema = schema
        if let items = schema["items"] { schema["items"] = closing(items) }
        guard case .object(let members)? = schema["properties"] else { return schema }
        schema["properties"] = .object(members.map { JSON.Member($0.key, closing($0.value)) })
        schema["additionalProperties"] = false
        return schema
    }

    /// Throws `Problem.rejected` with the code at each member that the schema does not name, as in
    /// `instances/0/adress`; `JSONError` where the body is no object.
    package func refuseOthers(in body: JSONValue, code: String) throws {
        _ = try body.requireMembers()
        var errors: [String: Phrase] = [:]
        Schema.look(at: body, json, "", &errors)
        guard errors.isEmpty else { throw Problem.rejected(code: code, errors) }
    }

    private static func look(at value: JSONValue, _ schema: JSON, _ place: String, _ errors: inout [String: Phrase]) {
        if let items = schema["items"] {
            for (number, element) in (value.elements ?? []).enumerated() {
                look(at: element, items, "\(place)\(number)/", &errors)
            }
        }
        guard case .object(let known)? = schema["properties"] else { return }
        for (name, inner) in value.members ?? [] where errors.count < placesMax {
            if let found = known.first(where: { $0.key == name }) {
                look(at: inner, found.value, "\(place)\(name)/", &errors)
            } else {
                errors["\(place)\(name.prefix(nameMax))"] = .unknownMember(among: known.map(\.key))
            }
        }
    }
}

extension Phrase {
    fileprivate static func unknownMember(among known: [String]) -> Phrase {
        let list = known.joined(separator: ", ")
        return Phrase(vi: "Không có mục này. Các mục: \(list).", en: "There is no such member. There are: \(list).")
    }
}
