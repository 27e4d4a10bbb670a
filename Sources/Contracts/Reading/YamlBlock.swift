import Vocabulary

/// Block collections: what indentation holds together (YAML 1.2.2 §8).
extension YamlReader {
    /// The node that begins at the cursor, which is the first content of its line or of a sequence's entry.
    mutating func block(parent: Int) throws(YamlError) {
        if isEntry { return try sequence(at: column) }
        if byte == UInt8(ascii: "?"), isBlank(peek(1)) { throw error("yaml.complex-key", .yamlComplexKey) }
        if startsKey { return try mapping(at: column) }
        try mark()
        try scalarOrFlow(parent: parent)
    }

    private var isEntry: Bool { byte == UInt8(ascii: "-") && isBlank(peek(1)) }

    private mutating func sequence(at indent: Int) throws(YamlError) {
        try mark()
        try open("[")
        var isFirst = true
        while byte != nil, column == indent, isEntry, !isDocumentMark {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            position += 1
            skipSpaces()
            skipComment()
            if byte == nil || isBreak(byte) {
                try entryBelow(indent, orSequenceAt: nil)
            } else {
                if input[lineStart + indent + 1..<position].contains(0x09), isEntry || startsKey {
                    throw error("yaml.tab", .yamlTab)
                }
                try block(parent: indent)
            }
            try skipToContent()
        }
        close("]")
        try checkIndentation(after: indent)
    }

    private mutating func mapping(at indent: Int) throws(YamlError) {
        try mark()
        try open("{")
        var seen = Set<String>()
        while byte != nil, column == indent, !isDocumentMark {
            if byte == UInt8(ascii: "?"), isBlank(peek(1)) { throw error("yaml.complex-key", .yamlComplexKey) }
            guard startsKey else { throw error("yaml.key", .yamlKey) }
            if !seen.isEmpty { output.append(UInt8(ascii: ",")) }
            try mark()
            let name = try key()
            guard name != "<<" else { throw error("yaml.merge", .yamlMerge) }
            guard seen.insert(name).inserted else { throw error("yaml.duplicate-key", .yamlDuplicate(name)) }
            write(name)
            output.append(UInt8(ascii: ":"))
            skipSpaces()
            position += 1
            try value(under: indent)
            try skipToContent()
        }
        close("}")
        try checkIndentation(after: indent)
    }

    /// What follows a collection stands further left.
    private func checkIndentation(after indent: Int) throws(YamlError) {
        if byte != nil, column > indent { throw error("yaml.indentation", .yamlTrailing) }
    }

    private mutating func value(under indent: Int) throws(YamlError) {
        skipSpaces()
        skipComment()
        if byte == nil || isBreak(byte) {
            keyLine = line
            return try entryBelow(indent, orSequenceAt: indent)
        }
        if isEntry { throw error("yaml.entry", .yamlTrailing) }
        try mark()
        try scalarOrFlow(parent: indent)
    }

    /// A value that begins on a later line, deeper than `indent`; a sequence may stand at its key's own indentation.
    private mutating func entryBelow(_ indent: Int, orSequenceAt allowed: Int?) throws(YamlError) {
        let (here, hereStart, hereLine) = (position, lineStart, line)
        try skipToContent()
        if byte != nil, !isDocumentMark, column > indent || (column == allowed && isEntry) {
            return try block(parent: indent)
        }
        let (next, nextStart, nextLine) = (position, lineStart, line)
        (position, lineStart, line) = (here, hereStart, hereLine)
        try mark()
        output += "null".utf8
        (position, lineStart, line) = (next, nextStart, nextLine)
    }

    // MARK: Keys

    /// Whether the cursor stands on `key:`, all on one line.
    var startsKey: Bool {
        var place = position
        guard let first = byte else { return false }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            place += 1
            while place < input.count, !isBreak(input[place]), input[place] != first {
                place += first == UInt8(ascii: "\"") && input[place] == UInt8(ascii: "\\") ? 2 : 1
            }
            if first == UInt8(ascii: "'") {
                while place + 1 < input.count, input[place + 1] == first {
                    place += 2
                    while place < input.count, !isBreak(input[place]), input[place] != first { place += 1 }
                }
            }
            guard place < input.count, input[place] == first else { return false }
            place += 1
            while place < input.count, input[place] == 0x20 || input[place] == 0x09 { place += 1 }
            return place < input.count && input[place] == UInt8(ascii: ":") && isBlank(at: place + 1)
        }
        guard startsPlain(inFlow: false) else { return false }
        while place < input.count, !isBreak(input[place]) {
            if input[place] == UInt8(ascii: ":"), isBlank(at: place + 1) { return true }
            if input[place] == UInt8(ascii: "#"), place > position, isBlank(at: place - 1) { return false }
            place += 1
        }
        return false
    }

    func isBlank(at place: Int) -> Bool { place >= input.count || isBlank(input[place]) }

    private mutating func key() throws(YamlError) -> String {
        switch byte {
        case UInt8(ascii: "\""): return try doubleQuoted(parent: column)
        case UInt8(ascii: "'"): return try singleQuoted(parent: column)
        default:
            let start = position
            while !(byte == UInt8(ascii: ":") && isBlank(peek(1))) { position += 1 }
            let end = input[start..<position].lastIndex { !isBlank($0) } ?? start
            return String(decoding: input[start...end], as: UTF8.self)
        }
    }
}

extension Phrase {
    static let yamlComplexKey = Phrase(
        vi: "Khóa phải là một đoạn văn bản trên một dòng", en: "A key must be text on one line")
    static let yamlKey = Phrase(vi: "Cần “khóa: giá trị” ở đây", en: "“key: value” is needed here")
    static let yamlMerge = Phrase(
        vi: "Không dùng khóa gộp “<<”: hãy viết đầy đủ", en: "The merge key “<<” is not used: write it out")

    static func yamlDuplicate(_ name: String) -> Phrase {
        Phrase(vi: "Khóa “\(name)” đã có trong đối tượng này", en: "The key “\(name)” is in this object already")
    }
}
