import Vocabulary

/// A table as spreadsheets write it: RFC 4180 in UTF-8, with a comma, a semicolon or a tab between cells, whichever the
/// first line has most of; a byte order mark and either line end are taken.
struct CSVTable: Sendable, Hashable {
    struct Line: Sendable, Hashable {
        /// As a text editor counts, from 1.
        let number: Int
        let cells: [String]
    }

    static let bytesMax = 2 << 20
    static let linesMax = 5000
    static let columnsMax = 40
    static let cellMax = 2000

    let lines: [Line]

    init(_ bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= CSVTable.bytesMax else { throw .tooLarge(limitBytes: CSVTable.bytesMax) }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: body, as: UTF8.self), !body.contains(0) else {
            throw .invalid(["file": .fileIsNotUTF8])
        }
        var reader = Reader(Array(text.utf8), separator: CSVTable.separator(of: text))
        lines = try reader.read()
    }

    private static func separator(of text: String) -> UInt8 {
        let first = text.utf8.prefix { $0 != 10 && $0 != 13 }
        let counts = [UInt8(ascii: ","), UInt8(ascii: ";"), 9].map { mark in (mark, first.count { $0 == mark }) }
        return counts.max { $0.1 < $1.1 }?.0 ?? UInt8(ascii: ",")
    }

    private struct Reader {
        let units: [UInt8]
        let separator: UInt8
        var place = 0
        var number = 1

        init(_ units: [UInt8], separator: UInt8) {
            self.units = units
            self.separator = separator
        }

        mutating func read() throws(Problem) -> [Line] {
            var lines: [Line] = []
            while place < units.count {
                let start = number
                let cells = try line()
                if cells.allSatisfy(\.isEmpty) { continue }
                guard lines.count <= CSVTable.linesMax, cells.count <= CSVTable.columnsMax else {
                    throw .invalid(["file": .fileHasTooManyRows(CSVTable.linesMax)])
                }
                lines.append(Line(number: start, cells: cells))
            }
            return lines
        }

        private mutating func line() throws(Problem) -> [String] {
            var cells = [try cell()]
            while place < units.count, units[place] == separator {
                place += 1
                cells.append(try cell())
            }
            if place < units.count {
                if units[place] == 13, place + 1 < units.count, units[place + 1] == 10 { place += 1 }
                place += 1
                number += 1
            }
            return cells
        }

        private mutating func cell() throws(Problem) -> String {
            var bytes: [UInt8] = []
            if place < units.count, units[place] == UInt8(ascii: "\"") {
                try quoted(&bytes)
            } else {
                while place < units.count, units[place] != separator, units[place] != 10, units[place] != 13 {
                    bytes.append(units[place])
                    place += 1
                }
            }
            guard bytes.count <= CSVTable.cellMax else { throw .invalid(["file": .cellIsTooLong(number)]) }
            let text = Folding.compose(String(decoding: bytes, as: UTF8.self))
            return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }

        private mutating func quoted(_ bytes: inout [UInt8]) throws(Problem) {
            place += 1
            while true {
                guard place < units.count else { throw .invalid(["file": .quoteIsOpen(number)]) }
                let unit = units[place]
                place += 1
                if unit == UInt8(ascii: "\"") {
                    guard place < units.count, units[place] == UInt8(ascii: "\"") else { break }
                    place += 1
                }
                if unit == 10 { number += 1 }
                bytes.append(unit)
            }
            let isEnded = place == units.count || [separator, 10, 13].contains(units[place])
            guard isEnded else { throw .invalid(["file": .quoteIsOpen(number)]) }
        }
    }
}
