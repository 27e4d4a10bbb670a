/// What the lines of a head mean together: where the body ends, whether the connection stays, what goes no further.
extension HeadReader {
    static func settleRequest(_ bytes: UnsafeRawBufferPointer, _ head: inout Head) throws(HeadFault) {
        try checkSingles(head)
        try settleTarget(bytes, &head)
        let framing = try bodyLength(bytes, head)
        head.framing = framing ?? .none
        head.keepsAlive = try connection(bytes, &head)
        if let expect = head.value(.expect) {
            guard head.minor == 1, resembles(expect.bytes(bytes), "100-continue") else { throw .badExpect }
            head.expectsContinue = true
        }
    }

    static func settleAnswer(_ bytes: UnsafeRawBufferPointer, _ head: inout Head, toHead isHead: Bool) throws(HeadFault)
    {
        let framing = try bodyLength(bytes, head)
        head.keepsAlive = try connection(bytes, &head)
        guard head.status != 101 else { throw .unexpectedAnswer }
        if (100...199).contains(head.status) || head.status == 204 {
            guard framing == nil || framing == .length(0) && head.status == 204 else { throw .unexpectedAnswer }
            head.framing = .none
            return
        }
        if isHead || head.status == 304 {
            head.framing = .none
            return
        }
        head.framing = framing ?? .untilClose
        if framing == nil { head.keepsAlive = false }
    }

    private static func checkSingles(_ head: Head) throws(HeadFault) {
        var seen: UInt64 = 0
        for line in head.lines where line.name.isSingle {
            let bit = UInt64(1) << UInt64(line.name.rawValue)
            guard seen & bit == 0 else {
                switch line.name {
                case .host: throw .badHost
                case .contentLength: throw .badContentLength
                case .transferEncoding: throw .badTransferEncoding
                default: throw .duplicateHeader
                }
            }
            seen |= bit
        }
    }

    /// Origin form, or absolute form whose authority is that of Host (RFC 9112 §3.2).
    private static func settleTarget(_ bytes: UnsafeRawBufferPointer, _ head: inout Head) throws(HeadFault) {
        let host = head.value(.host)
        if host == nil, head.minor == 1 { throw .badHost }
        if let host {
            guard !host.isEmpty, host.bytes(bytes).allSatisfy(Characters.host.contains) else { throw .badHost }
        }
        var place = Int(head.target.start)
        if bytes[place] != UInt8(ascii: "/") { place = try skipAuthority(bytes, head, host) }
        let end = Int(head.target.end)
        let start = place
        while place < end, Characters.path.contains(bytes[place]) { place += 1 }
        head.path = Place(start, place)
        guard place > start else { throw .badTarget }
        if place < end {
            guard bytes[place] == UInt8(ascii: "?") else { throw .badTarget }
            let query = Place(place + 1, end)
            guard query.bytes(bytes).allSatisfy(Characters.query.contains) else { throw .badTarget }
            head.query = query
        }
    }

    /// Where the path of an absolute target begins.
    private static func skipAuthority(
        _ bytes: UnsafeRawBufferPointer, _ head: Head, _ host: Place?
    ) throws(HeadFault) -> Int {
        let target = head.target.bytes(bytes)
        var place = 0
        for scheme in ["http://", "https://"] as [StaticString] {
            let length = scheme.utf8CodeUnitCount
            if target.count > length, resembles(UnsafeRawBufferPointer(rebasing: target[..<length]), scheme) {
                place = length
            }
        }
        guard place > 0 else { throw .badTarget }
        let start = place
        while place < target.count, Characters.host.contains(target[place]) { place += 1 }
        guard place > start, place < target.count, target[place] == UInt8(ascii: "/") else { throw .badTarget }
        let authority = UnsafeRawBufferPointer(rebasing: target[start..<place])
        guard let host, authority.elementsEqual(host.bytes(bytes), by: { lower($0) == lower($1) }) else {
            throw .hostMismatch
        }
        return Int(head.target.start) + place
    }

    /// Nil when the head says nothing of a length.
    private static func bodyLength(_ bytes: UnsafeRawBufferPointer, _ head: Head) throws(HeadFault) -> BodyFraming? {
        var length: Int64?
        var isChunked = false
        for line in head.lines {
            if line.name == .contentLength {
                guard length == nil else { throw .badContentLength }
                length = try contentLength(line.value.bytes(bytes))
            } else if line.name == .transferEncoding {
                // Some readers take `chunked` with white space behind it for another coding.
                guard !isChunked, head.minor == 1, resembles(line.value.bytes(bytes), "chunked"),
                    line.value.end + 2 == line.line.end
                else { throw .badTransferEncoding }
                isChunked = true
            }
        }
        if isChunked { return length == nil ? .chunked : try both() }
        return length.map { .length($0) }
    }

    private static func both() throws(HeadFault) -> BodyFraming { throw .lengthAndChunked }

    private static func contentLength(_ value: UnsafeRawBufferPointer) throws(HeadFault) -> Int64 {
        guard (1...18).contains(value.count), value.allSatisfy(Characters.digits.contains) else {
            throw .badContentLength
        }
        return value.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Whether the connection stays, and which lines are for it alone.
    private static func connection(_ bytes: UnsafeRawBufferPointer, _ head: inout Head) throws(HeadFault) -> Bool {
        var keeps = head.minor == 1
        for index in head.lines.indices where head.lines[index].name == .connection {
            let value = head.lines[index].value.bytes(bytes)
            var start = 0
            while start <= value.count {
                var end = start
                while end < value.count, value[end] != UInt8(ascii: ",") { end += 1 }
                let option = trimmed(UnsafeRawBufferPointer(rebasing: value[start..<end]))
                if resembles(option, "close") {
                    keeps = false
                } else if resembles(option, "keep-alive") {
                    if head.minor == 0 { keeps = true }
                } else if !option.isEmpty {
                    try mark(option, bytes, &head)
                }
                start = end + 1
            }
        }
        return keeps
    }

    /// Marks the lines that `Connection` names. It must not name what others rely on (RFC 9110 §7.6.1).
    private static func mark(
        _ option: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer, _ head: inout Head
    ) throws(HeadFault) {
        guard option.allSatisfy(Characters.token.contains) else { throw .badConnection }
        switch HeaderName.identify(option) {
        case .other, .keepAlive, .te, .upgrade, .trailer, .proxyConnection: break
        default: throw .badConnection
        }
        for index in head.lines.indices {
            let line = head.lines[index]
            let name = Place(Int(line.line.start), Int(line.nameEnd)).bytes(bytes)
            if name.count == option.count, name.elementsEqual(option, by: { lower($0) == lower($1) }) {
                head.lines[index].isForConnection = true
            }
        }
    }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var (start, end) = (0, bytes.count)
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}
