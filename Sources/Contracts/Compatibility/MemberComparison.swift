import StrictJSON
import Vocabulary

/// The fields of an object in two versions.
extension Comparison {
    mutating func compareMembers(_ pair: WaitingPair, _ code: String) {
        let (place, direction) = (pair.place, pair.direction)
        let (sentByOld, sentByNew) = direction == .request ? (pair.beside, nil) : (nil, pair.beside)
        let old = sentByOld?.required ?? older.required(pair.before, direction)
        let new = sentByNew?.required ?? newer.required(pair.after, direction)
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

    private mutating func compareNamed(_ pair: WaitingPair) {
        let (before, after, direction) = (pair.before, pair.after, pair.direction)
        let (old, new) = (before["properties"]?.members ?? [], after["properties"]?.members ?? [])
        let (oldNames, newNames) = (before["properties"]?.named ?? [:], after["properties"]?.named ?? [:])
        let (oldRest, newRest) = (before["additionalProperties"], after["additionalProperties"])
        for (name, property) in old where sieve.passes(name, of: pair.part) {
            let (inside, part) = ("\(pair.place).\(name)", sieve.inside(name, of: pair.part))
            let isAnswer = direction == .response
            // What only requests have never was in an answer.
            if isAnswer, older.text.isOthersToSend(property, direction, older.dialect) { continue }
            let others = isAnswer ? pair.beside?.named : nil
            if let same = newNames[Exact(name)] ?? others?[Exact(name)] {
                if isAnswer, newer.text.isOthersToSend(same, direction, newer.dialect) {
                    add("response-field-removed", .noLonger(inside))
                }
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
            let inside = "\(pair.place).\(name)"
            if direction == .request, let told = pair.beside?.named[Exact(name)] {
                compare(told, property, direction, inside)
                continue
            }
            let rest = direction == .request ? oldRest ?? pair.beside?.rest : oldRest
            guard let oldRest = rest, !isFree(oldRest, older) else { continue }
            if direction == .response, oldRest.bool == false {
                add("response-field-added", .nowSent(inside))
            } else if oldRest.kind == .object {
                compare(oldRest, property, direction, inside, sieve.inside(name, of: pair.part))
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
        guard let wanted, !isFree(wanted, direction == .request ? newer : older), given?.bool != false else { return }
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

/// What the side that sends says of members in all rules of one value together: each of its rules is held by itself
/// against what is wanted, and of what it says nothing another may.
struct SentMembers {
    /// Where the schema begins whose rules they are.
    let place: Int
    let named: [Exact: JSONValue]
    let required: Set<Exact>
    /// What is said of others, by the first rule that does.
    let rest: JSONValue?

    init(
        of schema: JSONValue, _ rules: [JSONValue], _ document: OpenAPIDocument, _ direction: SchemaDirection
    ) {
        place = schema.range.lowerBound
        named = rules.reduce(into: [:]) { named, rule in
            for (name, property) in rule["properties"]?.members ?? [] where named[Exact(name)] == nil {
                named[Exact(name)] = property
            }
        }
        required = rules.reduce(into: []) { $0.formUnion(document.required($1, direction)) }
        rest = rules.lazy.compactMap { $0["additionalProperties"] }.first
    }
}

extension OpenAPIDocument {
    /// Those that must be there, without what only the other side sends.
    fileprivate func required(_ schema: JSONValue, _ direction: SchemaDirection) -> Set<Exact> {
        let names = Set((schema["required"]?.elements ?? []).compactMap(\.string).map(Exact.init))
        guard !names.isEmpty else { return [] }
        let others = (schema["properties"]?.members ?? []).filter {
            names.contains(Exact($0.key)) && text.isOthersToSend($0.value, direction, dialect)
        }
        return names.subtracting(others.map { Exact($0.key) })
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
