/// JSON that we write. Objects keep the order in which they were built.
///
/// ```swift
/// let body: JSON = ["type": "indicator", "count": 3, "name": .string(name)]
/// ```
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    package struct Member: Sendable, Hashable {
        package let key: String
        package let value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// What was read, as something that can be written again. Raw bytes are lost: never do this to a signed object.
    package init(_ value: JSONValue) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool ?? false)
        case .number: self = value.integer.map { .integer($0) } ?? .number(value.number ?? 0)
        case .string: self = .string(value.text)
        case .array:
            self = .array((value.elements ?? []).map { JSON($0) })
        case .object:
            self = .object((value.members ?? []).map { Member($0.key, JSON($0.value)) })
        }
    }

    /// The text or, for nil, null.
    package static func string(orNull text: String?) -> JSON {
        text.map { .string($0) } ?? .null
    }

    package subscript(key: String) -> JSON? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key == key }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let place = members.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): members[place] = Member(key, value)
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(key, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    /// The shortest spelling: no white space, only the escapes that must be.
    package func encoded() -> [UInt8] {
        var writer = JSONWriter(isCanonical: false)
        writer.write(self)
        return writer.output
    }

    /// RFC 8785 (JCS). Numbers are IEEE doubles there: integers beyond ±2⁵³ must travel as strings.
    package func canonical() -> [UInt8] {
        var writer = JSONWriter(isCanonical: true)
        writer.write(self)
        return writer.output
    }

    package var text: String { String(decoding: encoded(), as: UTF8.self) }
}

extension JSON: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
