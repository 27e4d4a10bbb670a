import StrictJSON
import Vocabulary

/// Where YAML could not be read, and why.
struct YamlError: Error, Hashable {
    let line: Int
    let code: String
    let words: Phrase
}

/// Reads YAML 1.2.2 (the part that is JSON's) into JSON text, in one pass, never deeper than `maximumDepth`.
///
/// The cursor is a byte offset; columns are counted in bytes from the start of the line, as indentation is spaces.
struct YamlReader {
    let input: [UInt8]
    let maximumDepth: Int
    let maximumNodes: Int
    var position = 0
    var line = 1
    var lineStart = 0
    var depth = 0
    var nodes = 0
    /// The line of a key whose value begins further down: where a person looks for the value.
    var keyLine: Int?
    /// The JSON, and for each of its values the offset where it begins and the line it came from.
    var output: [UInt8] = []
    var offsets: [Int] = []
    var lines: [Int] = []

    init(_ input: some Sequence<UInt8>, maximumDepth: Int, maximumNodes: Int) {
        self.input = Array(input)
        self.maximumDepth = maximumDepth
        self.maximumNodes = maximumNodes
    }

    mutating func read() throws(YamlError) {
        guard String(validating: input, as: UTF8.self) != nil else { throw error("yaml.utf8", .yamlNotText) }
        try refuseControls()
        try startDocument()
        try skipToContent()
        if position >= input.count || isDocumentMark {
            try mark()
            output += "null".utf8
        } else {
            try block(parent: -1)
        }
        try endDocument()
    }

    func error(_ code: String, _ words: Phrase) -> YamlError { YamlError(line: line, code: code, words: words) }

    // MARK: Characters

    var byte: UInt8? { position < input.count ? input[position] : nil }
    var column: Int { position - lineStart }

    func peek(_ ahead: Int) -> UInt8? { position + ahead < input.count ? input[position + ahead] : nil }

    func isBlank(_ byte: UInt8?) -> Bool { byte == nil || byte == 0x20 || byte == 0x09 || isBreak(byte) }
    func isBreak(_ byte: UInt8?) -> Bool { byte == 0x0A || byte == 0x0D }

    mutating func skipSpaces() {
        while byte == 0x20 || byte == 0x09 { position += 1 }
    }

    /// Over one line break: LF, CR LF or CR.
    mutating func skipBreak() {
        if byte == 0x0D { position += 1 }
        if byte == 0x0A { position += 1 }
        line += 1
        lineStart = position
    }

    mutating func skipComment() {
        if byte == UInt8(ascii: "#"), position == lineStart || isBlank(input[position - 1]) {
            while let byte, !isBreak(byte) { position += 1 }
        }
    }

    /// To the next byte that is neither space, comment nor line break. Tabs may not indent.
    mutating func skipToContent() throws(YamlError) {
        while true {
            let start = position
            skipSpaces()
            skipComment()
            guard let byte else { return }
            if isBreak(byte) {
                skipBreak()
                continue
            }
            if start == lineStart, input[start..<position].contains(0x09) { throw error("yaml.tab", .yamlTab) }
            return
        }
    }

    /// After a value, nothing but a comment may stand on its line.
    mutating func endLine() throws(YamlError) {
        skipSpaces()
        skipComment()
        guard byte == nil || isBreak(byte) else { throw error("yaml.trailing", .yamlTrailing) }
    }

    private func refuseControls() throws(YamlError) {
        var line = 1
        for byte in input {
            if byte == 0x0A { line += 1 }
            if (byte < 0x20 && ![0x09, 0x0A, 0x0D].contains(byte)) || byte == 0x7F {
                throw YamlError(line: line, code: "yaml.control", words: .yamlNotText)
            }
        }
    }

    // MARK: Documents

    /// `---` or `...` alone at the start of a line.
    var isDocumentMark: Bool {
        guard position == lineStart, let byte, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "."),
            peek(1) == byte, peek(2) == byte
        else { return false }
        return isBlank(peek(3))
    }

    private mutating func startDocument() throws(YamlError) {
        try skipToContent()
        while byte == UInt8(ascii: "%"), column == 0 {
            while let byte, !isBreak(byte) { position += 1 }
            try skipToContent()
        }
        guard isDocumentMark, byte == UInt8(ascii: "-") else { return }
        position += 3
        try endLine()
    }

    private mutating func endDocument() throws(YamlError) {
        try skipToContent()
        if isDocumentMark, byte == UInt8(ascii: ".") {
            position += 3
            try endLine()
            try skipToContent()
        }
        if isDocumentMark { throw error("yaml.documents", .yamlDocuments) }
        if position < input.count { throw error("yaml.trailing", .yamlTrailing) }
    }

    // MARK: JSON

    /// Notes that a value begins here.
    mutating func mark() throws(YamlError) {
        nodes += 1
        guard nodes <= maximumNodes else { throw error("document.too-many-values", .yamlTooMuch) }
        offsets.append(output.count)
        lines.append(keyLine ?? line)
        keyLine = nil
    }

    mutating func open(_ bracket: Unicode.Scalar) throws(YamlError) {
        depth += 1
        guard depth <= maximumDepth else { throw error("document.too-deep", .yamlTooDeep) }
        output.append(UInt8(ascii: bracket))
    }

    mutating func close(_ bracket: Unicode.Scalar) {
        depth -= 1
        output.append(UInt8(ascii: bracket))
    }

    mutating func write(_ text: String) {
        output += JSON.string(text).encoded()
    }
}

extension Phrase {
    static let yamlNotText = Phrase(
        vi: "Tài liệu phải là văn bản UTF-8 không có ký tự điều khiển",
        en: "The document must be UTF-8 text without control characters")
    static let yamlTab = Phrase(
        vi: "Thụt đầu dòng bằng dấu cách, không bằng tab", en: "Indent with spaces, not with tabs")
    static let yamlTrailing = Phrase(
        vi: "Có nội dung thừa sau giá trị, hoặc thụt dòng sai",
        en: "Something follows the value, or the indentation is wrong")
    static let yamlDocuments = Phrase(
        vi: "Chỉ được có một tài liệu trong một tệp", en: "One file may hold one document only")
    static let yamlTooDeep = Phrase(vi: "Lồng nhau quá sâu", en: "Nested too deeply")
    static let yamlTooMuch = Phrase(vi: "Có quá nhiều giá trị", en: "There are too many values")
}
