/// Cuts a JSON text that arrives in pieces into the objects it lists, without ever holding all of it.
///
/// Objects are the elements of the array `objects` of a bundle, or of an array at the top. What is around them, each
/// object replaced by null, is the `frame`: it is read as JSON at the end, so that nothing between two objects escapes
/// the strict reader. A text that lists no objects is all frame.
struct ObjectSplitter {
    private(set) var frame: [UInt8] = []
    private(set) var isTooLarge = false
    private var object: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// How deep the elements of the list stand; 0 outside of it.
    private var listDepth = 0
    private var isInObject = false
    /// The latest string at depth 1, perhaps the name of a member.
    private var name: [UInt8] = []
    private let objectLimit: Int
    private let frameLimit: Int

    init(objectLimit: Int = 4 << 20, frameLimit: Int = 64 << 20) {
        self.objectLimit = objectLimit
        self.frameLimit = frameLimit
    }

    /// The objects that this piece completes.
    mutating func take(_ piece: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        piece.withUnsafeBufferPointer { bytes in
            var start = 0
            for place in 0..<bytes.count {
                switch step(bytes[place]) {
                case .inside: continue
                case .begins:
                    frame += bytes[start..<place]
                    start = place
                case .ends:
                    object += bytes[start...place]
                    found.append(object)
                    object.removeAll(keepingCapacity: true)
                    frame += "null".utf8
                    start = place + 1
                }
            }
            if isInObject { object += bytes[start...] } else { frame += bytes[start...] }
        }
        if object.count > objectLimit || frame.count > frameLimit { isTooLarge = true }
        return found
    }

    private enum Event {
        case inside, begins, ends
    }

    private mutating func step(_ byte: UInt8) -> Event {
        if isInString {
            inString(byte)
            return .inside
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            if depth == 1 { name = [] }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return open(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            return close()
        case UInt8(ascii: ","):
            if depth == 1 { name = [] }
        default: break
        }
        return .inside
    }

    private mutating func inString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            return
        }
        if depth == 1, !isInObject, name.count < 16 { name.append(byte) }
    }

    private mutating func open(_ byte: UInt8) -> Event {
        depth += 1
        if byte == UInt8(ascii: "{"), listDepth > 0, depth == listDepth + 1, !isInObject {
            isInObject = true
            return .begins
        }
        guard byte == UInt8(ascii: "["), listDepth == 0 else { return .inside }
        if depth == 1 || depth == 2 && name.elementsEqual("objects".utf8) { listDepth = depth }
        return .inside
    }

    private mutating func close() -> Event {
        depth -= 1
        if isInObject, depth == listDepth {
            isInObject = false
            return .ends
        }
        if depth < listDepth { listDepth = 0 }
        return .inside
    }
}
