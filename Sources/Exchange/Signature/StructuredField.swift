import Vocabulary

/// The part of RFC 8941 that signatures need: a dictionary whose members are inner lists of strings, or byte sequences,
/// each with parameters. Strict: what is not spelled as §4.1 would spell it is refused, so that one value has one text.
struct StructuredField: Sendable, Hashable {
    enum Bare: Sendable, Hashable {
        case integer(Int64)
        case string(String)
        case bytes([UInt8])
        case flag
    }

    struct Parameter: Sendable, Hashable {
        let name: String
        let value: Bare
    }

    /// A string with its parameters: `"signature";req;key="truc"`.
    struct Item: Sendable, Hashable {
        let text: String
        var parameters: [Parameter] = []
    }

    enum Member: Sendable, Hashable {
        case list([Item], [Parameter])
        case bytes([UInt8])
    }

    let members: [(label: String, member: Member)]

    subscript(label: String) -> Member? { members.first { $0.label == label }?.member }

    static func == (a: StructuredField, b: StructuredField) -> Bool { a.description == b.description }

    func hash(into hasher: inout Hasher) { hasher.combine(description) }

    init(_ members: [(label: String, member: Member)]) {
        self.members = members
    }

    /// Nil unless `text` is the one spelling of a value with distinct labels.
    init?(_ text: String) {
        guard text.utf8.count <= 8192 else { return nil }
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let members = reader.dictionary(), reader.rest.isEmpty, Set(members.map(\.label)).count == members.count
        else { return nil }
        self.init(members)
        guard description == text else { return nil }
    }
}

extension StructuredField: CustomStringConvertible {
    var description: String {
        members.map { "\($0.label)=\(StructuredField.spell($0.member))" }.joined(separator: ", ")
    }

    static func spell(_ member: Member) -> String {
        switch member {
        case .list(let items, let parameters):
            "(\(items.map(spell(_:)).joined(separator: " ")))\(spell(parameters))"
        case .bytes(let bytes): spell(Bare.bytes(bytes))
        }
    }

    static func spell(_ item: Item) -> String {
        spell(.string(item.text)) + spell(item.parameters)
    }

    private static func spell(_ parameters: [Parameter]) -> String {
        parameters.map { $0.value == .flag ? ";\($0.name)" : ";\($0.name)=\(spell($0.value))" }.joined()
    }

    private static func spell(_ value: Bare) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .string(let text): "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        case .bytes(let bytes): ":\(Base64.encode(bytes)):"
        case .flag: "?1"
        }
    }
}

/// Reads from left to right; nil at the first thing that does not fit.
private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func dictionary() -> [(label: String, member: StructuredField.Member)]? {
        var members: [(label: String, member: StructuredField.Member)] = []
        repeat {
            guard members.count < 8, let label = key(), take("="), let member = member() else { return nil }
            members.append((label, member))
        } while take(", ")
        return members
    }

    private mutating func member() -> StructuredField.Member? {
        if rest.first == UInt8(ascii: ":") { return bytes().map { .bytes($0) } }
        guard take("(") else { return nil }
        var items: [StructuredField.Item] = []
        while !take(")") {
            guard items.count < 32, items.isEmpty || take(" "), let text = string(), let parameters = parameters()
            else { return nil }
            items.append(StructuredField.Item(text: text, parameters: parameters))
        }
        guard let parameters = parameters() else { return nil }
        return .list(items, parameters)
    }

    private mutating func parameters() -> [StructuredField.Parameter]? {
        var parameters: [StructuredField.Parameter] = []
        while take(";") {
            guard parameters.count < 16, let name = key(), !parameters.contains(where: { $0.name == name }) else {
                return nil
            }
            var value = StructuredField.Bare.flag
            if take("=") {
                guard let read = bare() else { return nil }
                value = read
            }
            parameters.append(StructuredField.Parameter(name: name, value: value))
        }
        return parameters
    }

    private mutating func bare() -> StructuredField.Bare? {
        switch rest.first {
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: ":"): return bytes().map { .bytes($0) }
        default:
            let digits = rest.prefix { (48...57).contains($0) || $0 == UInt8(ascii: "-") }
            guard digits.count <= 15, let number = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
            rest = rest.dropFirst(digits.count)
            return .integer(number)
        }
    }

    private mutating func key() -> String? {
        let letters = rest.prefix { unit in
            (97...122).contains(unit) || (48...57).contains(unit) || "_-.*".utf8.contains(unit)
        }
        guard let first = letters.first, (97...122).contains(first) || first == UInt8(ascii: "*"), letters.count <= 64
        else { return nil }
        rest = rest.dropFirst(letters.count)
        return String(decoding: letters, as: UTF8.self)
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while let unit = rest.popFirst() {
            switch unit {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { return nil }
                text.append(escaped)
            case 0x20...0x7E: text.append(unit)
            default: return nil
            }
        }
        return nil
    }

    private mutating func bytes() -> [UInt8]? {
        guard take(":"), let end = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[rest.index(after: end)...]
        return Base64.decode(text)
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }
}
