/// Header fields in the order they were added. Names compare without case; a name may come more than once.
///
/// A value never carries CR, LF or NUL: control characters become spaces, so that no value can add a header of its own.
package struct Headers: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Hashable {
        /// Lowercase.
        package let name: String
        package let value: String
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// The first value of `name`. Setting replaces every value, nil removes them.
    package subscript(name: String) -> String? {
        get {
            let name = Headers.lowered(name)
            return fields.first { $0.name == name }?.value
        }
        set {
            let lowered = Headers.lowered(name)
            fields.removeAll { $0.name == lowered }
            if let newValue { add(name, newValue) }
        }
    }

    package func all(_ name: String) -> [String] {
        let name = Headers.lowered(name)
        return fields.filter { $0.name == name }.map(\.value)
    }

    package mutating func add(_ name: String, _ value: String) {
        guard Headers.isToken(name) else { return }
        fields.append(Field(name: Headers.lowered(name), value: Headers.clean(value)))
    }

    package mutating func add(_ others: Headers) {
        fields.append(contentsOf: others.fields)
    }

    /// Those whose names are not there yet.
    mutating func addMissing(_ others: Headers) {
        let own = fields.count
        for field in others.fields where !fields[..<own].contains(where: { $0.name == field.name }) {
            fields.append(field)
        }
    }

    /// Most names come in lower case: they stay as they are.
    private static func lowered(_ name: String) -> String {
        let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return name.utf8.contains(where: upper.contains) ? name.lowercased() : name
    }

    /// RFC 9110 §5.6.2: what a field name may be made of.
    static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { unit in
                switch unit {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"): true
                default: "!#$%&'*+.^_`|~".utf8.contains(unit)
                }
            }
    }

    private static func clean(_ value: String) -> String {
        func isControl(_ unit: UInt8) -> Bool { unit < 0x20 && unit != 0x09 || unit == 0x7F }
        guard value.utf8.contains(where: isControl) else { return value }
        return String(decoding: value.utf8.map { isControl($0) ? 0x20 : $0 }, as: UTF8.self)
    }
}
