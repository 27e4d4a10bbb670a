/// A view of one value inside its document. Cheap to copy; keeps the document alive.
package struct JSONValue: Sendable {
    let storage: JSONStorage
    let index: Int

    package enum Kind: String, Sendable {
        case null, bool, number, string, array, object
    }

    var node: JSONNode { storage.tape[index] }

    package var kind: Kind {
        switch node.kind {
        case .null: .null
        case .no, .yes: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Where the value stands in the text, quotes and brackets included.
    package var range: Range<Int> { Int(node.start)..<Int(node.end) }

    /// The value exactly as sent.
    package var bytes: ArraySlice<UInt8> { storage.bytes[range] }

    package var isNull: Bool { node.kind == .null }

    package var bool: Bool? {
        switch node.kind {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    package var string: String? { node.kind == .string ? text : nil }

    /// A number written without fraction or exponent that fits 64 bits.
    package var integer: Int64? {
        guard node.kind == .number, !node.isSpecial else { return nil }
        return Int64(String(decoding: bytes, as: UTF8.self))
    }

    package var number: Double? {
        node.kind == .number ? Double(String(decoding: bytes, as: UTF8.self)) : nil
    }

    /// The member of an object, compared byte by byte with the unescaped name.
    package subscript(key: String) -> JSONValue? {
        guard node.kind == .object else { return nil }
        var place = index + 1
        while place < node.next {
            if JSONValue(storage: storage, index: place).spells(key) {
                return JSONValue(storage: storage, index: place + 1)
            }
            place = Int(storage.tape[place + 1].next)
        }
        return nil
    }

    package subscript(position: Int) -> JSONValue? {
        guard node.kind == .array, position >= 0 else { return nil }
        var place = index + 1
        for _ in 0..<position where place < node.next { place = Int(storage.tape[place].next) }
        return place < node.next ? JSONValue(storage: storage, index: place) : nil
    }

    package var elements: [JSONValue]? {
        guard node.kind == .array else { return nil }
        var found: [JSONValue] = []
        eachElement { found.append($0) }
        return found
    }

    package var members: [(key: String, value: JSONValue)]? {
        guard node.kind == .object else { return nil }
        var found: [(key: String, value: JSONValue)] = []
        eachMember { found.append(($0.text, $1)) }
        return found
    }

    /// Walks an array without building one; does nothing for other kinds.
    package func eachElement<E: Error>(_ body: (JSONValue) throws(E) -> Void) throws(E) {
        guard node.kind == .array else { return }
        var place = index + 1
        while place < node.next {
            try body(JSONValue(storage: storage, index: place))
            place = Int(storage.tape[place].next)
        }
    }

    /// Walks an object: the name (a string value, decoded only when asked) and the value.
    package func eachMember<E: Error>(_ body: (JSONValue, JSONValue) throws(E) -> Void) throws(E) {
        guard node.kind == .object else { return }
        var place = index + 1
        while place < node.next {
            try body(JSONValue(storage: storage, index: place), JSONValue(storage: storage, index: place + 1))
            place = Int(storage.tape[place + 1].next)
        }
    }

    /// Whether this is the string `text`, without building a String.
    package func spells(_ text: String) -> Bool {
        guard node.kind == .string else { return false }
        if node.isSpecial { return self.text.utf8.elementsEqual(text.utf8) }
        let range = Int(node.start) + 1..<Int(node.end) - 1
        guard range.count == text.utf8.count else { return false }
        return storage.bytes[range].elementsEqual(text.utf8)
    }

    /// The characters of a string value.
    var text: String {
        let inside = Int(node.start) + 1..<Int(node.end) - 1
        return storage.bytes.withUnsafeBufferPointer { bytes in
            let written = UnsafeBufferPointer(rebasing: bytes[inside])
            return node.isSpecial
                ? String(decoding: JSONEscapes.decode(written), as: UTF8.self)
                : String(decoding: written, as: UTF8.self)
        }
    }

    /// The way from the root to here, RFC 6901: `/objects/3/name`.
    package var pointer: String {
        var way = ""
        var place = 0
        while place < index, let step = childOf(place) {
            way += "/" + step.name
            place = step.place
        }
        return way
    }

    /// The child of the container at `place` that is this value or holds it.
    private func childOf(_ place: Int) -> (name: String, place: Int)? {
        let tape = storage.tape
        let isObject = tape[place].kind == .object
        var child = place + 1
        var position = 0
        while child < tape[place].next {
            let value = isObject ? child + 1 : child
            if index < tape[value].next {
                let name =
                    isObject ? JSONPointer.escape(JSONValue(storage: storage, index: child).text) : String(position)
                return (name, max(value, index == child ? child : value))
            }
            child = Int(tape[value].next)
            position += 1
        }
        return nil
    }
}

/// RFC 6901 spelling of one step.
enum JSONPointer {
    static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        var text: [UInt8] = []
        for unit in name.utf8 {
            switch unit {
            case UInt8(ascii: "~"): text += Array("~0".utf8)
            case UInt8(ascii: "/"): text += Array("~1".utf8)
            default: text.append(unit)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
