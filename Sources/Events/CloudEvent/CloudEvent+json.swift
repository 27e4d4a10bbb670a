import StrictJSON
import Vocabulary

/// The JSON event format (CloudEvents 1.0.2 "JSON Event Format"): one event as an object, a batch as an array.
extension CloudEvent {
    package static let mediaType = "application/cloudevents+json"
    package static let batchMediaType = "application/cloudevents-batch+json"

    /// Reads the structured form. Throws `JSONError`, `CloudEventFault` or `Problem.tooLarge`.
    package init(structured bytes: [UInt8]) throws {
        guard bytes.count <= Limits.eventBytes else { throw Problem.tooLarge(limitBytes: Limits.eventBytes) }
        let limits = JSONLimits(
            bytes: Limits.eventBytes, depth: 64, nodes: Limits.eventNodes, string: Limits.eventBytes, number: 64)
        try self.init(try JSONDocument(bytes, limits: limits).root)
    }

    /// Reads a batch; each event is as small as one alone must be.
    package static func batch(_ bytes: [UInt8]) throws -> [CloudEvent] {
        let limits = JSONLimits(
            bytes: Limits.batchBytes, depth: 65, nodes: 400_000, string: Limits.eventBytes, number: 64)
        let root = try JSONDocument(bytes, limits: limits).root
        guard let elements = root.elements else { throw root.error("json.type") }
        guard elements.count <= Limits.batchEvents else {
            throw CloudEventFault(
                "batch", vi: "Một lô có tối đa \(Limits.batchEvents) sự kiện.",
                en: "A batch has at most \(Limits.batchEvents) events.")
        }
        return try elements.map { element in
            guard element.range.count <= Limits.eventBytes else {
                throw Problem.tooLarge(limitBytes: Limits.eventBytes)
            }
            return try CloudEvent(element)
        }
    }

    private init(_ value: JSONValue) throws {
        guard value.kind == .object else { throw value.error("json.type") }
        var draft = Draft()
        draft.version = nil
        var data: JSONValue?
        var base64: JSONValue?
        try value.eachMember { (key: JSONValue, member: JSONValue) throws in
            let name = key.string ?? ""
            switch (name, member.kind) {
            case ("data", _): data = member
            case ("data_base64", .null), (_, .null): break
            case ("data_base64", _): base64 = member
            case (_, .string): try draft.take(name, try member.requireString())
            case (_, .bool): try draft.add(name, .flag(try member.requireBool()), among: CloudEvent.contextNames)
            case (_, .number):
                guard let number = member.integer.flatMap(Int32.init(exactly:)) else {
                    throw CloudEventFault.attribute(name)
                }
                try draft.add(name, .integer(number), among: CloudEvent.contextNames)
            default: throw CloudEventFault.attribute(name)
            }
        }
        draft.data = try CloudEvent.payload(data, base64, draft.dataContentType)
        self = try draft.checked()
    }

    /// Names that are the specification's, and no extension's.
    static let ownNames = contextNames.union(["data", "data_base64"])
    static let contextNames: Set = [
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
    ]

    private static func payload(
        _ data: JSONValue?, _ base64: JSONValue?, _ contentType: String?
    ) throws -> Payload? {
        if let base64 {
            guard data == nil, let text = base64.string, let bytes = Base64.decode(text) else {
                throw CloudEventFault(
                    "data", vi: "data_base64 không hợp lệ, hoặc đi cùng data.",
                    en: "data_base64 is not valid, or stands beside data.")
            }
            return .bytes(bytes)
        }
        guard let data else { return nil }
        if !isJSON(contentType), let text = data.string { return .text(text) }
        guard isJSON(contentType) else {
            throw CloudEventFault(
                "data", vi: "Dữ liệu không phải JSON phải là văn bản hoặc base64.",
                en: "Data that is not JSON must be a text or base64.")
        }
        return .json(Array(data.bytes))
    }

    func spelled() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes += "{\"specversion\":\"1.0\"".utf8
        CloudEvent.write("id", id, &bytes)
        CloudEvent.write("source", source, &bytes)
        CloudEvent.write("type", type, &bytes)
        CloudEvent.write("subject", subject, &bytes)
        CloudEvent.write("time", time, &bytes)
        CloudEvent.write("datacontenttype", dataContentType, &bytes)
        CloudEvent.write("dataschema", dataSchema, &bytes)
        for item in extensions {
            bytes += ",\"\(item.name)\":".utf8
            switch item.value {
            case .text(let text): bytes += JSON.string(text).encoded()
            case .integer(let number): bytes += String(number).utf8
            case .flag(let flag): bytes += (flag ? "true" : "false").utf8
            }
        }
        switch data {
        case .json(let value):
            bytes += ",\"data\":".utf8
            bytes += value
        case .text(let text): CloudEvent.write("data", text, &bytes)
        case .bytes(let data): CloudEvent.write("data_base64", Base64.encode(data), &bytes)
        case nil: break
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private static func write(_ name: String, _ text: String?, _ bytes: inout [UInt8]) {
        guard let text else { return }
        bytes += ",\"\(name)\":".utf8
        bytes += JSON.string(text).encoded()
    }

    /// Events in their structured form, as one batch.
    package static func batch(of events: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes = [UInt8(ascii: "[")]
        for event in events {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += event
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}

extension Draft {
    /// An extension that is no text; the names of the specification take texts only.
    mutating func add(
        _ name: String, _ value: CloudEvent.Extension.Value, among texts: Set<String>
    ) throws(CloudEventFault) {
        guard !texts.contains(name) else { throw .attribute(name) }
        try add(name, value)
    }
}
