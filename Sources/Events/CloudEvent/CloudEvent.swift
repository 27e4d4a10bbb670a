package import StrictJSON
package import Vocabulary

/// One event of CloudEvents 1.0 (CNCF): what happened, where, and what belongs to it.
///
/// Made by the readers of its three HTTP forms, so whoever holds one holds a valid one. Equal events have equal bytes
/// in `structured`, which is the form that is stored, digested and delivered.
package struct CloudEvent: Sendable, Hashable {
    /// Attributes that the specification does not know, in the order of their names.
    package struct Extension: Sendable, Hashable {
        package enum Value: Sendable, Hashable {
            case text(String)
            case integer(Int32)
            case flag(Bool)
        }

        package let name: String
        package let value: Value
    }

    package enum Payload: Sendable, Hashable {
        /// One JSON value, as it was sent.
        case json([UInt8])
        /// Of a content type that is text and not JSON.
        case text(String)
        case bytes([UInt8])
    }

    package let id: String
    package let source: String
    package let type: String
    package let subject: String?
    /// As it was sent, an RFC 3339 date-time.
    package let time: String?
    package let dataContentType: String?
    package let dataSchema: String?
    package let extensions: [Extension]
    package let data: Payload?
    /// The structured form, always in the same order of members.
    package private(set) var structured: [UInt8] = []

    /// How much of an event is taken.
    package enum Limits {
        /// The structured form as a whole. The specification asks for 64 KiB at least.
        package static let eventBytes = 256 << 10
        package static let batchEvents = 1000
        package static let batchBytes = 4 << 20
        /// As many values as so many bytes can hold: what came in a batch can be read again alone.
        static let eventNodes = eventBytes / 2 + 1
        static let attributeBytes = 2048
        static let extensions = 40
        static let extensionName = 40
    }

    /// For events of this program's own.
    package init(
        id: String, source: String, type: String, subject: String? = nil, time: Instant? = nil,
        dataSchema: String? = nil, data: JSON? = nil
    ) throws(CloudEventFault) {
        var draft = Draft()
        draft.id = id
        draft.source = source
        draft.type = type
        draft.subject = subject
        draft.time = time?.rfc3339
        draft.dataSchema = dataSchema
        draft.dataContentType = data == nil ? nil : "application/json"
        draft.data = data.map { .json($0.encoded()) }
        self = try draft.checked()
    }

    fileprivate init(_ draft: Draft, id: String, source: String, type: String) {
        self.id = id
        self.source = source
        self.type = type
        subject = draft.subject
        time = draft.time
        dataContentType = draft.dataContentType
        dataSchema = draft.dataSchema
        extensions = draft.extensions.sorted { $0.name < $1.name }
        data = draft.data
        structured = spelled()
    }

    /// Whether data of this content type is JSON: `application/json`, `text/json`, `…+json`, or none said.
    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        let media = mediaType(contentType)
        return media == "application/json" || media == "text/json" || media.hasSuffix("+json")
    }

    static func mediaType(_ contentType: String) -> String {
        let media = contentType.prefix { $0 != ";" }.lowercased()
        return String(media.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// Why something is no CloudEvent. `code` is stable and one of few: `cloudevent.id`; `cloudevent.extension` for what is
/// no attribute of the specification.
package struct CloudEventFault: Error, Sendable, Hashable {
    package let code: String
    package let words: Phrase

    init(_ code: String, vi: String, en: String) {
        self.code = "cloudevent.\(code)"
        words = Phrase(vi: vi, en: en)
    }

    package var problem: Problem {
        self == .tooLarge ? .tooLarge(limitBytes: CloudEvent.Limits.eventBytes) : .malformed(code: code, words)
    }

    static let tooLarge = CloudEventFault(
        "size", vi: "Sự kiện lớn hơn \(CloudEvent.Limits.eventBytes) byte.",
        en: "The event is larger than \(CloudEvent.Limits.eventBytes) bytes.")

    /// - Parameter name: as it was sent; only names of the specification become part of the code.
    static func attribute(_ name: String) -> CloudEventFault {
        let shown = name.prefix(40)
        return CloudEventFault(
            CloudEvent.ownNames.contains(name) ? name : "extension",
            vi: "Thuộc tính “\(shown)” thiếu hoặc không hợp lệ.",
            en: "The attribute “\(shown)” is missing or not valid.")
    }
}

/// An event being read, not yet checked.
struct Draft {
    var version: String? = "1.0"
    var id: String?
    var source: String?
    var type: String?
    var subject: String?
    var time: String?
    var dataContentType: String?
    var dataSchema: String?
    var extensions: [CloudEvent.Extension] = []
    var data: CloudEvent.Payload?

    /// Takes an attribute that is a text. False for a name that only `data` may have.
    mutating func take(_ name: String, _ text: String) throws(CloudEventFault) {
        switch name {
        case "specversion": version = text
        case "id": id = text
        case "source": source = text
        case "type": type = text
        case "subject": subject = text
        case "time": time = text
        case "datacontenttype": dataContentType = text
        case "dataschema": dataSchema = text
        default: try add(name, .text(text))
        }
    }

    mutating func add(_ name: String, _ value: CloudEvent.Extension.Value) throws(CloudEventFault) {
        guard name != "data", (1...CloudEvent.Limits.extensionName).contains(name.utf8.count),
            name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) })
        else { throw .attribute(name) }
        guard extensions.count < CloudEvent.Limits.extensions, !extensions.contains(where: { $0.name == name }) else {
            throw .attribute(name)
        }
        extensions.append(CloudEvent.Extension(name: name, value: value))
    }

    func checked() throws(CloudEventFault) -> CloudEvent {
        guard version == "1.0" else {
            throw CloudEventFault(
                "specversion", vi: "Chỉ nhận CloudEvents 1.0.", en: "Only CloudEvents 1.0 is taken.")
        }
        guard let id, isText(id) else { throw .attribute("id") }
        guard let source, isReference(source) else { throw .attribute("source") }
        guard let type, isText(type) else { throw .attribute("type") }
        if let subject, !isText(subject) { throw .attribute("subject") }
        if let time, Instant(rfc3339: time) == nil { throw .attribute("time") }
        if let dataSchema, !isReference(dataSchema) || !dataSchema.contains(":") { throw .attribute("dataschema") }
        if let dataContentType, !isMediaType(dataContentType) { throw .attribute("datacontenttype") }
        for item in extensions {
            if case .text(let text) = item.value, !isClean(text) { throw .attribute(item.name) }
        }
        let event = CloudEvent(self, id: id, source: source, type: type)
        // Whatever form it came in: this one is stored, and base64 and escapes make it longer.
        guard event.structured.count <= CloudEvent.Limits.eventBytes else { throw .tooLarge }
        return event
    }

    private func isText(_ text: String) -> Bool { !text.isEmpty && isClean(text) }

    /// §3.1 "String": no control characters and no noncharacters, as they have no place in a header.
    private func isClean(_ text: String) -> Bool {
        text.utf8.count <= CloudEvent.Limits.attributeBytes
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x1F && !(0x7F...0x9F).contains(scalar.value)
                    && !(0xFDD0...0xFDEF).contains(scalar.value) && scalar.value & 0xFFFE != 0xFFFE
            }
    }

    /// RFC 3986: what a URI reference may be spelled with.
    private func isReference(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= CloudEvent.Limits.attributeBytes else { return false }
        var units = Array(text.utf8)[...]
        while let unit = units.popFirst() {
            if unit == UInt8(ascii: "%") {
                guard units.prefix(2).count == 2, Hex.decode(String(decoding: units.prefix(2), as: UTF8.self)) != nil
                else { return false }
                units.removeFirst(2)
            } else if !(0x21...0x7E).contains(unit) || "\"<>\\^`{|}".utf8.contains(unit) {
                return false
            }
        }
        return true
    }

    /// RFC 2045 §5.1, loosely: `type/subtype` and printable parameters.
    private func isMediaType(_ text: String) -> Bool {
        let parts = CloudEvent.mediaType(text).split(separator: "/", omittingEmptySubsequences: false)
        let isToken: (Substring) -> Bool = { part in
            !part.isEmpty
                && part.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"()<>@,;:\\\"/[]?=".utf8.contains($0) }
        }
        return text.utf8.count <= 256 && parts.count == 2 && parts.allSatisfy(isToken)
            && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
