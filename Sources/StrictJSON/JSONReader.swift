/// Reads a text into a tape in one pass, with its own stack: deep nesting costs no call stack.
struct JSONReader {
    /// An array or object that is still open.
    struct Frame {
        let node: Int
        let isObject: Bool
        /// How many elements or members have begun.
        var count = 0
        /// The tape index of the latest member name; -1 before the first.
        var name = -1
        /// Where this object's names begin in `names`.
        let firstName: Int
    }

    let input: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var position = 0
    var tape: [JSONNode] = []
    var frames: [Frame] = []
    /// Tape indexes of the member names of all open objects.
    var names: [Int32] = []

    init(_ input: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) {
        self.input = input
        self.limits = limits
    }

    mutating func read() throws(JSONError) {
        guard input.count <= limits.bytes else { throw error("json.too-large", at: limits.bytes) }
        if input.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("json.byte-order-mark", at: 0) }
        tape.reserveCapacity(min(input.count / 16 + 8, limits.nodes))
        skipSpace()
        try value()
        while !frames.isEmpty { try step() }
        skipSpace()
        if position < input.count { throw error("json.trailing", at: position) }
    }

    func error(_ code: String, at offset: Int) -> JSONError {
        JSONError(code: code, offset: offset, pointer: pointer)
    }

    /// What stands where something else was needed: the end of the text, or a wrong byte.
    func unexpected() -> JSONError {
        error(position < input.count ? "json.syntax" : "json.incomplete", at: position)
    }

    private var pointer: String {
        var way = ""
        for frame in frames where frame.count > 0 {
            guard frame.isObject else {
                way += "/\(frame.count - 1)"
                continue
            }
            guard frame.name >= 0 else { break }
            way += "/" + JSONPointer.escape(String(decoding: name(at: frame.name), as: UTF8.self))
        }
        return way
    }

    /// The unescaped bytes of a member name.
    func name(at place: Int) -> [UInt8] {
        let node = tape[place]
        let written = UnsafeBufferPointer(rebasing: input[Int(node.start) + 1..<Int(node.end) - 1])
        return node.isSpecial ? JSONEscapes.decode(written) : Array(written)
    }

    mutating func skipSpace() {
        while position < input.count {
            switch input[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// The next element or member of the innermost container, or its end.
    private mutating func step() throws(JSONError) {
        skipSpace()
        let top = frames.count - 1
        let frame = frames[top]
        guard position < input.count else { throw unexpected() }
        if input[position] == (frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            return try close()
        }
        if frame.count > 0 {
            guard input[position] == UInt8(ascii: ",") else { throw unexpected() }
            position += 1
            skipSpace()
        }
        if frame.isObject { try memberName() }
        frames[top].count += 1
        try value()
    }

    private mutating func memberName() throws(JSONError) {
        guard position < input.count, input[position] == UInt8(ascii: "\"") else { throw unexpected() }
        let place = tape.count
        try string()
        frames[frames.count - 1].name = place
        names.append(Int32(place))
        skipSpace()
        guard position < input.count, input[position] == UInt8(ascii: ":") else { throw unexpected() }
        position += 1
        skipSpace()
    }

    private mutating func value() throws(JSONError) {
        guard position < input.count else { throw unexpected() }
        switch input[position] {
        case UInt8(ascii: "{"): try open(.object)
        case UInt8(ascii: "["): try open(.array)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "t"): try word("true", .yes)
        case UInt8(ascii: "f"): try word("false", .no)
        case UInt8(ascii: "n"): try word("null", .null)
        default: throw unexpected()
        }
    }

    mutating func append(_ kind: JSONNode.Kind, from start: Int, isSpecial: Bool = false) throws(JSONError) {
        guard tape.count < limits.nodes else { throw error("json.too-many-values", at: start) }
        tape.append(
            JSONNode(
                start: UInt32(start), end: UInt32(position), next: UInt32(tape.count + 1), kind: kind,
                isSpecial: isSpecial))
    }

    private mutating func word(_ word: StaticString, _ kind: JSONNode.Kind) throws(JSONError) {
        let start = position
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < input.count, input[position] == word.utf8Start[offset] else { throw unexpected() }
            position += 1
        }
        try append(kind, from: start)
    }

    private mutating func open(_ kind: JSONNode.Kind) throws(JSONError) {
        guard frames.count < limits.depth else { throw error("json.too-deep", at: position) }
        let place = tape.count
        position += 1
        try append(kind, from: position - 1)
        frames.append(Frame(node: place, isObject: kind == .object, firstName: names.count))
    }

    private mutating func close() throws(JSONError) {
        let frame = frames[frames.count - 1]
        if frame.isObject {
            try refuseDuplicates(from: frame.firstName)
            names.removeLast(names.count - frame.firstName)
        }
        position += 1
        tape[frame.node].end = UInt32(position)
        tape[frame.node].next = UInt32(tape.count)
        frames.removeLast()
    }
}
