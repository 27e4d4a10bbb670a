package import Vocabulary

/// Something wrong with a document, where a person finds it.
package struct Flaw: Error, Sendable, Hashable {
    /// Counted from 1, in the text as it was sent.
    package let line: Int
    /// RFC 6901; empty for the whole document.
    package let pointer: String
    /// Stable, for programs: `schema.unsupported-keyword`.
    package let code: String
    package let words: Phrase
    /// A warning is shown and refuses nothing.
    package let isWarning: Bool

    package init(line: Int, pointer: String, code: String, isWarning: Bool = false, _ words: Phrase) {
        self.line = line
        self.pointer = pointer
        self.code = code
        self.isWarning = isWarning
        self.words = words
    }

    /// `line 12, /paths/~1units/get: …`, as the command line prints it.
    package func sentence(in language: Language) -> String {
        let place = pointer.isEmpty ? "" : ", \(pointer)"
        return language == .vi ? "dòng \(line)\(place): \(words.vi)" : "line \(line)\(place): \(words.en)"
    }
}

/// A document with errors. Warnings may stand among them.
package struct Flaws: Error, Sendable, Hashable {
    package let all: [Flaw]

    package init(_ all: [Flaw]) {
        self.all = all
    }

    package var errors: [Flaw] { all.filter { !$0.isWarning } }

    /// How many a document may collect before reading stops: a stranger's file does not fill our memory.
    package static let limit = 100

    /// How many were taken of each kind: warnings leave room for what refuses.
    struct Told {
        private var warnings = 0
        private var errors = 0

        var isFull: Bool { errors >= Flaws.limit }

        /// Whether one more is taken.
        mutating func takes(_ isWarning: Bool) -> Bool {
            guard (isWarning ? warnings : errors) < Flaws.limit else { return false }
            if isWarning { warnings += 1 } else { errors += 1 }
            return true
        }
    }
}
