import Vocabulary

/// `multipart/form-data`, RFC 7578, strictly: every part named, every boundary in its place, nothing after the last.
struct Multipart {
    private let bytes: [UInt8]
    private let delimiter: [UInt8]
    private let limits: FormLimits
    private var place = 0
    private var fields = Fields()
    private var parts = 0

    static func parse(_ request: Request, limits: FormLimits) throws(Problem) -> Fields {
        guard let boundary = boundary(of: request.headers["content-type"] ?? "") else { throw .unreadableForm }
        var reader = Multipart(bytes: request.body, delimiter: Array("--\(boundary)".utf8), limits: limits)
        try reader.read()
        return reader.fields
    }

    private init(bytes: [UInt8], delimiter: [UInt8], limits: FormLimits) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.limits = limits
    }

    /// RFC 2046 §5.1.1: 1 to 70 characters.
    private static func boundary(of type: String) -> String? {
        for parameter in type.split(separator: ";").dropFirst() {
            let halves = parameter.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[0].trimmed.lowercased() == "boundary" else { continue }
            let value = halves[1].trimmed
            let bare =
                value.hasPrefix("\"") && value.hasSuffix("\"") && value.count > 2
                ? String(value.dropFirst().dropLast()) : value
            let isPlain = bare.utf8.allSatisfy { PercentCoding.isUnreserved($0) || "'()+,/:=? ".utf8.contains($0) }
            return (1...70).contains(bare.utf8.count) && isPlain ? bare : nil
        }
        return nil
    }

    private mutating func read() throws(Problem) {
        guard take(delimiter) else { throw .unreadableForm }
        while !take(Array("--".utf8)) {
            guard takeLineEnd() else { throw .unreadableForm }
            try readPart()
        }
        _ = takeLineEnd()
        guard place == bytes.count else { throw .unreadableForm }
    }

    private mutating func readPart() throws(Problem) {
        parts += 1
        guard parts <= limits.fields + limits.files else { throw .tooManyFields }
        let part = try readHeaders()
        let content = try readContent()
        guard let fileName = part.fileName else { return try addField(part.name, content) }
        // A browser sends an empty part for a file field that was left empty.
        if fileName.isEmpty, content.isEmpty { return }
        guard fields.files.count < limits.files else { throw .tooManyFields }
        fields.files[part.name] = UploadedFile(name: Multipart.safe(fileName), type: part.type, bytes: Array(content))
    }

    private mutating func addField(_ name: String, _ content: ArraySlice<UInt8>) throws(Problem) {
        guard fields.list.count < limits.fields, content.count <= limits.valueBytes else { throw .tooManyFields }
        guard !content.contains(0), let text = String(validating: content, as: UTF8.self) else { throw .unreadableForm }
        fields.add(name, text)
    }

    private struct Part {
        var name = ""
        var fileName: String?
        var type = "application/octet-stream"
    }

    private mutating func readHeaders() throws(Problem) -> Part {
        var part: Part?
        var type: String?
        for _ in 0..<8 {
            let line = try readLine()
            guard !line.isEmpty else {
                guard var part, !part.name.isEmpty, part.name.utf8.count <= limits.nameBytes else {
                    throw .unreadableForm
                }
                if let type { part.type = type }
                return part
            }
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { throw .unreadableForm }
            switch halves[0].lowercased() {
            case "content-disposition":
                guard part == nil else { throw .unreadableForm }
                part = try Multipart.disposition(String(halves[1]))
            case "content-type": type = String(halves[1].trimmed.prefix(100))
            case "content-transfer-encoding": throw .unreadableForm
            default: break
            }
        }
        throw .unreadableForm
    }

    /// ` form-data; name="photo"; filename="ổ gà.jpg"`. Browsers escape `"` in names as `%22`.
    private static func disposition(_ text: String) throws(Problem) -> Part {
        var part = Part()
        var rest = Substring(text.trimmed)
        guard rest.hasPrefix("form-data") else { throw .unreadableForm }
        rest = rest.dropFirst("form-data".count)
        while !rest.isEmpty {
            guard let equals = rest.firstRange(of: "=\""), rest.hasPrefix(";"),
                let end = rest[equals.upperBound...].firstIndex(of: "\"")
            else { throw .unreadableForm }
            let value = String(rest[equals.upperBound..<end]).replacing("%22", with: "\"")
            switch rest[..<equals.lowerBound].dropFirst().trimmed {
            case "name": part.name = Folding.compose(value)
            case "filename": part.fileName = value
            default: break
            }
            rest = rest[rest.index(after: end)...].drop { $0 == " " }
        }
        return part
    }

    private mutating func readLine() throws(Problem) -> String {
        var end = place
        while end + 1 < bytes.count, end - place < 2048, !(bytes[end] == 13 && bytes[end + 1] == 10) { end += 1 }
        guard end + 1 < bytes.count, bytes[end] == 13, !bytes[place..<end].contains(0),
            let line = String(validating: bytes[place..<end], as: UTF8.self)
        else { throw .unreadableForm }
        place = end + 2
        return line
    }

    /// Up to the next `\r\n--boundary`, which is taken too.
    private mutating func readContent() throws(Problem) -> ArraySlice<UInt8> {
        let mark = [13, 10] + delimiter
        var end = place
        while let found = bytes[end...].firstIndex(of: 13) {
            if bytes[found...].starts(with: mark) {
                defer { place = found + mark.count }
                return bytes[place..<found]
            }
            end = found + 1
        }
        throw .unreadableForm
    }

    private mutating func take(_ expected: [UInt8]) -> Bool {
        guard bytes[place...].starts(with: expected) else { return false }
        place += expected.count
        return true
    }

    private mutating func takeLineEnd() -> Bool {
        take([13, 10])
    }

    /// Only the last component, without controls: names are shown, never opened.
    private static func safe(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let clean = String(last.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
        return String(Folding.compose(clean).prefix(200))
    }
}
