/// Strings as numbers, so that decisions compare no text.
///
/// Two strings are one symbol when their bytes are the same: Swift's own equality would take two spellings of “ệ” for
/// one id.
struct Symbols: Sendable {
    private var numbers: [Bytes: Int32] = [:]
    private(set) var texts: [String] = []

    struct Bytes: Hashable, Sendable {
        let text: String

        static func == (a: Bytes, b: Bytes) -> Bool {
            let (left, right) = (a.text.utf8, b.text.utf8)
            guard left.count == right.count else { return false }
            let isSame = left.withContiguousStorageIfAvailable { left in
                right.withContiguousStorageIfAvailable { right in
                    for place in left.indices where left[place] != right[place] { return false }
                    return true
                }
            }
            return (isSame ?? nil) ?? left.elementsEqual(right)
        }

        func hash(into hasher: inout Hasher) {
            let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
                hasher.combine(bytes: UnsafeRawBufferPointer($0))
            }
            if isDone == nil { for byte in text.utf8 { hasher.combine(byte) } }
        }
    }

    var count: Int { texts.count }

    subscript(text: String) -> Int32? { numbers[Bytes(text: text)] }

    mutating func intern(_ text: String) -> Int32 {
        if let known = self[text] { return known }
        let number = Int32(texts.count)
        texts.append(text)
        numbers[Bytes(text: text)] = number
        return number
    }
}

/// Entities as numbers: a type's symbol and an id's symbol make one handle.
struct Handles: Sendable {
    private var numbers: [UInt64: Int32] = [:]

    private static func key(_ type: Int32, _ id: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: type)) << 32 | UInt64(UInt32(bitPattern: id))
    }

    subscript(type: Int32, id: Int32) -> Int32? {
        get { numbers[Handles.key(type, id)] }
        set { numbers[Handles.key(type, id)] = newValue }
    }
}
