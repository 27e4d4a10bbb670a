/// Where something lies in the bytes of a head.
struct Place: Sendable, Equatable {
    var start: Int32 = 0
    var end: Int32 = 0

    @inline(__always)
    init(_ start: Int, _ end: Int) {
        (self.start, self.end) = (Int32(truncatingIfNeeded: start), Int32(truncatingIfNeeded: end))
    }

    init() {}

    var isEmpty: Bool { start == end }
    var count: Int { Int(end - start) }

    @inline(__always)
    func bytes(_ head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: head[Int(start)..<Int(end)])
    }

    func text(_ head: UnsafeRawBufferPointer) -> String { String(decoding: bytes(head), as: UTF8.self) }
}

/// One field line of a head.
struct HeaderLine: Sendable {
    var name: HeaderName
    /// From the name's first byte to behind the line's CR LF.
    var line: Place
    var nameEnd: Int32
    var value: Place
    /// `Connection` named it: it is for this connection alone.
    var isForConnection = false

    /// The name as it came.
    func nameBytes(_ head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: head[Int(line.start)..<Int(nameEnd)])
    }
}

/// How a body is delimited (RFC 9112 §6.3).
enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int64)
    case chunked
    /// An answer that lasts until the connection closes.
    case untilClose
}

/// What one reading of a head found. Made once for a connection and filled again for each message.
struct Head: Sendable {
    /// Behind the empty line.
    var length = 0
    var minor = 1
    var framing = BodyFraming.none
    var keepsAlive = true
    var expectsContinue = false
    var lines: [HeaderLine] = []

    // Of a request.
    var method = Place()
    /// As it came.
    var target = Place()
    var path = Place()
    /// Without its `?`.
    var query: Place?

    // Of an answer.
    var status = 0

    init() { lines.reserveCapacity(64) }

    static let lengthLimit = 16 << 10
    static let targetLimit = 8 << 10
    static let linesLimit = 100

    mutating func clear() {
        length = 0
        minor = 1
        framing = .none
        keepsAlive = true
        expectsContinue = false
        lines.removeAll(keepingCapacity: true)
        query = nil
        status = 0
    }

    /// The value of the first line of this name.
    func value(_ name: HeaderName) -> Place? {
        for line in lines where line.name == name { return line.value }
        return nil
    }
}

/// What a reader of bytes says.
enum Reading: Equatable {
    case done
    case needsMore
    case refused(HeadFault)
}
