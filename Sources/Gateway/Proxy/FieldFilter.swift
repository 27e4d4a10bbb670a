/// Lets pass of a JSON text (RFC 8259) only what a tree of fields names, while it streams by. Whatever is not JSON is
/// refused, so nothing can pass that was not looked at. Holds the open containers and one member's name.
struct FieldFilter {
    private enum State {
        case value, firstKey, key, inKey, keyEscape, colon, firstElement, nextElement, string, escape, unicode(Int),
            token, after, failed
    }

    private struct Frame {
        let isObject: Bool
        let node: Int32
        var hasMembers = false
    }

    static let depthLimit = 128

    private let tree: FieldTree
    private var state = State.value
    private var frames: [Frame] = []
    /// What holds for the value that comes or goes by.
    private var node = FieldTree.root
    private var name: [UInt8] = []
    private var rawName: [UInt8] = []
    private var token: [UInt8] = []
    private var isMuted = false

    init(_ tree: FieldTree) {
        self.tree = tree
    }

    /// Whether a whole value has gone by.
    var isWhole: Bool {
        if case .after = state { return frames.isEmpty }
        if case .token = state { return frames.isEmpty && isToken }
        return false
    }

    /// False when this is no JSON.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Bool {
        for byte in bytes {
            step(byte, &output)
            if case .failed = state { return false }
        }
        return true
    }

    private mutating func step(_ byte: UInt8, _ output: inout [UInt8]) {
        switch state {
        case .value: value(byte, &output)
        case .firstElement:
            if FieldFilter.isSpace(byte) { return }
            if byte == UInt8(ascii: "]") { close(byte, &output) } else { element(byte, &output) }
        case .nextElement: if !FieldFilter.isSpace(byte) { element(byte, &output) }
        case .firstKey, .key: key(byte, &output)
        case .inKey, .keyEscape: inKey(byte)
        case .colon:
            if FieldFilter.isSpace(byte) { return }
            guard byte == UInt8(ascii: ":") else { return state = .failed }
            member(&output)
        case .string, .escape, .unicode: string(byte, &output)
        case .token: inToken(byte, &output)
        case .after: after(byte, &output)
        case .failed: break
        }
    }

    private mutating func value(_ byte: UInt8, _ output: inout [UInt8]) {
        if FieldFilter.isSpace(byte) { return }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard frames.count < FieldFilter.depthLimit else { return state = .failed }
            let isObject = byte == UInt8(ascii: "{")
            frames.append(Frame(isObject: isObject, node: node))
            if node != FieldTree.nothing { output.append(byte) }
            state = isObject ? .firstKey : .firstElement
        case UInt8(ascii: "\""):
            mute(&output)
            if !isMuted { output.append(byte) }
            state = .string
        default:
            mute(&output)
            token = [byte]
            state = .token
        }
    }

    /// A bare value where the grant names members of it does not pass.
    private mutating func mute(_ output: inout [UInt8]) {
        isMuted = node != FieldTree.whole
        if node >= 0 { output.append("null") }
    }

    private mutating func element(_ byte: UInt8, _ output: inout [UInt8]) {
        guard let last = frames.indices.last else { return state = .failed }
        node = frames[last].node
        if node != FieldTree.nothing, frames[last].hasMembers { output.append(UInt8(ascii: ",")) }
        frames[last].hasMembers = true
        state = .value
        value(byte, &output)
    }

    private mutating func key(_ byte: UInt8, _ output: inout [UInt8]) {
        if FieldFilter.isSpace(byte) { return }
        if case .firstKey = state, byte == UInt8(ascii: "}") { return close(byte, &output) }
        guard byte == UInt8(ascii: "\"") else { return state = .failed }
        rawName.removeAll(keepingCapacity: true)
        state = .inKey
    }

    private mutating func inKey(_ byte: UInt8) {
        guard byte >= 0x20, rawName.count < 6 * FieldTree.keyLimit else { return state = .failed }
        if case .keyEscape = state {
            state = .inKey
        } else if byte == UInt8(ascii: "\\") {
            state = .keyEscape
        } else if byte == UInt8(ascii: "\"") {
            state = .colon
            return
        }
        rawName.append(byte)
    }

    private mutating func member(_ output: inout [UInt8]) {
        guard let last = frames.indices.last, let plain = FieldFilter.decoded(rawName) else { return state = .failed }
        node = tree.member(plain, of: frames[last].node)
        if node != FieldTree.nothing {
            if frames[last].hasMembers { output.append(UInt8(ascii: ",")) }
            frames[last].hasMembers = true
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: rawName)
            output.append("\":")
        }
        state = .value
    }

    private mutating func string(_ byte: UInt8, _ output: inout [UInt8]) {
        guard byte >= 0x20 else { return state = .failed }
        if !isMuted { output.append(byte) }
        switch state {
        case .escape:
            if byte == UInt8(ascii: "u") { return state = .unicode(4) }
            state = FieldFilter.escapes.contains(byte) ? .string : .failed
        case .unicode(let left):
            guard PathRules.hex(byte) != nil else { return state = .failed }
            state = left == 1 ? .string : .unicode(left - 1)
        default:
            if byte == UInt8(ascii: "\\") { state = .escape } else if byte == UInt8(ascii: "\"") { state = .after }
        }
    }

    private mutating func inToken(_ byte: UInt8, _ output: inout [UInt8]) {
        let ends =
            FieldFilter.isSpace(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
            || byte == UInt8(ascii: "}")
        guard ends else {
            guard token.count < 400 else { return state = .failed }
            token.append(byte)
            return
        }
        guard isToken else { return state = .failed }
        if !isMuted { output.append(contentsOf: token) }
        state = .after
        after(byte, &output)
    }

    /// Literals, and numbers by their grammar (RFC 8259 §6).
    private var isToken: Bool {
        if token.elementsEqual("true".utf8) || token.elementsEqual("false".utf8) || token.elementsEqual("null".utf8) {
            return true
        }
        var rest = token[...]
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = FieldFilter.takeDigits(&rest)
        guard whole.count == 1 || whole.count > 1 && whole.first != UInt8(ascii: "0") else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard !FieldFilter.takeDigits(&rest).isEmpty else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard !FieldFilter.takeDigits(&rest).isEmpty else { return false }
        }
        return rest.isEmpty
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private mutating func after(_ byte: UInt8, _ output: inout [UInt8]) {
        if FieldFilter.isSpace(byte) { return }
        guard let frame = frames.last else { return state = .failed }
        switch byte {
        case UInt8(ascii: ","): state = frame.isObject ? .key : .nextElement
        case UInt8(ascii: "}") where frame.isObject, UInt8(ascii: "]") where !frame.isObject: close(byte, &output)
        default: state = .failed
        }
    }

    private mutating func close(_ byte: UInt8, _ output: inout [UInt8]) {
        guard let frame = frames.popLast() else { return state = .failed }
        if frame.node != FieldTree.nothing { output.append(byte) }
        state = .after
    }

    private static let escapes = Characters("\"\\/bfnrt")

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// What four hexadecimal digits say, and nothing else: no sign.
    private static func unit(_ digits: ArraySlice<UInt16>) -> UInt16? {
        var unit: UInt16 = 0
        for digit in digits {
            guard let value = UInt8(exactly: digit).flatMap(PathRules.hex) else { return nil }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }

    /// The name that an escaped one stands for; nil when an escape is none.
    static func decoded(_ raw: [UInt8]) -> [UInt8]? {
        guard raw.contains(UInt8(ascii: "\\")) else { return raw }
        var (units, place) = ([UInt16](), 0)
        let text = Array(String(decoding: raw, as: UTF8.self).utf16)
        while place < text.count {
            guard text[place] == 0x5C else {
                units.append(text[place])
                place += 1
                continue
            }
            guard place + 1 < text.count else { return nil }
            switch text[place + 1] {
            case 0x22, 0x5C, 0x2F: units.append(text[place + 1])
            case 0x62: units.append(8)
            case 0x66: units.append(12)
            case 0x6E: units.append(10)
            case 0x72: units.append(13)
            case 0x74: units.append(9)
            case 0x75:
                guard place + 5 < text.count, let unit = unit(text[place + 2...place + 5]) else { return nil }
                units.append(unit)
                place += 4
            default: return nil
            }
            place += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
