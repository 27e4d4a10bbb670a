extension JSONValue {
    /// Reads a `Decodable` type, as strictly as the accessors: no number in quotes, no 1.0 for an integer.
    ///
    /// Throws `json.missing`, `json.type`, `json.nul`, `json.number-range` for an integer beyond its type, and
    /// `json.value` for what the type itself refuses, as an enum does with a name it does not know.
    package func decode<T: Decodable>(_ type: T.Type = T.self) throws(JSONError) -> T {
        do {
            return try T(from: JSONDecoding(value: self))
        } catch let error as JSONError {
            throw error
        } catch {
            throw self.error("json.value")
        }
    }
}

/// What a `Decodable` type sees of one value. Depth is bounded by the reader's limit.
private struct JSONDecoding: Decoder, SingleValueDecodingContainer {
    let value: JSONValue
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard value.kind == .object else { throw value.error("json.type") }
        return KeyedDecodingContainer(JSONMembers(value: value))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        JSONElements(value: value, elements: try value.requireElements())
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { value.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try value.requireBool() }
    func decode(_ type: String.Type) throws -> String { try value.requireString() }
    func decode(_ type: Double.Type) throws -> Double { try value.requireNumber() }
    func decode(_ type: Float.Type) throws -> Float { Float(try value.requireNumber()) }

    func decode<I: FixedWidthInteger & Decodable>(_ type: I.Type) throws -> I {
        guard let number = I(exactly: try value.requireInteger()) else { throw value.error("json.number-range") }
        return number
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try value.decode() }
}

private struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let value: JSONValue
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { (value.members ?? []).compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool { value[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try value.require(key.stringValue).isNull }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try value.require(key.stringValue).decode()
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { JSONDecoding(value: try value.require("super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder {
        JSONDecoding(value: try value.require(key.stringValue))
    }
}

private struct JSONElements: UnkeyedDecodingContainer {
    let value: JSONValue
    let elements: [JSONValue]
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    init(value: JSONValue, elements: [JSONValue]) {
        self.value = value
        self.elements = elements
    }

    private mutating func next() throws -> JSONValue {
        guard !isAtEnd else { throw value.error("json.missing") }
        defer { currentIndex += 1 }
        return elements[currentIndex]
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd else { throw value.error("json.missing") }
        guard elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode() }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try superDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try superDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { JSONDecoding(value: try next()) }
}
