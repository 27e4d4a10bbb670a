import StrictJSON
import Vocabulary

/// The fields of an object in two versions.
extension Comparison {
    mutating func compareMembers(_ pair: WaitingPair, _ code: String) {
        let (place, direction) = (pair.place, pair.direction)
        let (old, new) = (required(pair.before, older, direction), required(pair.after, newer, direction))
        if direction == .request {
            for name in new.subtracting(old).map(\.text).sorted() {
                add("request-required", .nowRequired("\(place).\(name)"))
            }
        } else {
            for name in old.subtracting(new).map(\.text).sorted() where sieve.passes(name, of: pair.part) {
                add("response-optional", .noLongerCertain("\(place).\(name)"))
            }
        }
        compareNamed(pair)
        for part in restParts(pair) { compareRest(pair, code, part) }
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

    private mutating func compareNamed(_ pair: WaitingPair) {
        let (before, after, direction) = (pair.before, pair.after, pair.direction)
        let (old, new) = (before["properties"]?.members ?? [], after["properties"]?.members ?? [])
        let (oldNames, newNames) = (before["properties"]?.named ?? [:], after["properties"]?.named ?? [:])
        let (oldRest, newRest) = (before["additionalProperties"], after["additionalProperties"])
        for (name, property) in old where sieve.passes(name, of: pair.part) {
            let (inside, part) = ("\(pair.place).\(name)", sieve.inside(name, of: pair.part))
            if let same = newNames[Exact(name)] {
                compare(property, same, direction, inside, part)
            } else if direction == .response {
                add("response-field-removed", .noLonger(inside))
            } else if newRest?.bool == false {
                add("request-field-refused", .noLonger(inside))
            } else if let newRest {
                compare(property, newRest, direction, inside, part)
            }
        }
        // A field that was open to everything takes a shape: nobody was told of it before. One that had a shape, as all
        // others, or that was promised not to come, does not.
        for (name, property) in new where oldNames[Exact(name)] == nil && sieve.passes(name, of: pair.part) {
            guard let oldRest else { continue }
            if direction == .response, oldRest.bool == false {
                add("response-field-added", .nowSent("\(pair.place).\(name)"))
            } else if oldRest.kind == .object {
                compare(oldRest, property, direction, "\(pair.place).\(name)", sieve.inside(name, of: pair.part))
            }
        }
    }

    /// What passes of the members that neither version names: where a consumer is let through named fields only, those
    /// of his that are not among the properties.
    private func restParts(_ pair: WaitingPair) -> Set<AnswerSieve.Part> {
        guard pair.part != .whole else { return [.whole] }
        let named = [pair.before, pair.after].map { $0["properties"]?.named ?? [:] }
        let others = sieve.names(pair.part).filter { name in named.allSatisfy { $0[Exact(name)] == nil } }
        return Set(others.map { sieve.inside($0, of: pair.part) })
    }

    private mutating func compareRest(_ pair: WaitingPair, _ code: String, _ part: AnswerSieve.Part) {
        let (before, after, direction, place) = (pair.before, pair.after, pair.direction, pair.place)
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
            compare(before["additionalProperties"], after["additionalProperties"], direction, "\(place).*", part)
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
