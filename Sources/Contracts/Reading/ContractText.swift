package import StrictJSON
package import Vocabulary

/// A JSON or YAML text, read into strict JSON, that still knows on which line each value stood.
///
/// YAML is the part of 1.2.2 that says what JSON can say (OpenAPI 3.1 §4.2 asks for no more): block and flow
/// collections, all scalar styles, the core schema. Anchors, aliases, tags, merge keys, keys that are not text and
/// several documents in one text are refused by name: a text grows no larger than what was sent.
package struct ContractText: Sendable {
    package let json: JSONDocument
    private let places: Places
    private let members = MemberIndex()

    private enum Places: Sendable {
        /// Where each line begins in the JSON as sent.
        case starts([Int])
        /// Byte offsets in the JSON that YAML became, ascending, and the line of YAML each came from.
        case marks(offsets: [Int], lines: [Int])
    }

    package struct Limits: Sendable {
        package var bytes = 4 << 20
        package var depth = 64
        package var nodes = 400_000

        package init() {}
    }

    /// Throws `Flaws` with the one place where reading stopped.
    package init(_ bytes: [UInt8], limits: Limits = Limits()) throws(Flaws) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let first = bytes[start...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let allowed = JSONLimits(
            bytes: limits.bytes, depth: limits.depth, nodes: limits.nodes, string: limits.bytes, number: 64)
        guard bytes.count <= limits.bytes else {
            throw Flaws([Flaw(line: 1, pointer: "", code: "document.too-large", .documentTooLarge(limits.bytes))])
        }
        var notJSON: Flaws?
        if first == UInt8(ascii: "{") {
            let sent = Array(bytes[start...])
            do {
                json = try JSONDocument(sent, limits: allowed)
                places = .starts([0] + sent.indices.filter { sent[$0] == 0x0A }.map { $0 + 1 })
                return
            } catch {
                // It may still be YAML in braces.
                let line = 1 + sent.prefix(error.offset).count { $0 == 0x0A }
                notJSON = Flaws([Flaw(line: line, pointer: error.pointer, code: error.code, .notJSON(error.code))])
            }
        }
        var reader = YamlReader(bytes[start...], maximumDepth: limits.depth, maximumNodes: limits.nodes)
        do {
            try reader.read()
            json = try JSONDocument(reader.output, limits: allowed)
        } catch let error as YamlError {
            throw notJSON ?? Flaws([Flaw(line: error.line, pointer: "", code: error.code, error.words)])
        } catch let error as JSONError {
            let line = ContractText.line(error.offset, reader.offsets, reader.lines)
            throw Flaws([Flaw(line: line, pointer: error.pointer, code: error.code, .notJSON(error.code))])
        } catch {
            throw Flaws([Flaw(line: 1, pointer: "", code: "document.unreadable", .notJSON("document.unreadable"))])
        }
        places = .marks(offsets: reader.offsets, lines: reader.lines)
    }

    package var root: JSONValue { json.root }

    package func line(of value: JSONValue) -> Int {
        let offset = value.range.lowerBound
        switch places {
        case .starts(let starts): return starts.partitioningIndex { $0 > offset }
        case .marks(let offsets, let lines): return ContractText.line(offset, offsets, lines)
        }
    }

    package func flaw(_ code: String, at value: JSONValue, isWarning: Bool = false, _ words: Phrase) -> Flaw {
        Flaw(line: line(of: value), pointer: value.pointer, code: code, isWarning: isWarning, words)
    }

    private static func line(_ offset: Int, _ offsets: [Int], _ lines: [Int]) -> Int {
        let place = offsets.partitioningIndex { $0 > offset }
        return place > 0 ? lines[place - 1] : 1
    }

    /// The value at a local reference, `#/components/schemas/Unit`: a URI fragment (percent-decoded) that is a JSON
    /// pointer. Nil when it points outside the document or to nothing.
    package func target(of reference: String) -> JSONValue? {
        guard reference.hasPrefix("#"), let fragment = reference.dropFirst().removingPercent() else { return nil }
        guard !fragment.isEmpty else { return root }
        guard fragment.hasPrefix("/") else { return nil }
        var value = root
        for step in fragment.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let name = ContractText.unescape(step) else { return nil }
            if let member = members.member(name, of: value) {
                value = member
            } else if value.kind == .array, let position = Int(name), let element = value[position] {
                value = element
            } else {
                return nil
            }
        }
        return value
    }

    /// RFC 6901 §4: `~1` is `/`, `~0` is `~`, any other tilde is an error.
    private static func unescape(_ step: Substring) -> String? {
        var name = ""
        var characters = step.makeIterator()
        while let character = characters.next() {
            guard character == "~" else {
                name.append(character)
                continue
            }
            switch characters.next() {
            case "0": name.append("~")
            case "1": name.append("/")
            default: return nil
            }
        }
        return name
    }
}

extension Array {
    /// The first index whose element satisfies a condition that, once true, stays true.
    func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Substring {
    /// RFC 3986 §2.1; nil for a broken escape or bytes that are not UTF-8.
    func removingPercent() -> String? {
        guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
        var bytes: [UInt8] = []
        var units = ArraySlice(utf8)
        while let unit = units.popFirst() {
            guard unit == UInt8(ascii: "%") else {
                bytes.append(unit)
                continue
            }
            guard let decoded = Hex.decode(String(decoding: units.prefix(2), as: UTF8.self)), decoded.count == 1 else {
                return nil
            }
            bytes += decoded
            units = units.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension Phrase {
    static func documentTooLarge(_ bytes: Int) -> Phrase {
        Phrase(
            vi: "Tài liệu lớn hơn \(bytes >> 20) MiB", en: "The document is larger than \(bytes >> 20) MiB")
    }

    static func notJSON(_ code: String) -> Phrase {
        Phrase(vi: "Không đọc được tài liệu: \(code)", en: "The document cannot be read: \(code)")
    }
}
