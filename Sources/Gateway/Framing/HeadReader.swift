/// Reads heads of HTTP/1.1 in place, strictly (RFC 9112): whatever can be read in two ways is refused.
///
/// Makes no header objects and allocates nothing: the head says where in the bytes things lie.
enum HeadReader {
    /// - Parameter searched: how far the end has been looked for already; the caller keeps it between calls.
    static func readRequest(_ bytes: UnsafeRawBufferPointer, _ head: inout Head, searched: inout Int) -> Reading {
        read(bytes, &head, &searched) { bytes, head, place throws(HeadFault) in
            try requestLine(bytes, &head, &place)
            try fields(bytes, &head, &place, isRequest: true)
            try settleRequest(bytes, &head)
        }
    }

    /// - Parameter isHead: whether it answers HEAD.
    static func readAnswer(
        _ bytes: UnsafeRawBufferPointer, _ head: inout Head, searched: inout Int, toHead isHead: Bool
    ) -> Reading {
        read(bytes, &head, &searched) { bytes, head, place throws(HeadFault) in
            try statusLine(bytes, &head, &place)
            try fields(bytes, &head, &place, isRequest: false)
            try settleAnswer(bytes, &head, toHead: isHead)
        }
    }

    @inline(__always)
    private static func read(
        _ bytes: UnsafeRawBufferPointer, _ head: inout Head, _ searched: inout Int,
        _ body: (UnsafeRawBufferPointer, inout Head, inout Int) throws(HeadFault) -> Void
    ) -> Reading {
        // Nothing that may begin a message begins so: no need to wait for its end.
        if let first = bytes.first, !Characters.token.contains(first) { return .refused(.badRequestLine) }
        guard let end = end(bytes, &searched) else {
            return bytes.count > Head.lengthLimit ? .refused(.headTooLong) : .needsMore
        }
        guard end <= Head.lengthLimit else { return .refused(.headTooLong) }
        head.clear()
        var place = 0
        do {
            try body(UnsafeRawBufferPointer(rebasing: bytes[..<end]), &head, &place)
        } catch {
            return .refused(error)
        }
        head.length = end
        searched = 0
        return .done
    }

    /// Behind the first empty line, be it ended strictly or not.
    private static func end(_ bytes: UnsafeRawBufferPointer, _ searched: inout Int) -> Int? {
        var place = searched
        while place < bytes.count {
            if bytes[place] == 0x0A {
                if place + 1 < bytes.count, bytes[place + 1] == 0x0A { return place + 2 }
                if place + 2 < bytes.count, bytes[place + 1] == 0x0D, bytes[place + 2] == 0x0A { return place + 3 }
            }
            place += 1
        }
        searched = max(0, bytes.count - 2)
        return nil
    }

    /// `method SP target SP HTTP/1.x CR LF`
    private static func requestLine(
        _ bytes: UnsafeRawBufferPointer, _ head: inout Head, _ place: inout Int
    ) throws(HeadFault) {
        let method = skip(bytes, &place, Characters.token)
        guard (1...32).contains(method.count), take(bytes, &place, 0x20) else { throw .badRequestLine }
        let start = place
        while place < bytes.count, bytes[place] > 0x20, bytes[place] < 0x7F { place += 1 }
        guard place > start, take(bytes, &place, 0x20) else { throw .badRequestLine }
        head.method = method
        head.target = Place(start, place - 1)
        guard head.target.count <= Head.targetLimit else { throw .targetTooLong }
        try version(bytes, &head, &place, orElse: .badRequestLine)
        guard take(bytes, &place, 0x0D), take(bytes, &place, 0x0A) else { throw .badRequestLine }
        guard methods.contains(where: { equals(bytes, method, $0) }) else { throw .methodNotForGateway }
    }

    /// Those that operations have, and two more that are told what there is (405) and not that nobody knows them (501).
    private static let methods: [StaticString] = [
        "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "QUERY",
    ]

