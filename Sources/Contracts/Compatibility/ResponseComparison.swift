import StrictJSON
import Vocabulary

/// What is promised of answers.
extension Comparison {
    mutating func compareResponses(_ before: [APIResponse], _ after: [APIResponse]) {
        for response in before {
            if let kept = after.first(where: { $0.status == response.status }) {
                compare(response, kept, response.status)
            } else if let wider = after.wider(than: response.status), wider.isRange || !response.isSuccess {
                // What is said of it now is said of others, too.
                compare(response, wider, response.status)
            } else if response.isSuccess {
                // An error that no longer happens breaks nobody; a success that no longer comes does.
                add("response-removed", .noLonger(response.status))
            }
        }
        // What is said of one status now was said of many.
        let tellsSuccess = before.contains { $0.status.hasPrefix("2") }
        for response in after where !before.contains(where: { $0.status == response.status }) {
            guard let wider = before.wider(than: response.status) else { continue }
            // Beside a success, `default` is about failures.
            if wider.isRange || response.isFailure || !tellsSuccess { compare(wider, response, response.status) }
        }
    }

    private mutating func compare(_ before: APIResponse, _ after: APIResponse, _ status: String) {
        compareContents(ContentList(before.content), ContentList(after.content), status)
        let headers = Dictionary(after.headers.map { ($0.key, $0) }) { first, _ in first }
        for header in before.headers where sieve.passesHeader(header.name) {
            let name = "\(status) \(header.name)"
            guard let kept = headers[header.key] else {
                add("response-header-removed", .noLonger(name))
                continue
            }
            if header.isRequired, !kept.isRequired { add("response-optional", .noLongerCertain(name)) }
            if header.form != kept.form { add("response-header-form", .otherForm(name)) }
            compare(header.schema, kept.schema, .response, name)
        }
    }
}

/// What is promised of bodies: the same media type, or with more parameters than were promised.
extension Comparison {
    private mutating func compareContents(_ old: ContentList, _ new: ContentList, _ status: String) {
        for content in old.all where !sieve.parts(status, content.mediaType).isEmpty {
            guard let kept = nearest(to: content, in: new, where: { content.range.isSaidMore(by: $0) }) else {
                add("response-media-type", .noLonger("\(status) \(content.mediaType)"))
                continue
            }
            compare(content, kept, status)
        }
        // What is said of one media type now was said of its range.
        for content in new.others(than: old) where !sieve.parts(status, content.mediaType).isEmpty {
            guard let wider = nearest(to: content, in: old, where: { $0.covers(content.range) }) else { continue }
            compare(wider, content, status)
        }
    }

    private mutating func compare(_ before: APIContent, _ after: APIContent, _ status: String) {
        if before.parts != after.parts { add("response-form", .otherForm("\(status) \(after.mediaType)")) }
        for part in sieve.parts(status, after.mediaType) {
            compare(before.schema, after.schema, .response, status, part)
        }
    }
}

extension APIResponse {
    /// What is asked for, or all that is said of any answer.
    fileprivate var isSuccess: Bool { status.hasPrefix("2") || status == "default" }

    fileprivate var isFailure: Bool { status.hasPrefix("4") || status.hasPrefix("5") }

    fileprivate var isRange: Bool { status.hasSuffix("XX") }
}

extension [APIResponse] {
    /// What holds for a status of which nothing is said by itself: of its range, or else of all.
    fileprivate func wider(than status: String) -> APIResponse? {
        ["\(status.prefix(1))XX", "default"].lazy.compactMap { wider in
            first { $0.status == wider && wider != status }
        }.first
    }
}
