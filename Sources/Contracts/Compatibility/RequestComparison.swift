import StrictJSON
import Vocabulary

/// What is asked of whoever calls.
extension Comparison {
    mutating func compareParameters(_ before: APIOperation, _ after: APIOperation) {
        let (old, new) = (Comparison.parameters(of: before), Comparison.parameters(of: after))
        let before = Dictionary(old.map { ($0.place, $0.parameter) }) { first, _ in first }
        for (place, parameter) in new {
            guard let known = before[place] else {
                if parameter.isRequired { add("parameter-added", .nowRequired(parameter.name)) }
                continue
            }
            if parameter.isRequired, !known.isRequired { add("parameter-required", .nowRequired(parameter.name)) }
            let takesLess =
                known.allowsReserved && !parameter.allowsReserved || known.allowsEmpty && !parameter.allowsEmpty
            if parameter.form != known.form || takesLess { add("parameter-form", .otherForm(parameter.name)) }
            compare(known.schema, parameter.schema, .request, "“\(parameter.name)”")
        }
        let after = Set(new.map(\.place))
        for (place, parameter) in old where !after.contains(place) && parameter.place != .path {
            add("parameter-removed", .noLonger(parameter.name))
        }
    }

    /// Each by where it stands in a call: in a path by which name it is, whatever that says.
    private static func parameters(of operation: APIOperation) -> [(place: String, parameter: APIParameter)] {
        let steps = Dictionary(operation.path.names.enumerated().map { ($1, $0) }) { first, _ in first }
        return operation.parameters.map { parameter in
            let step = parameter.place == .path ? steps[parameter.name] : nil
            return (step.map { "path \($0)" } ?? parameter.key, parameter)
        }
    }

    mutating func compareBodies(_ before: APIBody?, _ after: APIBody?) {
        guard let after else {
            if before != nil { add("body-removed", .bodyGone) }
            return
        }
        guard let before else {
            if after.isRequired { add("body-required", .bodyNeeded) }
            return
        }
        if after.isRequired, !before.isRequired { add("body-required", .bodyNeeded) }
        let (old, new) = (ContentList(before.content), ContentList(after.content))
        for content in old.all {
            guard let kept = nearest(to: content, in: new, where: { $0.covers(content.range) }) else {
                add("body-media-type", .noLonger(content.mediaType))
                continue
            }
            compare(content, kept, content.mediaType)
        }
        // What is said of one media type now was said of its range; of parameters the check of requests knows nothing.
        for content in new.others(than: old) {
            let wider = nearest(to: content, in: old, where: { $0.coversKind(of: content.range) })
            if let wider { compare(wider, content, content.mediaType) }
        }
    }

    private mutating func compare(_ before: APIContent, _ after: APIContent, _ place: String) {
        if before.parts != after.parts { add("body-form", .otherForm(place)) }
        compare(before.schema, after.schema, .request, place)
    }

    /// What a list says of a media type, or of the nearest that meets a condition.
    mutating func nearest(
        to content: APIContent, in list: ContentList, where isMet: (MediaRange) -> Bool
    ) -> APIContent? {
        if let exact = list.exact(content.range) { return exact }
        guard !isSpent else {
            add("not-compared", .notCompared(content.mediaType))
            return nil
        }
        pairs += list.all.count / 16
        return list.nearest(where: isMet)
    }
}