    /// `HTTP/1.x SP status SP reason CR LF`
    private static func statusLine(
        _ bytes: UnsafeRawBufferPointer, _ head: inout Head, _ place: inout Int
    ) throws(HeadFault) {
        try version(bytes, &head, &place, orElse: .badStatusLine)
        guard take(bytes, &place, 0x20) else { throw .badStatusLine }
        let digits = skip(bytes, &place, Characters.digits)
        guard digits.count == 3 else { throw .badStatusLine }
        for byte in digits.bytes(bytes) { head.status = head.status * 10 + Int(byte - UInt8(ascii: "0")) }
        guard (100...599).contains(head.status), take(bytes, &place, 0x20) || peek(bytes, place) == 0x0D else {
            throw .badStatusLine
        }
        try value(bytes, &place, orElse: .badStatusLine)
    }

    private static func version(
        _ bytes: UnsafeRawBufferPointer, _ head: inout Head, _ place: inout Int, orElse fault: HeadFault
    ) throws(HeadFault) {
        guard bytes.count - place >= 8, equals(bytes, Place(place, place + 5), "HTTP/") else { throw fault }
        guard bytes[place + 5] == UInt8(ascii: "1"), bytes[place + 6] == UInt8(ascii: "."),
            bytes[place + 7] == UInt8(ascii: "0") || bytes[place + 7] == UInt8(ascii: "1")
        else { throw .badVersion }
        head.minor = Int(bytes[place + 7] - UInt8(ascii: "0"))
        place += 8
    }

    private static func fields(
        _ bytes: UnsafeRawBufferPointer, _ head: inout Head, _ place: inout Int, isRequest: Bool
    ) throws(HeadFault) {
        while peek(bytes, place) != 0x0D {
            guard head.lines.count < Head.linesLimit else { throw .tooManyHeaders }
            head.lines.append(try field(bytes, &place, isRequest: isRequest))
        }
        place += 1
        guard take(bytes, &place, 0x0A), place == bytes.count else { throw .badHeaderValue }
    }

    /// `name ":" OWS value OWS CR LF`; used for trailers, too.
    static func field(
        _ bytes: UnsafeRawBufferPointer, _ place: inout Int, isRequest: Bool
    ) throws(HeadFault) -> HeaderLine {
        let start = place
        if let first = peek(bytes, place), first == 0x20 || first == 0x09 { throw .foldedHeader }
        let name = skip(bytes, &place, Characters.token)
        guard name.count > 0, take(bytes, &place, UInt8(ascii: ":")) else { throw .badHeaderName }
        let identity = HeaderName.identify(name.bytes(bytes))
        if isRequest, identity == .other, HeaderName.isDisguised(name.bytes(bytes)) { throw .badHeaderName }
        while let byte = peek(bytes, place), byte == 0x20 || byte == 0x09 { place += 1 }
        let from = place
        let to = try value(bytes, &place, orElse: .badHeaderValue)
        return HeaderLine(
            name: identity, line: Place(start, place), nameEnd: name.end, value: Place(from, max(from, to)))
    }

    /// Reads up to and with CR LF; returns where the value ends without white space behind it.
    @discardableResult
    private static func value(
        _ bytes: UnsafeRawBufferPointer, _ place: inout Int, orElse fault: HeadFault
    ) throws(HeadFault) -> Int {
        var end = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == 0x0D { break }
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw fault }
            place += 1
            if byte != 0x20, byte != 0x09 { end = place }
        }
        guard take(bytes, &place, 0x0D), take(bytes, &place, 0x0A) else { throw fault }
        if let next = peek(bytes, place), next == 0x20 || next == 0x09 { throw .foldedHeader }
        return end
    }
}

extension HeadReader {
    @inline(__always)
    static func peek(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt8? {
        place < bytes.count ? bytes[place] : nil
    }

    @inline(__always)
    static func take(_ bytes: UnsafeRawBufferPointer, _ place: inout Int, _ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    @inline(__always)
    static func skip(_ bytes: UnsafeRawBufferPointer, _ place: inout Int, _ set: Characters) -> Place {
        let start = place
        while place < bytes.count, set.contains(bytes[place]) { place += 1 }
        return Place(start, place)
    }

    static func equals(_ bytes: UnsafeRawBufferPointer, _ place: Place, _ text: StaticString) -> Bool {
        guard place.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<place.count where bytes[Int(place.start) + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Without regard to letter case; `text` is lowercase.
    static func resembles(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where lower(bytes[index]) != text.utf8Start[index] { return false }
        return true
    }

    @inline(__always)
    static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
