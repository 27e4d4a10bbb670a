/// Reads a page into its elements and notes what does not balance.
struct PageReader {
    struct Element {
        let name: String
        let attributes: [String: String]
        let isInLabel: Bool
        /// All text within, trimmed; the alt text of images counts.
        var text = ""

        subscript(attribute: String) -> String? { attributes[attribute] }
    }

    struct Page {
        var elements: [Element] = []
        var complaints: [String] = []
        var startsWithDoctype = false
        var ids: Set<String> { Set(elements.compactMap { $0["id"] }) }
    }

    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ]

    private let units: [UInt8]
    private var place = 0
    private var page = Page()
    /// Indices of open elements in `page.elements`.
    private var open: [Int] = []

    init(_ html: String) {
        units = Array(html.utf8)
    }

    mutating func read() -> Page {
        page.startsWithDoctype = String(decoding: units.prefix(15), as: UTF8.self).lowercased() == "<!doctype html>"
        while place < units.count {
            if units[place] == UInt8(ascii: "<") { readTag() } else { readText() }
        }
        for index in open { page.complaints.append("<\(page.elements[index].name)> is not closed") }
        return page
    }

    private mutating func readText() {
        let start = place
        while place < units.count, units[place] != UInt8(ascii: "<") { place += 1 }
        add(text: String(decoding: units[start..<place], as: UTF8.self))
    }

    private mutating func add(text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !words.isEmpty else { return }
        for index in open { page.elements[index].text += words }
    }

    private mutating func readTag() {
        if starts("<!--") { return skip(past: "-->") }
        if starts("<!") { return skip(past: ">") }
        if starts("</") { return readEnd() }
        place += 1
        let name = word()
        guard !name.isEmpty else { return complain("a bare < in the text") }
        let (attributes, isClosed) = readAttributes(of: name)
        let isInLabel = open.contains { page.elements[$0].name == "label" }
        page.elements.append(Element(name: name, attributes: attributes, isInLabel: isInLabel))
        if name == "img", let alt = attributes["alt"] { add(text: alt) }
        if PageReader.void.contains(name) || isClosed { return }
        open.append(page.elements.count - 1)
        if name == "script" || name == "style" { skip(upTo: "</\(name)") }
    }

    private mutating func readEnd() {
        place += 2
        let name = word()
        skip(past: ">")
        guard let last = open.last, page.elements[last].name == name else {
            complain("</\(name)> closes \(open.last.map { page.elements[$0].name } ?? "nothing")")
            if let index = open.lastIndex(where: { page.elements[$0].name == name }) { open.removeSubrange(index...) }
            return
        }
        open.removeLast()
    }

    private mutating func readAttributes(of tag: String) -> ([String: String], isClosed: Bool) {
        var attributes: [String: String] = [:]
        while place < units.count {
            skipSpace()
            if starts(">") {
                place += 1
                return (attributes, false)
            }
            if starts("/>") {
                place += 2
                return (attributes, true)
            }
            let name = word()
            guard !name.isEmpty else { break }
            if attributes[name] != nil { complain("<\(tag)> has \(name) twice") }
            attributes[name] = readValue(of: name, in: tag)
        }
        complain("<\(tag)> is not a tag that we write")
        skip(past: ">")
        return (attributes, false)
    }

    private mutating func readValue(of name: String, in tag: String) -> String {
        guard starts("=") else { return "" }
        place += 1
        guard starts("\"") else {
            complain("\(name) of <\(tag)> is not quoted")
            return word()
        }
        let start = place + 1
        place = start
        while place < units.count, units[place] != UInt8(ascii: "\"") { place += 1 }
        let value = String(decoding: units[start..<place], as: UTF8.self)
        place += 1
        return value
    }

    private mutating func word() -> String {
        let start = place
        while place < units.count, !" \n\t\r=<>\"'/".utf8.contains(units[place]) { place += 1 }
        return String(decoding: units[start..<place], as: UTF8.self).lowercased()
    }

    private mutating func skipSpace() {
        while place < units.count, " \n\t\r".utf8.contains(units[place]) { place += 1 }
    }

    private func starts(_ text: String) -> Bool {
        units[place...].starts(with: text.utf8)
    }

    private mutating func skip(upTo text: String) {
        while place < units.count, !starts(text) { place += 1 }
    }

    private mutating func skip(past text: String) {
        skip(upTo: text)
        place = min(units.count, place + text.utf8.count)
    }

    private mutating func complain(_ text: String) {
        page.complaints.append(text)
    }
}
