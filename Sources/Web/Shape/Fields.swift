package import Vocabulary

/// What a form or a query string sent: names with their values, in order. A name may come more than once.
package struct Fields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Hashable {
        package let name: String
        /// NFC, with line ends as `\n`, not trimmed.
        package let value: String
    }

    package private(set) var list: [Field] = []
    /// One file per field name; the last one wins.
    package var files: [String: UploadedFile] = [:]

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// The first value, trimmed and in NFC; nil when it is absent or blank.
    package subscript(name: String) -> String? {
        guard let value = list.first(where: { $0.name == name })?.value.trimmed, !value.isEmpty else { return nil }
        return value
    }

    /// Every value that is not blank, trimmed: the ticked boxes of one name.
    package func all(_ name: String) -> [String] {
        list.filter { $0.name == name }.map(\.value.trimmed).filter { !$0.isEmpty }
    }

    /// Whether a box of this name was ticked, with whatever value.
    package func isOn(_ name: String) -> Bool {
        self[name] != nil
    }

    /// Exactly as sent (NFC, `\n`): passwords, pasted lists.
    package func verbatim(_ name: String) -> String? {
        list.first { $0.name == name }?.value
    }

    package mutating func add(_ name: String, _ value: String) {
        let unix = value.utf8.contains(13) ? value.replacing("\r\n", with: "\n").replacing("\r", with: "\n") : value
        list.append(Field(name: Folding.compose(name), value: Folding.compose(unix)))
    }

    /// Where to go afterwards, by a query; left out where it is longer than a query may hold.
    package mutating func add(next: String) {
        if next.utf8.count <= FormLimits.query.valueBytes { add("next", next) }
    }

    package mutating func remove(_ name: String) {
        list.removeAll { $0.name == name }
        files[name] = nil
    }
}

/// A file that came with a form. Name and type are what the sender claims: judge by the bytes.
package struct UploadedFile: Sendable, Hashable {
    package let name: String
    package let type: String
    package let bytes: [UInt8]

    package init(name: String, type: String, bytes: [UInt8]) {
        self.name = name
        self.type = type
        self.bytes = bytes
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(self[start...end])
    }
}
