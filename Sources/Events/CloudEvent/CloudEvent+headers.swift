import StrictJSON
import Vocabulary
package import Web

/// The HTTP binding's binary form: attributes as `ce-` headers, data as the body as it is.
extension CloudEvent {
    /// Which form a request has. Nil for one that carries no event.
    enum Form: Sendable, Hashable {
        case structured, batch, binary

        init?(_ headers: Headers) {
            switch CloudEvent.mediaType(headers["content-type"] ?? "") {
            case CloudEvent.mediaType: self = .structured
            case CloudEvent.batchMediaType: self = .batch
            case let other where other.hasPrefix("application/cloudevents"): return nil
            default:
                guard headers["ce-specversion"] != nil else { return nil }
                self = .binary
            }
        }
    }

    /// The events of a request, in whichever form. Throws `JSONError`, `CloudEventFault` or `Problem`.
    package static func read(_ headers: Headers, _ body: [UInt8]) throws -> [CloudEvent] {
        switch Form(headers) {
        case .structured: return [try CloudEvent(structured: body)]
        case .batch: return try batch(body)
        case .binary: return [try CloudEvent(binary: headers, body)]
        case nil:
            throw CloudEventFault(
                "form", vi: "Không phải CloudEvents: cần \(mediaType), \(batchMediaType) hoặc các trường ce-*.",
                en: "No CloudEvents: \(mediaType), \(batchMediaType) or ce-* headers are needed.")
        }
    }

    package init(binary headers: Headers, _ body: [UInt8]) throws {
        guard body.count <= Limits.eventBytes else { throw Problem.tooLarge(limitBytes: Limits.eventBytes) }
        var draft = Draft()
        draft.version = nil
        var seen = Set<String>()
        for field in headers.fields where field.name.hasPrefix("ce-") {
            let name = String(field.name.dropFirst(3))
            guard seen.insert(name).inserted, name != "datacontenttype", name != "data" else {
                throw CloudEventFault.attribute(name)
            }
            guard let text = HeaderText.decode(field.value) else { throw CloudEventFault.attribute(name) }
            try draft.take(name, text)
        }
        let types = headers.all("content-type")
        guard types.count <= 1 else { throw CloudEventFault.attribute("datacontenttype") }
        draft.dataContentType = types.first
        draft.data = try CloudEvent.payload(body, types.first)
        self = try draft.checked()
    }

    private static func payload(_ body: [UInt8], _ contentType: String?) throws -> Payload? {
        guard !body.isEmpty else { return nil }
        guard let contentType else { return .bytes(body) }
        if isJSON(contentType) {
            let limits = JSONLimits(
                bytes: Limits.eventBytes, depth: 63, nodes: Limits.eventNodes, string: Limits.eventBytes, number: 64)
            return .json(Array(try JSONDocument(body, limits: limits).root.bytes))
        }
        let media = mediaType(contentType)
        let isText = media.hasPrefix("text/") || media.hasSuffix("+xml") || media == "application/xml"
        let charset = contentType.lowercased()
        let isUnicode = !charset.contains("charset=") || charset.contains("utf-8")
        if isText, isUnicode, !body.contains(0), let text = String(validating: body, as: UTF8.self) {
            return .text(text)
        }
        return .bytes(body)
    }

    /// Headers and body of the binary form.
    package var binary: (headers: Headers, body: [UInt8]) {
        var headers: Headers = ["ce-specversion": "1.0"]
        let attributes = [("id", id), ("source", source), ("type", type)]
        for (name, text) in attributes { headers.add("ce-\(name)", HeaderText.encode(text)) }
        let more = [("subject", subject), ("time", time), ("dataschema", dataSchema)]
        for case (let name, let text?) in more { headers.add("ce-\(name)", HeaderText.encode(text)) }
        for item in extensions {
            let text: String =
                switch item.value {
                case .text(let text): text
                case .integer(let number): String(number)
                case .flag(let flag): flag ? "true" : "false"
                }
            headers.add("ce-\(item.name)", HeaderText.encode(text))
        }
        switch data {
        case nil: return (headers, [])
        case .json(let value):
            headers["content-type"] = dataContentType ?? "application/json"
            return (headers, value)
        case .text(let text):
            headers["content-type"] = dataContentType ?? "text/plain; charset=utf-8"
            return (headers, Array(text.utf8))
        case .bytes(let bytes):
            if let dataContentType { headers["content-type"] = dataContentType }
            return (headers, bytes)
        }
    }
}

/// How an attribute stands in a header (HTTP binding §3.1.3.2).
enum HeaderText {
    /// Space, quote, percent and everything that is not printable ASCII is percent-encoded as UTF-8.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for unit in text.utf8 {
            if (0x21...0x7E).contains(unit), unit != UInt8(ascii: "\""), unit != UInt8(ascii: "%") {
                bytes.append(unit)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes += Hex.encode([unit]).uppercased().utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Takes a quoted string apart (RFC 9110 §5.6.4), then percent-decodes. Nil when either is broken or the result is
    /// no UTF-8.
    static func decode(_ value: String) -> String? {
        guard let plain = unquoted(Array(value.utf8)) else { return nil }
        var bytes: [UInt8] = []
        var units = plain[...]
        while let unit = units.popFirst() {
            guard unit == UInt8(ascii: "%") else {
                bytes.append(unit)
                continue
            }
            guard units.count >= 2, let byte = Hex.decode(String(decoding: units.prefix(2), as: UTF8.self))?.first
            else { return nil }
            bytes.append(byte)
            units.removeFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func unquoted(_ units: [UInt8]) -> [UInt8]? {
        guard units.first == UInt8(ascii: "\"") else { return units }
        guard units.count >= 2, units.last == UInt8(ascii: "\"") else { return nil }
        var plain: [UInt8] = []
        var inside = units[1..<units.count - 1]
        while let unit = inside.popFirst() {
            if unit == UInt8(ascii: "\"") { return nil }
            guard unit == UInt8(ascii: "\\") else {
                plain.append(unit)
                continue
            }
            guard let escaped = inside.popFirst() else { return nil }
            plain.append(escaped)
        }
        return plain
    }
}
