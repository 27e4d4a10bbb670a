import StrictJSON
import Vocabulary

/// The fields of an object in two versions.
extension Comparison {
    mutating func compareMembers(
        _ before: JSONValue, _ after: JSONValue, _ direction: SchemaDirection, _ code: String, _ place: String
    ) {
        let (old, new) = (required(before, older, direction), required(after, newer, direction))
        if direction == .request {
            for name in new.subtracting(old).map(\.text).sorted() {
                add("request-required", .nowRequired("\(place).\(name)"))
            }
        } else {
            for name in old.subtracting(new).map(\.text).sorted() {
                add("response-optional", .noLongerCertain("\(place).\(name)"))
            }
        }
        compareNamed(before, after, direction, place)
        compareRest(before, after, direction, code, place)
    }

    /// Those that must be there, without what only the other side sends.
    private func required(
        _ schema: JSONValue, _ document: OpenAPIDocument, _ direction: SchemaDirection
    ) -> Set<Exact> {
        let names = Set((schema["required"]?.elements ?? []).compactMap(\.string).map(Exact.init))
        guard !names.isEmpty else { return [] }
        let others = (schema["properties"]?.members ?? []).filter {
            names.contains(Exact($0.key)) && document.text.isOthersToSend($0.value, direction, document.dialect)
        }
        return names.subtracting(others.map { Exact($0.key) })
    }

    private mutating func compareNamed(
        _ before: JSONValue, _ after: JSONValue, _ direction: SchemaDirection, _ place: String
    ) {
        let (old, new) = (before["properties"]?.members ?? [], after["properties"]?.members ?? [])
        let (oldNames, newNames) = (before["properties"]?.named ?? [:], after["properties"]?.named ?? [:])
        let (oldRest, newRest) = (before["additionalProperties"], after["additionalProperties"])
        for (name, property) in old {
            let inside = "\(place).\(name)"
            if let same = newNames[Exact(name)] {
                compare(property, same, direction, inside)
            } else if direction == .response {
                add("response-field-removed", .noLonger(inside))
            } else if newRest?.bool == false {
                add("request-field-refused", .noLonger(inside))
            } else if let newRest {
                compare(property, newRest, direction, inside)
            }
        }
        // A field that was open to everything takes a shape: nobody was told of it before. One that had a shape, as all
        // others, or that was promised not to come, does not.
        for (name, property) in new where oldNames[Exact(name)] == nil {
            guard let oldRest else { continue }
            if direction == .response, oldRest.bool == false {
                add("response-field-added", .nowSent("\(place).\(name)"))
            } else if oldRest.kind == .object {
                compare(oldRest, property, direction, "\(place).\(name)")
            }
        }
    }

    private mutating func compareRest(
        _ before: JSONValue, _ after: JSONValue, _ direction: SchemaDirection, _ code: String, _ place: String
    ) {
        let (sent, taken) = direction == .request ? (before, after) : (after, before)
        let (given, wanted) = (sent["additionalProperties"], taken["additionalProperties"])
        guard let wanted, wanted.bool != true, given?.bool != false else { return }
        if wanted.bool == false {
            if direction == .request {
                add("request-closed", .closed(place))
            } else {
                add("response-opened", .opened(place))
            }
        } else if given?.kind == .object {
            compare(before["additionalProperties"], after["additionalProperties"], direction, "\(place).*")
        } else {
            add("\(code)-other", .otherRule(place, "additionalProperties"))
        }
    }
}

extension Phrase {
    static func noLongerCertain(_ name: String) -> Phrase {
        Phrase(vi: "“\(name)” không còn chắc chắn có trong kết quả", en: "“\(name)” is no longer certain in the answer")
    }

    static func nowSent(_ name: String) -> Phrase {
        Phrase(
            vi: "“\(name)” nay có trong kết quả, trước đây cam kết không có trường khác",
            en: "“\(name)” is in the answer now, where no other fields were promised")
    }

    static func closed(_ place: String) -> Phrase {
        Phrase(vi: "\(place): không còn nhận trường khác", en: "\(place): other fields are refused now")
    }

    static func opened(_ place: String) -> Phrase {
        Phrase(
            vi: "\(place): kết quả nay có thể có trường khác, trước đây cam kết không có",
            en: "\(place): the answer may have other fields now, where none were promised")
    }
}
