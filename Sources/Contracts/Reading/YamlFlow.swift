import Vocabulary

/// Flow collections (YAML 1.2.2 §7.4): JSON, with plain scalars and comments.
extension YamlReader {
    mutating func flow(parent: Int) throws(YamlError) {
        switch byte {
        case UInt8(ascii: "["): try flowSequence(parent: parent)
        case UInt8(ascii: "{"): try flowMapping(parent: parent)
        case UInt8(ascii: "\""): write(try doubleQuoted(parent: parent))
        case UInt8(ascii: "'"): write(try singleQuoted(parent: parent))
        default:
            try refuseIndicators()
            try resolve(try plain(parent: parent, inFlow: true))
        }
    }

    private mutating func flowSequence(parent: Int) throws(YamlError) {
        try open("[")
        position += 1
        try skipInFlow()
        var count = 0
        while byte != UInt8(ascii: "]") {
            if count > 0 { output.append(UInt8(ascii: ",")) }
            count += 1
            try mark()
            try flow(parent: parent)
            try skipInFlow()
            try separator(before: "]")
        }
        position += 1
        close("]")
    }

    private mutating func flowMapping(parent: Int) throws(YamlError) {
        try open("{")
        position += 1
        try skipInFlow()
        var seen = Set<String>()
        while byte != UInt8(ascii: "}") {
            if !seen.isEmpty { output.append(UInt8(ascii: ",")) }
            try mark()
            let isQuoted = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
            let name = try flowKey(parent)
            guard name != "<<" || isQuoted else { throw error("yaml.merge", .yamlMerge) }
            guard seen.insert(name).inserted else { throw error("yaml.duplicate-key", .yamlDuplicate(name)) }
            write(name)
            output.append(UInt8(ascii: ":"))
            try skipInFlow()
            try flowValue(isQuoted, parent)
            try skipInFlow()
            try separator(before: "}")
        }
        position += 1
        close("}")
    }

    private mutating func flowKey(_ parent: Int) throws(YamlError) -> String {
        switch byte {
        case UInt8(ascii: "\""): return try doubleQuoted(parent: parent)
        case UInt8(ascii: "'"): return try singleQuoted(parent: parent)
        case UInt8(ascii: "["), UInt8(ascii: "{"): throw error("yaml.complex-key", .yamlComplexKey)
        case UInt8(ascii: "?") where isBlank(peek(1)): throw error("yaml.complex-key", .yamlComplexKey)
        default:
            try refuseIndicators()
            return try plain(parent: parent, inFlow: true)
        }
    }

    /// After a quoted key the colon may touch the value, as in JSON.
    private mutating func flowValue(_ isQuoted: Bool, _ parent: Int) throws(YamlError) {
        guard byte == UInt8(ascii: ":") else {
            try mark()
            output += "null".utf8
            return
        }
        guard isQuoted || isBlank(peek(1)) || ",[]{}".utf8.contains(peek(1) ?? 0x20) else {
            throw error("yaml.key", .yamlKey)
        }
        position += 1
        try skipInFlow()
        try mark()
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") {
            output += "null".utf8
        } else {
            try flow(parent: parent)
        }
    }

    private mutating func separator(before end: Unicode.Scalar) throws(YamlError) {
        if byte == UInt8(ascii: ",") {
            position += 1
            try skipInFlow()
        } else if byte != UInt8(ascii: end) {
            throw error("yaml.flow", .yamlFlow)
        }
    }

    private mutating func skipInFlow() throws(YamlError) {
        while true {
            skipSpaces()
            skipComment()
            guard isBreak(byte) else { break }
            skipBreak()
        }
        guard byte != nil, !isDocumentMark else { throw error("yaml.flow", .yamlFlow) }
    }
}

extension Phrase {
    static let yamlFlow = Phrase(
        vi: "Thiếu “,” hoặc dấu ngoặc đóng", en: "“,” or the closing bracket is missing")
}
