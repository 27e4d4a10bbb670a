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
        let bodies = after.content.byMediaType
        for content in before.content {
            let parts = sieve.parts(status, content.mediaType)
            guard !parts.isEmpty else { continue }
            guard let kept = bodies[content.mediaType] else {
                add("response-media-type", .noLonger("\(status) \(content.mediaType)"))
                continue
            }
            if content.parts != kept.parts { add("response-form", .otherForm("\(status) \(content.mediaType)")) }
            for part in parts { compare(content.schema, kept.schema, .response, status, part) }
        }
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
