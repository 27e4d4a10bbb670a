/// One value of DER (ITU-T X.690), as far as certificates of authenticators need it: definite lengths in their shortest
/// form, nothing behind the value.
struct DER: Sendable {
    /// The tag's number with class and form: 0x30 is SEQUENCE, 0xA0 + n the explicit tag n below 31.
    let tag: Tag
    let content: ArraySlice<UInt8>
    /// With tag and length.
    let whole: ArraySlice<UInt8>

    struct Tag: Sendable, Hashable {
        let leading: UInt8
        let number: UInt32

        static let boolean = Tag(universal: 0x01)
        static let integer = Tag(universal: 0x02)
        static let octetString = Tag(universal: 0x04)
        static let objectIdentifier = Tag(universal: 0x06)
        static let enumerated = Tag(universal: 0x0A)
        static let sequence = Tag(universal: 0x30)
        static let set = Tag(universal: 0x31)

        private init(universal leading: UInt8) {
            self.leading = leading
            number = UInt32(leading & 31)
        }

        init(leading: UInt8, number: UInt32) {
            self.leading = leading
            self.number = number
        }

        /// `[n]`, constructed.
        static func context(_ number: UInt32) -> Tag {
            Tag(leading: number < 31 ? 0xA0 | UInt8(number) : 0xBF, number: number)
        }
    }

    init(_ bytes: some Sequence<UInt8>) throws(WebAuthnFault) {
        var rest = Array(bytes)[...]
        self = try DER(next: &rest)
        guard rest.isEmpty else { throw .certificate }
    }

    init(next rest: inout ArraySlice<UInt8>) throws(WebAuthnFault) {
        let start = rest
        guard let leading = rest.popFirst() else { throw .certificate }
        var number = UInt32(leading & 31)
        if number == 31 {
            number = 0
            var octet: UInt8 = 0x80
            while octet & 0x80 != 0 {
                guard let next = rest.popFirst(), number < 1 << 20 else { throw .certificate }
                octet = next
                number = number << 7 | UInt32(octet & 0x7F)
            }
            guard number >= 31 else { throw .certificate }
        }
        let length = try DER.length(&rest)
        guard length <= rest.count else { throw .certificate }
        tag = Tag(leading: leading, number: number)
        content = rest.prefix(length)
        rest = rest.dropFirst(length)
        whole = start.prefix(start.count - rest.count)
    }

    private static func length(_ rest: inout ArraySlice<UInt8>) throws(WebAuthnFault) -> Int {
        guard let first = rest.popFirst() else { throw .certificate }
        guard first >= 0x80 else { return Int(first) }
        let width = Int(first & 0x7F)
        guard (1...3).contains(width), rest.count >= width else { throw .certificate }
        let length = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
        guard length >= 0x80, width == 1 || length >= 1 << (8 * (width - 1)) else { throw .certificate }
        rest = rest.dropFirst(width)
        return length
    }

    /// The values in a SEQUENCE, SET or explicit tag.
    func children() throws(WebAuthnFault) -> [DER] {
        guard tag.leading & 0x20 != 0 else { throw .certificate }
        var (rest, found) = (content, [DER]())
        while !rest.isEmpty { found.append(try DER(next: &rest)) }
        return found
    }

    func children(of tag: Tag) throws(WebAuthnFault) -> [DER] {
        guard self.tag == tag else { throw .certificate }
        return try children()
    }

    /// `1.3.6.1.4.1.45724.1.1.4` of an OBJECT IDENTIFIER.
    var dotted: String? {
        guard tag == .objectIdentifier, content.count <= 32, let last = content.last, last < 0x80 else { return nil }
        var arcs: [UInt64] = []
        var arc: UInt64 = 0
        for octet in content {
            guard arc < 1 << 56 else { return nil }
            arc = arc << 7 | UInt64(octet & 0x7F)
            if octet < 0x80 {
                arcs.append(arc)
                arc = 0
            }
        }
        guard let first = arcs.first else { return nil }
        let top = min(first / 40, 2)
        return ([top, first - 40 * top] + arcs.dropFirst()).map(String.init).joined(separator: ".")
    }
}
